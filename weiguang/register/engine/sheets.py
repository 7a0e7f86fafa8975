"""Reads a list as sheets of cells, and refuses what is no list before any parser opens it.

The file's content decides what it is, never its name.
"""

import csv
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from python_calamine import CalamineError, CalamineWorkbook

from weiguang.register.engine.cells import Cell

LARGEST_FILE: Final = 20 * 2**20
LARGEST_UNPACKED: Final = 200 * 2**20
MOST_MEMBERS: Final = 2_000
MOST_ROWS: Final = 200_000
MOST_COLUMNS: Final = 300
ZIP: Final = b"PK\x03\x04"
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCODINGS: Final = ("utf-8-sig", "gb18030")
WORKBOOKS: Final = {".xlsx", ".xls"}
TEXTS: Final = {".csv": ",", ".tsv": "\t"}


class UnreadableFileError(Exception):
    """The file cannot be read as a list; `message` says what to do, `reason` is a code."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.message = message


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name and all its rows from the first, hidden ones included."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]


def read_sheets(path: Path, *, largest: int = LARGEST_FILE) -> list[Sheet]:
    """The sheets of an xlsx, xls, csv or tsv file; raises `UnreadableFileError`."""
    if path.stat().st_size > largest:
        raise UnreadableFileError("too_large", "文件太大，没有读取。请拆成几个较小的文件再导入。")
    with path.open("rb") as file:
        head = file.read(len(OLE))
    ending = path.suffix.lower()
    if ending in WORKBOOKS and head.startswith((ZIP, OLE)):
        if head.startswith(ZIP):
            _refuse_dangerous_archive(path)
        return _workbook(path)
    if ending in TEXTS and not head.startswith((ZIP, OLE, b"MZ", b"\x7fELF", b"%PDF")):
        return [_text(path, TEXTS[ending])]
    raise UnreadableFileError(
        "not_a_list", "这个文件不是表格，没有读取。请在表格软件里打开，另存为 xlsx 或 csv 再导入。"
    )


def _refuse_dangerous_archive(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise _broken() from error
    if any(member.filename.lower().endswith("vbaproject.bin") for member in members):
        raise UnreadableFileError(
            "macro", "文件里有宏，没有读取。请另存为不含宏的 xlsx 工作簿再导入。"
        )
    unpacked = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS or unpacked > LARGEST_UNPACKED:
        raise UnreadableFileError(
            "bomb", "文件展开后过大，没有读取。请只保留名单所在的工作表，另存后再导入。"
        )


def _workbook(path: Path) -> list[Sheet]:
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        return [_sheet(workbook, name) for name in workbook.sheet_names]
    except (CalamineError, OSError, ValueError) as error:
        raise _broken() from error


def _sheet(workbook: CalamineWorkbook, name: str) -> Sheet:
    sheet = workbook.get_sheet_by_name(name)
    if sheet.total_height > MOST_ROWS or sheet.total_width > MOST_COLUMNS:
        raise _too_many()
    rows = sheet.to_python(skip_empty_area=False)
    return Sheet(name, tuple(tuple(row) for row in rows))


def _text(path: Path, delimiter: str) -> Sheet:
    text = _decoded(path.read_bytes())
    rows: list[tuple[Cell, ...]] = []
    try:
        for row in csv.reader(io.StringIO(text), delimiter=delimiter):
            rows.append(tuple(row))
            if len(rows) > MOST_ROWS or len(row) > MOST_COLUMNS:
                raise _too_many()
    except csv.Error as error:
        raise _broken() from error
    return Sheet(path.stem, tuple(rows))


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _or_broken(content, "utf-16")
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise _broken()


def _or_broken(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _broken() from error


def _broken() -> UnreadableFileError:
    return UnreadableFileError(
        "broken", "文件损坏、加了密码或没有传完，没有读取。请重新保存后再导入。"
    )


def _too_many() -> UnreadableFileError:
    return UnreadableFileError("too_many", "行或列太多，没有读取。请拆成几个较小的文件再导入。")
