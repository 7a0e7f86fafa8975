"""Reads a list as sheets of cells, and refuses what is no list before any parser opens it.

The file's content decides what it is, never its name alone.
"""

import json
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from python_calamine import CalamineError, CalamineWorkbook, SheetMetadata, SheetTypeEnum

from weiguang.register.engine.archive import checked_workbook
from weiguang.register.engine.cells import Cell
from weiguang.register.engine.refusals import Limits, UnreadableFileError, refusal
from weiguang.register.engine.textfile import text_rows

__all__ = ["LARGEST_FILE", "Sheet", "UnreadableFileError", "read_sheets"]

LIMITS: Final = Limits()
LARGEST_FILE: Final = LIMITS.file_bytes
ZIP: Final = b"PK\x03\x04"
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
NO_TEXT: Final = (ZIP, OLE, b"MZ", b"\x7fELF", b"%PDF", b"\x89PNG", b"Rar!", b"\x1f\x8b")
WORKBOOKS: Final = {".xlsx", ".xls"}
TEXTS: Final = {".csv": ",", ".tsv": "\t"}
OLD_WORKBOOK: Final = "weiguang.register.engine.old_workbook"
OLD_WORKBOOK_SECONDS: Final = 120
ROOT: Final = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name and all its rows from the first, hidden ones included."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]


def read_sheets(path: Path, *, largest: int = LARGEST_FILE, name: str | None = None) -> list[Sheet]:
    """The sheets of an xlsx, xls, csv or tsv file; raises `UnreadableFileError`.

    The one sheet of a text file is called as the file is, or as `name` is.
    """
    if path.stat().st_size > largest:
        raise refusal("too_large")
    limits = replace(LIMITS, file_bytes=largest)
    with path.open("rb") as file:
        head = file.read(len(OLE))
    sheets = _sheets(path, head, limits, Path(name).stem if name else path.stem)
    if sum(len(sheet.rows) for sheet in sheets) > limits.rows:
        raise refusal("too_many")
    if max((len(row) for sheet in sheets for row in sheet.rows), default=0) > limits.columns:
        raise refusal("too_many")
    return sheets


def _sheets(path: Path, head: bytes, limits: Limits, stem: str) -> list[Sheet]:
    ending = path.suffix.lower()
    if ending in WORKBOOKS and head.startswith(ZIP):
        return _workbook(path, limits)
    if ending in WORKBOOKS and head.startswith(OLE):
        return _old_workbook(path, limits)
    if ending in TEXTS and not head.startswith(NO_TEXT):
        rows = text_rows(path.read_bytes(), TEXTS[ending])
        return [Sheet(stem, tuple(map(tuple, rows)))]
    raise refusal("not_a_list")


def _workbook(path: Path, limits: Limits) -> list[Sheet]:
    try:
        workbook = CalamineWorkbook.from_filelike(checked_workbook(path, limits))
        return [_sheet(workbook, meta) for meta in workbook.sheets_metadata]
    except (CalamineError, OSError, ValueError) as error:
        raise refusal("broken") from error


def _sheet(workbook: CalamineWorkbook, meta: SheetMetadata) -> Sheet:
    """The sheet's rows; a sheet that is a chart has none."""
    if meta.typ != SheetTypeEnum.WorkSheet:
        return Sheet(meta.name, ())
    rows = workbook.get_sheet_by_name(meta.name).to_python(skip_empty_area=False)
    return Sheet(meta.name, tuple(map(tuple, rows)))


def _old_workbook(path: Path, limits: Limits) -> list[Sheet]:
    """An .xls is parsed in a process of its own.

    The parser believes the counts in its records, and a crafted one makes it abort the process
    it runs in; there is no cheap way to walk the format first, as `archive` does for .xlsx.
    """
    command = [sys.executable, "-m", OLD_WORKBOOK, str(path.resolve()), str(limits.columns)]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, no shell
            command,
            capture_output=True,
            check=False,
            cwd=ROOT,  # `-m` finds our package there, installed or not
            timeout=OLD_WORKBOOK_SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise refusal("broken") from error
    if done.returncode or not done.stdout:
        raise refusal("broken")
    said = json.loads(done.stdout)
    if "refused" in said:
        raise refusal(said["refused"])
    return [Sheet(name, tuple(map(tuple, rows))) for name, rows in said["sheets"]]
