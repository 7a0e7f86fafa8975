"""Places change their names, go into one another, are split and change towns; no child is lost on
the way, and the lists of last year come out as they were.
"""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse

from tests.cast import Cast, actor, entered, make_cast, system, text_of
from tests.world import id_number, line_of, offered
from weiguang.kernel import clock, worker
from weiguang.kernel.errors import Invalid, NotFoundOrRefused
from weiguang.network.actions import places
from weiguang.network.models import Holding, Place, Post
from weiguang.network.past import going_on
from weiguang.network.paths import path_columns
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for
from weiguang.register.actions import allotments, children, files, leads, place_changes
from weiguang.register.actions.children import Identity
from weiguang.register.actions.files import Move
from weiguang.register.actions.place_changes import ChangeDecided, ChangeUnderWay, Wish
from weiguang.register.actions.shelter import Refuge, move_to_safety
from weiguang.register.models import Allotment, Child, ChildPlace, PlaceChange
from weiguang.register.queries.judging import judge
from weiguang.register.queries.past import PastRow, PastWish, children_on
from weiguang.tasks.access import tasks_of
from weiguang.tasks.actions.approvals import sign
from weiguang.tasks.actions.tasks import open_task
from weiguang.tasks.models import Approval, Task
from weiguang.tasks.rules.periods import Period
from weiguang.tasks.tests.test_at_once import at_once, one_was_told

LAST_YEAR = date(2025, 6, 1)
TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)


class City:
    """Two towns; children in the two villages of the first; who proposes and who approves."""

    def __init__(self) -> None:
        self.cast: Cast = make_cast()
        self.other_town = places.found(
            name="梅镇", level="town", parent=self.cast.county, sort_key="12",
            since=date(2021, 1, 1), by=system(),
        )  # fmt: skip
        self.keeper = self.cast.seated("system_administrator", self.cast.county)
        self.approver = self.cast.seated("city_approver", self.cast.county)
        self.officer = self.cast.seated("city_officer", self.cast.county)
        self.director = self.cast.seated("child_director", self.cast.village)
        self.neighbour = self.cast.seated("child_director", self.cast.neighbour)
        self.supervisor = self.cast.seated("child_supervisor", self.cast.town)
        self.far_supervisor = self.cast.seated("child_supervisor", self.other_town)
        self.children = [self.child(name) for name in ("安一一", "周二二")]
        self.third = self.child("郑三三", self.cast.neighbour)

    def child(self, name: str, place: Place | None = None) -> Child:
        who = Identity(
            name=name, sex="female", birth_date=date(2016, 2, 29), no_id_reason="not_given"
        )
        here = place or self.cast.village
        return children.register(
            identity=who, hukou=here, residence=here, since=date(2021, 1, 1), by=system()
        )

    def by(self, who: Holding):  # type: ignore[no-untyped-def]
        return actor(who.person)

    def proposed(self, kind: str, place: Place, on: date = TODAY, **more: object) -> PlaceChange:
        wish = Wish(kind, place, on, "某政发〔2026〕3号", **more)  # type: ignore[arg-type]
        return place_changes.propose(wish=wish, by=self.by(self.keeper))

    def approve(self, change: PlaceChange, answer: str = "approve") -> PlaceChange:
        approval = Approval.objects.get(about_id=change.pk)
        sign(approval=approval, answer=answer, remark="见文件", by=self.by(self.approver))
        worker.run_once()
        change.refresh_from_db()
        return change

    def changed(self, kind: str, place: Place, on: date = TODAY, **more: object) -> PlaceChange:
        place.refresh_from_db()
        change = self.approve(self.proposed(kind, place, on, **more))
        assert change.state == "done"
        return change

    def list_of(self, place: Place, on: date, kind: str = "residence") -> tuple[PastRow, ...]:
        return children_on(self.by(self.officer), PastWish(place, on, kind)).rows


@pytest.fixture
def city(db: None):  # type: ignore[no-untyped-def]
    with clock.standing_at(datetime.combine(TODAY, datetime.min.time(), UTC)):
        yield City()


def names(rows: tuple[PastRow, ...]) -> list[tuple[str, str]]:
    return [(row.name, row.place) for row in rows]


def seen_by(city: City, who: Holding) -> set[str]:
    return set(children_for(city.by(who), Verb.CHILD_LIST).values_list("name", flat=True))


def test_after_a_renaming_a_merge_and_a_split_the_lists_of_last_year_are_the_same(
    city: City,
) -> None:
    cast = city.cast
    before = {kind: city.list_of(cast.county, LAST_YEAR, kind) for kind in ChildPlace.Kind}
    of_village = city.list_of(cast.village, LAST_YEAR)
    city.changed("rename", cast.village, TODAY - 20 * DAY, name="双桥社区")
    city.changed("merge", cast.neighbour, TODAY - 10 * DAY, to_place=cast.village)
    split = city.changed("split", cast.village, TODAY, name="新桥社区")
    goes = Allotment.objects.get(child=city.third)
    stay = Allotment.objects.exclude(pk=goes.pk)
    allotments.allot(
        change=PlaceChange.objects.get(pk=split.pk), by=city.by(city.supervisor),
        answers={goes.pk: "goes"} | {one.pk: "stays" for one in stay},
    )  # fmt: skip
    of_today = names(city.list_of(cast.county, TODAY))
    city.changed("move", cast.village, to_place=city.other_town)

    after = {kind: city.list_of(cast.county, LAST_YEAR, kind) for kind in ChildPlace.Kind}
    assert after == before
    assert city.list_of(cast.village, LAST_YEAR) == of_village
    assert names(of_village) == [("安一一", "双桥村"), ("周二二", "双桥村")]
    assert names(city.list_of(cast.county, TODAY - 15 * DAY)) == [
        ("安一一", "双桥社区"), ("周二二", "双桥社区"), ("郑三三", "西塘村"),
    ]  # fmt: skip
    assert names(city.list_of(cast.county, TODAY - 5 * DAY)) == [
        ("安一一", "双桥社区"), ("郑三三", "双桥社区"), ("周二二", "双桥社区"),
    ]  # fmt: skip
    assert of_today == [("安一一", "双桥社区"), ("周二二", "双桥社区"), ("郑三三", "新桥社区")]


def test_a_village_that_changes_its_town_takes_its_children_posts_and_tasks_along(
    city: City,
) -> None:
    village = city.cast.village
    task = open_task(
        kind="errand", about=city.children[0].subject, post_id=city.director.post_id,
        by=system(), within=Period(days=3), child_id=city.children[0].pk,
    )  # fmt: skip
    old = city.list_of(city.cast.town, LAST_YEAR)

    change = city.changed("move", village, to_place=city.other_town)

    new = change.result
    assert new is not None
    assert new.path.startswith(city.other_town.path)
    assert seen_by(city, city.director) == seen_by(city, city.far_supervisor) == {
        "安一一", "周二二",
    }  # fmt: skip
    assert seen_by(city, city.supervisor) == {"郑三三"}
    assert list(tasks_of(city.by(city.director))) == [task]
    assert Task.objects.get(pk=task.pk).place_path == new.path
    held = Holding.objects.filter(person=city.director.person).order_by("during")
    assert [(each.post.place_id, each.during.lower) for each in held] == [
        (village.pk, date(2021, 1, 1)), (new.pk, TODAY),
    ]  # fmt: skip
    assert city.list_of(city.cast.town, LAST_YEAR) == old
    assert names(city.list_of(city.other_town, TODAY)) == [
        ("安一一", "双桥村"),
        ("周二二", "双桥村"),
    ]


def test_a_town_that_goes_into_another_brings_every_village_of_it(city: City) -> None:
    before = city.list_of(city.cast.county, LAST_YEAR)

    city.changed("merge", city.cast.town, to_place=city.other_town)

    assert seen_by(city, city.far_supervisor) == {"安一一", "周二二", "郑三三"}
    assert seen_by(city, city.supervisor) == set()
    villages = Place.objects.filter(parent=city.other_town)
    assert {place.name for place in villages} == {"双桥村", "西塘村"}
    assert not Child.objects.filter(residence_path__startswith=city.cast.town.path).exists()
    assert city.list_of(city.cast.county, LAST_YEAR) == before
    city.cast.town.refresh_from_db()
    assert going_on(city.cast.town) == city.other_town
    assert not Post.objects.filter(place=city.cast.town, during__contains=TODAY).exists()


def test_what_waits_in_a_village_that_goes_into_another_waits_there(city: City) -> None:
    village, neighbour = city.cast.village, city.cast.neighbour
    open_task(
        kind="errand", about=city.third.subject, post_id=city.neighbour.post_id,
        by=system(), within=Period(days=3), child_id=city.third.pk,
    )  # fmt: skip

    lead = leads.enter(
        said=leads.NewLead(source="report", place=neighbour, name="吴三三"),
        by=city.by(city.neighbour), verifies_herself=True,
    )  # fmt: skip

    city.changed("merge", neighbour, to_place=village)

    lead.refresh_from_db()
    assert (lead.post_id, lead.place_id, lead.path) == (
        city.director.post_id, village.pk, village.path,
    )  # fmt: skip
    assert Task.objects.get(kind="errand").post_id == city.director.post_id
    assert seen_by(city, city.director) == {"安一一", "周二二", "郑三三"}
    assert seen_by(city, city.neighbour) == set()


def test_children_moved_for_safety_go_along_and_on_no_list(city: City) -> None:
    hidden = city.children[0]
    move_to_safety(
        child=hidden, refuge=Refuge("父亲多次施暴", "中心三楼"), people=[city.officer.person],
        by=city.by(city.supervisor),
    )  # fmt: skip

    split = city.changed("split", city.cast.village, name="新桥村")
    assert not Allotment.objects.filter(child=hidden).exists()
    answer(city, split, "stays")
    later = city.changed("move", city.cast.village, to_place=city.other_town)

    hidden.refresh_from_db()
    assert later.result is not None
    assert hidden.residence_path == later.result.path
    assert seen_by(city, city.far_supervisor) == {"周二二"}


def test_until_somebody_says_so_a_child_stays_in_the_place_that_was_split(city: City) -> None:
    split = city.changed("split", city.cast.village, name="新桥村")

    assert names(city.list_of(city.cast.county, TODAY))[0] == ("安一一", "双桥村")
    assert [task.kind for task in tasks_of(city.by(city.supervisor))] == ["place.allot"]
    with pytest.raises(NotFoundOrRefused):
        answer(city, split, "goes", by=city.director)
    with pytest.raises(Invalid):
        city.proposed("move", city.cast.village, to_place=city.other_town)

    answer(city, split, "goes")

    assert list(tasks_of(city.by(city.supervisor))) == []
    assert seen_by(city, city.director) == set()
    assert sorted(names(city.list_of(city.cast.county, TODAY))) == [
        ("周二二", "新桥村"), ("安一一", "新桥村"), ("郑三三", "西塘村"),
    ]  # fmt: skip


def test_who_proposes_never_approves_and_nothing_changes_before(city: City) -> None:
    change = city.proposed("rename", city.cast.village, name="双桥社区")
    approval = Approval.objects.get(about_id=change.pk)

    for who in (city.keeper, city.officer, city.supervisor):
        with pytest.raises(NotFoundOrRefused):
            sign(approval=approval, answer="approve", by=city.by(who))
    city.cast.village.refresh_from_db()
    assert city.cast.village.name == "双桥村"


def test_what_is_declined_changes_nothing_and_can_be_proposed_anew(city: City) -> None:
    change = city.approve(
        city.proposed("rename", city.cast.village, name="双桥社区"), answer="refuse"
    )

    assert change.state == "declined"
    city.cast.village.refresh_from_db()
    assert city.cast.village.name == "双桥村"
    city.changed("rename", city.cast.village, name="双桥社区")


def test_a_change_waits_for_its_day(city: City) -> None:
    change = city.approve(
        city.proposed("merge", city.cast.neighbour, TODAY + DAY, to_place=city.cast.village)
    )
    assert (change.state, seen_by(city, city.neighbour)) == ("waiting", {"郑三三"})

    tomorrow = datetime.combine(TODAY + DAY, datetime.min.time(), UTC)
    with clock.standing_at(tomorrow):
        assert place_changes.carry_due(tomorrow) == 1
        assert place_changes.carry_due(tomorrow) == 0

        assert seen_by(city, city.director) == {"安一一", "周二二", "郑三三"}


def test_what_has_become_impossible_by_its_day_is_void(city: City) -> None:
    waits = city.approve(
        city.proposed("merge", city.cast.neighbour, TODAY + DAY, to_place=city.cast.village)
    )
    city.changed("move", city.cast.village, to_place=city.other_town)
    tomorrow = datetime.combine(TODAY + DAY, datetime.min.time(), UTC)

    with clock.standing_at(tomorrow):
        assert place_changes.carry_due(tomorrow) == 0

    waits.refresh_from_db()
    assert waits.state == "void"
    assert seen_by(city, city.neighbour) == {"郑三三"}


def test_a_change_is_taken_back_while_it_waits(city: City) -> None:
    change = city.proposed("rename", city.cast.village, name="双桥社区")
    with pytest.raises(ChangeUnderWay):
        city.proposed("rename", city.cast.village, name="双桥新村")

    place_changes.withdraw(change=change, by=city.by(city.keeper))

    assert Approval.objects.get(about_id=change.pk).state == "withdrawn"
    with pytest.raises(ChangeDecided):
        place_changes.withdraw(change=change, by=city.by(city.keeper))


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "rename", "name": ""},
        {"kind": "rename", "name": "双桥村"},
        {"kind": "rename", "name": "西塘村"},
        {"kind": "rename", "name": "新桥村", "on": TODAY - timedelta(days=400)},
        {"kind": "merge"},
        {"kind": "merge", "to_place": "town"},
        {"kind": "merge", "to_place": "village"},
        {"kind": "move", "to_place": "town"},
        {"kind": "move", "to_place": "neighbour"},
        {"kind": "split", "name": "西塘村"},
    ],
)
def test_what_cannot_be_is_refused_before_anybody_signs(city: City, wrong: dict) -> None:  # type: ignore[type-arg]
    said = dict(wrong)
    if "to_place" in said:
        said["to_place"] = getattr(city.cast, said["to_place"])

    with pytest.raises(Invalid):
        city.proposed(said.pop("kind"), city.cast.village, said.pop("on", TODAY), **said)


def test_a_move_of_before_the_change_stays_and_one_after_it_goes_along(city: City) -> None:
    first, second = city.children
    for child, since in ((first, TODAY - 30 * DAY), (second, TODAY - 5 * DAY)):
        to = Move(ChildPlace.Kind.RESIDENCE, city.cast.neighbour, since)
        files.move(child=child, to=to, by=city.by(city.officer))

    city.changed("merge", city.cast.neighbour, TODAY - 10 * DAY, to_place=city.cast.village)

    spans = ChildPlace.objects.filter(child__in=(first, second), kind="residence")
    assert [
        (span.child_id, span.place_id, span.during) for span in spans.order_by("child", "during")
    ] == sorted(
        [
            (first.pk, city.cast.village.pk, DateRange(date(2021, 1, 1), TODAY - 30 * DAY)),
            (first.pk, city.cast.neighbour.pk, DateRange(TODAY - 30 * DAY, TODAY - 10 * DAY)),
            (first.pk, city.cast.village.pk, DateRange(TODAY - 10 * DAY, None)),
            (second.pk, city.cast.village.pk, DateRange(date(2021, 1, 1), TODAY - 5 * DAY)),
            (second.pk, city.cast.village.pk, DateRange(TODAY - 5 * DAY, None)),
        ],
        key=lambda each: (each[0], each[2].lower),
    )


def test_a_child_written_into_a_place_while_it_ended_follows_the_others(city: City) -> None:
    stale = Place.objects.get(pk=city.cast.neighbour.pk)
    city.changed("merge", city.cast.neighbour, to_place=city.cast.village)
    late = city.child("吴四四", stale)

    assert place_changes.settle_strays(clock.now()) == 1
    assert place_changes.settle_strays(clock.now()) == 0

    late.refresh_from_db()
    assert late.residence_path == late.hukou_path == city.cast.village.path


def test_of_two_who_allot_one_child_at_once_one_is_told(committed: str) -> None:
    with clock.standing_at(datetime.combine(TODAY, datetime.min.time(), UTC)):
        city = City()
        split = city.changed("split", city.cast.village, name="新桥村")
        civil = city.cast.seated("town_civil_affairs", city.cast.town)
        people = [city.supervisor, civil]

        one_was_told(
            at_once(
                lambda: answer(city, split, "stays", by=people[0]),
                lambda: answer(city, split, "goes", by=people[1]),
            )
        )


def test_an_approval_is_carried_out_once_however_often_it_is_told(city: City) -> None:
    change = city.changed("split", city.cast.village, name="新桥村")

    place_changes.decide(change_id=change.pk, is_approved=True, caused_by=1)

    assert Place.objects.filter(name="新桥村").count() == 1


def answer(city: City, split: PlaceChange, said: str, by: Holding | None = None) -> None:
    waiting = Allotment.objects.filter(change=split, state="waiting")
    allotments.allot(
        change=PlaceChange.objects.get(pk=split.pk), by=city.by(by or city.supervisor),
        answers={one.pk: said for one in waiting},
    )  # fmt: skip


def test_an_old_list_finds_by_its_old_name_the_place_that_goes_on(city: City) -> None:
    city.changed("rename", city.cast.village, TODAY - 5 * DAY, name="虹桥社区")
    city.changed("merge", city.cast.neighbour, to_place=city.cast.village)
    line = line_of("西塘村", "王佳佳", id_number(100))
    other = line_of("双桥村", "赵小小", id_number(102))

    report = judge(offered(city.cast.county, "旧名单.csv", line, other))

    key = str(city.cast.village.pk)
    assert [(row.outcome, row.reasons, row.place) for row in report.rows] == [
        ("new", {"place_former"}, key), ("new", {"place_former"}, key),
    ]  # fmt: skip


def test_a_name_of_today_is_never_taken_for_one_of_the_past(city: City) -> None:
    city.changed("rename", city.cast.village, TODAY - 5 * DAY, name="双桥社区")
    city.changed("rename", city.cast.neighbour, name="双桥村")
    line = line_of("双桥村", "王佳佳", id_number(100))

    (row,) = judge(offered(city.cast.county, "新名单.csv", line)).rows

    assert (row.place, row.reasons) == (str(city.cast.neighbour.pk), set())


def test_the_pages_from_the_proposal_to_the_list_of_last_year(city: City) -> None:
    keeper, approver = entered(city.keeper.person), entered(city.approver.person)
    supervisor = entered(city.supervisor.person)
    said = {
        "kind": "split", "place": "柳镇 双桥村", "name": "新桥村", "on": TODAY.isoformat(),
        "document": "某政发〔2026〕3号",
    }  # fmt: skip
    check = text_of(keeper.post(reverse("place_change_new"), said))
    assert "分出新桥村" in check
    assert ">孩子</dt>" not in check
    page = keeper.post(reverse("place_change_new"), said | {"confirmed": "yes"})["Location"]
    assert "待审批" in text_of(keeper.get(page))

    approval = Approval.objects.get()
    shown = text_of(approver.get(reverse("approval", args=[approval.pk])))
    assert '<dt>孩子</dt><dd class="num">2</dd>' in shown
    approver.post(reverse("approval_sign", args=[approval.pk]), {"answer": "approve"})
    worker.run_once()
    assert "已生效" in text_of(keeper.get(page))

    allot = reverse("place_allot", args=[PlaceChange.objects.get().pk])
    assert allot in text_of(supervisor.get("/"))
    one, other = Allotment.objects.order_by("child__sort_key")
    supervisor.post(allot, {f"{one.pk}-said": "goes", f"{other.pk}-said": "stays"})
    assert "都分配好了" in text_of(supervisor.get(allot))

    asked = {"place": "柳镇 双桥村", "on": LAST_YEAR.isoformat(), "kind": "residence"}
    found = supervisor.post(reverse("past_list_find"), asked)["Location"]
    assert text_of(supervisor.get(found)).count('<td data-name="当时在哪里">双桥村</td>') == 2


def test_a_wrong_proposal_is_told_what_does_not_fit(city: City) -> None:
    keeper = entered(city.keeper.person)
    said = {
        "kind": "merge", "place": "柳镇 双桥村", "to_place": "某市 柳镇",
        "on": TODAY.isoformat(), "document": "某政发〔2026〕3号", "confirmed": "yes",
    }  # fmt: skip

    shown = text_of(keeper.post(reverse("place_change_new"), said))

    assert "请选并入哪里" in shown
    assert not PlaceChange.objects.exists()


def test_a_long_list_of_the_past_is_read_page_by_page(city: City) -> None:
    wish = PastWish(city.cast.county, LAST_YEAR)
    by, pages, after = city.by(city.officer), [], None

    for _ in range(3):
        found = children_on(by, wish, after=after, size=1)
        pages += [row.name for row in found.rows]
        after = found.next_after

    assert (pages, after) == (["安一一", "周二二", "郑三三"], None)


def test_every_copy_of_a_path_is_a_column_that_follows() -> None:
    found = {f"{model._meta.label_lower}.{column}" for model, column in path_columns()}

    assert {"tasks.task.place_path", "register.child.residence_path", "register.lead.path"} <= found
    assert "network.place.path" not in found
