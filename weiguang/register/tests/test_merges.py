"""Two files of one child: put together by two people, nothing lost, and taken apart exactly."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import Cast, actor, entered, make_cast, system, text_of
from tests.world import id_number
from weiguang.kernel import clock, worker
from weiguang.kernel.errors import Conflict, NotFoundOrRefused
from weiguang.network.actions import places
from weiguang.network.authority import Actor
from weiguang.network.models import Holding, Place
from weiguang.register.actions import categories, children, family, files, health, merges, schooling
from weiguang.register.actions.adopt import adopt_files
from weiguang.register.actions.children import Identity
from weiguang.register.actions.merges import AlreadyMerged, MergedOn
from weiguang.register.actions.shelter import Refuge, move_to_safety
from weiguang.register.models import (
    Child,
    ChildCategory,
    ChildName,
    ChildPlace,
    HealthFact,
    Merge,
    SchoolFact,
    Tie,
)
from weiguang.register.queries.listing import ListWish, page_of
from weiguang.register.queries.merges import changes_of, likely_twins
from weiguang.register.queries.register_view import RegisterBelow
from weiguang.tasks.actions.approvals import sign
from weiguang.tasks.actions.tasks import open_task
from weiguang.tasks.models import Approval, Task
from weiguang.tasks.rules.periods import Period
from weiguang.tasks.tests.test_at_once import at_once

BORN = date(2016, 2, 29)
MODELS = (ChildName, ChildPlace, Tie, ChildCategory, SchoolFact, HealthFact)


@pytest.fixture
def cast(committed: str) -> Cast:
    return make_cast()


@pytest.fixture
def supervisor(cast: Cast) -> Holding:
    return cast.seated("child_supervisor", cast.town)


@pytest.fixture
def leader(cast: Cast) -> Holding:
    return cast.seated("town_leader", cast.town)


def child_named(name: str, place: Place, number: str = "") -> Child:
    who = Identity(
        name=name, sex="female", birth_date=BORN, id_number=number or None,
        no_id_reason="" if number else "not_given",
    )  # fmt: skip
    return children.register(
        identity=who, hukou=place, residence=place, since=date(2021, 1, 1), by=system()
    )


def decided(answer: str, by: Actor) -> None:
    approval = Approval.objects.get(state="waiting")
    sign(approval=approval, answer=answer, remark="看过", by=by)
    worker.run_once()


def merged(
    kept: Child, absorbed: Child, supervisor: Holding, leader: Holding, takes: Collection[str] = ()
) -> Merge:
    merge = merges.propose(
        kept=kept, absorbed=absorbed, reason="登记了两次", by=actor(supervisor.person), takes=takes
    )
    decided("approve", actor(leader.person))
    merge.refresh_from_db()
    assert merge.state == "done"
    return merge


def undone(merge: Merge, supervisor: Holding, leader: Holding) -> Merge:
    merges.propose_undo(merge=merge, reason="是两个孩子", by=actor(supervisor.person))
    decided("approve", actor(leader.person))
    merge.refresh_from_db()
    return merge


def rows_of(*of: Child) -> dict[Any, Any]:
    """Everything of these files that could move, but for the event that wrote it last."""
    keys = [child.pk for child in of]
    found: dict[Any, Any] = {}
    for model in (*MODELS, Child):
        mine = {"pk__in": keys} if model is Child else {"child_id__in": keys}
        for row in model._default_manager.filter(**mine):  # type: ignore[attr-defined]
            found[model, row.pk] = {
                field.attname: getattr(row, field.attname)
                for field in row._meta.concrete_fields
                if field.attname != "written_in"
            }
    return found


def test_a_merge_needs_two_people_and_then_one_file_is_left(
    cast: Cast, supervisor: Holding, leader: Holding
) -> None:
    kept, absorbed = child_named("顾念安", cast.village), child_named("顾念案", cast.neighbour)
    by = actor(supervisor.person)
    merge = merges.propose(kept=kept, absorbed=absorbed, reason="登记了两次", by=by)
    assert page_of(by, ListWish()).count == 2
    with pytest.raises(NotFoundOrRefused):
        sign(approval=Approval.objects.get(), answer="approve", by=by)

    decided("approve", actor(leader.person))

    assert [row.name for row in page_of(by, ListWish()).rows] == ["顾念安"]
    assert Merge.objects.get(pk=merge.pk).state == "done"
    assert list(kept.names.values_list("name", flat=True)) == ["顾念安", "顾念案"]


def test_what_is_not_approved_is_not_merged(
    cast: Cast, supervisor: Holding, leader: Holding
) -> None:
    kept, absorbed = child_named("顾念安", cast.village), child_named("顾念案", cast.village)
    before = rows_of(kept, absorbed)
    merges.propose(kept=kept, absorbed=absorbed, reason="也许", by=actor(supervisor.person))
    decided("refuse", actor(leader.person))

    assert rows_of(kept, absorbed) == before
    assert Merge.objects.get().state == "declined"


def test_the_number_goes_to_the_file_that_has_none_and_a_list_still_knows_the_child(
    cast: Cast, supervisor: Holding, leader: Holding
) -> None:
    kept = child_named("顾念安", cast.village)
    absorbed = child_named("顾念安", cast.village, id_number(22))
    merged(kept, absorbed, supervisor, leader)

    found = RegisterBelow(cast.town.path).by_id_number([id_number(22)], on=clock.today())

    assert found[id_number(22)].child == str(kept.pk)
    assert Child.objects.get(pk=kept.pk).id_number == id_number(22)


def test_of_two_numbers_each_leads_to_the_file_that_is_left(
    cast: Cast, supervisor: Holding, leader: Holding
) -> None:
    kept = child_named("顾念安", cast.village, id_number(24))
    absorbed = child_named("顾念安", cast.village, id_number(22))
    merged(kept, absorbed, supervisor, leader)

    found = RegisterBelow(cast.town.path).by_id_number(
        [id_number(22), id_number(24)], on=clock.today()
    )

    assert {known.child for known in found.values()} == {str(kept.pk)}


def test_who_approves_is_above_both_places(cast: Cast, leader: Holding) -> None:
    by = system()
    town = places.found(name="桃镇", level="town", parent=cast.county, sort_key="12",
                        since=date(2021, 1, 1), by=by)  # fmt: skip
    far = places.found(name="远村", level="village", parent=town, sort_key="121",
                       since=date(2021, 1, 1), by=by)  # fmt: skip
    officer = actor(cast.seated("city_officer", cast.county).person)
    approver = actor(cast.seated("city_approver", cast.county).person)
    kept, absorbed = child_named("顾念安", cast.village), child_named("顾念案", far)
    merge = merges.propose(kept=kept, absorbed=absorbed, reason="x", by=officer)

    with pytest.raises(NotFoundOrRefused):
        sign(approval=Approval.objects.get(), answer="approve", by=actor(leader.person))
    decided("approve", approver)

    assert Merge.objects.get(pk=merge.pk).state == "done"


def test_a_worker_killed_half_way_leaves_nothing_and_the_next_does_it_all(
    cast: Cast, supervisor: Holding, settings: Any
) -> None:
    kept, absorbed = child_named("顾念安", cast.village), child_named("顾念案", cast.neighbour)
    before = rows_of(kept, absorbed)
    merge = merges.propose(kept=kept, absorbed=absorbed, reason="x", by=actor(supervisor.person))
    settings.WEIGUANG_ADOPT = "weiguang.register.tests.test_merges.ADOPT_AND_DIE"
    with pytest.raises(KeyboardInterrupt):
        merges.carry_out(merge_id=merge.pk, caused_by=merge.written_in)
    assert rows_of(kept, absorbed) == before
    assert Merge.objects.get(pk=merge.pk).state == "proposed"

    settings.WEIGUANG_ADOPT = "weiguang.config.maps.ADOPT"
    merges.carry_out(merge_id=merge.pk, caused_by=merge.written_in)

    assert Merge.objects.get(pk=merge.pk).state == "done"


def die(from_child: Any, to_child: Any) -> list[Any]:
    """A process that is killed after it has moved something."""
    raise KeyboardInterrupt


ADOPT_AND_DIE = (adopt_files, die)


def test_what_waits_for_the_one_waits_for_the_other(
    cast: Cast, supervisor: Holding, leader: Holding
) -> None:
    kept, absorbed = child_named("顾念安", cast.village), child_named("顾念案", cast.village)
    task = open_task(
        kind="errand", about=absorbed.subject, post_id=supervisor.post_id, by=system(),
        within=Period(days=3), child_id=absorbed.pk,
    )  # fmt: skip
    merge = merged(kept, absorbed, supervisor, leader)
    task.refresh_from_db()
    assert (task.child_id, task.about_id) == (kept.pk, kept.pk)

    undone(merge, supervisor, leader)

    assert Task.objects.get(pk=task.pk).child_id == absorbed.pk


def test_the_address_of_the_absorbed_file_leads_to_the_one_that_is_left_and_elsewhere_nowhere(
    cast: Cast, supervisor: Holding, leader: Holding
) -> None:
    kept, absorbed = child_named("顾念安", cast.village), child_named("顾念案", cast.village)
    merged(kept, absorbed, supervisor, leader)
    address = reverse("child", args=[absorbed.pk])

    led = entered(supervisor.person).get(address)

    assert led["Location"] == reverse("child", args=[kept.pk])
    assert cast.client("child_director", cast.neighbour).get(address).status_code == 404


def test_what_was_changed_since_is_left_and_named(
    cast: Cast, supervisor: Holding, leader: Holding
) -> None:
    kept, absorbed = child_named("顾念安", cast.village), child_named("顾念案", cast.village)
    held = categories.propose(
        child=absorbed, category="orphan", since=date(2021, 1, 1), evidence="death_certificate",
        legal_basis="", by=system(),
    )  # fmt: skip
    merge = merged(kept, absorbed, supervisor, leader)
    held.refresh_from_db()
    categories.decide(proposal=held, is_confirmed=True, by=actor(leader.person))

    merge = undone(merge, supervisor, leader)

    assert merge.left == [f"register.childcategory {held.pk}"]
    assert ChildCategory.objects.get(pk=held.pk).child_id == kept.pk


def test_of_three_files_each_number_leads_to_the_last_and_they_come_apart_in_turn(
    cast: Cast, supervisor: Holding, leader: Holding
) -> None:
    names = ("顾念安", "顾念案", "顾念暗")
    first, second, last = (
        child_named(name, cast.village, id_number(2 * n)) for n, name in enumerate(names, start=1)
    )
    alone = rows_of(first, second, last)
    one = merged(second, first, supervisor, leader)
    two = rows_of(first, second, last)
    on = merged(last, second, supervisor, leader)

    known = RegisterBelow(cast.village.path).by_id_number(
        [id_number(n) for n in (2, 4, 6)], on=clock.today()
    )
    assert {each.child for each in known.values()} == {str(last.pk)}
    assert not Child.objects.filter(merged_into__merged_into__isnull=False).exists()
    client = entered(supervisor.person)
    assert client.get(reverse("child", args=[first.pk])).url.endswith(f"{last.pk}/")
    with pytest.raises(MergedOn):
        undone(one, supervisor, leader)

    undone(on, supervisor, leader)
    assert rows_of(first, second, last) == two
    undone(one, supervisor, leader)
    assert rows_of(first, second, last) == alone


def test_a_merge_whose_file_goes_on_while_its_undo_waits_stays(
    cast: Cast, supervisor: Holding, leader: Holding
) -> None:
    first, second, last = (child_named(name, cast.village) for name in ("甲一", "甲二", "甲三"))
    by, second_person = actor(supervisor.person), actor(leader.person)
    one = merged(second, first, supervisor, leader)
    merges.propose_undo(merge=one, reason="是两个孩子", by=by)
    waiting = Approval.objects.get(state="waiting")
    merges.propose(kept=last, absorbed=second, reason="登记了两次", by=by)
    on = Approval.objects.exclude(pk=waiting.pk).get(state="waiting")
    for approval in (on, waiting):
        sign(approval=approval, answer="approve", remark="看过", by=second_person)
        worker.run_once()

    first.refresh_from_db()
    assert Merge.objects.get(pk=one.pk).state == "done"
    assert first.merged_into == last


def test_where_a_file_went_in_two_steps_says_nothing_of_a_child_moved_for_safety(
    cast: Cast, supervisor: Holding, leader: Holding
) -> None:
    first, second = (child_named(name, cast.village, id_number(n))
                     for n, name in ((2, "甲一"), (4, "甲二")))  # fmt: skip
    last = child_named("甲三", cast.village)
    merged(second, first, supervisor, leader)
    merged(last, second, supervisor, leader)
    duty = cast.seated("duty_officer", cast.county)
    last.refresh_from_db()
    move_to_safety(
        child=last, refuge=Refuge("受到伤害", "别处"), people=[duty.person],
        by=actor(supervisor.person),
    )  # fmt: skip

    known = RegisterBelow(cast.village.path).by_id_number(
        [id_number(2), id_number(4)], on=clock.today()
    )
    assert {(each.child, each.name) for each in known.values()} == {("", "")}


def test_a_file_is_in_one_merge_at_a_time(cast: Cast, supervisor: Holding, leader: Holding) -> None:
    one, two, three = (child_named(name, cast.village) for name in ("甲一", "乙二", "丙三"))
    by = actor(supervisor.person)
    merges.propose(kept=one, absorbed=two, reason="x", by=by)

    for kept, absorbed in ((three, two), (two, three), (three, one)):
        with pytest.raises(AlreadyMerged):
            merges.propose(kept=kept, absorbed=absorbed, reason="x", by=by)


def test_of_two_who_merge_one_file_at_once_one_is_told(cast: Cast, supervisor: Holding,
                                                       leader: Holding) -> None:  # fmt: skip
    one, two, three = (child_named(name, cast.village) for name in ("甲一", "乙二", "丙三"))
    by = actor(supervisor.person)

    told = at_once(
        lambda: merges.propose(kept=one, absorbed=two, reason="x", by=by),
        lambda: merges.propose(kept=three, absorbed=two, reason="x", by=by),
    )

    assert [type(error) for error in told if error] == [AlreadyMerged]
    assert Merge.objects.count() == 1


def test_carrying_out_twice_does_nothing_more(
    cast: Cast, supervisor: Holding, leader: Holding
) -> None:
    kept, absorbed = child_named("顾念安", cast.village), child_named("顾念案", cast.village)
    merge = merged(kept, absorbed, supervisor, leader)
    before = rows_of(kept, absorbed)

    merges.carry_out(merge_id=merge.pk, caused_by=merge.events[0])

    assert rows_of(kept, absorbed) == before


def test_nobody_merges_a_file_that_is_not_hers(cast: Cast, supervisor: Holding) -> None:
    mine, citys = child_named("顾念安", cast.village), child_named("顾念案", cast.county)
    with pytest.raises(NotFoundOrRefused):
        merges.propose(kept=mine, absorbed=citys, reason="x", by=actor(supervisor.person))


def test_files_that_sound_alike_are_offered(cast: Cast, supervisor: Holding) -> None:
    child, twin = child_named("顾念安", cast.village), child_named("顾念案", cast.neighbour)
    child_named("顾念安", cast.county)

    assert likely_twins(actor(supervisor.person), child) == [twin]


def test_the_pages_of_a_merge_and_its_undo(
    cast: Cast, supervisor: Holding, leader: Holding
) -> None:
    kept, absorbed = child_named("顾念安", cast.village), child_named("顾念案", cast.neighbour)
    client, second = entered(supervisor.person), entered(leader.person)
    assert "顾念案" in text_of(client.get(reverse("merge_choose", args=[kept.pk])))
    page = reverse("merge_propose", args=[kept.pk, absorbed.pk])
    assert "不一致" in text_of(client.get(page))
    client.post(page, {"reason": "登记了两次"})

    approval = Approval.objects.get()
    shown = text_of(second.get(reverse("approval", args=[approval.pk])))
    assert "登记了两次" in shown
    second.post(reverse("approval_sign", args=[approval.pk]), {"answer": "approve"})
    worker.run_once()

    merge = Merge.objects.get()
    assert "由“顾念案”的档案合并而来" in text_of(client.get(reverse("child", args=[kept.pk])))
    assert "移过来的内容" in text_of(client.get(reverse("merge", args=[merge.pk])))
    client.post(reverse("merge_undo", args=[merge.pk]), {"reason": "不是一个人"})
    again = Approval.objects.get(state="waiting")
    second.post(reverse("approval_sign", args=[again.pk]), {"answer": "approve"})
    worker.run_once()
    assert "顾念案" in text_of(client.get(reverse("children")))


# What may stand in a file, as steps: each is done to one of the two files, where it finds room.
DEEDS = ("tie", "category", "school", "health", "move", "name")
STEPS = st.lists(
    st.tuples(st.booleans(), st.sampled_from(DEEDS),
              st.integers(0, 900)),
    max_size=8,
)  # fmt: skip


@pytest.fixture
def stage(cast: Cast, supervisor: Holding, leader: Holding) -> tuple[Cast, Holding, Holding]:
    return cast, supervisor, leader


@given(steps=STEPS, takes=st.integers(0, 15))
@settings(
    max_examples=30, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
def test_a_merge_and_its_undo_leave_both_files_as_they_were(
    stage: tuple[Cast, Holding, Holding], steps: list[tuple[bool, str, int]], takes: int
) -> None:
    cast, supervisor, leader = stage
    serial = 2 * (Merge.objects.count() + 11)
    pair = (
        child_named("顾念安", cast.village, id_number(serial) if takes & 1 else ""),
        child_named("顾念案", cast.neighbour, id_number(serial + 100) if takes & 2 else ""),
    )
    keeper = actor(supervisor.person)
    for is_second, what, day in steps:
        happen(pair[is_second], what, date(2021, 1, 2) + timedelta(days=day), keeper, cast)
    before = rows_of(*pair)

    wanted = [code for bit, code in ((4, "name"), (8, "number")) if takes & bit]
    merge = merged(*pair, supervisor, leader, wanted)
    assert changes_of(merge)
    merge = undone(merge, supervisor, leader)

    assert merge.left == []
    assert rows_of(*pair) == before


def happen(child: Child, what: str, since: date, by: Actor, cast: Cast) -> None:
    child = Child.objects.get(pk=child.pk)
    try:
        if what == "tie":
            bond = family.NewBond(Tie.Kind.GUARDIAN, "father", since)
            family.add_adult_tie(child=child, who=family.Person("顾父"), bond=bond, by=by)
        elif what == "category":
            categories.propose(child=child, category="orphan", since=since, evidence="",
                               legal_basis="", by=by)  # fmt: skip
        elif what == "school":
            said = schooling.Schooling("primary", "attending", since, "某小学")
            schooling.record_school(child=child, schooling=said, by=by)
        elif what == "health":
            health.record_health(child=child, health=health.Health("healthy"), by=by)
        elif what == "move":
            to = files.Move(ChildPlace.Kind.RESIDENCE, cast.neighbour, since)
            files.move(child=child, to=to, by=by)
        else:
            children.rename(child=child, name=f"顾念{since.day}", since=since, by=by)
    except Conflict:
        return  # what finds no room is refused, which is not the question here
