"""What people do with a list that waits: correct it, decide its rows, and who may do so."""

import io
import json
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from weiguang.kernel.errors import Conflict, Invalid, NotFoundOrRefused, Unreadable
from weiguang.kernel.models import Event
from weiguang.network.authority import Actor
from weiguang.network.models import Place
from weiguang.register.actions import categories, children, lists, merges
from weiguang.register.actions.children import Identity
from weiguang.register.actions.lists_confirm import confirm
from weiguang.register.actions.lists_export import export_rows
from weiguang.register.actions.lists_undo import undo
from weiguang.register.engine.header import IDENTIFIERS
from weiguang.register.models import (
    Adult,
    Child,
    ChildCategory,
    ImportedFile,
    ImportedList,
    ImportedRow,
    SchoolFact,
)
from weiguang.register.queries import lists as list_queries
from weiguang.register.queries.import_words import column_words, reason_words
from weiguang.register.queries.judging import OfferedList, judge
from weiguang.register.tests.importing import (
    HEADER,
    ON,
    confirmed,
    content,
    holder,
    line,
    number,
    said,
    upload,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def supervisor(town: Place) -> Actor:
    return holder("child_supervisor", town)


def test_a_number_under_another_name_waits_until_somebody_says_it_is_the_same_child(
    village: Place, town: Place, supervisor: Actor
) -> None:
    confirmed([line(village)], town, supervisor)
    imported = upload(
        [line(village, 姓名="顾晚晴", 联系电话="13900139000")], place=town, by=supervisor
    )
    assert said(imported) == [("review", ["name_conflict"])]

    row = lists.resolve(row=imported.rows.get(), values={}, decision="same_child", by=supervisor)
    confirm(imported=imported, by=supervisor)

    assert (row.outcome, row.review) == ("changed", "resolved")
    assert Child.objects.get().name == "顾念安"
    assert Adult.objects.get().phone == "13900139000"


def test_a_neighbour_neither_sees_nor_touches_a_list(
    village: Place, town: Place, supervisor: Actor, other_town: Place
) -> None:
    imported = upload([line(village)], place=town, by=supervisor)
    neighbour = holder("child_supervisor", other_town)

    assert not list_queries.lists_for(neighbour).exists()
    for forbidden in (
        lambda: list_queries.list_for(neighbour, imported.pk),
        lambda: list_queries.row_for(neighbour, imported.rows.get().pk),
        lambda: confirm(imported=imported, by=neighbour),
        lambda: undo(imported=imported, by=neighbour),
        lambda: lists.discard(imported=imported, by=neighbour),
        lambda: lists.correct_columns(imported=imported, columns={}, by=neighbour),
        lambda: lists.resolve(row=imported.rows.get(), values={}, by=neighbour),
        lambda: upload([line(village)], place=town, by=neighbour),
    ):
        with pytest.raises(NotFoundOrRefused):
            forbidden()
    assert not Child.objects.exists()


def test_a_child_director_imports_nothing(village: Place) -> None:
    with pytest.raises(NotFoundOrRefused):
        upload([line(village)], place=village, by=holder("child_director", village))


def test_a_row_is_resolved_in_place_and_the_whole_list_judged_again(
    village: Place, town: Place, supervisor: Actor
) -> None:
    rows = [line(village), line(village, 姓名="王佳琪", 类别="事实无人抚养")]
    imported = upload(rows, place=town, by=supervisor)
    assert [outcome for outcome, _ in said(imported)] == ["review", "review"]
    second = imported.rows.get(number=3)

    row = lists.resolve(
        row=second, values={"id_number": number(4), "category": "severe_illness"}, by=supervisor
    )

    assert (row.outcome, row.review, row.reasons) == ("new", "resolved", ["twin"])
    assert said(imported) == [("new", ["twin"]), ("new", ["twin"])]
    imported.refresh_from_db()
    assert imported.summary["new"] == 2


def test_a_row_left_out_frees_the_row_it_stood_against(
    village: Place, town: Place, supervisor: Actor
) -> None:
    imported = upload([line(village), line(village, 姓名="王佳琪")], place=town, by=supervisor)

    lists.leave_out(row=imported.rows.get(number=3), reason="entered_by_mistake", by=supervisor)
    confirm(imported=imported, by=supervisor)

    assert imported.rows.get(number=3).review == "left_out"
    assert [child.name for child in Child.objects.all()] == ["顾念安"]


def test_a_child_without_a_number_enters_with_the_reason_why(
    village: Place, town: Place, supervisor: Actor
) -> None:
    imported = upload([line(village, 身份证号码="未上户")], place=town, by=supervisor)
    assert said(imported) == [("review", ["id_missing"])]

    lists.resolve(
        row=imported.rows.get(), values={"no_id_reason": "hukou_not_registered"}, by=supervisor
    )
    confirm(imported=imported, by=supervisor)

    child = Child.objects.get()
    assert (child.id_number, child.no_id_reason) == (None, "hukou_not_registered")


def test_two_children_alike_are_both_registered_when_somebody_says_so(
    village: Place, town: Place, supervisor: Actor
) -> None:
    confirmed([line(village)], town, supervisor)
    imported = upload([line(village, 身份证号码="")], place=town, by=supervisor)
    assert said(imported) == [("review", ["id_missing", "possible_duplicate"])]

    lists.resolve(
        row=imported.rows.get(), values={"no_id_reason": "not_given"}, decision="two_children",
        by=supervisor,
    )  # fmt: skip
    confirm(imported=imported, by=supervisor)

    assert Child.objects.count() == 2


@pytest.mark.parametrize(
    ("values", "decision"),
    [
        ({"written_in": "1"}, ""),
        ({"no_id_reason": "because"}, ""),
        ({}, "same_child"),
        ({}, "anything"),
    ],
)
def test_nonsense_resolves_nothing(
    village: Place, town: Place, supervisor: Actor, values: dict[str, str], decision: str
) -> None:
    imported = upload([line(village, 类别="")], place=town, by=supervisor)

    with pytest.raises(Invalid):
        lists.resolve(row=imported.rows.get(), values=values, decision=decision, by=supervisor)


def test_a_column_read_wrongly_is_corrected(village: Place, town: Place, supervisor: Actor) -> None:
    header = [label if label != "类别" else "情况" for label in HEADER]
    offered = OfferedList(content([line(village)], header), "a.csv", town, as_of=ON)
    imported = lists.upload(offered=offered, by=supervisor)
    assert said(imported) == [("review", ["category_missing"])]

    lists.correct_columns(imported=imported, columns={0: {5: "category"}}, by=supervisor)

    assert said(imported) == [("new", [])]
    imported.refresh_from_db()
    assert list_queries.report_json(imported)["sheets"][0]["columns"]["情况"] == "category"
    with pytest.raises(Invalid):
        lists.correct_columns(imported=imported, columns={0: {5: "password"}}, by=supervisor)


def test_rows_are_kept_whole_and_unreadable_in_the_database(
    village: Place, town: Place, supervisor: Actor
) -> None:
    imported = upload([line(village, 备注="爱画画")], place=town, by=supervisor)

    row = imported.rows.get()
    assert row.said["cells"][-1] == "爱画画"
    with connection.cursor() as cursor:
        for table in (ImportedList, ImportedFile, ImportedRow):
            cursor.execute(f"SELECT row_to_json(t)::text FROM {table._meta.db_table} t")
            text = cursor.fetchone()[0]
            for secret in ("顾念安", "爱画画", "名单", number(2)):
                assert secret not in text
                assert secret.encode().hex() not in text


def test_formulas_and_markup_survive_as_text(
    village: Place, town: Place, supervisor: Actor
) -> None:
    wild = line(village, 姓名="<b>顾念安</b>", 学校="=cmd|' /C calc'!A0", 备注="@SUM(1+1)")

    imported = confirmed([wild], town, supervisor)

    assert said(imported) == [("new", [])]
    assert Child.objects.get().name == "<b>顾念安</b>"
    assert SchoolFact.objects.get().school == "=cmd|' /C calc'!A0"
    assert imported.rows.get().said["cells"] == [str(cell) for cell in wild]


def test_a_discarded_list_cannot_be_confirmed(
    village: Place, town: Place, supervisor: Actor
) -> None:
    imported = upload([line(village)], place=town, by=supervisor)

    lists.discard(imported=imported, by=supervisor)

    with pytest.raises(Conflict):
        confirm(imported=imported, by=supervisor)


def test_a_file_that_is_no_list_says_what_to_do(town: Place, supervisor: Actor) -> None:
    offered = OfferedList(b"MZ\x90", "名单.xlsx", town)

    with pytest.raises(Unreadable) as refused:
        lists.upload(offered=offered, by=supervisor)

    assert "不是表格" in refused.value.what
    assert not ImportedList.objects.exists()


def _queries_to_judge(rows: int, village: Place, town: Place) -> int:
    lines = [
        line(village, 姓名=f"顾念{chr(0x4E00 + n)}", 身份证号码=number(2 * n), 联系电话="")
        for n in range(1, rows + 1)
    ]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        judge(OfferedList(content(lines), "a.csv", town, as_of=ON))
    return len(queries)


def test_judging_asks_as_often_for_a_hundred_rows_as_for_ten(
    village: Place, town: Place, supervisor: Actor
) -> None:
    confirmed(
        [
            line(village, 姓名=f"顾念{chr(0x4E00 + n)}", 身份证号码=number(2 * n), 联系电话="")
            for n in range(1, 101)
        ],
        town,
        supervisor,
    )

    assert _queries_to_judge(10, village, town) == _queries_to_judge(100, village, town) < 15


def test_a_batch_of_proposals_is_confirmed_by_a_second_person(
    village: Place, town: Place, supervisor: Actor, other_town: Place
) -> None:
    rows = [line(village), line(village, 姓名="王佳琪", 身份证号码=number(4))]
    confirmed(rows, town, supervisor)
    proposals = list(ChildCategory.objects.all())
    neighbour = holder("town_civil_affairs", other_town)
    second = holder("town_civil_affairs", town)

    for refused in (supervisor, neighbour):
        with pytest.raises(NotFoundOrRefused):
            categories.decide_many(proposals=proposals, is_confirmed=True, by=refused)
    decided = categories.decide_many(proposals=proposals, is_confirmed=True, by=second)

    assert decided == 2
    assert set(ChildCategory.objects.values_list("status", "decided_by")) == {
        ("confirmed", second.person_id)
    }
    with pytest.raises(Conflict):
        categories.decide_many(proposals=proposals, is_confirmed=False, by=second)


CELLS = st.sampled_from(
    ["", "无", "合计", "顾念安", "王佳琪", "女", "男", number(2), number(4), "3.29E+17",
     "2016-02-29", "孤儿", "重残", "不知道", "13800138000", "填表人:", "序号"]
)  # fmt: skip
ROWS = st.lists(st.lists(CELLS, min_size=len(HEADER) - 1, max_size=len(HEADER) - 1), max_size=6)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=ROWS)
def test_upload_and_confirm_account_for_every_row(
    rows: list[list[str]], village: Place, town: Place, supervisor: Actor
) -> None:
    kept = [[village.name, *row] for row in rows]
    before = Child.objects.count()

    imported = confirmed(kept, town, supervisor)

    found = list(imported.rows.order_by("number").values_list("number", "outcome"))
    assert [number for number, _ in found] == list(range(2, len(kept) + 2))
    summary = dict(imported.summary)
    assert summary.pop("rows") == len(kept) == sum(summary.values())
    assert Child.objects.count() - before == summary["new"]


def _handed_out(content: bytes) -> list[list[str]]:
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    return [[str(cell.value or "") for cell in row] for row in sheet.iter_rows()]


def test_rows_to_correct_are_handed_out_masked_with_their_reasons(
    village: Place, town: Place, supervisor: Actor
) -> None:
    secret = line(village, 类别="", 户籍地址="幸福路1号", 备注="=1+1")
    imported = upload([secret, line(village, 身份证号码=number(4))], place=town, by=supervisor)

    content = export_rows(imported=imported, by=supervisor, purpose="data_check")

    rows = _handed_out(content)
    assert len(rows) == 3
    assert "名单日期 2024-10-15" in rows[0][0]
    assert rows[2][:3] == ["2", "需要核对", "没有类别；可能是双胞胎"]
    assert "顾念安" in rows[2]
    for hidden in (number(2), "13800138000", "幸福路1号", "=1+1"):
        assert not any(hidden in cell for cell in rows[2])
    event = Event.objects.get(verb="import.export")
    assert (event.detail["rows"], event.detail["is_masked"]) == (1, True)


def test_only_who_uploaded_has_her_own_rows_back_and_may_upload_them_again(
    village: Place, town: Place, supervisor: Actor
) -> None:
    imported = upload([line(village, 类别="", 学校="=1+1")], place=town, by=supervisor)
    with pytest.raises(NotFoundOrRefused):
        export_rows(
            imported=imported, by=holder("town_civil_affairs", town), purpose="data_check",
            is_masked=False,
        )  # fmt: skip

    content = export_rows(imported=imported, by=supervisor, purpose="data_check", is_masked=False)

    assert number(2) in _handed_out(content)[2]
    again = lists.upload(offered=OfferedList(content, "rows.xlsx", town), by=supervisor)
    assert (said(again), again.as_of) == ([("review", ["category_missing"])], ON)


def test_a_neighbour_is_handed_nothing(
    village: Place, town: Place, supervisor: Actor, other_town: Place
) -> None:
    imported = upload([line(village, 类别="")], place=town, by=supervisor)

    with pytest.raises(NotFoundOrRefused):
        export_rows(
            imported=imported, by=holder("child_supervisor", other_town), purpose="data_check"
        )


def test_every_reason_has_words_in_both_languages() -> None:
    samples = [
        row["reasons"]
        for path in (Path(__file__).parent / "lists").glob("*.expected.json")
        for row in json.loads(path.read_text(encoding="utf-8"))["rows"]
    ]
    used = {reason for reasons in samples for reason in reasons}

    assert used <= set(reason_words())
    for word in reason_words().values():
        assert all((word.label.zh, word.label.en, word.next.zh, word.next.en))
    assert set(column_words()) == set(IDENTIFIERS)


@pytest.mark.parametrize("goes", ["kept", "absorbed"])
def test_a_list_whose_child_is_to_be_merged_is_not_undone(
    village: Place, town: Place, supervisor: Actor, goes: str
) -> None:
    imported = upload([line(village)], place=town, by=supervisor)
    confirm(imported=imported, by=supervisor)
    child = imported.rows.get().child
    assert child is not None
    same = Identity(name="顾念按", sex=child.sex, birth_date=child.birth_date, no_id_reason="lost")
    other = children.register(
        identity=same, hukou=village, residence=village, since=date(2021, 1, 1), by=supervisor
    )
    kept, absorbed = (child, other) if goes == "kept" else (other, child)
    merges.propose(kept=kept, absorbed=absorbed, reason="像是同一个", by=supervisor)

    with pytest.raises(Conflict):
        undo(imported=imported, by=supervisor)

    assert Child.objects.filter(pk=child.pk).exists()
