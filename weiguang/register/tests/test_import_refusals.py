"""A hostile or broken file is refused with one line, and never takes the process down."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from xlsxwriter import Workbook

from weiguang.register.engine.cells import holds_a_character
from weiguang.register.engine.sheets import UnreadableFileError, read_sheets
from weiguang.register.engine.textfile import text_rows

LISTS = Path(__file__).parent / "lists"


def altered(path: Path, change: Callable[[str, bytes], bytes]) -> Path:
    """A small good workbook, with each part passed through `change`."""
    with Workbook(path.with_name("good.xlsx")) as book:
        book.add_worksheet().write_row(0, 0, ["姓名", "性别", "身份证号码"])
    with (
        zipfile.ZipFile(path.with_name("good.xlsx")) as good,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bad,
    ):
        for name in good.namelist():
            bad.writestr(name, change(name, good.read(name)))
    return path


def reason(path: Path) -> str:
    with pytest.raises(UnreadableFileError) as refused:
        read_sheets(path)
    assert "没有读取" in refused.value.message
    return refused.value.reason


def in_part(ending: str, old: bytes, new: bytes) -> Callable[[str, bytes], bytes]:
    def change(name: str, content: bytes) -> bytes:
        if not name.endswith(ending):
            return content
        assert old in content
        return content.replace(old, new, 1)

    return change


@pytest.mark.parametrize("root", [b"worksheet", b"sst"])
def test_a_cell_in_the_last_corner_does_not_end_the_process(tmp_path: Path, root: bytes) -> None:
    corner = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    change = in_part("sheet1.xml", b"</sheetData>", corner)

    def under_another_root(name: str, content: bytes) -> bytes:
        return (
            change(name, content)
            .replace(b"worksheet ", root + b" ")
            .replace(b"/worksheet", b"/" + root)
        )

    chosen = change if root == b"worksheet" else under_another_root
    assert reason(altered(tmp_path / "list.xlsx", chosen)) in {"too_many", "broken"}


def test_a_wild_count_does_not_end_the_process(tmp_path: Path) -> None:
    change = in_part("sharedStrings.xml", b'uniqueCount="', b'uniqueCount="99999999')

    assert reason(altered(tmp_path / "list.xlsx", change)) == "broken"


def test_document_types_are_refused(tmp_path: Path) -> None:
    entity = b'<!DOCTYPE sst [<!ENTITY a "boo">]><sst '

    path = altered(tmp_path / "list.xlsx", in_part("sharedStrings.xml", b"<sst ", entity))

    assert reason(path) == "broken"


def test_a_sheet_that_stops_in_the_middle_is_refused(tmp_path: Path) -> None:
    path = altered(
        tmp_path / "list.xlsx",
        lambda name, content: content[:-40] if name.endswith("sheet1.xml") else content,
    )

    assert reason(path) == "broken"


def test_a_truncated_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes((LISTS / "list-1.xlsx").read_bytes()[:9000])

    assert reason(path) == "broken"


def test_empty_formatted_cells_far_away_do_no_harm(tmp_path: Path) -> None:
    blank = b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'

    path = altered(tmp_path / "list.xlsx", in_part("sheet1.xml", b"</sheetData>", blank))

    assert read_sheets(path)[0].rows[0] == ("姓名", "性别", "身份证号码")


def test_old_macros_and_passwords_are_refused(tmp_path: Path) -> None:
    ole = bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 600
    for name, expected in (("_VBA_PROJECT", "macro"), ("EncryptedPackage", "broken")):
        path = tmp_path / f"{expected}.xls"
        path.write_bytes(ole + name.encode("utf-16-le"))

        assert reason(path) == expected


def test_an_old_workbook_is_read_with_its_dates() -> None:
    rows = read_sheets(LISTS / "old.xls")[0].rows

    assert rows[1][2:6] == ("顾念安", "女", "329583201602290028", "2016-02-29")


@pytest.mark.parametrize("ending", ["xls", "csv"])
def test_a_web_page_is_no_list(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"list.{ending}"
    path.write_text("\n<html><table><tr><td>姓名</td></tr></table></html>", encoding="utf-8")

    assert reason(path) == "not_a_list"


def test_a_quote_that_is_never_closed_swallows_no_row() -> None:
    rows = text_rows('姓名,备注\n甲,"未完\n乙,\n丙,\n'.encode(), ",")

    assert [row[0] for row in rows] == ["姓名", "甲", "乙", "丙"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_its_mark_is_read(encoding: str) -> None:
    text = "\r\n".join(["姓名,性别,身份证号码", *["甲,男,329583201602290028"] * 5])

    assert text_rows(text.encode(encoding), ",")[5][2] == "329583201602290028"


def test_a_name_in_private_use_characters_is_a_name() -> None:
    assert holds_a_character("\ue815\ue816")
    assert not holds_a_character("12")


def test_a_workbook_of_nothing_but_repetition_is_refused_before_it_is_unpacked(
    tmp_path: Path,
) -> None:
    blanks = b" " * (40 * 2**20)

    change = in_part("sheet1.xml", b"</sheetData>", blanks + b"</sheetData>")

    assert reason(altered(tmp_path / "list.xlsx", change)) == "bomb"


@pytest.mark.parametrize("sign", [b",", b"\n", b"\r"])
def test_a_text_of_nothing_but_separators_is_refused_before_it_is_taken_apart(
    tmp_path: Path, sign: bytes
) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes("姓名,性别,身份证号码\n".encode() * (sign == b",") + sign * 2_000_000)

    assert reason(path) == "too_many"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_long_list_in_any_line_ends_is_read_whole(tmp_path: Path, end: str) -> None:
    path = tmp_path / "list.csv"
    lines = ["姓名,性别,身份证号码", *["甲,男,329583201602290028"] * 20_000]
    path.write_bytes(end.join(lines).encode())

    assert len(read_sheets(path)[0].rows) == 20_001
