"""The engine's one door: a file becomes a report in which every row stands exactly once."""

from collections.abc import Collection
from datetime import date
from pathlib import Path

from weiguang.register.engine.cells import Cell, text_of
from weiguang.register.engine.header import Header, find_header
from weiguang.register.engine.judge import Measure, judge_row, skip_reason
from weiguang.register.engine.places import PlaceIndex
from weiguang.register.engine.report import Report, Row, SheetReport
from weiguang.register.engine.sheets import Sheet, read_sheets
from weiguang.register.engine.whole import RegisterView, judge_whole
from weiguang.register.engine.words import ImportWords

NO_HEADER = "没有找到表头（至少要有姓名和另外两列）"


def read_list(
    path: Path,
    *,
    words: ImportWords,
    places: PlaceIndex,
    register: RegisterView,
    today: date,
    as_of: date | None = None,
    only_sheets: Collection[str] | None = None,
    default_place: str | None = None,
) -> Report:
    """Read and judge a list; writes nothing. Raises `UnreadableFileError`.

    The date of the list is `as_of`, else the first one printed above a header, else `today`.
    """
    sheets = [s for s in read_sheets(path) if only_sheets is None or s.name in only_sheets]
    headers = [find_header(sheet, words) for sheet in sheets]
    printed = next((h.printed_on for h in headers if h and h.printed_on), None)
    on = as_of or printed or today
    measure = Measure(words, places, on, default_place)
    rows = [
        row
        for sheet, header in zip(sheets, headers, strict=True)
        if header
        for row in _rows(sheet, header, measure)
    ]
    judge_whole(rows, register)
    reports = tuple(map(_sheet_report, sheets, headers))
    return Report(path.name, on, reports, tuple(rows))


def _rows(sheet: Sheet, header: Header, measure: Measure) -> list[Row]:
    columns = header.places()
    last = max(
        (n for n, cells in enumerate(sheet.rows, 1) if any(text_of(c) for c in cells)), default=0
    )
    return [
        _row(sheet.name, number, sheet.rows[number - 1], columns, header, measure)
        for number in range(header.first_data_row, last + 1)
    ]


def _row(
    sheet: str,
    number: int,
    cells: tuple[Cell, ...],
    columns: dict[str, int],
    header: Header,
    measure: Measure,
) -> Row:
    said = {code: cells[index] for code, index in columns.items() if index < len(cells)}
    row = Row(sheet, number, {code: text_of(cell) for code, cell in said.items()})
    skip = skip_reason(cells, header, measure.words)
    if skip:
        row.reasons.add(skip)
    else:
        judge_row(row, said, measure)
    return row


def _sheet_report(sheet: Sheet, header: Header | None) -> SheetReport:
    if header is None:
        return SheetReport(sheet.name, (), {}, [], NO_HEADER)
    return SheetReport(sheet.name, header.rows, header.known(), header.unused())
