"""An instrument written as a workbook in the manner of XLSForm, as the same plain values as YAML.

Sheets: `survey` (types begin_group, end_group, select_one LIST, select_multiple LIST, integer,
decimal, range, date, text), `choices`, `settings`, and `screens` and `bands` for what XLSForm does
not know. Conditions are CEL, not XPath. The place of a value is its sheet and cell.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any, Final

from weiguang.assessment.engine.places import Fault, Path, UnreadableInstrument, Written
from weiguang.register.engine.cells import Cell, text_of
from weiguang.register.engine.sheets import UnreadableFileError, read_sheets

LARGEST: Final = 5 * 2**20
KINDS: Final = {
    "select_one": "single", "select_multiple": "several", "integer": "number",
    "decimal": "number", "range": "range", "date": "date", "text": "text",
}  # fmt: skip
ALIKE: Final = ("relevant", "score", "low", "high", "step", "decimals", "tier", "domain")
SURVEY: Final = frozenset(
    {"type", "name", "label::zh", "label::en", "hint::zh", "hint::en", "required", *ALIKE}
)
CHOICES: Final = frozenset({"list_name", "name", "label::zh", "label::en", "points"})
SETTINGS: Final = frozenset(
    {
        "form_id", "version", "form_title::zh", "form_title::en", "use", "source_document",
        "source_number", "mark", "hint::zh", "hint::en",
    }
)  # fmt: skip
SCREENS: Final = frozenset({"name", "label::zh", "label::en", "when", "level", "basis"})
BANDS: Final = frozenset({"name", "label::zh", "label::en", "level", "from", "below"})
# Whoever thinks of XLSForm writes yes and no.
REQUIRED: Final = {"yes": "true", "no": "", "true": "true", "false": ""}


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of a sheet: its texts by the column's heading, and the places of its cells."""

    texts: Mapping[str, str]
    cells: Mapping[str, str]
    place: str

    def text(self, column: str) -> str:
        return self.texts.get(column, "")


class _Writing:
    """What is being written: plain values with the place of each."""

    def __init__(self) -> None:
        self.places: dict[Path, str] = {}

    def put(self, row: _Row, into: dict[str, Any], path: Path, pairs: Mapping[str, str]) -> None:
        """Take texts of a row under other names; what is empty is left out."""
        self.places[path] = row.place
        for column, key in pairs.items():
            self.places[(*path, key)] = row.cells.get(column, row.place)
            if row.text(column):
                into[key] = row.text(column)

    def label(self, row: _Row, into: dict[str, Any], path: Path, column: str, key: str) -> None:
        """Take a text in both languages; a hint may be missing, a label may not."""
        said = {}
        self.places[(*path, key)] = row.cells.get(f"{column}::zh", row.place)
        for language in ("zh", "en"):
            heading = f"{column}::{language}"
            self.places[(*path, key, language)] = row.cells.get(heading, row.place)
            if row.text(heading):
                said[language] = row.text(heading)
        if said or key == "label":
            into[key] = said


def written_in_workbook(path: FilePath) -> Written:
    """A workbook's instrument with the sheet and cell of every value.

    Raises `UnreadableInstrument` where it is no workbook, or lacks a sheet or a heading.
    """
    try:
        sheets = {each.name: each.rows for each in read_sheets(path, largest=LARGEST)}
    except UnreadableFileError as error:
        raise UnreadableInstrument(Fault("", "workbook")) from error
    rows = {name: list(_rows(sheets, name, known)) for name, known in (
        ("settings", SETTINGS), ("choices", CHOICES), ("survey", SURVEY), ("screens", SCREENS),
        ("bands", BANDS),
    )}  # fmt: skip
    writing = _Writing()
    raw = _settings(writing, rows["settings"])
    raw["sections"] = _survey(writing, rows["survey"], _lists(rows["choices"]))
    for name, pairs in (
        ("screens", {"name": "code", "when": "when", "level": "level", "basis": "basis"}),
        ("bands", {"name": "code", "level": "level", "from": "from", "below": "below"}),
    ):
        raw[name] = _plain(writing, rows[name], name, pairs)
    return Written(raw, writing.places)


def _rows(sheets: Mapping[str, Any], name: str, known: frozenset[str]) -> Iterator[_Row]:
    rows: Sequence[Sequence[Cell]] = sheets.get(name, ())
    if not rows:
        if name in {"screens", "bands"}:
            return
        raise UnreadableInstrument(Fault(f" {name}", "sheet_missing", name))
    headings = [text_of(cell).lower() for cell in rows[0]]
    for place, heading in enumerate(headings):
        if heading and heading not in known:
            raise UnreadableInstrument(Fault(f" {name}!{_column(place)}1", "heading", heading))
    for number, row in enumerate(rows[1:], 2):
        texts = {head: _said(cell) for head, cell in zip(headings, row, strict=False) if head}
        if any(texts.values()):
            cells = {
                head: f" {name}!{_column(place)}{number}" for place, head in enumerate(headings)
            }
            yield _Row(texts, cells, f" {name}!A{number}")


def _said(cell: Cell) -> str:
    return str(cell).lower() if isinstance(cell, bool) else text_of(cell)


def _column(place: int) -> str:
    letters = ""
    while place >= 0:
        place, letter = place // 26 - 1, place % 26
        letters = chr(ord("A") + letter) + letters
    return letters


def _settings(writing: _Writing, rows: Sequence[_Row]) -> dict[str, Any]:
    if not rows:
        raise UnreadableInstrument(Fault(" settings!A2", "sheet_missing", "settings"))
    row, raw = rows[0], dict[str, Any]()
    writing.put(row, raw, (), {"form_id": "code", "version": "version", "use": "use"})
    writing.label(row, raw, (), "form_title", "label")
    writing.label(row, raw, (), "hint", "help")
    source: dict[str, Any] = {}
    pairs = {"source_document": "document", "source_number": "number", "mark": "mark"}
    writing.put(row, source, ("source",), pairs)
    return raw | {"source": source}


def _lists(rows: Sequence[_Row]) -> dict[str, list[_Row]]:
    lists: dict[str, list[_Row]] = {}
    for row in rows:
        lists.setdefault(row.text("list_name"), []).append(row)
    return lists


def _survey(
    writing: _Writing, rows: Sequence[_Row], lists: Mapping[str, list[_Row]]
) -> list[dict[str, Any]]:
    sections: list[dict[str, Any]] = []
    is_open = False
    for row in rows:
        kind = row.text("type").replace("begin group", "begin_group")
        kind = kind.replace("end group", "end_group")
        if kind == "begin_group":
            if is_open:
                raise UnreadableInstrument(Fault(row.cells["type"], "group"))
            sections.append(_section(writing, row, len(sections)))
            is_open = True
        elif kind == "end_group":
            is_open = False
        elif not is_open:
            raise UnreadableInstrument(Fault(row.place, "outside"))
        else:
            path = ("sections", len(sections) - 1, "items", len(sections[-1]["items"]))
            sections[-1]["items"].append(_item(writing, row, path, lists))
    return sections


def _section(writing: _Writing, row: _Row, number: int) -> dict[str, Any]:
    section: dict[str, Any] = {"items": []}
    path = ("sections", number)
    writing.put(row, section, path, {"name": "code", "relevant": "relevant"})
    writing.label(row, section, path, "label", "label")
    writing.label(row, section, path, "hint", "help")
    return section


def _item(
    writing: _Writing, row: _Row, path: Path, lists: Mapping[str, list[_Row]]
) -> dict[str, Any]:
    item: dict[str, Any] = {}
    writing.put(row, item, path, {"name": "name", **{each: each for each in ALIKE}})
    writing.label(row, item, path, "label", "label")
    writing.label(row, item, path, "hint", "help")
    writing.places[(*path, "type")] = row.cells["type"]
    writing.places[(*path, "required")] = row.cells.get("required", row.place)
    said = row.text("required")
    item["required"] = REQUIRED.get(said.lower(), said)
    words = row.text("type").split()
    item["type"] = KINDS.get(words[0] if words else "", row.text("type"))
    if words and words[0] in {"select_one", "select_multiple"}:
        name = words[1] if len(words) > 1 else ""
        if name not in lists:
            raise UnreadableInstrument(Fault(row.cells["type"], "list_unknown", name))
        item["choices"] = [
            _choice(writing, each, (*path, "choices", place))
            for place, each in enumerate(lists[name])
        ]
    return item


def _choice(writing: _Writing, row: _Row, path: Path) -> dict[str, Any]:
    choice: dict[str, Any] = {}
    pairs = {"name": "code", "label::zh": "zh", "label::en": "en", "points": "points"}
    writing.put(row, choice, path, pairs)
    return choice


def _plain(
    writing: _Writing, rows: Sequence[_Row], name: str, pairs: Mapping[str, str]
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for place, row in enumerate(rows):
        said: dict[str, Any] = {}
        writing.put(row, said, (name, place), pairs)
        writing.label(row, said, (name, place), "label", "label")
        found.append(said)
    return found
