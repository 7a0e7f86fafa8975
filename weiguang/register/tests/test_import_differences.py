"""Where the import contract could be read two ways: what was decided, and how it shows."""

from datetime import date
from pathlib import Path

import pytest

from weiguang.register.engine.lists import read_list
from weiguang.register.engine.places import NamedPlace, PlaceIndex
from weiguang.register.engine.whole import KnownChild
from weiguang.register.tests.importing import number
from weiguang.register.tests.test_lists import HEADER, ROW, TODAY, WORDS, Register, altered, judged

NUMBERS = {"one": number(2), "two": number(4)}
GUARDIANS = {"one": number(11, "19800101"), "two": number(13, "19810101")}
FAMILY = ["姓名", "性别", "身份证号码", "出生日期", "类别", "村居", "监护人姓名", "监护人身份证号",
          "联系电话"]  # fmt: skip


def places(*, within: str = "") -> PlaceIndex:
    """Two towns; 新村 is in both, 东湖 only in the first; `within` narrows the actor's rows."""
    named = [
        ("a", "1", "甲镇", "town", None), ("a1", "11", "新村村委会", "village", "a"),
        ("a2", "12", "东湖村委会", "village", "a"), ("b", "2", "乙镇", "town", None),
        ("b1", "21", "新村村委会", "village", "b"),
    ]  # fmt: skip
    return PlaceIndex(
        [NamedPlace(*each, is_within=each[0].startswith(within)) for each in named],
        suffixes=WORDS.place_suffixes,
    )


@pytest.mark.parametrize(
    ("within", "town", "village", "found"),
    [
        ("", "甲镇", "", "a"),  # a town that is named alone is the place
        ("", "甲", "", "a"),
        ("b", "甲镇", "", None),
        ("", "", "新村", None),
        ("", "乙镇", "新村", "b1"),
        ("", "乙镇", "东湖", "a2"),  # the only one of that name, whatever town runs it
        ("", "丙镇", "东湖", "a2"),
        ("a", "", "新村", "a1"),  # ambiguous in the city, but not among the actor's places
        ("a", "乙镇", "新村", None),  # and yet the row means the namesake outside
        ("a", "乙镇", "东湖", "a2"),
        ("b", "甲镇", "东湖", None),
        ("", "", "", None),
        ("", "甲镇", "没有村", None),
    ],
)
def test_a_place_is_found_or_left_to_a_person(
    within: str, town: str, village: str, found: str | None
) -> None:
    assert places(within=within).find(town=town, village=village) == found


def test_an_address_that_names_one_village_tells_where_the_child_lives() -> None:
    index = places()

    assert index.named_in("甲镇东湖村委会5号") == "a2"
    assert index.named_in("幸福路5号") is None


def family(*lines: dict[str, str]) -> list[list[str]]:
    rows = [FAMILY]
    for each in lines:
        said = {
            "姓名": "顾念安", "性别": "女", "出生日期": "2016-02-29", "类别": "孤儿",
            "村居": "亭林", "监护人姓名": "顾建国", "联系电话": "13800138000",
        } | each  # fmt: skip
        rows.append([said.get(label, "") for label in FAMILY])
    return rows


@pytest.mark.parametrize(
    ("first", "second", "are_twins"),
    [
        (GUARDIANS["one"], "", True),
        ("", "", True),
        (GUARDIANS["one"], GUARDIANS["one"], True),
        (GUARDIANS["one"], GUARDIANS["two"], False),
    ],
)
def test_twins_are_told_by_number_where_both_give_one_else_by_name_and_phone(
    tmp_path: Path, first: str, second: str, are_twins: bool
) -> None:
    rows = family(
        {"身份证号码": NUMBERS["one"], "监护人身份证号": first},
        {"姓名": "顾念平", "身份证号码": NUMBERS["two"], "监护人身份证号": second},
    )
    path = tmp_path / "list.csv"
    path.write_text("\n".join(",".join(row) for row in rows), encoding="utf-8")

    report = read_list(
        path, words=WORDS, places=places(), register=Register(), today=TODAY, default_place="11"
    )

    assert ["twin" in row.reasons for row in report.rows] == [are_twins, are_twins]


@pytest.mark.parametrize(("name", "reason"), [("", "name_missing"), ("123", "name_is_number")])
def test_a_missing_name_is_no_other_name(tmp_path: Path, name: str, reason: str) -> None:
    register = Register({str(ROW[4]): KnownChild("c1", True, "顾晚晴")})

    assert judged(tmp_path, altered(name=name), register=register) == [("review", [reason])]


def test_two_destroyed_numbers_are_not_one_number(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    header = [*HEADER, "监护人身份证号"]
    row = [*altered(number="3.29583E+17"), "3.29583E+17"]
    path.write_text("\n".join(",".join(map(str, r)) for r in (header, row)), encoding="utf-8")

    report = read_list(
        path, words=WORDS, places=places(), register=Register(), today=TODAY, default_place="11"
    )

    assert "id_damaged" in report.rows[0].reasons
    assert "id_is_guardians" not in report.rows[0].reasons


def test_totals_of_a_town_and_rows_numbered_in_advance_are_no_children(tmp_path: Path) -> None:
    header = ["序号", *HEADER]
    rows = [
        ["1", *ROW],
        ["2", *[""] * len(HEADER)],
        ["", "玉山镇小计", "", "1"],
        ["3", "合计95人"],
        ["合计", "", "95"],
    ]
    path = tmp_path / "list.csv"
    path.write_text("\n".join(",".join(map(str, r)) for r in (header, *rows)), encoding="utf-8")

    report = read_list(
        path, words=WORDS, places=places(), register=Register(), today=TODAY, default_place="11"
    )

    assert [sorted(row.reasons) for row in report.rows[1:]] == [
        ["blank_row"], ["total_row"], ["total_row"], ["total_row"],
    ]  # fmt: skip


def test_a_child_whose_town_ends_like_a_total_stays_a_child(tmp_path: Path) -> None:
    report = judged(tmp_path, ["总小计", *ROW[1:]])

    assert report == [("new", [])]


def test_the_day_itself_decides_who_is_a_minor(tmp_path: Path) -> None:
    born = date(TODAY.year - 18, TODAY.month, TODAY.day)

    assert judged(tmp_path, altered(number="", birth=born.isoformat())) == [
        ("rejected", ["id_missing", "not_a_minor"])
    ]
