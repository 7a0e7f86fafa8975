"""The engine's one door: a file becomes a report in which every row stands exactly once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from weiguang.register.engine.cells import Cell, text_of
from weiguang.register.engine.header import Header, find_header
from weiguang.register.engine.judge import Measure, judge_row, skip_reason
from weiguang.register.engine.places import PlaceIndex
from weiguang.register.engine.report import Report, Row, SheetReport
from weiguang.register.engine.sheets import Sheet, read_sheets
from weiguang.register.engine.whole import RegisterView, judge_whole
from weiguang.register.engine.words import ImportWords

NO_HEADER = "没有找到表头（至少要有姓名和另外两列）"


@dataclass(frozen=True, slots=True)
class RowCorrection:
    """What a person said about one row: better values by identifier, and a decision."""

    values: Mapping[str, str] = field(default_factory=dict)
    decision: str = ""


@dataclass(frozen=True, slots=True)
class Corrections:
    """What a person corrected of a list: columns by sheet and index from 0, rows by their place."""

    columns: Mapping[int, Mapping[int, str | None]] = field(default_factory=dict)
    rows: Mapping[tuple[int, int], RowCorrection] = field(default_factory=dict)


AS_READ: Final = Corrections()


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
    file_name: str | None = None,
    corrections: Corrections = AS_READ,
) -> Report:
    """Read and judge a list; writes nothing. Raises `UnreadableFileError`.

    The date of the list is `as_of`, else the first one printed above a header, else `today`.
    `file_name` is what the office called the file, where `path` is only a copy.
    """
    sheets = [
        (index, sheet)
        for index, sheet in enumerate(read_sheets(path, name=file_name))
        if only_sheets is None or sheet.name in only_sheets
    ]
    headers = [_header(sheet, words, corrections.columns.get(index)) for index, sheet in sheets]
    printed = next((h.printed_on for h in headers if h and h.printed_on), None)
    on = as_of or printed or today
    measure = Measure(words, places, on, default_place)
    rows = [
        row
        for (index, sheet), header in zip(sheets, headers, strict=True)
        if header
        for row in _rows(index, sheet, header, measure, corrections.rows)
    ]
    judge_whole(rows, register, on=on)
    reports = tuple(
        _sheet_report(index, sheet, header)
        for (index, sheet), header in zip(sheets, headers, strict=True)
    )
    return Report(file_name or path.name, on, reports, tuple(rows))


def _header(
    sheet: Sheet, words: ImportWords, corrected: Mapping[int, str | None] | None
) -> Header | None:
    header = find_header(sheet, words)
    return header.corrected(corrected) if header and corrected else header


def _rows(
    sheet_index: int,
    sheet: Sheet,
    header: Header,
    measure: Measure,
    corrections: Mapping[tuple[int, int], RowCorrection],
) -> list[Row]:
    columns = header.places
    rows, last = [], 0
    for number, cells in enumerate(sheet.rows[header.rows[-1] :], header.first_data_row):
        texts = tuple(map(text_of, cells))
        row = Row(sheet.name, number, {}, sheet_index=sheet_index, cells=texts)
        correction = corrections.get((sheet_index, number))
        _judge(row, cells, columns, header, measure, correction)
        rows.append(row)
        last = len(rows) if any(texts) else last
    return rows[:last]


def _judge(
    row: Row,
    cells: tuple[Cell, ...],
    columns: dict[str, int],
    header: Header,
    measure: Measure,
    correction: RowCorrection | None,
) -> None:
    row.values = {code: row.cells[i] for code, i in columns.items() if i < len(cells)}
    skip = skip_reason(row.cells, header, measure.words)
    if skip:
        row.reasons.add(skip)
        return
    said = {code: cells[index] for code, index in columns.items() if index < len(cells)}
    if correction:
        row.decision = correction.decision
        row.values |= correction.values
        said |= correction.values
    judge_row(row, said, measure)


def _sheet_report(index: int, sheet: Sheet, header: Header | None) -> SheetReport:
    if header is None:
        return SheetReport(sheet.name, (), {}, [], NO_HEADER, index=index)
    return SheetReport(
        sheet.name, header.rows, header.known(), header.unused(), None, index, header.columns
    )
