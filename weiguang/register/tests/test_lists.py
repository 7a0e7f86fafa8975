"""Every row of every list is accounted for, exactly as the contract says."""

import json
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from weiguang.kernel.packs import divisions, read_yaml
from weiguang.register.engine.lists import read_list
from weiguang.register.engine.places import NamedPlace, PlaceIndex
from weiguang.register.engine.report import Report
from weiguang.register.engine.sheets import Sheet, UnreadableFileError, read_sheets
from weiguang.register.engine.whole import KnownChild, PersonKey
from weiguang.register.engine.words import import_words

LISTS = Path(__file__).parent / "lists"
WORDS = import_words(read_yaml("cn", "import/words.yaml"))
PLACES = PlaceIndex(
    [
        NamedPlace(d.code, d.code, d.name, d.level, d.parent_code)
        for d in divisions("cn_js_kunshan")
    ],
    suffixes=WORDS.place_suffixes,
)
TODAY = date(2024, 10, 15)
HEADER = ["区镇", "村居", "姓名", "性别", "身份证号码", "出生日期", "类别", "监护人姓名"]
ROW = ["玉山镇", "亭林", "顾念安", "女", "329583201602290028", "2016-02-29", "孤儿", "顾某"]


class Register:
    """A register that holds what a test says."""

    def __init__(self, known: Mapping[str, KnownChild] | None = None) -> None:
        self.known = known or {}
        self.people: set[PersonKey] = set()

    def by_id_number(self, numbers: Iterable[str], *, on: date) -> Mapping[str, KnownChild]:
        return {number: self.known[number] for number in numbers if number in self.known}

    def by_person(self, keys: Iterable[PersonKey]) -> Iterable[PersonKey]:
        return self.people & set(keys)


def read(path: Path, register: Register | None = None) -> Report:
    return read_list(path, words=WORDS, places=PLACES, register=register or Register(), today=TODAY)


def workbook(path: Path, rows: Iterable[Iterable[object]]) -> Path:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(list(row))
    book.save(path)
    return path


def judged(tmp_path: Path, *rows: list[Any], register: Register | None = None) -> list[Any]:
    report = read(workbook(tmp_path / "list.xlsx", [HEADER, *rows]), register)
    return [(row.outcome, sorted(row.reasons)) for row in report.rows]


def altered(**changes: object) -> list[object]:
    places = {"village": 1, "name": 2, "sex": 3, "number": 4, "birth": 5, "category": 6}
    row: list[object] = list(ROW)
    for key, value in changes.items():
        row[places[key]] = value
    return row


@pytest.mark.parametrize("name", ["list-1.xlsx", "list-2.xlsx", "list-3.csv", "list-4.csv"])
def test_a_sample_list_gives_exactly_its_expected_report(name: str) -> None:
    expected = json.loads((LISTS / f"{name}.expected.json").read_text(encoding="utf-8"))

    said = read(LISTS / name).as_json()

    assert (said["file"], said["as_of"], said["summary"]) == (
        expected["file"], expected["as_of"], expected["summary"],
    )  # fmt: skip
    assert said["rows"] == [
        said_row | row for said_row, row in zip(said["rows"], expected["rows"], strict=True)
    ]
    for sheet, wanted in zip(said["sheets"], expected["sheets"], strict=True):
        assert sheet == sheet | wanted


def test_a_second_row_of_the_header_is_named_by_its_group() -> None:
    columns = read(LISTS / "list-2.xlsx").as_json()["sheets"][0]["columns"]

    assert columns["监护人信息/姓名"] == "guardian_name"
    assert columns["儿童基本信息/姓名"] == "name"


def test_a_child_of_the_register_with_the_same_facts_is_known(tmp_path: Path) -> None:
    register = Register({str(ROW[4]): KnownChild("c1", True, "顾念安", {"category": "orphan"})})

    assert judged(tmp_path, ROW, register=register) == [("known", [])]


def test_a_child_of_the_register_with_other_facts_is_changed(tmp_path: Path) -> None:
    register = Register(
        {str(ROW[4]): KnownChild("c1", True, "顾念安", {"category": "street_child"})}
    )

    assert judged(tmp_path, ROW, register=register) == [("changed", [])]


def test_a_number_registered_under_another_name_is_a_conflict(tmp_path: Path) -> None:
    register = Register({str(ROW[4]): KnownChild("c1", True, "顾晚晴")})

    assert judged(tmp_path, ROW, register=register) == [("review", ["name_conflict"])]


def test_a_child_outside_the_rows_of_the_actor_stays_hidden(tmp_path: Path) -> None:
    register = Register({str(ROW[4]): KnownChild("whose-child", False)})

    report = read(workbook(tmp_path / "list.xlsx", [HEADER, ROW]), register)

    assert report.rows[0].as_json()["reasons"] == ["registered_elsewhere"]
    assert "whose-child" not in json.dumps(report.as_json())


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({"number": 3.29583201602290025e17}, ["id_damaged"]),
        ({"number": "3.29583E+17"}, ["id_damaged"]),
        ({"number": "329583201602290000"}, ["id_damaged"]),
        ({"number": "'３２９５８３２０１６０２２９００２８ "}, []),
        ({"number": "329583201602290021"}, ["id_checksum"]),
        ({"number": "", "sex": "?"}, ["id_missing", "sex_invalid"]),
        ({"birth": "2016.3.1"}, ["birth_mismatch"]),
        ({"birth": "2000-01-01"}, ["birth_mismatch"]),
        ({"birth": 42429}, []),
        ({"birth": ""}, []),
        ({"sex": "男"}, ["sex_mismatch"]),
        ({"sex": "?"}, []),
        ({"village": "不存在村"}, ["place_unknown"]),
        ({"category": "重残、重病"}, ["category_ambiguous"]),
        ({"category": ""}, ["category_missing"]),
        ({"name": "—"}, ["name_missing"]),
        ({"name": "<script>alert(1)</script>"}, []),
        ({"name": "=1+1"}, ["name_is_number"]),
    ],
)  # fmt: skip
def test_a_row_is_doubted_for(
    tmp_path: Path, changes: dict[str, object], reasons: list[str]
) -> None:
    row = altered(**changes)
    if isinstance(row[2], str) and row[2].startswith("="):
        path = tmp_path / "list.csv"
        path.write_text("\n".join(",".join(map(str, r)) for r in (HEADER, row)), encoding="utf-8")
        assert sorted(read(path).rows[0].reasons) == reasons
    else:
        assert judged(tmp_path, row) == [("review" if reasons else "new", reasons)]


def test_of_three_rows_with_one_number_the_first_stands(tmp_path: Path) -> None:
    assert judged(tmp_path, ROW, altered(name="顾 念安"), altered(name="王五六")) == [
        ("review", ["duplicate_conflict"]),
        ("skipped", ["duplicate_in_file"]),
        ("review", ["duplicate_conflict"]),
    ]


def test_a_child_without_a_number_that_sounds_like_a_registered_one_is_doubted(
    tmp_path: Path,
) -> None:
    register = Register()
    register.people = {("gunianan", date(2016, 2, 29), "female")}

    assert judged(tmp_path, altered(number=""), register=register) == [
        ("review", ["id_missing", "possible_duplicate"])
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_is_read_in_every_encoding_of_offices(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "名单.csv"
    path.write_bytes("\r\n".join(",".join(map(str, r)) for r in (HEADER, ROW)).encode(encoding))

    assert [row.outcome for row in read(path).rows] == ["new"]


def test_hidden_rows_and_columns_count(tmp_path: Path) -> None:
    book = Workbook()
    assert book.active is not None
    for row in (HEADER, ROW):
        book.active.append(row)
    book.active.row_dimensions[2].hidden = True
    book.active.column_dimensions["E"].hidden = True
    book.save(tmp_path / "list.xlsx")

    assert read(tmp_path / "list.xlsx").rows[0].id_number == ROW[4]


def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (201 * 2**20))


def _macro(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/vbaProject.bin", b"")


HOSTILE = {
    "bomb": _bomb,
    "macro": _macro,
    "broken": lambda path: path.write_bytes(b"PK\x03\x04 cut off"),
    "not_a_list": lambda path: path.write_bytes(b"MZ\x90\x00 a program"),
}


@pytest.mark.parametrize("reason", HOSTILE)
def test_a_hostile_file_is_refused_with_one_clear_line(tmp_path: Path, reason: str) -> None:
    path = tmp_path / "list.xlsx"
    HOSTILE[reason](path)

    with pytest.raises(UnreadableFileError) as refused:
        read_sheets(path)

    assert refused.value.reason == reason
    assert "没有读取" in refused.value.message


def test_a_file_beyond_the_limit_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"x" * 100)

    with pytest.raises(UnreadableFileError, match="too_large"):
        read_sheets(path, largest=99)


CELLS = st.one_of(
    st.just(""),
    st.sampled_from([*HEADER, *ROW, "合计", "填表人:", "无", "2016.2.29", "男"]),
    st.floats(allow_nan=False),
    st.text(max_size=8),
)


@settings(max_examples=150, deadline=None)
@given(rows=st.lists(st.lists(CELLS, max_size=9), max_size=12), above=st.integers(0, 3))
def test_no_row_is_lost_or_counted_twice(rows: list[list[Any]], above: int) -> None:
    sheet = Sheet("s", (*[("标题",)] * above, tuple(HEADER), *(tuple(row) for row in rows)))
    last = max(
        (n for n, r in enumerate(sheet.rows, 1) if any(str(c).strip() for c in r)), default=0
    )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("weiguang.register.engine.lists.read_sheets", lambda path, name: [sheet])
        report = read(Path("s.csv"))

    header_end = report.sheets[0].header_rows[-1]
    assert [row.number for row in report.rows] == list(range(header_end + 1, last + 1))
    summary = report.summary()
    assert summary.pop("rows") == len(report.rows) == sum(summary.values())
