"""`weiguang keys`: the keys of the encrypted columns, in the operator's hands."""

import json
from dataclasses import asdict
from pathlib import Path

import click
from django.conf import settings
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import Progress

from weiguang.config.prepare import as_owner, database_running, pending_migrations
from weiguang.kernel import clock, keyring
from weiguang.kernel.errors import WeiguangError
from weiguang.kernel.sealed_file import fingerprint
from weiguang.network.actions.keys import Rotation, retire_key, rotate_keys
from weiguang.network.queries import the_system
from weiguang.office.factors import reencrypt_secrets


@click.group()
def keys() -> None:
    """The keys of the encrypted columns."""


@keys.command()
@click.option("--retire", type=int, metavar="NUMBER", help="Remove an old key nothing needs.")
@click.option("--json", "wants_json", is_flag=True, help="Print JSON for programs.")
def rotate(retire: int | None, wants_json: bool) -> None:
    """Make a new field key and rewrite every encrypted value with it; can be run again if killed.

    Keep a copy of the key file as it was: backups of the database need it.
    """
    path = _key_file()
    with database_running(), as_owner():
        if pending_migrations():
            raise click.ClickException(_("数据库结构不是最新的，请先运行 weiguang up 或升级。"))
        try:
            if retire is None:
                _tell(_rotated(path), wants_json)
            else:
                reencrypt_secrets()
                retire_key(path, retire, by=the_system(on=clock.today()))
                said = _("密钥 %(number)s 已停用，并从密钥文件中删除。") % {"number": retire}
                click.echo(json.dumps({"retired": retire}) if wants_json else said)
        except WeiguangError as error:
            raise click.ClickException(error.said) from error


@keys.command()
@click.argument("file", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "wants_json", is_flag=True, help="Print JSON for programs.")
def show(file: Path | None, wants_json: bool) -> None:
    """Print the number and fingerprint of every field key, of this installation or in a file.

    A copy kept apart is the right one when it holds what `weiguang restore --list` asks for.
    """
    given = file or settings.WEIGUANG_KEYS
    try:
        ring = keyring.load(given) if isinstance(given, Path) else keyring.parse(given)
    except WeiguangError as error:
        raise click.ClickException(error.said) from error
    prints = {number: fingerprint(key) for number, key in sorted(ring.fields.items())}
    if wants_json:
        click.echo(json.dumps({"active": ring.active, "fingerprints": prints}))
        return
    for number, said in prints.items():
        click.echo(f"{number}  {said}  {_('正在使用') if number == ring.active else ''}".rstrip())


def _key_file() -> Path:
    where = settings.WEIGUANG_KEYS
    if isinstance(where, Path):
        return where
    raise click.ClickException(
        _(
            "密钥在环境变量 WEIGUANG_KEYS 里，程序不能替您改写。"
            "请先改用密钥文件（WEIGUANG_KEY_FILE）。"
        )
    )


def _rotated(path: Path) -> Rotation:
    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("keys rotate", total=None)
        done = rotate_keys(
            path,
            by=the_system(on=clock.today()),
            tell=lambda done, total: progress.update(bar, completed=done, total=total),
        )
    # These stand in allauth's own table, which the rotation of our columns does not know.
    reencrypt_secrets()
    return done


def _tell(done: Rotation, wants_json: bool) -> None:
    if wants_json:
        click.echo(json.dumps(asdict(done)))
        return
    for table, count in done.rows.items():
        click.echo(f"{table}: {count}")
    click.echo(
        _("现在由密钥 %(key)s 加密，共改写 %(rows)s 行。请重新启动系统；旧密钥停用前不要删除。")
        % {"key": done.key, "rows": sum(done.rows.values())}
    )
    if done.was_continued:
        click.echo(_("上一次更换没有做完，这次先把它做完；要再换一个新密钥，请再运行一次。"))
    if done.left:
        click.echo(_("还有内容由旧密钥加密：系统未重新启动时写入的。请重新启动后再运行一次。"))
