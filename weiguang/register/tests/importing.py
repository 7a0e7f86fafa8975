"""What the tests of the import share: a small city, its people, and lists made on the spot."""

import csv
import io
from collections.abc import Iterable
from datetime import date
from typing import Any

from seeds.city import make_city
from seeds.load import Loaded, load_network
from seeds.sizes import SMALL
from weiguang.network.authority import Actor
from weiguang.network.models import Holding, Place
from weiguang.network.queries import actor_for, the_system
from weiguang.register.actions import lists
from weiguang.register.actions.lists_confirm import confirm
from weiguang.register.models import (
    Adult,
    Child,
    ChildCategory,
    ChildName,
    ChildPlace,
    HealthFact,
    ImportedList,
    SchoolFact,
    Tie,
)
from weiguang.register.queries.judging import OfferedList
from weiguang.register.rules.identity import check_character

ON = date(2024, 10, 15)
SYSTEM = the_system(on=ON)
HEADER = (
    "村居", "姓名", "性别", "身份证号码", "出生日期", "类别", "监护人姓名", "监护人身份证号",
    "与儿童关系", "联系电话", "户籍地址", "居住地址", "学校", "年级", "残疾证号", "备注",
)  # fmt: skip
TABLES = (Adult, Child, ChildName, ChildPlace, Tie, ChildCategory, SchoolFact, HealthFact)


def small_city() -> Loaded:
    """Two towns with three villages each, and their people."""
    return load_network(make_city(SMALL), password="demo", by=SYSTEM)


def holder(role: str, place: Place, nth: int = 0) -> Actor:
    """The person on a post of that role and place."""
    held = Holding.objects.filter(post__role=role, post__place=place, during__contains=ON)
    return actor_for(held.order_by("id")[nth].person, on=ON)


def number(sequence: int, born: str = "20160229") -> str:
    """A valid identity number in the area that does not exist; odd sequences are boys."""
    body = f"329583{born}{sequence:03d}"
    return body + check_character(body)


def line(village: Place, **said: object) -> list[object]:
    """One valid row of a list, with cells replaced by their Chinese header."""
    row: dict[str, object] = {
        "村居": village.name, "姓名": "顾念安", "性别": "女", "身份证号码": number(2),
        "出生日期": "2016-02-29", "类别": "孤儿", "监护人姓名": "顾建国",
        "监护人身份证号": number(11, "19800101"), "与儿童关系": "祖父", "联系电话": "13800138000",
    }  # fmt: skip
    row |= said
    return [row.get(label, "") for label in HEADER]


def content(rows: Iterable[Iterable[object]], header: Iterable[object] = HEADER) -> bytes:
    """A text file with a header and rows."""
    text = io.StringIO()
    csv.writer(text).writerows([list(header), *map(list, rows)])
    return text.getvalue().encode()


def upload(
    rows: Iterable[Iterable[object]], *, place: Place, by: Actor, on: date = ON, **more: Any
) -> ImportedList:
    """The rows uploaded as a text file for a place."""
    offered = OfferedList(content(rows), "名单.csv", place, as_of=on, **more)
    return lists.upload(offered=offered, by=by)


def confirmed(
    rows: Iterable[Iterable[object]], place: Place, by: Actor, *, on: date = ON
) -> ImportedList:
    """The rows uploaded and confirmed by one person."""
    return confirm(imported=upload(rows, place=place, by=by, on=on), by=by)


def village_of(town: Place, nth: int = 0) -> Place:
    """One of a town's villages, in the order of the codes."""
    return Place.objects.filter(parent=town).order_by("key")[nth]


def said(imported: ImportedList) -> list[tuple[str, list[str]]]:
    """Outcome and reasons of every row, in the order of the file."""
    rows = imported.rows.order_by("sheet_index", "number")
    return list(rows.values_list("outcome", "reasons"))


def whole_register() -> dict[str, list[dict[str, Any]]]:
    """Every value of every record of the register, as people would read it; no event numbers."""
    return {
        table.__name__: [
            {
                field.attname: _plain(getattr(record, field.attname))
                for field in table._meta.concrete_fields
                if field.name != "written_in"
            }
            for record in table.objects.order_by("pk")
        ]
        for table in TABLES
    }


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value
