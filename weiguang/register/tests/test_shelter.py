"""A child moved for safety: at once, for named people alone, signed by a second within a day."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from tests.cast import Cast, actor, entered, make_cast, system, text_of
from tests.world import id_number
from weiguang.kernel import clock, worker
from weiguang.kernel.errors import Conflict, Invalid, NotFoundOrRefused
from weiguang.kernel.sensitivity import Tier
from weiguang.network.actions import grants
from weiguang.network.acts import act
from weiguang.network.models import Holding
from weiguang.network.verbs import Verb
from weiguang.register.access import leads_for
from weiguang.register.actions import children, family, merges
from weiguang.register.actions.children import Identity
from weiguang.register.actions.shelter import (
    AlreadySheltered,
    Refuge,
    move_to_safety,
    propose_end,
)
from weiguang.register.models import Child, Lead, Merge, SafetyMove, Tie
from weiguang.register.queries.register_view import RegisterBelow
from weiguang.register.tests.on_safety import child_in_danger, sees
from weiguang.tasks.actions.approvals import sign
from weiguang.tasks.actions.tasks import open_task
from weiguang.tasks.models import Approval, Task
from weiguang.tasks.rules.periods import Period

REFUGE = Refuge("父亲多次施暴", "救助保护中心三楼", "第二小学", "13900002222")


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def supervisor(cast: Cast) -> Holding:
    return cast.seated("child_supervisor", cast.town)


@pytest.fixture
def duty(cast: Cast) -> Holding:
    return cast.seated("duty_officer", cast.county)


@pytest.fixture
def officer(cast: Cast) -> Holding:
    return cast.seated("city_officer", cast.county)


@pytest.fixture
def child(cast: Cast) -> Child:
    return child_in_danger(cast)


def sheltered(child: Child, by: Holding, *people: Holding) -> SafetyMove:
    move = move_to_safety(
        child=child, refuge=REFUGE, people=[each.person for each in people], by=actor(by.person)
    )
    child.refresh_from_db()
    return move


def sister_of(child: Child, cast: Cast) -> Child:
    return child_in_danger(cast, "康有踪", None)


def test_from_that_moment_only_named_people_see_the_child(
    cast: Cast, supervisor: Holding, duty: Holding, officer: Holding, child: Child
) -> None:
    director = cast.seated("child_director", cast.village)
    assert all(map(sees, (director, supervisor, duty, officer)))

    sheltered(child, supervisor, duty)

    assert [sees(who) for who in (director, supervisor, officer, duty)] == [
        False, False, False, True,
    ]  # fmt: skip


def test_a_grant_that_somebody_had_before_ends_at_that_moment(
    cast: Cast, supervisor: Holding, duty: Holding, child: Child
) -> None:
    worker_ = cast.seated("social_worker", cast.county)
    grants.give(person=worker_.person, subject_kind="child", subject_id=child.pk,
                verbs=[Verb.CHILD_LIST, Verb.CHILD_OPEN], sees=Tier.SENSITIVE,
                since=clock.today(), until=None, reason="case", by=system())  # fmt: skip
    assert sees(worker_)

    sheltered(child, supervisor, duty)

    assert not sees(worker_)


def test_what_waited_about_the_child_is_gone_from_the_old_places(
    cast: Cast, supervisor: Holding, duty: Holding, child: Child
) -> None:
    director = cast.seated("child_director", cast.village)
    open_task(kind="errand", about=child.subject, post_id=director.post_id, by=system(),
              within=Period(days=2), child_id=child.pk)  # fmt: skip

    sheltered(child, supervisor, duty)

    assert Task.objects.get(kind="errand").state == "cancelled"
    assert "没有到期的事" in text_of(entered(director.person).get("/"))


def test_a_list_with_the_childs_number_says_what_it_says_of_any_child_elsewhere(
    cast: Cast, supervisor: Holding, duty: Holding, child: Child
) -> None:
    other = Identity(name="远处人", sex="female", birth_date=date(2016, 2, 29),
                     id_number=id_number(24))  # fmt: skip
    children.register(identity=other, hukou=cast.county, residence=cast.county,
                      since=date(2021, 1, 1), by=system())  # fmt: skip
    sheltered(child, supervisor, duty)

    for place in (cast.town, cast.village):
        found = RegisterBelow(place.path).by_id_number(
            [id_number(22), id_number(24)], on=clock.today()
        )
        assert found[id_number(22)] == found[id_number(24)]
    citys = RegisterBelow(cast.county.path).by_id_number([id_number(22)], on=clock.today())
    assert citys[id_number(22)].name == ""


@pytest.mark.parametrize("goes", ["absorbed", "kept"])
def test_a_merge_that_waits_with_another_file_is_stopped_and_told_to_nobody(
    cast: Cast, supervisor: Holding, duty: Holding, child: Child, goes: str
) -> None:
    leader = cast.seated("town_leader", cast.town)
    sister = sister_of(child, cast)
    kept, absorbed = (sister, child) if goes == "absorbed" else (child, sister)
    merge = merges.propose(
        kept=kept, absorbed=absorbed, reason="像是同一个", by=actor(supervisor.person)
    )
    approval = Approval.objects.get()
    sheltered(child, supervisor, duty)

    assert Merge.objects.get().state == "declined"
    for who in (supervisor, leader):
        client = entered(who.person)
        for page in (reverse("merge", args=[merge.pk]), reverse("approval", args=[approval.pk])):
            assert client.get(page).status_code == 404
        assert "康无踪" not in text_of(client.get(reverse("approvals")))
        assert "没有到期的事" in text_of(client.get("/"))
    assert "康无踪" not in text_of(
        entered(supervisor.person).get(reverse("child", args=[sister.pk]))
    )


def test_what_was_signed_before_the_move_does_not_merge_the_child_after_it(
    cast: Cast, supervisor: Holding, duty: Holding, child: Child
) -> None:
    leader, sister = cast.seated("town_leader", cast.town), sister_of(child, cast)
    merges.propose(kept=sister, absorbed=child, reason="像是同一个", by=actor(supervisor.person))
    sign(approval=Approval.objects.get(), answer="approve", by=actor(leader.person))
    sheltered(child, supervisor, duty)
    worker.run_once()

    assert Child.objects.get(pk=child.pk).merged_into is None
    assert sees(duty)


def test_a_file_that_has_just_gone_into_another_is_not_moved_in_its_stead(
    cast: Cast, supervisor: Holding, duty: Holding, child: Child
) -> None:
    leader, sister = cast.seated("town_leader", cast.town), sister_of(child, cast)
    read = Child.objects.get(pk=child.pk)
    merges.propose(kept=sister, absorbed=child, reason="像是同一个", by=actor(supervisor.person))
    sign(approval=Approval.objects.get(), answer="approve", by=actor(leader.person))
    worker.run_once()

    with pytest.raises(Conflict):
        sheltered(read, supervisor, duty)
    assert not SafetyMove.objects.exists()


def test_the_fathers_phone_leads_nowhere(
    cast: Cast, supervisor: Holding, duty: Holding, child: Child
) -> None:
    bond = family.NewBond(Tie.Kind.GUARDIAN, "father")
    who = family.Person("康父", phone="13900001111")
    family.add_adult_tie(child=child, who=who, bond=bond, by=actor(supervisor.person))
    sheltered(child, supervisor, duty)

    for who_asks in (supervisor, cast.seated("child_director", cast.village)):
        client = entered(who_asks.person)
        found = client.post(reverse("children_search"), {"text": "13900001111"}, follow=True)
        assert "康无踪" not in text_of(found)


def test_a_second_person_of_the_city_is_asked_within_a_day_and_learns_no_name(
    cast: Cast, supervisor: Holding, duty: Holding, officer: Holding, child: Child
) -> None:
    sheltered(child, supervisor, duty)
    approval = Approval.objects.get()
    assert approval.is_emergency
    assert approval.due_at - approval.requested_at <= timedelta(hours=24, seconds=5)
    with pytest.raises(NotFoundOrRefused):
        sign(approval=approval, answer="approve", by=actor(supervisor.person))

    page = text_of(entered(officer.person).get(reverse("approval", args=[approval.pk])))

    assert "康无踪" not in page
    assert REFUGE.whereabouts not in page
    assert entered(supervisor.person).get(f"/tasks/approvals/{approval.pk}/").status_code != 500


def test_a_refused_review_does_not_show_the_child_again(
    supervisor: Holding, duty: Holding, officer: Holding, child: Child
) -> None:
    sheltered(child, supervisor, duty)
    asked = Approval.objects.get()
    sign(approval=asked, answer="refuse", remark="请再核", by=actor(officer.person))
    worker.run_once()

    assert not sees(supervisor)
    assert SafetyMove.objects.get().state == "lasting"


def test_it_ends_by_two_people_and_the_places_see_the_child_again(
    supervisor: Holding, duty: Holding, officer: Holding, child: Child
) -> None:
    move = sheltered(child, supervisor, duty)
    move.child.refresh_from_db()
    with pytest.raises(NotFoundOrRefused):
        propose_end(move=move, reason="父亲已判刑", by=actor(supervisor.person))
    propose_end(move=move, reason="父亲已判刑", by=actor(duty.person))
    assert not sees(supervisor)

    sign(approval=Approval.objects.get(kind="move.safety.end"), answer="approve",
         by=actor(officer.person))  # fmt: skip
    worker.run_once()

    assert sees(supervisor)
    assert SafetyMove.objects.get().state == "ended"


def test_somebody_must_be_named_and_a_child_is_moved_once_at_a_time(
    supervisor: Holding, duty: Holding, child: Child
) -> None:
    with pytest.raises(Invalid):
        sheltered(child, supervisor)
    sheltered(child, supervisor, duty)
    with pytest.raises(AlreadySheltered):
        sheltered(child, duty, duty)


def test_named_people_read_where_the_child_is_on_the_file(
    supervisor: Holding, duty: Holding, child: Child
) -> None:
    client = entered(supervisor.person)
    shown = text_of(client.get(reverse("safety_move", args=[child.pk])))
    assert duty.person.name in shown
    client.post(
        reverse("safety_move", args=[child.pk]),
        {
            "reason": REFUGE.reason,
            "whereabouts": REFUGE.whereabouts,
            "people": [duty.person_id],
            "near": "none",
        },
    )

    assert client.get(reverse("child", args=[child.pk])).status_code == 404
    file = text_of(entered(duty.person).get(reverse("child", args=[child.pk])))
    assert REFUGE.whereabouts in file


def test_the_lead_that_led_to_the_child_is_shown_to_the_old_town_no_more(
    cast: Cast, supervisor: Holding, duty: Holding, child: Child
) -> None:
    with act(Verb.LEAD_ENTER, by=actor(supervisor.person), about=cast.village.subject):
        for about in ({"child": child}, {"id_index": child.id_index}):
            Lead.objects.create(
                place=cast.village, path=cast.village.path, source="report", signs=[],
                name="康无踪", entered_at=clock.now(), **about,
            )  # fmt: skip
    assert leads_for(actor(supervisor.person), Verb.LEAD_LIST).count() == 2

    sheltered(child, supervisor, duty)

    assert leads_for(actor(supervisor.person), Verb.LEAD_LIST).count() == 0
