"""A hundred files and more that no list, no photograph and no paper is; each is made on the spot.

What is refused for which reason is proved beside the engines; here is what each may cost.
"""

import io
import random
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from PIL import Image

from tests.papers import docx, pdf, photo, xlsx, zipped
from weiguang.register.tests.test_hostile_papers import HOSTILE, chunk

MEGABYTE: Final = 2**20
OLD: Final = Path(__file__).parents[2] / "weiguang/register/tests/lists/old.xls"
HEAD: Final = "村居,姓名,性别,身份证号码,出生日期"
SHEET: Final = "<worksheet><sheetData>{}</sheetData></worksheet>"
Make = Callable[[], bytes]


def png_of(width: int, height: int, colours: int = 2, *, depth: int = 8, interlaced: int = 0,
           pixels: bytes | None = None, before: bytes = b"") -> bytes:  # fmt: skip
    """A PNG written by hand, so that what it declares need not be what it holds."""
    head = struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, interlaced)
    bands = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colours]
    row = 1 + (width * bands * depth + 7) // 8
    packed = zlib.compress(bytes(row * height) if pixels is None else pixels, 9)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + before + chunk(b"IDAT", packed)
        + chunk(b"IEND", b"")
    )  # fmt: skip


def zeros_png(width: int, height: int, colours: int = 2, **more: int) -> bytes:
    """A black picture of that size; its rows are packed as they are made."""
    head = struct.pack(">IIBBBBB", width, height, more.get("depth", 8), colours, 0, 0, 0)
    bands = {0: 1, 2: 3, 6: 4}[colours]
    row, packer, packed = (
        bytes(1 + width * bands * more.get("depth", 8) // 8),
        zlib.compressobj(9),
        b"",
    )
    for _ in range(height):
        packed += packer.compress(row)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed + packer.flush())
        + chunk(b"IEND", b"")
    )  # fmt: skip


def jpeg_of(size: tuple[int, int], mode: str = "RGB", **how: bool) -> bytes:
    """A plain JPEG of that size."""
    into = io.BytesIO()
    Image.new(mode, size).save(into, "JPEG", quality=30, **how)
    return into.getvalue()


def many_scans() -> bytes:
    """A progressive JPEG whose last scan is repeated some thousand times."""
    content = jpeg_of((1_500, 1_500), progressive=True)
    last = content.rindex(b"\xff\xda")
    return content[:last] + content[last:-2] * 3_000 + b"\xff\xd9"


def declared(content: bytes, size: tuple[int, int]) -> bytes:
    """A JPEG that says of itself that it is much larger."""
    for mark in (b"\xff\xc0", b"\xff\xc2"):
        at = content.find(mark)
        if at > 0:
            return content[: at + 5] + struct.pack(">HH", *size) + content[at + 9 :]
    return content


def exif_round() -> bytes:
    """A photograph whose description leads back to itself."""
    tiff = b"II*\x00\x08\x00\x00\x00" + struct.pack("<HHHII", 1, 0x8769, 4, 1, 8) + b"\x08\0\0\0"
    body = b"Exif\x00\x00" + tiff
    content = photo()
    return content[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + content[2:]


def many_frames() -> bytes:
    """A PNG that announces four billion pictures."""
    return png_of(4, 4, before=chunk(b"acTL", struct.pack(">II", 2**31 - 1, 0)))


def text_bomb() -> bytes:
    """A PNG with words that unpack to a hundred megabytes."""
    packed = zlib.compress(bytes(100 * MEGABYTE), 9)
    return png_of(4, 4, before=chunk(b"zTXt", b"Comment\0\0" + packed))


def profile_bomb() -> bytes:
    """A PNG with a colour profile that unpacks to a hundred megabytes."""
    packed = zlib.compress(bytes(100 * MEGABYTE), 9)
    return png_of(4, 4, before=chunk(b"iCCP", b"x\0\0" + packed))


PHOTOS: Final[dict[str, Make]] = {
    "a black picture of 100 million pixels": lambda: zeros_png(10_000, 10_000),
    "a transparent one of 60 million": lambda: zeros_png(8_000, 7_500, 6),
    "a grey one of 119 million": lambda: zeros_png(10_900, 10_900, 0),
    "one of sixteen bits a colour": lambda: zeros_png(6_000, 6_000, 2, depth=16),
    "one pixel high": lambda: zeros_png(1_000_000, 1),
    "one pixel wide": lambda: zeros_png(1, 1_000_000, 0),
    "no pixel wide": lambda: png_of(0, 4, pixels=b""),
    "wider than it holds": lambda: png_of(5_000, 5_000, pixels=bytes(99)),
    "with more than it declares": lambda: png_of(4, 4, pixels=bytes(90 * MEGABYTE)),
    "woven": lambda: png_of(3_000, 3_000, interlaced=1),
    "of a kind that is none": lambda: png_of(4, 4, depth=7, pixels=bytes(99)),
    "with words that unpack": text_bomb,
    "with a profile that unpacks": profile_bomb,
    "that announces pictures": many_frames,
    "with a hundred thousand chunks": lambda: png_of(
        4, 4, before=chunk(b"tEXt", b"a\0b") * 100_000
    ),
    "whose sums are wrong": lambda: png_of(4, 4).replace(b"IDAT", b"IDAT\x00", 1),
    "one of 108 million pixels": lambda: jpeg_of((12_000, 9_000)),
    "a photograph of 119 million pixels": lambda: jpeg_of((10_900, 10_900)),
    "one that comes in passes": lambda: jpeg_of((9_000, 9_000), progressive=True),
    "one with three thousand passes": many_scans,
    "one for the printer": lambda: jpeg_of((8_000, 8_000), "CMYK"),
    "one that says it is larger": lambda: declared(photo(), (10_000, 11_000)),
    "one that says it is vast": lambda: declared(photo(), (65_535, 65_535)),
    "one that says it is nothing": lambda: declared(photo(), (0, 0)),
    "one described in circles": exif_round,
    "a photograph full of noise": lambda: photo()[:200] + random.Random(4).randbytes(4 * MEGABYTE),
    "a photograph of marks": lambda: photo()[:20] + b"\xff\xe1\x00\x02" * 500_000 + photo()[20:],
    "a photograph of tables": lambda: photo()[:2] + photo()[2:400] * 2_000,
}


def packed_xlsx(**parts: bytes | str) -> bytes:
    """A workbook with these parts instead of its own."""
    return xlsx(**{"xl___rels__workbook.xml.rels": "<Relationships/>", **parts})


def sheet(rows: str) -> bytes:
    """A workbook with one sheet of these rows."""
    relations = ("<Relationships><Relationship Id='r1' Type='x/worksheet' "
                 "Target='worksheets/sheet1.xml'/></Relationships>")  # fmt: skip
    book = (
        "<workbook xmlns:r='r'><sheets><sheet name='a' sheetId='1' r:id='r1'/></sheets></workbook>"
    )
    return zipped({
        "[Content_Types].xml": "<Types/>", "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": relations, "xl/worksheets/sheet1.xml": SHEET.format(rows),
    })  # fmt: skip


def spoiled_xls(seed: int) -> bytes:
    """An old workbook of which some bytes are others."""
    chance, content = random.Random(seed), bytearray(OLD.read_bytes())
    for _ in range(12):
        content[chance.randrange(512, len(content))] = chance.choice((0, 0x7F, 0xFF))
    return bytes(content)


def circular_xls() -> bytes:
    """An old workbook whose table of sectors leads round and round."""
    content = bytearray(OLD.read_bytes())
    content[512:1_024] = struct.pack("<I", 0) * 128
    return bytes(content)


LISTS: Final[dict[str, tuple[str, Make]]] = {
    "nothing but commas": (".csv", lambda: b"," * (19 * MEGABYTE)),
    "nothing but line ends": (".csv", lambda: b"\n" * (19 * MEGABYTE)),
    "nothing but tabs": (".tsv", lambda: b"\t" * (19 * MEGABYTE)),
    "rows of commas": (".csv", lambda: (b"," * 299 + b"\n") * 60_000),
    "nothing but quotes": (".csv", lambda: b'"' * (19 * MEGABYTE)),
    "one cell": (".csv", lambda: HEAD.encode() + b"\n" + b"x" * (19 * MEGABYTE)),
    "an open quote": (".csv", lambda: f'{HEAD}\n"'.encode() + b"x\n" * 4_000_000),
    "quotes by turns": (".csv", lambda: HEAD.encode() + b'\n"a","b\n' * 1_000_000),
    "zeros": (".csv", lambda: bytes(19 * MEGABYTE)),
    "UTF-16 of nothing": (".csv", lambda: b"\xff\xfe" + b"\x0d\xd8" * 4_000_000),
    "noise": (".csv", lambda: random.Random(1).randbytes(8 * MEGABYTE)),
    "half a character": (".csv", lambda: HEAD.encode()[:-1] + b"\n" + b"\xe9" * 4_000_000),
    "a program": (".csv", lambda: b"MZ" + bytes(999)),
    "a page": (".csv", lambda: b"<html>" + b"<table><tr><td>" * 300_000),
    "a paper": (".xlsx", pdf),
    "a letter": (".xlsx", docx),
    "an archive of archives": (".xlsx", lambda: zipped({"xl/workbook.xml": xlsx()})),
    "a sheet of 190 MB": (".xlsx", lambda: packed_xlsx(**{
        "xl__worksheets__sheet1.xml": b"<worksheet>" + b" " * (190 * MEGABYTE) + b"</worksheet>"})),
    "two hundred sheets of one MB": (".xlsx", lambda: packed_xlsx(**{
        f"xl__worksheets__sheet{n}.xml": b"<a>" + b" " * MEGABYTE + b"</a>" for n in range(190)})),
    "words of 100 MB": (".xlsx", lambda: packed_xlsx(**{
        "xl__sharedStrings.xml": b"<sst>" + b"<si><t>a</t></si>" * 6_000_000 + b"</sst>"})),
    "pictures of 190 MB": (".xlsx", lambda: packed_xlsx(**{
        "xl__media__a.bin": bytes(190 * MEGABYTE)})),
    "three thousand members": (".xlsx", lambda: zipped(
        {f"xl/{n}.xml": "<a/>" for n in range(3_000)})),
    "deep marks": (".xlsx", lambda: packed_xlsx(**{
        "xl__worksheets__sheet1.xml": b"<a>" * 1_000_000 + b"</a>" * 1_000_000})),
    "a mark with many names": (".xlsx", lambda: packed_xlsx(**{
        "xl__worksheets__sheet1.xml":
            b"<a " + b" ".join(b'x%d=""' % n for n in range(400_000)) + b"/>"})),
    "a name that packs badly": (".xlsx", lambda: packed_xlsx(**{
        "xl__worksheets__sheet1.xml":
            b"<a" + random.Random(2).randbytes(7 * MEGABYTE).hex().encode() + b"/>"})),
    "a name of 50 MB": (".xlsx", lambda: packed_xlsx(**{
        "xl__worksheets__sheet1.xml": b"<" + b"a" * (50 * MEGABYTE) + b"/>"})),
    "entities": (".xlsx", lambda: packed_xlsx(**{
        "xl__workbook.xml": "<!DOCTYPE a [<!ENTITY b 'c'><!ENTITY d '&b;&b;'>]><a>&d;</a>"})),
    "a far cell": (".xlsx", lambda: sheet("<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>")),
    "far cells, many": (".xlsx", lambda: sheet(
        "<row r='190000'><c r='KN190000'><v>1</v></c></row>" * 5)),
    "a row below nothing": (".xlsx", lambda: sheet("<row r='-1'><c r='A-1'><v>1</v></c></row>")),
    "a row without end": (".xlsx", lambda: sheet(
        "<row r='" + "9" * 400 + "'><c><v>1</v></c></row>")),
    "a cell of 30 MB": (".xlsx", lambda: sheet(
        "<row r='1'><c r='A1' t='inlineStr'><is><t>" + "x" * (30 * MEGABYTE)
        + "</t></is></c></row>")),
    "a date beyond time": (".xlsx", lambda: sheet(
        "<row r='1'><c r='A1' s='1'><v>1e308</v></c><c r='B1'><v>nan</v></c></row>")),
    "a word that is not there": (".xlsx", lambda: sheet(
        "<row r='1'><c r='A1' t='s'><v>99</v></c></row>")),
    "an old workbook in circles": (".xls", circular_xls),
    "half an old workbook": (".xls", lambda: OLD.read_bytes()[:3_000]),
    "an old workbook of nothing": (".xls", lambda: OLD.read_bytes()[:512] + bytes(9 * MEGABYTE)),
    **{f"a spoiled old workbook {n}": (".xls", lambda n=n: spoiled_xls(n)) for n in range(6)},
}  # fmt: skip


def papers_and_photos() -> Iterator[tuple[str, bytes]]:
    """Everything that is handed in as a paper."""
    for name, (make, _reason) in HOSTILE.items():
        yield name, make()
    for name, make in PHOTOS.items():
        yield f"photo: {name}", make()


def lists() -> Iterator[tuple[str, bytes]]:
    """Everything that is handed in as a list; the name ends as the file does."""
    for name, (ending, make) in LISTS.items():
        yield f"{name}{ending}", make()
