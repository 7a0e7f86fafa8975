"""What a merge takes from which file, what finds no room, and what it never tells."""

from datetime import date

import pytest
from django.urls import reverse

from tests.cast import Cast, actor, entered, make_cast, system, text_of
from tests.world import id_number
from weiguang.kernel import worker
from weiguang.kernel.history import amend
from weiguang.network.acts import act
from weiguang.network.models import Holding
from weiguang.network.verbs import Verb
from weiguang.register.actions import children, merges
from weiguang.register.actions.merge_values import NumberDiffers
from weiguang.register.actions.shelter import Refuge, move_to_safety
from weiguang.register.actions.transfers import UnderWay
from weiguang.register.models import Child, Merge
from weiguang.register.queries.listing import ListWish, page_of
from weiguang.register.tests.test_merges import child_named, merged, rows_of, undone
from weiguang.tasks.actions.approvals import sign
from weiguang.tasks.models import Approval


@pytest.fixture
def cast(committed: str) -> Cast:
    return make_cast()


@pytest.fixture
def supervisor(cast: Cast) -> Holding:
    return cast.seated("child_supervisor", cast.town)


@pytest.fixture
def leader(cast: Cast) -> Holding:
    return cast.seated("town_leader", cast.town)


def test_the_chosen_name_and_number_hold_and_go_back_when_taken_apart(
    cast: Cast, supervisor: Holding, leader: Holding
) -> None:
    kept = child_named("顾念安", cast.village, id_number(24))
    absorbed = child_named("顾念案", cast.village, id_number(22))
    before = rows_of(kept, absorbed)
    merge = merged(kept, absorbed, supervisor, leader, takes=["name", "number"])

    now = Child.objects.get(pk=kept.pk)
    assert (now.name, now.id_number) == ("顾念案", id_number(22))
    assert [row.name for row in kept.names.filter(kind="official")] == ["顾念案"]
    children.rename(
        child=absorbed_is_gone(absorbed, kept), name="顾新", since=date(2022, 1, 1),
        by=actor(supervisor.person),
    )  # fmt: skip
    merge = undone(merge, supervisor, leader)

    # The name was changed since and stays; the number goes back.
    assert f"register.child {kept.pk}" in merge.left
    numbers = Child.objects.in_bulk([kept.pk, absorbed.pk])
    assert numbers[kept.pk].id_number == before[Child, kept.pk]["id_number"]
    assert (numbers[kept.pk].name, numbers[absorbed.pk].name) == ("顾新", "顾念安")


def absorbed_is_gone(absorbed: Child, kept: Child) -> Child:
    assert Child.objects.get(pk=absorbed.pk).merged_into_id == kept.pk
    return Child.objects.get(pk=kept.pk)


def test_a_number_that_contradicts_the_chosen_birth_date_is_refused(
    cast: Cast, supervisor: Holding
) -> None:
    kept, other = (
        child_named("顾念安", cast.village, id_number(24)),
        child_named("顾念案", cast.village),
    )
    with act(Verb.CHILD_REGISTER, by=system(), about=other.subject):
        amend(other, birth_date=date(2016, 3, 1))

    with pytest.raises(NumberDiffers):
        merges.propose(kept=kept, absorbed=other, reason="x", takes=["birth"],
                       by=actor(supervisor.person))  # fmt: skip


def test_what_finds_no_room_is_told_in_words(
    cast: Cast, supervisor: Holding, leader: Holding
) -> None:
    kept, absorbed = child_named("顾念安", cast.village), child_named("顾念案", cast.neighbour)
    merge = merged(kept, absorbed, supervisor, leader)

    shown = text_of(entered(supervisor.person).get(reverse("merge", args=[merge.pk])))

    assert "两份不一致，请人工决定" in shown
    assert shown.count("西塘村") == 2  # hukou and residence; the village both name is not told


def test_a_file_on_its_way_to_another_town_goes_into_no_other(
    cast: Cast, supervisor: Holding
) -> None:
    kept, absorbed = child_named("顾念安", cast.village), child_named("顾念案", cast.village)
    by = actor(supervisor.person)
    merge = merges.propose(kept=kept, absorbed=absorbed, reason="x", by=by)
    with act(Verb.CHILD_REGISTER, by=system(), about=absorbed.subject):
        amend(absorbed, transfer_path=cast.county.path)

    merges.carry_out(merge_id=merge.pk, caused_by=merge.written_in)
    assert Merge.objects.get(pk=merge.pk).state == "declined"
    with pytest.raises(UnderWay):
        merges.propose(kept=kept, absorbed=absorbed, reason="x", by=by)


def test_of_a_child_moved_for_safety_no_merge_is_done_or_told(
    cast: Cast, supervisor: Holding, leader: Holding
) -> None:
    kept, absorbed = child_named("顾念安", cast.village), child_named("康无踪", cast.neighbour)
    merge = merges.propose(kept=kept, absorbed=absorbed, reason="x", by=actor(supervisor.person))
    duty, officer = (cast.seated(role, cast.county) for role in ("duty_officer", "city_officer"))
    move_to_safety(child=absorbed, refuge=Refuge("父亲施暴", "中心三楼"), people=[officer.person],
                   by=actor(duty.person))  # fmt: skip
    merges.carry_out(merge_id=merge.pk, caused_by=merge.written_in)

    client, second = entered(supervisor.person), entered(leader.person)
    assert Merge.objects.get(pk=merge.pk).state == "declined"
    assert client.get(reverse("merge", args=[merge.pk])).status_code == 404
    asked = Approval.objects.get(about_id=merge.pk)
    assert asked.state == "withdrawn"
    assert second.get(reverse("approval", args=[asked.pk])).status_code == 404
    for each in (client, second):
        assert "康无踪" not in text_of(each.get(reverse("approvals")))
        assert "康无踪" not in text_of(each.get(reverse("home")))
    assert "康无踪" not in text_of(client.get(reverse("child", args=[kept.pk])))


def test_a_merged_file_that_is_moved_for_safety_is_not_taken_apart(
    cast: Cast, supervisor: Holding, leader: Holding
) -> None:
    kept, absorbed = child_named("康无踪", cast.village), child_named("顾念案", cast.neighbour)
    merge = merged(kept, absorbed, supervisor, leader)
    merges.propose_undo(merge=merge, reason="x", by=actor(supervisor.person))
    sign(approval=Approval.objects.get(state="waiting"), answer="approve", by=actor(leader.person))
    duty, officer = (cast.seated(role, cast.county) for role in ("duty_officer", "city_officer"))
    kept.refresh_from_db()
    move_to_safety(child=kept, refuge=Refuge("父亲施暴", "中心三楼"), people=[officer.person],
                   by=actor(duty.person))  # fmt: skip
    worker.run_once()

    assert Merge.objects.get(pk=merge.pk).state == "done"
    assert page_of(actor(supervisor.person), ListWish()).count == 0
