"""Lists kept as text: in which encoding, and no line lost to a stray quote."""

import codecs
import csv
import io
from collections.abc import Iterable
from typing import Final

from weiguang.register.engine.refusals import Limits, refusal

LIMITS: Final = Limits()

ENCODINGS: Final = ("utf-8-sig", "gb18030")
ALLOWED_CONTROLS: Final = "\t\n\r\x0b\x0c"
WEB_PAGES: Final = ("<!doctype", "<html", "<table", "<?xml", "<head", "<meta", "<style")
MOST_LINES_IN_A_CELL: Final = 50


def text_rows(content: bytes, delimiter: str) -> list[list[str]]:
    """The rows as a spreadsheet numbers them, blank ones included; raises `UnreadableFileError`."""
    _refuse_more_than_a_list(content, delimiter.encode())
    text = decoded(content)
    if is_web_page(text):
        raise refusal("not_a_list")
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return _by_line_ends(text, delimiter)
    # A quote that somebody forgot to close would swallow the children below it.
    swallows = any(field.count("\n") > MOST_LINES_IN_A_CELL for row in rows for field in row)
    return _by_line_ends(text, delimiter) if swallows else rows


def _refuse_more_than_a_list(content: bytes, mark: bytes) -> None:
    """Count what separates before anything is taken apart: a million commas are a million cells."""
    end = b"\n" if b"\n" in content else b"\r"
    # Twice as many: some cells hold two lines.
    if content.count(end) > 2 * LIMITS.rows or content.count(mark) > LIMITS.cells:
        raise refusal("too_many")
    if any(line.count(mark) > LIMITS.marks for line in _lines(content, end)):
        raise refusal("too_many")


def _lines(content: bytes, end: bytes) -> Iterable[bytes]:
    # A file hands out one line at a time; only what old Macs wrote is taken apart at once.
    return io.BytesIO(content) if end == b"\n" else content.split(end)


def is_web_page(text: str) -> bool:
    """Whether the text begins as HTML or XML does."""
    return text[:512].lstrip("\ufeff \t\r\n").lower().startswith(WEB_PAGES)


def decoded(content: bytes) -> str:
    """The text in UTF-8, UTF-16 with or without its mark, or GB 18030."""
    for encoding in _candidates(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        text = text.removeprefix("\ufeff").rstrip("\x1a")
        if all(ord(sign) >= 32 or sign in ALLOWED_CONTROLS for sign in set(text)):
            return text
    raise refusal("broken")


def _candidates(content: bytes) -> tuple[str, ...]:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    beginning = content[:4096]
    for encoding, zeros in (("utf-16-le", beginning[1::2]), ("utf-16-be", beginning[::2])):
        if zeros.count(0) * 8 > len(beginning):
            return (encoding,)
    return ENCODINGS


def _by_line_ends(text: str, delimiter: str) -> list[list[str]]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")
    return [[_unquoted(field) for field in line.split(delimiter)] for line in lines]


def _unquoted(field: str) -> str:
    if len(field) > 1 and field.startswith('"') and field.endswith('"'):
        return field[1:-1].replace('""', '"')
    return field
