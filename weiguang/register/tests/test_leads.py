"""A lead from the first word to a decision: who does what, what follows, and what can never be."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from tests.cast import system
from tests.world import id_number
from weiguang.kernel.errors import Invalid, NotFoundOrRefused
from weiguang.network.acts import act
from weiguang.network.models import Holding
from weiguang.network.verbs import Verb
from weiguang.register.access import leads_for
from weiguang.register.actions import lead_closing, leads
from weiguang.register.actions.children import Identity
from weiguang.register.actions.family import NewBond, Person
from weiguang.register.actions.lead_closing import Entry, SamePerson
from weiguang.register.actions.leads import LeadMoved, Note, NotYours
from weiguang.register.models import Child, Lead, LeadStep
from weiguang.register.rules.leads import Finding, Step
from weiguang.register.tests.on_leads import (
    Field,
    assigned,
    due,
    entered,
    found,
    make_field,
    said,
    step,
    unreachable,
)
from weiguang.tasks.models import Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def field() -> Field:
    return make_field()


def entry(field: Field, **more: object) -> Entry:
    who = Identity(
        name="顾小满", sex="female", birth_date=date(2018, 3, 1), no_id_reason="original_not_seen"
    )
    village = field.cast.village
    return Entry(identity=who, hukou=village, residence=village, **more)  # type: ignore[arg-type]


# Entering


@pytest.mark.parametrize("by", ["director", "supervisor", "city", "hotline", "social_worker"])
def test_a_new_lead_is_to_be_assigned_by_the_town_whoever_enters_it(field: Field, by: str) -> None:
    lead = entered(field, by)

    assert lead.state == "new"
    assert due(lead) == {"lead.assign": "child_supervisor"}
    assert lead.entered_post == field.posts[by]


def test_a_director_can_say_that_she_verifies_it_herself(field: Field) -> None:
    lead = leads.enter(said=said(field.cast.village), by=field.director, verifies_herself=True)

    assert (lead.state, lead.post) == ("assigned", field.posts["director"])
    assert due(lead) == {"lead.verify": "child_director"}


def test_a_neighbour_cannot_enter_a_lead_of_another_village(field: Field) -> None:
    with pytest.raises(NotFoundOrRefused):
        entered(field, "neighbour")


@pytest.mark.parametrize(
    "known",
    [{"name": "顾小满"}, {"id_number": ""}, {"guardian_name": "顾奶奶"},
     {"guardian_phone": "13800138000"}, {"address": "三组河边第二家"}],
)  # fmt: skip
def test_one_way_to_find_the_child_is_enough_and_none_is_too_little(
    field: Field, known: dict[str, str]
) -> None:
    if any(known.values()):
        assert entered(field, **{"name": ""} | known).pk
    else:
        with pytest.raises(Invalid):
            entered(field, name="", sex="", about_age=None)


def test_a_number_says_birth_and_sex_and_one_that_cannot_be_is_refused(field: Field) -> None:
    lead = entered(field, id_number=id_number(2), sex="", about_age=None)

    assert (lead.birth_date, lead.sex, lead.birth_year) == (date(2016, 2, 29), "female", 2016)
    with pytest.raises(Invalid):
        entered(field, id_number="329583201602290021")


# Neutral leads


@pytest.mark.parametrize("more", [{"source": "department"}, {"signs": ("town_matter", "poor")}])
def test_a_neutral_lead_is_nothing_to_the_village(field: Field, more: dict[str, object]) -> None:
    lead = entered(field, **more)

    for who in ("director", "secretary", "neighbour"):
        assert not leads_for(getattr(field, who), Verb.LEAD_LIST).exists()
    assert lead in leads_for(field.supervisor, Verb.LEAD_LIST)
    assert not Task.objects.filter(post__place=field.cast.village).exists()


def test_a_director_who_enters_a_neutral_lead_does_not_verify_it(field: Field) -> None:
    new = said(field.cast.village, signs=("town_matter",))
    lead = leads.enter(said=new, by=field.director, verifies_herself=True)

    assert (lead.state, lead.post) == ("new", None)
    assert due(lead) == {"lead.assign": "child_supervisor"}
    assert lead not in leads_for(field.director, Verb.LEAD_LIST)


def test_a_neutral_lead_cannot_be_given_to_the_village(field: Field) -> None:
    lead = entered(field, source="department")

    with pytest.raises(NotFoundOrRefused):
        leads.assign(lead=lead, to=field.posts["director"], seen=0, by=field.supervisor)
    leads.assign(lead=lead, to=field.posts["office"], seen=0, by=field.supervisor)
    assert due(lead) == {"lead.verify": "town_civil_affairs"}


# Assigning


def test_assigning_moves_the_task_to_the_director(field: Field) -> None:
    lead = assigned(field)

    assert lead.state == "assigned"
    assert due(lead) == {"lead.verify": "child_director"}
    assert Task.objects.get(kind="lead.assign").state == "done"


@pytest.mark.parametrize("post", ["secretary", "neighbour", "leader", "hotline"])
def test_a_lead_goes_to_nobody_who_may_not_verify_it(field: Field, post: str) -> None:
    lead = entered(field)

    with pytest.raises(NotFoundOrRefused):
        leads.assign(lead=lead, to=field.posts[post], seen=0, by=field.supervisor)


def test_a_lead_goes_to_no_empty_post(field: Field) -> None:
    lead = entered(field)
    empty = field.cast.post("child_director", field.cast.village)

    with pytest.raises(NotFoundOrRefused):
        leads.assign(lead=lead, to=empty, seen=0, by=field.supervisor)


def test_a_director_cannot_assign(field: Field) -> None:
    lead = entered(field)

    with pytest.raises(NotFoundOrRefused):
        leads.assign(lead=lead, to=field.posts["director"], seen=0, by=field.director)


def test_a_lead_of_a_town_comes_to_the_village_whose_director_gets_it(field: Field) -> None:
    lead = leads.enter(said=said(field.cast.town), by=field.hotline)
    assert lead not in leads_for(field.director, Verb.LEAD_LIST)

    lead = leads.assign(lead=lead, to=field.posts["director"], seen=0, by=field.supervisor)

    assert (lead.place_id, lead.path) == (field.cast.village.pk, field.cast.village.path)
    assert lead in leads_for(field.director, Verb.LEAD_LIST)


def test_who_is_too_near_to_the_family_neither_verifies_nor_sees_the_lead(field: Field) -> None:
    lead = assigned(field)

    lead = leads.declare_conflict(
        lead=lead, post=field.posts["director"], relation="relative", seen=lead.moves,
        by=field.director,
    )  # fmt: skip

    assert (lead.state, lead.post_id) == ("new", None)
    assert lead not in leads_for(field.director, Verb.LEAD_LIST)
    assert due(lead) == {"lead.assign": "child_supervisor"}
    with pytest.raises(NotFoundOrRefused):
        leads.assign(lead=lead, to=field.posts["director"], seen=lead.moves, by=field.supervisor)
    assert LeadStep.objects.get(kind="conflict").code == "relative"


def test_a_lead_that_moves_to_another_village_is_out_of_the_old_ones_sight(field: Field) -> None:
    lead = assigned(field)

    lead = leads.move_on(
        lead=lead, place=field.cast.neighbour, note=Note(), seen=lead.moves, by=field.supervisor
    )

    assert lead not in leads_for(field.director, Verb.LEAD_LIST)
    assert lead in leads_for(field.neighbour, Verb.LEAD_LIST)
    assert (lead.state, due(lead)) == ("new", {"lead.assign": "child_supervisor"})


# Verifying


def test_only_whose_lead_it_is_or_who_assigns_takes_its_steps(field: Field) -> None:
    lead = entered(field)
    lead = leads.assign(lead=lead, to=field.posts["office"], seen=0, by=field.supervisor)

    with pytest.raises(NotYours):
        step(lead, Step.TRIED, field.director)
    step(lead, Step.TRIED, field.office)


def test_a_step_seen_too_late_is_refused_and_nothing_is_written(field: Field) -> None:
    lead = assigned(field)
    step(lead, Step.TRIED, field.director)
    before = LeadStep.objects.count()

    with pytest.raises(LeadMoved):
        leads.take_step(
            lead=lead, step=Step.REACHED, note=Note(), seen=lead.moves, by=field.director
        )
    assert LeadStep.objects.count() == before


def test_nobody_is_said_to_be_lost_before_somebody_tried(field: Field) -> None:
    with pytest.raises(LeadMoved):
        step(assigned(field), Step.LOST, field.director)


# Unreachable


def test_who_cannot_be_found_is_asked_for_at_police_and_school_and_tried_again(
    field: Field,
) -> None:
    lead = unreachable(field)

    assert lead.state == "unreachable"
    assert due(lead) == {
        "lead.police": "child_supervisor", "lead.school": "child_supervisor",
        "lead.verify": "child_director",
    }  # fmt: skip


def test_police_and_school_told_leave_the_lead_open(field: Field) -> None:
    lead = unreachable(field)

    lead = step(lead, Step.POLICE_TOLD, field.supervisor, receipt="接警 20260301-17")
    lead = step(lead, Step.SCHOOL_TOLD, field.supervisor, words="班主任说上周还来上学")

    assert lead.state == "unreachable"
    assert due(lead) == {"lead.verify": "child_director"}


def test_the_police_are_not_told_without_a_receipt(field: Field) -> None:
    with pytest.raises(Invalid):
        step(unreachable(field), Step.POLICE_TOLD, field.supervisor, receipt=" ")


def test_each_try_in_vain_leads_to_the_next(field: Field) -> None:
    lead = unreachable(field)
    for _time in range(3):
        lead = step(lead, Step.TRIED, field.director)

    assert lead.state == "unreachable"
    retries = Task.objects.filter(about_id=lead.pk, kind="lead.verify", reason="again")
    assert sorted(retries.values_list("state", flat=True)) == ["done", "done", "done", "open"]


@pytest.mark.parametrize(
    "close",
    [lead_closing.refuse, lambda **k: lead_closing.call_duplicate(of=k["lead"], **k),
     lambda **k: leads.find(finding=Finding.NOT_ELIGIBLE, reason="adult", words="", **k)],
)  # fmt: skip
def test_nobody_closes_a_lead_that_cannot_be_reached(field: Field, close: object) -> None:
    lead = unreachable(field)

    for who in ("director", "supervisor", "office", "city"):
        with pytest.raises((LeadMoved, NotFoundOrRefused)):
            close(lead=lead, seen=lead.moves, by=getattr(field, who))  # type: ignore[operator]
    assert Lead.objects.get(pk=lead.pk).state == "unreachable"


def test_a_family_that_was_reached_after_all_is_verified(field: Field) -> None:
    lead = step(unreachable(field), Step.REACHED, field.director)

    assert lead.state == "verifying"
    assert due(lead) == {"lead.verify": "child_director"}


# Deciding


def test_what_was_found_waits_for_the_town(field: Field) -> None:
    lead = found(field, Finding.ELIGIBLE)

    assert lead.state == "verified"
    assert due(lead) == {"lead.decide": "child_supervisor"}


def test_a_lead_becomes_a_child_with_its_guardian_and_nothing_is_left_to_do(field: Field) -> None:
    lead = found(field, Finding.ELIGIBLE)

    child = lead_closing.register_child(
        lead=lead, seen=lead.moves, by=field.supervisor,
        entry=entry(
            field, address="三组 8 号", guardian=Person("顾奶奶", phone="13800138000"),
            bond=NewBond("guardian", "grandmother_paternal"),
        ),
    )  # fmt: skip

    lead.refresh_from_db()
    assert (lead.state, lead.child) == ("registered", child)
    assert [tie.adult.name for tie in child.ties.all() if tie.adult] == ["顾奶奶"]
    assert child.places.get(kind="residence").address == "三组 8 号"
    assert due(lead) == {}


def test_a_number_that_is_registered_already_leaves_the_lead_as_it_was(field: Field) -> None:
    lead = found(field, Finding.ELIGIBLE)
    wrong = Identity(name="顾小满", sex="female", birth_date=date(2018, 3, 1))

    with pytest.raises(Invalid):
        lead_closing.register_child(
            lead=lead, seen=lead.moves, by=field.supervisor,
            entry=Entry(wrong, field.cast.village, field.cast.village),
        )  # fmt: skip
    assert Lead.objects.get(pk=lead.pk).state == "verified"
    assert not Child.objects.exists()


def test_a_lead_is_refused_by_another_person_than_found_it(field: Field) -> None:
    lead = found(field, Finding.NOT_ELIGIBLE)
    lead = lead_closing.refuse(lead=lead, seen=lead.moves, by=field.supervisor)

    assert (lead.state, lead.reason) == ("not_eligible", "no_difficulty")
    assert due(lead) == {}


def test_who_found_it_cannot_refuse_it_herself(field: Field) -> None:
    lead = found(field, Finding.NOT_ELIGIBLE, by="supervisor")

    with pytest.raises(SamePerson):
        lead_closing.refuse(lead=lead, seen=lead.moves, by=field.supervisor)
    assert due(lead) == {"lead.decide": "town_civil_affairs"}
    lead_closing.refuse(lead=lead, seen=lead.moves, by=field.office)


def test_the_database_refuses_a_refusal_by_one_person(field: Field) -> None:
    lead = found(field, Finding.NOT_ELIGIBLE)

    with (
        pytest.raises(IntegrityError, match="lead_refused_by_two_people"),
        transaction.atomic(),
        act(Verb.CHILD_REGISTER, by=system()),
    ):
        Lead.objects.filter(pk=lead.pk).update(
            state="not_eligible", decided_by=field.people["director"]
        )


def test_a_refusal_needs_a_reason(field: Field) -> None:
    lead = assigned(field)
    with pytest.raises(Invalid):
        leads.find(
            lead=lead, finding=Finding.NOT_ELIGIBLE, reason="", words="", seen=lead.moves,
            by=field.director,
        )  # fmt: skip


def test_a_lead_that_was_closed_can_be_taken_up_again(field: Field) -> None:
    lead = found(field, Finding.NOT_ELIGIBLE)
    lead = lead_closing.refuse(lead=lead, seen=lead.moves, by=field.supervisor)

    lead = lead_closing.reopen(lead=lead, words="邻居又来说", seen=lead.moves, by=field.supervisor)

    assert (lead.state, lead.finding, lead.reason) == ("new", "", "")
    assert due(lead) == {"lead.assign": "child_supervisor"}


def test_what_is_not_clear_goes_back_to_who_verified(field: Field) -> None:
    lead = found(field, Finding.NOT_ELIGIBLE)

    lead = lead_closing.send_back(
        lead=lead, words="请再问学校", seen=lead.moves, by=field.supervisor
    )

    assert (lead.state, lead.finding) == ("assigned", "")
    assert due(lead) == {"lead.verify": "child_director"}


def test_a_duplicate_of_a_lead_is_closed_and_one_of_a_foreign_one_is_not(field: Field) -> None:
    first, second = assigned(field), assigned(field)
    foreign = leads.enter(said=said(field.cast.county), by=field.hotline)

    with pytest.raises(NotFoundOrRefused):
        lead_closing.call_duplicate(lead=second, of=foreign, seen=second.moves, by=field.supervisor)
    closed = lead_closing.call_duplicate(
        lead=second, of=first, seen=second.moves, by=field.supervisor
    )

    assert (closed.state, closed.same_as_id) == ("duplicate", first.pk)
    assert due(closed) == {}


@pytest.mark.parametrize("who", ["director", "secretary", "leader", "hotline", "neighbour"])
def test_only_who_closes_leads_decides(field: Field, who: str) -> None:
    lead = found(field, Finding.ELIGIBLE)

    with pytest.raises(NotFoundOrRefused):
        lead_closing.register_child(
            lead=lead, entry=entry(field), seen=lead.moves, by=getattr(field, who)
        )


def test_after_her_term_a_director_has_no_lead(field: Field) -> None:
    lead = assigned(field)
    with act(Verb.POST_FILL, by=system()):
        Holding.objects.filter(person=field.people["director"]).delete()

    with pytest.raises(NotFoundOrRefused):
        step(lead, Step.TRIED, field.director)
