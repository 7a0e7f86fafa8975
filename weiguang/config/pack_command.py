"""`weiguang pack`: whether the data of a pack can be used, and what is wrong with it where."""

from pathlib import Path

import click
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from weiguang.assessment.engine import shelf
from weiguang.assessment.engine.shelf import OnFile
from weiguang.assessment.queries.fault_words import fault_in_words
from weiguang.kernel import packs


@click.group()
def pack() -> None:
    """The data of a jurisdiction."""


@pack.command("check")
@click.argument("name", required=False)
@click.option(
    "--file", "path", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="One instrument (.yaml or .xlsx) that stands in no pack yet.",
)  # fmt: skip
def check_pack(name: str | None, path: Path | None) -> None:
    """Say what is wrong with the instruments of a pack, and where."""
    found = _one(path) if path else _all(name or settings.WEIGUANG_PACK)
    wrong = 0
    for each in found:
        for fault in each.faults:
            click.echo(f"{each.path}{fault.place}\n  {fault_in_words(fault)}")
            wrong += 1
    count = len(found)
    click.echo(ngettext("查了%(count)s份量表。", "查了%(count)s份量表。", count) % {"count": count})
    if wrong:
        raise SystemExit(1)


def _all(name: str) -> tuple[OnFile, ...]:
    try:
        lineage = packs.lineage(name)
    except packs.PackMissingError as error:
        raise click.ClickException(_("没有这个数据包。")) from error
    return tuple(each for lineal in lineage for each in shelf.on_file(lineal))


def _one(path: Path) -> tuple[OnFile, ...]:
    return (shelf.checked_file(path, shelf.levels_of(settings.WEIGUANG_PACK)),)
