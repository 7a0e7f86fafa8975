"""A workbook says what was written and does nothing."""

import io
import zipfile

from openpyxl import load_workbook

from weiguang.papers.workbook import LONGEST_CELL, PaperSheet, workbook

WILD = ["=1+1", "+86 138", "-2", "@SUM(A1)", "\t=1", "＝1+1", "http://x.example", "<b>", "-", "12"]


def cells(content: bytes, sheet: int = 0) -> list[list[object]]:
    book = load_workbook(io.BytesIO(content))
    return [[cell.value for cell in row] for row in book.worksheets[sheet].iter_rows()]


def test_no_cell_is_a_formula_a_link_or_a_number() -> None:
    content = workbook([PaperSheet("名单", "用途", ["甲"] * len(WILD), [WILD])])

    written = cells(content)[2]
    assert all(isinstance(value, str) for value in written)
    assert [str(value).lstrip("'") for value in written] == [text.lstrip("'") for text in WILD]
    assert [str(v).startswith("'") for v in written] == [True] * 6 + [False] * 4
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet


def test_the_purpose_is_the_first_line() -> None:
    assert cells(workbook([PaperSheet("名单", "用途：核对", ["甲"], [])]))[0][0] == "用途：核对"


def test_odd_and_equal_sheet_names_are_accepted() -> None:
    sheets = [PaperSheet(name, "", ["甲"], []) for name in ("a/b:c", "a b c", "", "名" * 40)]

    names = load_workbook(io.BytesIO(workbook(sheets))).sheetnames

    assert len({name.lower() for name in names}) == 4
    assert all(len(name) <= 31 for name in names)


def test_an_endless_cell_is_cut_and_says_so() -> None:
    written = cells(workbook([PaperSheet("名单", "", ["甲"], [["长" * 40_000]])]))[2][0]

    assert written == "长" * LONGEST_CELL + "…"


def test_every_printed_page_says_what_it_is_for() -> None:
    content = workbook([PaperSheet("名单", "用途：核对 A&B", ["甲"], [["乙"]])])

    page = load_workbook(io.BytesIO(content)).worksheets[0]

    assert "用途：核对 A&&B" in str(page.oddFooter.left.text)
    assert page.print_title_rows == "$2:$2"
