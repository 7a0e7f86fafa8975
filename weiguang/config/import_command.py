"""The command `weiguang import`: a list from a file into the register, or a look at what it holds.

Exit status: 0 the file was read and every row accounted for, 2 the file or the call cannot be read,
3 refused for lack of authority; 1 when somebody else changed the register at the same moment.
"""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from django.utils.translation import get_language, gettext
from rich.console import Console
from rich.progress import Progress

from weiguang.config.prepare import database_running, make_keys, migrate
from weiguang.kernel.clock import today
from weiguang.kernel.errors import NotFoundOrRefused, TooLarge, Unreadable, WeiguangError
from weiguang.kernel.wording import in_a_row
from weiguang.network.authority import Actor, rows
from weiguang.network.models import Account, Place
from weiguang.network.queries import actor_for
from weiguang.network.verbs import Verb
from weiguang.register.actions.lists import read, unreadable
from weiguang.register.actions.lists_confirm import import_at_once
from weiguang.register.engine.sheets import LARGEST_FILE
from weiguang.register.queries.import_words import outcome_words, reason_words
from weiguang.register.queries.judging import OfferedList, list_words, place_index
from weiguang.register.queries.lists import report_json

Report = dict[str, Any]


class CannotRead(click.ClickException):
    """The file cannot be read as a list."""

    exit_code = 2


class NotAllowed(click.ClickException):
    """The person may not import, or there is no such person."""

    exit_code = 3


@click.group("import")
def import_lists() -> None:
    """Bring lists that offices hold into the register."""


@import_lists.command("children")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--sheet", "sheets", multiple=True, help="Only this sheet; may be repeated.")
@click.option("--place", "code", help="Code of the place of rows that name none.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day the list is of.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@click.option("--json", "out", help="Write the report as JSON to a file, or to - for the terminal.")
@click.option("--by", "login", help="The login of the person who acts; a dry run needs none.")
def children(
    file: Path,
    sheets: tuple[str, ...],
    code: str | None,
    as_of: datetime | None,
    dry_run: bool,
    out: str | None,
    login: str | None,
) -> None:
    """Import a list of children; rows under review wait in the browser."""
    if login is None and not dry_run:
        raise click.UsageError(gettext("请用 --by 说明由谁导入；只看结果请加 --dry-run。"))
    with database_running():
        make_keys()
        migrate()
        try:
            actor = _actor(login) if login else None
            offered = _offered(file, sheets, code, as_of.date() if as_of else None, actor)
            report = _report(offered, None if dry_run else actor)
        except WeiguangError as error:
            raise _failure(error) from error
    _say(report, out)


def _actor(login: str) -> Actor:
    account = Account.objects.filter(login=login).first()
    if account is None:
        raise NotFoundOrRefused
    return actor_for(account, on=today())


def _offered(
    file: Path, sheets: tuple[str, ...], code: str | None, as_of: date | None, actor: Actor | None
) -> OfferedList:
    if file.stat().st_size > LARGEST_FILE:
        raise unreadable("too_large")
    scopes = _scopes(actor)
    chosen = [(scope, _place(scope, code)) for scope in scopes] if code else []
    within = [(scope, place) for scope, place in chosen if place is not None]
    if code and not within:
        raise click.UsageError(gettext("没有这个区划代码，或者它不在您的工作范围内。"))
    if not code and len(scopes) > 1:
        raise click.UsageError(gettext("您在几个地方任职，请用 --place 说明名单属于哪里。"))
    scope, default = within[0] if within else (scopes[0], None)
    return OfferedList(
        content=file.read_bytes(),
        file_name=file.name,
        place=scope,
        as_of=as_of,
        default_place=default,
        only_sheets=sheets or None,
    )


def _scopes(actor: Actor | None) -> list[Place]:
    """The places for which the person may import; without a person the whole city."""
    if actor is None:
        found = Place.objects.filter(level=Place.Level.COUNTY)
    else:
        found = Place.objects.filter(path__in=rows(actor, Verb.IMPORT_UPLOAD, "import").paths)
    scopes = list(found.order_by("path"))
    if not scopes:
        raise NotFoundOrRefused
    return scopes


def _place(scope: Place, code: str) -> Place | None:
    key = place_index(scope, on=today(), words=list_words()).by_code(code)
    return Place.objects.get(pk=key) if key else None


def _report(offered: OfferedList, actor: Actor | None) -> Report:
    """The report as the contract shapes it: of a dry run, or of what was written by the actor."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        bar = progress.add_task(gettext("导入名单"), total=None)
        if actor is None:
            return read(offered).as_json()
        imported = import_at_once(
            offered=offered,
            by=actor,
            tell=lambda done, total: progress.update(bar, completed=done, total=total),
        )
        return report_json(imported)


def _failure(error: WeiguangError) -> click.ClickException:
    if isinstance(error, (Unreadable, TooLarge)):
        return CannotRead(error.what)
    said = in_a_row(error.what, error.to_what)
    return NotAllowed(said) if isinstance(error, NotFoundOrRefused) else click.ClickException(said)


def _say(report: Report, out: str | None) -> None:
    text = json.dumps(report, ensure_ascii=False, indent=1)
    if out == "-":
        click.echo(text)
        return
    if out:
        Path(out).write_text(text + "\n", encoding="utf-8")
    language = get_language() or "zh-hans"
    for outcome, label in outcome_words().items():
        click.echo(f"{label.text(language)}: {report['summary'][outcome]}")
    for code, word in reason_words().items():
        count = sum(code in row["reasons"] for row in report["rows"])
        if count:
            click.echo(f"    {word.label.text(language)}: {count}")
