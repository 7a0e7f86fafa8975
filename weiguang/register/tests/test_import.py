"""A list becomes the register: confirmed once, known the second time, undone whole."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from seeds.city import make_city
from seeds.load import Loaded, load_network
from seeds.sizes import DEMO
from weiguang.kernel import clock
from weiguang.kernel.errors import Conflict
from weiguang.kernel.models import Event
from weiguang.network.authority import Actor
from weiguang.network.models import Place
from weiguang.register.actions import categories, children, lists, lists_confirm
from weiguang.register.actions.lists_confirm import confirm, import_at_once
from weiguang.register.actions.lists_undo import undo
from weiguang.register.models import (
    Adult,
    Child,
    ChildCategory,
    ChildPlace,
    ImportedList,
    Tie,
)
from weiguang.register.queries import lists as list_queries
from weiguang.register.queries.judging import OfferedList
from weiguang.register.tests.importing import (
    HEADER,
    ON,
    SYSTEM,
    confirmed,
    content,
    holder,
    line,
    number,
    said,
    upload,
    village_of,
    whole_register,
)

pytestmark = pytest.mark.django_db
LISTS = Path(__file__).parent / "lists"
SAMPLES = ["list-1.xlsx", "list-2.xlsx", "list-3.csv", "list-4.csv"]
LATER = date(2024, 11, 1)


@pytest.fixture
def supervisor(town: Place) -> Actor:
    return holder("child_supervisor", town)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_list_is_reported_imported_known_again_and_undone(
    name: str, on_the_day: None
) -> None:
    city = load_network(make_city(DEMO), password="demo", by=SYSTEM)
    county = next(place for place in city.places.values() if place.level == "county")
    officer = holder("city_officer", county)
    expected = json.loads((LISTS / f"{name}.expected.json").read_text(encoding="utf-8"))
    offered = OfferedList((LISTS / name).read_bytes(), name, county)
    before = whole_register()

    first = lists.upload(offered=offered, by=officer)

    report = list_queries.report_json(first)
    assert report["summary"] == expected["summary"]
    assert [{**row, "child": None} for row in expected["rows"]] == report["rows"]
    for sheet, wanted in zip(report["sheets"], expected["sheets"], strict=True):
        assert sheet == sheet | wanted
    assert whole_register() == before

    first = confirm(imported=first, by=officer)

    assert Child.objects.count() == first.summary["new"]
    assert first.rows.filter(outcome="new", child=None).count() == 0

    second = lists.upload(offered=offered, by=officer)

    assert second.summary["new"] == 0
    assert second.summary["known"] == expected["summary"]["new"]
    assert list_queries.earlier_same_file(second) == first

    undo(imported=first, by=officer)

    assert whole_register() == before


def test_everything_a_row_says_stands_in_the_register(
    village: Place, town: Place, supervisor: Actor
) -> None:
    row = line(
        village, 户籍地址="幸福路1号", 居住地址="平安路2号", 学校="实验小学", 年级="三年级",
        残疾证号=number(2) + "43",
    )  # fmt: skip

    imported = confirmed([row], town, supervisor)

    child = Child.objects.get()
    assert (child.name, child.id_number, child.hukou_place) == ("顾念安", number(2), village)
    assert (child.residence_place, child.is_residence_confirmed) == (village, False)
    places = {span.kind: (span.address, span.is_confirmed) for span in child.places.all()}
    assert places == {"hukou": ("幸福路1号", True), "residence": ("平安路2号", False)}
    tie = child.ties.get()
    assert (tie.kind, tie.relation) == ("guardian", "grandfather_paternal")
    assert tie.adult is not None
    assert (tie.adult.name, tie.adult.phone) == ("顾建国", "13800138000")
    proposal = child.categories.get()
    assert (proposal.category, proposal.status, proposal.evidence) == (
        "orphan", "proposed", "import_list",
    )  # fmt: skip
    assert proposal.proposed_by_id == supervisor.person_id
    school = child.school_facts.get()
    assert (school.stage, school.school, school.grade) == ("primary", "实验小学", "三年级")
    assert child.health_facts.get().disability_number == number(2) + "43"
    assert imported.rows.get().child == child


def test_the_same_rows_again_are_known_and_change_nothing(
    village: Place, town: Place, supervisor: Actor
) -> None:
    row = line(village, 户籍地址="幸福路1号", 学校="实验小学", 联系电话="+86 138-0013-8000")
    confirmed([row], town, supervisor)
    before = whole_register()

    again = confirmed([row], town, supervisor)

    assert said(again) == [("known", [])]
    assert whole_register() == before


CHANGES: dict[str, dict[str, object]] = {
    "category": {"类别": "重残"},
    "phone": {"联系电话": "13900139000"},
    "guardian_name": {"监护人姓名": "顾建华", "监护人身份证号": number(13, "19810101")},
    "relation": {"与儿童关系": "外祖父"},
    "guardian_id_number": {"监护人身份证号": number(13, "19810101")},
    "hukou_address": {"户籍地址": "新路9号"},
    "residence_address": {"居住地址": "新路9号"},
    "school": {"学校": "第一中学", "年级": "初一"},
    "disability_number": {"残疾证号": number(2) + "11"},
}


@pytest.mark.parametrize("field", CHANGES)
def test_another_fact_is_changed_then_known_then_undone(
    village: Place, town: Place, supervisor: Actor, field: str
) -> None:
    confirmed([line(village, 户籍地址="幸福路1号", 学校="实验小学")], town, supervisor)
    before = whole_register()
    other = line(village, **CHANGES[field])

    imported = confirmed([other], town, supervisor, on=LATER)

    row = imported.rows.get()
    assert (row.outcome, field in row.differing) == ("changed", True)
    assert said(upload([other], place=town, by=supervisor, on=LATER)) == [("known", [])]
    assert whole_register() != before
    undo(imported=imported, by=supervisor)
    assert whole_register() == before


def test_a_new_hukou_moves_the_child_and_leaves_its_home(
    village: Place, town: Place, supervisor: Actor
) -> None:
    confirmed([line(village)], town, supervisor)
    before = whole_register()
    elsewhere = village_of(town, 1)

    imported = confirmed([line(elsewhere)], town, supervisor, on=LATER)

    child = Child.objects.get()
    assert (child.hukou_place, child.residence_place) == (elsewhere, village)
    spans = ChildPlace.objects.filter(kind="hukou").order_by("during")
    assert [span.place for span in spans] == [village, elsewhere]
    undo(imported=imported, by=supervisor)
    assert whole_register() == before


def test_an_older_list_changes_nothing_the_register_learned_later(
    village: Place, town: Place, supervisor: Actor
) -> None:
    confirmed([line(village, 学校="第一中学")], town, supervisor, on=LATER)

    older = upload([line(village_of(town, 1), 学校="实验小学")], place=town, by=supervisor)

    assert said(older) == [("known", [])]


def test_a_child_of_another_town_shows_nothing_of_itself(
    city: Loaded, village: Place, town: Place, supervisor: Actor, other_town: Place
) -> None:
    theirs = village_of(other_town)
    confirmed([line(theirs)], other_town, holder("child_supervisor", other_town))

    imported = upload([line(village)], place=town, by=supervisor)

    row = imported.rows.get()
    assert (row.outcome, row.reasons, row.child) == ("review", ["registered_elsewhere"], None)
    assert str(Child.objects.get().pk) not in json.dumps(list_queries.report_json(imported))


def test_a_place_of_another_town_is_unknown_even_where_a_namesake_lies_within(
    village: Place, town: Place, supervisor: Actor, other_town: Place
) -> None:
    header = ("区镇", *HEADER)
    theirs = village_of(other_town)
    rows = [[other_town.name, *line(theirs)], [town.name, *line(village, 身份证号码=number(4))]]
    offered = OfferedList(content(rows, header), "a.csv", town, as_of=ON)

    imported = lists.upload(offered=offered, by=supervisor)

    assert said(imported) == [("review", ["place_unknown", "twin"]), ("new", ["twin"])]


def test_a_failure_in_the_middle_leaves_nothing(
    village: Place, town: Place, supervisor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported = upload([line(village)], place=town, by=supervisor)
    before, events = whole_register(), Event.objects.count()

    def stopped(*_: object, **__: object) -> None:
        raise RuntimeError("killed")

    monkeypatch.setattr(lists_confirm, "note_written", stopped)
    with pytest.raises(RuntimeError):
        confirm(imported=imported, by=supervisor)

    assert whole_register() == before
    assert Event.objects.count() == events
    assert ImportedList.objects.get().state == "judged"


def test_a_child_entered_by_hand_since_the_upload_is_seen(
    village: Place, town: Place, supervisor: Actor
) -> None:
    imported = upload([line(village)], place=town, by=supervisor)
    identity = children.Identity("顾念安", "female", date(2016, 2, 29), number(2))
    child = children.register(
        identity=identity, hukou=village, residence=village, since=ON, by=supervisor
    )

    confirm(imported=imported, by=supervisor)

    row = imported.rows.get()
    assert (row.outcome, row.child) == ("changed", child)
    assert Child.objects.count() == 1


def test_a_list_is_confirmed_once(village: Place, town: Place, supervisor: Actor) -> None:
    imported = confirmed([line(village)], town, supervisor)

    with pytest.raises(Conflict):
        confirm(imported=imported, by=supervisor)


def test_one_act_holds_counts_and_no_words(village: Place, town: Place, supervisor: Actor) -> None:
    confirmed([line(village), line(village, 身份证号码=number(4), 姓名="王佳琪")], town, supervisor)

    event = Event.objects.get(verb="import.confirm")
    assert (event.detail["new"], event.detail["written"]["child"]) == (2, 2)
    assert set(Child.objects.values_list("written_in", flat=True)) == {event.pk}
    assert "顾" not in json.dumps(event.detail, ensure_ascii=False)


def _category_decided(child: Child, town: Place) -> None:
    second = holder("town_civil_affairs", town)
    categories.decide(proposal=child.categories.get(), is_confirmed=True, by=second)


def _renamed(child: Child, town: Place) -> None:
    children.rename(child=child, name="顾晚晴", since=ON, by=holder("child_supervisor", town))


def _another_list(child: Child, town: Place) -> None:
    assert child.hukou_place is not None
    confirmed([line(child.hukou_place)], town, holder("child_supervisor", town))


def _another_child_of_the_guardian(child: Child, town: Place) -> None:
    assert child.hukou_place is not None
    sibling = line(child.hukou_place, 姓名="顾念平", 身份证号码=number(4))
    confirmed([sibling], town, holder("child_supervisor", town))


@pytest.mark.parametrize(
    "later", [_category_decided, _renamed, _another_list, _another_child_of_the_guardian]
)
def test_undoing_is_refused_when_something_depends_on_it(
    village: Place, town: Place, supervisor: Actor, later: Any
) -> None:
    imported = confirmed([line(village)], town, supervisor)
    later(Child.objects.get(), town)
    before = whole_register()

    with pytest.raises(Conflict) as refused:
        undo(imported=imported, by=supervisor)

    assert "没有撤销" in refused.value.to_what
    assert whole_register() == before
    imported.refresh_from_db()
    assert imported.state == "confirmed"


def test_undoing_frees_the_lists_that_still_wait(
    village: Place, town: Place, supervisor: Actor
) -> None:
    first = confirmed([line(village)], town, supervisor)
    waiting = upload([line(village)], place=town, by=supervisor)

    undo(imported=first, by=supervisor)
    confirm(imported=waiting, by=supervisor)

    assert said(waiting) == [("new", [])]


def test_siblings_share_a_guardian_who_is_named_alike(
    village: Place, town: Place, supervisor: Actor
) -> None:
    rows = [line(village), line(village, 姓名="顾念平", 身份证号码=number(4))]

    confirmed(rows, town, supervisor)

    assert (Adult.objects.count(), Tie.objects.count()) == (1, 2)


def test_no_statement_of_undoing_grows_with_the_list(supervisor: Actor, town: Place) -> None:
    most = 0

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal most
        most = max(most, len(params or ()))
        return execute(sql, params, many, context)

    village = village_of(town)
    rows = [line(village, 身份证号码=number(2 * each), 姓名="顾一") for each in range(1, 300)]
    imported = confirmed(rows, town, supervisor)

    with connection.execute_wrapper(count):
        undo(imported=imported, by=supervisor)

    # The database takes 65,535 values in a statement, and a list has 200,000 rows.
    assert most < 100
    assert not Child.objects.exists()


def test_import_at_once_is_one_act_that_is_undone_whole(
    village: Place, town: Place, supervisor: Actor
) -> None:
    before = whole_register()
    offered = OfferedList(content([line(village)]), "a.csv", town, as_of=ON)

    imported = import_at_once(offered=offered, by=supervisor)

    assert (imported.state, Child.objects.count()) == ("confirmed", 1)
    assert imported.rows.get().child == Child.objects.get()
    undo(imported=imported, by=supervisor)
    assert whole_register() == before


def test_the_day_of_a_list_does_not_move_while_it_waits(
    village: Place, town: Place, supervisor: Actor
) -> None:
    offered = OfferedList(content([line(village)]), "a.csv", town)
    with clock.standing_at(datetime(2024, 10, 15, 4, tzinfo=UTC)):
        imported = lists.upload(offered=offered, by=supervisor)

    with clock.standing_at(datetime(2024, 11, 20, 4, tzinfo=UTC)):
        confirm(imported=imported, by=supervisor)

    assert ChildCategory.objects.get().during.lower == ON
