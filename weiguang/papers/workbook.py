"""Workbooks for people: every cell is text, nothing in them is ever calculated or followed.

Whoever opens one sees first what it is for, and so does whoever finds a printed page of it. What is
masked is decided by the caller.
"""

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

# A cell that begins so is taken for a formula when it is saved as text and opened again.
STARTS_A_FORMULA: Final = frozenset("=+-@＝＋－＠\t\r\n")
LONGEST_CELL: Final = 32_000
LONGEST_SHEET_NAME: Final = 31
NOT_IN_SHEET_NAMES: Final = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")
NARROWEST, WIDEST = 8, 40
# What stands at the head or foot of a printed page, with the codes that place it.
LONGEST_MARGIN: Final = 240


@dataclass(frozen=True, slots=True)
class PaperSheet:
    """One sheet: its name, the line about its purpose, a header and rows of words."""

    name: str
    notice: str
    header: Sequence[str]
    rows: Iterable[Sequence[str]]


def workbook(sheets: Iterable[PaperSheet]) -> bytes:
    """The sheets as an .xlsx file."""
    file = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(file, options) as book:
        notice_style = book.add_format({"italic": True})
        header_style = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        taken: set[str] = set()
        for sheet in sheets:
            page = book.add_worksheet(_sheet_name(sheet.name, taken))
            page.write_string(0, 0, harmless(sheet.notice), notice_style)
            page.write_row(1, 0, map(harmless, sheet.header), header_style)
            page.freeze_panes(2, 0)
            _mark_pages(page, sheet.notice)
            _write_rows(page, sheet)
    return file.getvalue()


def harmless(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula, cut where a cell ends.

    >>> harmless("=1+1"), harmless("-"), harmless("张三")
    ("'=1+1", '-', '张三')
    """
    cut = text if len(text) <= LONGEST_CELL else text[:LONGEST_CELL] + "…"
    return f"'{cut}" if len(cut) > 1 and cut[0] in STARTS_A_FORMULA else cut


def _mark_pages(page: Worksheet, notice: str) -> None:
    """The notice at the foot of every printed page, the header row at its head."""
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(1)
    # An ampersand begins a code there.
    said = notice.replace("&", "&&")
    page.set_header("&R&8&P / &N")
    page.set_footer(f"&L&8{said[:LONGEST_MARGIN]}")


def _write_rows(page: Worksheet, sheet: PaperSheet) -> None:
    widths = [len(label) for label in sheet.header]
    for number, row in enumerate(sheet.rows, start=2):
        for column, text in enumerate(row):
            page.write_string(number, column, harmless(text))
            widths[column] = max(widths[column], len(text))
    for column, width in enumerate(widths):
        # A Chinese character is about two columns wide.
        page.set_column(column, column, max(NARROWEST, min(WIDEST, width * 2)))


def _sheet_name(name: str, taken: set[str]) -> str:
    """A name that spreadsheets accept and no other sheet of the book has."""
    bare = NOT_IN_SHEET_NAMES.sub(" ", name).strip()[:LONGEST_SHEET_NAME] or "1"
    found, number = bare, 1
    while found.lower() in taken:
        number += 1
        found = f"{bare[: LONGEST_SHEET_NAME - 4]} {number}"
    taken.add(found.lower())
    return found
