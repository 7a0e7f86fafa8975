"""The commands themselves; each is one duty of an operator."""

import json
import signal
import threading
from dataclasses import asdict
from types import FrameType
from typing import Final

import click
from django.db import connection
from rich.console import Console

from weiguang.config.account_command import account
from weiguang.config.backup_command import backup, restore_command
from weiguang.config.import_command import import_lists
from weiguang.config.keys_command import keys
from weiguang.config.pack_command import pack
from weiguang.config.places_command import places
from weiguang.config.prepare import (
    database_running,
    make_keys,
    migrate,
    pending_migrations,
    settle,
    unknown_migrations,
)
from weiguang.config.serve import progress_told, up
from weiguang.config.synthetic import (
    DEFAULT_SEED,
    DEMO_PASSWORD,
    SIZES,
    NotADemonstration,
    load_city,
)
from weiguang.kernel import chain, worker
from weiguang.kernel.errors import WeiguangError
from weiguang.network.matrix import matrix
from weiguang.office.queries.backups import last_backup
from weiguang.office.queries.operations import is_backup_due

GUARDS: Final = "SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'weiguang_%' AND tgenabled = 'O'"
CAN_REWRITE: Final = "SELECT has_table_privilege('kernel_event', 'UPDATE, DELETE, TRUNCATE')"
as_json = click.option("--json", "wants_json", is_flag=True, help="Print JSON for programs.")


@click.command()
@as_json
def check(wants_json: bool) -> None:
    """Say whether this installation is as it should be."""
    with database_running():
        made = make_keys()
        pending = pending_migrations()
        findings = [f"not migrated: {name}" for name in pending]
        findings += [f"of a newer version: {name}" for name in unknown_migrations()]
        advice = [] if pending else _backup_advice()
        if not pending:
            findings += _weak_guards()
            findings += advice if is_backup_due() else []
    if wants_json:
        click.echo(json.dumps({"keys_created": made, "findings": findings, "advice": advice}))
    else:
        click.echo("\n".join(dict.fromkeys([*findings, *advice])) or "all is well")
    if findings:
        raise SystemExit(1)


@click.command()
@click.argument("size", type=click.Choice(list(SIZES)))
@click.option("--seed", default=DEFAULT_SEED, show_default=True, help="Same seed, same city.")
@click.option("--password", default=DEMO_PASSWORD, show_default=True)
def seed(size: str, seed: int, password: str) -> None:
    """Bring up a synthetic city in an empty database; nobody in it exists."""
    with database_running(), progress_told(Console(stderr=True)) as progress:
        make_keys()
        migrate()
        bar = progress.add_task("children", total=None)
        try:
            loaded, children = load_city(
                size,
                seed=seed,
                password=password,
                tell=lambda done, total: progress.update(bar, completed=done, total=total),
            )
        except NotADemonstration as error:
            raise click.ClickException(error.said) from error
        except WeiguangError as error:
            raise click.ClickException("the database already holds a city") from error
        settle()
    click.echo(
        f"{len(loaded.places)} places, {len(loaded.posts)} posts, {len(loaded.people)} people, "
        f"{children} children; none of them exists"
    )


@click.command("migrate")
@as_json
def migrate_schema(wants_json: bool) -> None:
    """Bring the database's schema up to this version; what is up to date is left alone."""
    with database_running():
        make_keys()
        done = migrate()
    if wants_json:
        click.echo(json.dumps({"migrated": done}))
    else:
        click.echo("\n".join(f"migrated: {name}" for name in done) or "nothing to migrate")


@click.command("worker")
def run_worker() -> None:
    """Deliver what is owed and seal what was done, until stopped."""
    stopped = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    with database_running():
        make_keys()
        migrate()
        worker.run_until(stopped)


@click.group()
def audit() -> None:
    """The memory of the system."""


@audit.command()
@as_json
def verify(wants_json: bool) -> None:
    """Prove that no sealed event was altered, removed, inserted or reordered."""
    with database_running():
        verdict = chain.verify()
    if wants_json:
        click.echo(json.dumps(asdict(verdict)))
    else:
        for found in verdict.findings:
            click.echo(f"{found.kind}: event {found.event_id}, block {found.block_id}")
        click.echo(
            f"{verdict.sealed} events sealed in {verdict.blocks} blocks, "
            f"{verdict.unsealed} not yet sealed; head {verdict.head}"
        )
    if verdict.findings:
        raise SystemExit(1)


@click.group()
def access() -> None:
    """Who may do what."""


@access.command("matrix")
@as_json
def show_matrix(wants_json: bool) -> None:
    """Print the verbs of every role, as the code decides them."""
    rows = matrix()
    if wants_json:
        click.echo(json.dumps([asdict(row) for row in rows], ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row.label} ({row.role}) · {row.level} · {row.reach} · {row.sees}")
        for verb in row.verbs:
            click.echo(f"    {verb}")


def _backup_advice() -> list[str]:
    """What to say of the backups; invented people may live without one."""
    last = last_backup()
    if last.is_missing:
        return ["no backup was ever made: run weiguang backup"]
    return [f"the last backup is {last.hours} hours old"] if last.is_old else []


def _weak_guards() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(GUARDS)
        guards = cursor.fetchone()[0]
        cursor.execute(CAN_REWRITE)
        can_rewrite = cursor.fetchone()[0]
    findings = [] if guards else ["the database's guards are missing or switched off"]
    if can_rewrite:
        findings.append("the run-time role may rewrite the memory: run as weiguang_app")
    return findings


ALL: Final[tuple[click.Command, ...]] = (
    up, check, migrate_schema, seed, import_lists, run_worker, audit, access, keys, places, account,
    backup, restore_command, pack,
)  # fmt: skip
