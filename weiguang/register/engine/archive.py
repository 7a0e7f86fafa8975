"""The parts of an .xlsx that hold its sheets, looked through before a parser sees them.

The parser (calamine) trusts what a file declares: a cell in the last column of the last row
or a huge count makes it ask for memory until the process dies. So every part is unpacked under a
limit, walked by expat (no document types, no wild counts, no far cells), and only what was walked
is handed on, in a fresh archive: nothing can differ between what was checked and what is read.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from xml.parsers import expat

from weiguang.register.engine.refusals import Limits, refusal

_WANTED = ("[content_types].xml", "_rels/", "xl/")
_UNWANTED = (
    "xl/media/",
    "xl/drawings/",
    "xl/theme/",
    "xl/charts/",
    "xl/embeddings/",
    "xl/externallinks/",
    "xl/printersettings/",
)
_MACRO_PARTS = ("vbaproject.bin", "xl/macrosheets/", "vbadata.xml")
_ENCRYPTED_FLAG = 0x1
_CHUNK = 1 << 18
# Counts that announce how many entries follow; a real one is far below.
_HIGHEST_COUNT = 10_000_000
_COUNTS = ("count", "uniqueCount", "ptCount")
_TEN_DIGITS = 10


def checked_workbook(path: Path, limits: Limits) -> io.BytesIO:
    """A clean copy of the workbook's parts; raises `UnreadableFileError` for what is no list."""
    try:
        with zipfile.ZipFile(path) as archive:
            _refuse_by_directory(archive, limits)
            return _copied(archive, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as cause:
        raise refusal("broken") from cause


def _refuse_by_directory(archive: zipfile.ZipFile, limits: Limits) -> None:
    members = archive.infolist()
    names = [member.filename.lower() for member in members]
    if any(part in name for name in names for part in _MACRO_PARTS):
        raise refusal("macro")
    declared = sum(member.file_size for member in members)
    if declared > limits.unpacked_bytes or len(members) > limits.members:
        raise refusal("bomb")
    packed = sum(member.compress_size for member in members)
    if declared > max(limits.never_mind_bytes, limits.times_packed * packed):
        raise refusal("bomb")
    if any(member.flag_bits & _ENCRYPTED_FLAG for member in members):
        raise refusal("broken")
    if "xl/workbook.xml" not in names or len(set(names)) != len(names):
        raise refusal("not_a_list")


def _copied(archive: zipfile.ZipFile, limits: Limits) -> io.BytesIO:
    copy = io.BytesIO()
    left = limits.unpacked_bytes
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as clean:
        for member in archive.infolist():
            content = b"".join(_walked(archive, member, left=left, limits=limits))
            left -= len(content)
            if _is_wanted(member.filename):
                clean.writestr(zipfile.ZipInfo(member.filename), content)
    copy.seek(0)
    return copy


def _is_wanted(name: str) -> bool:
    lowered = name.lower()
    return (
        lowered.startswith(_WANTED)
        and not lowered.startswith(_UNWANTED)
        and lowered.endswith((".xml", ".rels"))
    )


def _walked(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, *, left: int, limits: Limits
) -> Iterator[bytes]:
    """The member's chunks, each checked; those of unwanted members are counted and dropped."""
    walk = PartWalk(limits) if _is_wanted(member.filename) else None
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise refusal("bomb")
            if walk:
                walk.feed(chunk)
                yield chunk
    if walk:
        walk.close()


class PartWalk:
    """One part walked in chunks; remembers the furthest cell that holds something."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._row = 0
        self._column = 0
        # What the cell before called its row.
        self._digits = ""
        self._last_row = 0
        self._last_column = 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._parser.StartElementHandler = self._element

    def feed(self, chunk: bytes) -> None:
        """Walk on. Raises UnreadableFileError for anything a list does not hold."""
        try:
            self._parser.Parse(chunk, False)
        except (expat.ExpatError, ValueError, LookupError) as cause:
            raise refusal("broken") from cause
        self._refuse_far_cells()

    def close(self) -> None:
        """End the part. Raises UnreadableFileError when it stops in the middle."""
        try:
            self._parser.Parse(b"", True)
        except (expat.ExpatError, ValueError, LookupError) as cause:
            raise refusal("broken") from cause

    def _refuse_doctype(self, *_declaration: object) -> None:
        raise refusal("broken")

    def _element(self, name: str, attributes: dict[str, str]) -> None:
        # Every part is walked as if it were a sheet: the parser looks for cells under any root.
        kind = name.rpartition(":")[2] if ":" in name else name
        if kind == "v" or kind == "is":
            if self._row > self._last_row:
                self._last_row = self._row
            if self._column > self._last_column:
                self._last_column = self._column
        elif kind == "c":
            self._enter_cell(attributes.get("r"))
        elif kind == "row":
            stated = attributes.get("r")
            self._row = _count(stated) if stated else self._row + 1
            self._column, self._digits = 0, ""
        elif attributes:
            _refuse_wild_counts(attributes)

    def _enter_cell(self, reference: str | None) -> None:
        if not reference:
            self._column += 1
            return
        letters = reference.rstrip("0123456789")
        self._column = column_number(letters)
        # The cell before it said the same row, in all lists there are.
        if (digits := reference[len(letters) :]) != self._digits:
            self._row, self._digits = _count(digits), digits

    def _refuse_far_cells(self) -> None:
        if self._last_row > self._limits.rows:
            raise refusal("too_many")
        if self._last_column > self._limits.columns:
            raise refusal("too_many")
        if self._last_row * self._last_column > self._limits.cells:
            raise refusal("too_many")


@lru_cache(maxsize=1_024)
def column_number(letters: str) -> int:
    """The number of a spreadsheet's column from its letters.

    >>> column_number("A"), column_number("N"), column_number("XFD")
    (1, 14, 16384)
    """
    number = 0
    for letter in letters.upper():
        if not "A" <= letter <= "Z" or number > _HIGHEST_COUNT:
            raise refusal("broken")
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _refuse_wild_counts(attributes: dict[str, str]) -> None:
    for name in _COUNTS:
        stated = attributes.get(name)
        if stated and stated.strip().isdecimal() and _count(stated) > _HIGHEST_COUNT:
            raise refusal("broken")


def _count(stated: str) -> int:
    digits = stated.strip()
    if not digits.isdecimal() or len(digits) > _TEN_DIGITS:
        raise refusal("broken")
    return int(digits)
