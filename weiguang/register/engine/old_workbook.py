"""Reads one .xls in a process of its own and prints its sheets as JSON; called by `sheets` only."""

import contextlib
import json
import sys
from datetime import date
from pathlib import Path
from typing import Final

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum

with contextlib.suppress(ImportError):
    import resource

MEMORY_BYTES: Final = 2 * 2**30
CPU_SECONDS: Final = 30
MACROS: Final = "_VBA_PROJECT".encode("utf-16-le")
STREAMS: Final = tuple(name.encode("utf-16-le") for name in ("Workbook", "Book"))


def answer(path: Path, columns: int) -> dict[str, object]:
    """What is printed: `sheets`, or `refused` with a reason code of `refusals`."""
    content = path.read_bytes()
    if MACROS in content:
        return {"refused": "macro"}
    if not any(name in content for name in STREAMS):
        # Also a workbook with a password: its cells stand in another stream.
        return {"refused": "broken"}
    try:
        return _read(path, columns)
    except (CalamineError, OSError, ValueError):
        return {"refused": "broken"}


def _read(path: Path, columns: int) -> dict[str, object]:
    workbook = CalamineWorkbook.from_path(str(path))
    sheets: list[object] = []
    for meta in workbook.sheets_metadata:
        if meta.typ != SheetTypeEnum.WorkSheet:
            sheets.append([meta.name, []])
            continue
        sheet = workbook.get_sheet_by_name(meta.name)
        if sheet.total_width > columns:
            return {"refused": "too_many"}
        sheets.append([meta.name, _rows(sheet)])
    return {"sheets": sheets}


def _rows(sheet: CalamineSheet) -> list[list[object]]:
    return [
        [cell.isoformat() if isinstance(cell, date) else _plain(cell) for cell in row]
        for row in sheet.to_python(skip_empty_area=False)
    ]


def _plain(cell: object) -> object:
    return cell if isinstance(cell, str | int | float) else str(cell)


def main() -> None:
    """Print the answer for the path and the number of columns given as arguments."""
    if "resource" in sys.modules:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    json.dump(answer(Path(sys.argv[1]), int(sys.argv[2])), sys.stdout)


if __name__ == "__main__":
    main()
