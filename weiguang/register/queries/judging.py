"""A list judged against the register as it is now: the engine's pure reading, with our data."""

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from weiguang.kernel.clock import today
from weiguang.kernel.packs import categories, read_yaml
from weiguang.network import past
from weiguang.network.models import Place, PlaceFact
from weiguang.register.engine.lists import AS_READ, Corrections, RowCorrection, read_list
from weiguang.register.engine.places import NamedPlace, PlaceIndex
from weiguang.register.engine.report import Report
from weiguang.register.engine.words import ImportWords, import_words
from weiguang.register.models import ImportedList
from weiguang.register.queries.register_view import RegisterBelow

BEING_READ: Final = "being-read-"


@dataclass(frozen=True, slots=True)
class OfferedList:
    """A file as it was handed in, and what was said with it; `place` bounds what it may touch."""

    content: bytes
    file_name: str
    place: Place
    as_of: date | None = None
    default_place: Place | None = None
    only_sheets: tuple[str, ...] | None = None


def judge(offered: OfferedList, corrections: Corrections = AS_READ) -> Report:
    """Read and judge a list; writes nothing. Raises `UnreadableFileError`.

    The file lies on disk for the length of the reading, in a folder nobody else may enter: the old
    workbooks are read by a process of its own. What a killed process left there is removed by
    `forget_what_was_being_read`.
    """
    words, name = list_words(), Path(offered.file_name).name
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=BEING_READ, dir=settings.DATA_DIR) as folder:
        path = Path(folder) / f"list{Path(name).suffix.lower()}"
        path.write_bytes(offered.content)
        return read_list(
            path,
            words=words,
            places=place_index(offered.place, on=today(), words=words),
            register=RegisterBelow(offered.place.path),
            today=today(),
            as_of=offered.as_of,
            only_sheets=offered.only_sheets,
            default_place=str(offered.default_place.pk) if offered.default_place else None,
            file_name=name,
            corrections=corrections,
        )


def forget_what_was_being_read() -> None:
    """Remove lists that a killed process left in plain text; call it while nothing is served."""
    for folder in settings.DATA_DIR.glob(f"{BEING_READ}*"):
        shutil.rmtree(folder, ignore_errors=True)


def judged_again(imported: ImportedList) -> Report:
    """The kept file judged once more, with everything that people have corrected since."""
    offered = OfferedList(
        content=imported.file.content,
        file_name=imported.file_name,
        place=imported.place,
        # The day was settled when the list was handed in, and does not move while it waits.
        as_of=imported.as_of,
        default_place=imported.default_place,
        only_sheets=None if imported.only_sheets is None else tuple(imported.only_sheets),
    )
    return judge(offered, corrections_of(imported))


def corrections_of(imported: ImportedList) -> Corrections:
    """What people have corrected of a list: its columns, and single rows."""
    columns = {
        int(sheet): {int(index): code for index, code in said.items()}
        for sheet, said in imported.columns.items()
    }
    rows = imported.rows.filter(~Q(decision="") | Q(corrections__isnull=False))
    return Corrections(
        columns,
        {
            (row.sheet_index, row.number): RowCorrection(row.corrections or {}, row.decision)
            for row in rows.only("sheet_index", "number", "corrections", "decision")
        },
    )


@cache
def list_words() -> ImportWords:
    """The words of lists in the pack that this installation uses."""
    return import_words(read_yaml(settings.WEIGUANG_PACK, "import/words.yaml"))


@cache
def legal_bases() -> dict[str, str]:
    """The documents by which each category is recognised, as a proposal cites them."""
    return {
        category.code: "；".join(
            f"{basis.document}{basis.number or ''}{basis.article or ''}" for basis in category.bases
        )
        for category in categories(settings.WEIGUANG_PACK)
    }


def place_index(scope: Place, *, on: date, words: ImportWords) -> PlaceIndex:
    """Every place of the city by name and code, of which those below `scope` may be chosen.

    What places were called once leads to those that go on today: lists live longer than names.
    """
    codes, known = _codes(on), Place.objects.in_bulk()
    named = [_named(place, place, codes.get(place.pk, ""), place.name, scope)
             for place in known.values() if place.closed_on is None]  # fmt: skip
    former = [
        _named(known[key], _today(known[key], known), "", name, scope)
        for key, name in past.former_names()
    ]
    return PlaceIndex(named, suffixes=words.place_suffixes, former=former)


def _named(place: Place, today: Place, code: str, name: str, scope: Place) -> NamedPlace:
    return NamedPlace(
        key=str(today.pk),
        code=code,
        name=name,
        level=place.level,
        parent_key=str(place.parent_id) if place.parent_id else None,
        is_within=today.path.startswith(scope.path),
    )


def _today(place: Place, known: Mapping[UUID, Place]) -> Place:
    while place.successor_id:
        place = known[place.successor_id]
    return place


def _codes(on: date) -> dict[UUID, str]:
    """Each place's code on a day; a town goes by the administrative one, for several towns are
    counted under one statistical code."""
    kinds = PlaceFact.Kind
    facts = PlaceFact.objects.filter(
        Q(kind=kinds.ADMINISTRATIVE_CODE)
        | Q(kind=kinds.STATISTICAL_CODE) & ~Q(place__level=Place.Level.TOWN),
        during__contains=on,
    )
    return dict(facts.order_by("-kind").values_list("place", "value"))
