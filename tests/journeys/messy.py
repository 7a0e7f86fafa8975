"""A workbook as offices send it: a title, two header rows, totals, notes, broken numbers."""

from pathlib import Path

from openpyxl import Workbook

from seeds.network import Place
from weiguang.register.rules.identity import check_character


def number(sequence: int, born: str = "20160229") -> str:
    """A valid number in the area that does not exist; even sequences are girls."""
    body = f"329583{born}{sequence:03d}"
    return body + check_character(body)


def messy_workbook(path: Path, village: Place) -> Path:
    """Seven rows: two new children, three to look at, one too old, one total, one signature."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = "花名册"
    page.append([f"{village.name}困境儿童名单（2026年10月15日）"])
    page.append([])
    page.append(["序号", "儿童基本信息", None, None, None, "类别", "监护人信息", None])
    page.append([None, "村居", "姓名", "性别", "身份证号码", None, "姓名", "联系电话"])
    page.merge_cells("A1:H1")
    page.merge_cells("B3:E3")
    page.merge_cells("G3:H3")
    rows = (
        ("林　晚晴", "女", f"'{number(802)} ", "孤儿", "林大山", "13800138000"),
        ("林小满", "1", number(805), "重残", "林大山", "138-0013-8000"),
        ("周知夏", "女", 329583201602290000, "重病", "周建国", "13800138001"),
        ("吴一诺", "女", "", "重残重病", "吴大海", "13800138002"),
        ("郑可欣", "女", number(806)[:17] + "0", "低保", "郑平", "13800138003"),
        ("孙长大", "男", number(807, "20010101"), "孤儿", "孙平", "13800138004"),
    )
    for place, row in enumerate(rows, start=1):
        page.append([place, village.name, row[0], row[1], row[2], *row[3:]])
    page.append(["合计", None, 6])
    page.append(["填表人：王会计"])
    page.column_dimensions["H"].hidden = True
    book.save(path)
    return path
