"""`weiguang backup` and `weiguang restore`: copies of the database, in the operator's hands."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Final

import click
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from weiguang.config.backups.errors import CopyFailed
from weiguang.config.backups.log import fetch_log, need_slot
from weiguang.config.backups.making import Head, make_backup
from weiguang.config.backups.proving import Proof, prove
from weiguang.config.backups.pruning import prune
from weiguang.config.backups.restoring import Chosen, choose, restore
from weiguang.config.backups.server import Session, Source, embedded_source, named_source
from weiguang.config.backups.shelf import About, Seals, Shelf, shelves
from weiguang.config.database import embedded, is_embedded
from weiguang.config.postgres import PostgresError
from weiguang.config.prepare import database_running
from weiguang.kernel import chain, clock, keyring
from weiguang.kernel.errors import WeiguangError
from weiguang.kernel.keyring import Keyring
from weiguang.kernel.models import Block
from weiguang.network.queries import the_system
from weiguang.office.actions.backups import remember_backup, remember_log

MOMENTS: Final = [
    "%Y-%m-%d %H:%M:%S.%f",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M",
]
FOLDER: Final = click.Path(file_okay=False, path_type=Path)
as_json = click.option("--json", "wants_json", is_flag=True, help="Print JSON for programs.")


@click.command()
@click.option("--to", "root", type=FOLDER, help="Where backups lie; by default WEIGUANG_BACKUPS.")
@click.option("--full", "wants_full", is_flag=True, help="Copy everything, not what changed.")
@click.option("--log", "wants_log", is_flag=True, help="Only the log since the last time.")
@click.option("--keep", type=click.IntRange(min=1), help="Remove all but so many full backups.")
@as_json
def backup(
    root: Path | None, wants_full: bool, wants_log: bool, keep: int | None, wants_json: bool
) -> None:
    """Make an encrypted backup of the running database.

    Copies what changed since the last one, everything once a week, and the log up to this moment.
    The key file is not in it: keep a copy of that apart.
    """
    seals = Seals(_ring(()), settings.WEIGUANG_ALGORITHM)
    where = (root or settings.WEIGUANG_BACKUPS).absolute()
    with database_running(), _failures_told():
        source = _source()
        with source.session() as session:
            shelf = Shelf(where, session.facts().system, seals)
            with shelf.alone():
                made = None if wants_log else _made(shelf, source, session, wants_full)
                reaches = fetch_log(shelf, source, session, _spool(shelf))
                remember_log(reaches=reaches)
                removed = prune(shelf, keep) if keep else []
    _tell_made(made, reaches, removed, wants_json=wants_json)


@click.command("restore")
@click.option("--from", "root", type=FOLDER, help="Where backups lie; by default WEIGUANG_BACKUPS.")
@click.option("--into", type=FOLDER, help="An empty directory: the data directory to be.")
@click.option("--at", type=click.DateTime(MOMENTS), help="As it was then; China's time.")
@click.option("--backup", "name", metavar="NAME", help="This one as it ended, without the log.")
@click.option(
    "--keys", "key_files", multiple=True, type=click.Path(exists=True, path_type=Path),
    help="The key file of that time; may be repeated. By default the one of this installation.",
)  # fmt: skip
@click.option("--list", "wants_list", is_flag=True, help="Only say which backups there are.")
@as_json
def restore_command(
    root: Path | None,
    into: Path | None,
    at: datetime | None,
    name: str | None,
    key_files: tuple[Path, ...],
    wants_list: bool,
    wants_json: bool,
) -> None:
    """Make a data directory of a backup, and prove that its memory is whole."""
    where = (root or settings.WEIGUANG_BACKUPS).absolute()
    with _failures_told():
        seals = Seals(_ring(key_files))
        if wants_list:
            _tell_list(where, seals, wants_json=wants_json)
            return
        if into is None:
            raise click.UsageError(_("请用 --into 指定要恢复到的空目录。"))
        if at and name:
            raise click.UsageError(_("--at 和 --backup 只能用一个。"))
        moment = at.replace(tzinfo=clock.CHINA) if at else None
        chosen = choose(where, seals, at=moment, name=name)
        server = restore(chosen, into.absolute(), say=_say)
        proof = prove(server, chosen.chain[-1], seals.ring)
        keyring.save(seals.ring, into.absolute() / "keys.json")
    _tell_restored(chosen, into, proof, wants_json=wants_json)


def _made(shelf: Shelf, source: Source, session: Session, wants_full: bool) -> About:
    """The backup, remembered; the server keeps its log for the next one from before it began."""
    is_new = need_slot(session, _spool(shelf))
    chain.seal_block()  # without waiting for the worker: what is sealed can be proved afterwards
    last = Block.objects.order_by("-id").first()
    head = Head(last.pk, bytes(last.digest).hex()) if last else Head(0, "")
    about = make_backup(shelf, source, session, head=head, wants_full=wants_full or is_new)
    system = the_system(on=clock.today())
    remember_backup(name=about.name, kind=about.kind, size=about.size, by=system)
    return about


def _source() -> Source:
    if settings.WEIGUANG_BACKUP_URL:
        return named_source(settings.WEIGUANG_BACKUP_URL)
    if is_embedded():
        return embedded_source(embedded(settings.DATA_DIR))
    raise click.ClickException(
        _(
            "数据库在独立的服务器上，不知道用哪个角色复制。什么都没有做。"
            "请用 WEIGUANG_BACKUP_URL 指明一个有 REPLICATION 权限的角色（见 OPERATORS.md）。"
        )
    )


def _spool(shelf: Shelf) -> Path:
    return settings.DATA_DIR / "backup-spool" / shelf.system


def _ring(key_files: tuple[Path, ...]) -> Keyring:
    """The ring of this installation, or those of the files together, the first one leading."""
    if key_files:
        rings = [keyring.load(path) for path in key_files]
        ring = rings[0]
        for each in rings[1:]:
            ring = ring.with_keys_of(each)
        return ring
    given = settings.WEIGUANG_KEYS
    return keyring.load(given) if isinstance(given, Path) else keyring.parse(given)


@contextmanager
def _failures_told() -> Iterator[None]:
    """Every failure in three parts, a full disk among them."""
    try:
        yield
    except WeiguangError as error:
        raise click.ClickException(error.said) from error
    except PostgresError as error:
        raise click.ClickException(gettext(error.message) % error.values) from error
    except OSError as error:
        words = f"{error.strerror or type(error).__name__}: {error.filename or ''}"
        raise click.ClickException(CopyFailed(program="weiguang", words=words).said) from error


def _say(message: str, values: Mapping[str, object]) -> None:
    click.echo(gettext(message) % values, err=True)


def _tell_made(
    about: About | None, reaches: datetime, removed: list[str], *, wants_json: bool
) -> None:
    if wants_json:
        made = asdict(about) if about else None
        said = {"backup": made, "log_reaches": reaches.isoformat(), "removed": removed}
        click.echo(json.dumps(said))
        return
    if about:
        kind = _("完整备份") if about.kind == "full" else _("增量备份")
        click.echo(
            _("%(kind)s %(name)s 已做好，%(size)s MB。密钥不在里面，请另外留存密钥文件。")
            % {"kind": kind, "name": about.name, "size": f"{about.size / 2**20:.1f}"}
        )
    click.echo(_("日志已保存到 %(at)s。") % {"at": _in_china(reaches)})
    if removed:
        click.echo(_("已清除 %(count)s 份旧备份。") % {"count": len(removed)})


def _tell_list(root: Path, seals: Seals, *, wants_json: bool) -> None:
    found = [(shelf, name) for shelf in shelves(root, seals) for name in shelf.names()]
    rows = [
        {"system": shelf.system, "name": name, "key": (head := shelf.header(name)).key,
         "fingerprint": head.fingerprint}
        for shelf, name in found
    ]  # fmt: skip
    if wants_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        click.echo(_("%(name)s　密钥 %(key)s（指纹 %(fingerprint)s）　数据库 %(system)s") % row)
    if not rows:
        click.echo(_("没有做完的备份。"))


def _tell_restored(chosen: Chosen, into: Path, proof: Proof, *, wants_json: bool) -> None:
    name = chosen.chain[-1].name
    if wants_json:
        said = asdict(proof) | {"backup": name, "backups": len(chosen.chain), "into": str(into)}
        click.echo(json.dumps(said))
        return
    click.echo(
        _(
            "已由备份 %(name)s 恢复到 %(into)s。操作记录验证无误："
            "已封存 %(sealed)s 条，未封存 %(unsealed)s 条，末尾 %(head)s。"
        )
        % (asdict(proof) | {"name": name, "into": str(into)})
    )
    click.echo(_("要启用它：把 WEIGUANG_DATA 设为这个目录，再运行 weiguang up。"))


def _in_china(moment: datetime) -> str:
    return moment.astimezone(clock.CHINA).strftime("%Y-%m-%d %H:%M:%S")
