"""A file is kept by who may, each change keeps what was, and no fact stands twice at a time."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from weiguang.kernel.errors import Conflict, Invalid, NotFoundOrRefused
from weiguang.kernel.models import Change
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.models import Organisation, Place
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for
from weiguang.register.actions import (
    categories,
    endings,
    family,
    files,
    health,
    household,
    schooling,
    standing,
)
from weiguang.register.actions.family import NewBond, Person, Stated
from weiguang.register.actions.files import Correction, Move
from weiguang.register.models import Adult, Child, ChildCategory, Standing, Tie
from weiguang.register.queries.desk import proposals_waiting, waiting_for
from weiguang.register.queries.listing import ListWish, page_of
from weiguang.register.tests.on_file import BEFORE, SYSTEM, TODAY, enter, holder, number

pytestmark = pytest.mark.django_db

LATER = date(2025, 1, 1)


@pytest.fixture
def supervisor(village: Place) -> Actor:
    return holder("child_supervisor", village.parent)


@pytest.fixture
def office(village: Place) -> Actor:
    return holder("town_civil_affairs", village.parent)


@pytest.fixture
def child(village: Place) -> Child:
    return enter("顾念安", village, sequence=2)


def confirmed(child: Child, director: Actor, supervisor: Actor) -> ChildCategory:
    held = categories.propose(
        child=child, category="poor_family", since=BEFORE, evidence="dibao", legal_basis="x",
        by=director,
    )  # fmt: skip
    categories.decide(proposal=held, is_confirmed=True, by=supervisor)
    return held


# Moves


def test_a_child_who_moved_is_seen_in_the_new_place_and_no_longer_in_the_old(
    child: Child, village: Place, elsewhere: Place, supervisor: Actor
) -> None:
    old, new = holder("child_director", village), holder("child_director", elsewhere)
    files.move(child=child, to=Move("hukou", elsewhere, TODAY), by=supervisor)

    files.move(child=child, to=Move("residence", elsewhere, TODAY), by=supervisor)

    assert list(children_for(new, Verb.CHILD_OPEN)) == [child]
    assert list(children_for(old, Verb.CHILD_OPEN)) == []
    spans = child.places.filter(kind="residence").order_by("during")
    assert [(s.during.lower, s.during.upper, s.place) for s in spans] == [
        (BEFORE, TODAY, village), (TODAY, None, elsewhere),
    ]  # fmt: skip
    assert not Child.objects.get().is_residence_confirmed


def test_a_child_who_left_the_city_belongs_nowhere_in_it_by_residence(
    child: Child, village: Place, supervisor: Actor
) -> None:
    files.move(child=child, to=Move("residence", None, TODAY, "外省"), by=supervisor)

    moved = Child.objects.get()
    assert (moved.residence_place, moved.residence_path) == (None, "")
    assert list(children_for(holder("child_director", village), Verb.CHILD_OPEN)) == [child]


@pytest.mark.parametrize("since", [BEFORE, BEFORE - timedelta(days=1)])
def test_a_move_into_time_that_is_on_file_is_a_conflict(
    since: date, child: Child, elsewhere: Place, supervisor: Actor
) -> None:
    with pytest.raises(Conflict):
        files.move(child=child, to=Move("residence", elsewhere, since), by=supervisor)

    assert child.places.filter(kind="residence").count() == 1


def test_a_move_that_has_not_happened_is_refused(
    child: Child, elsewhere: Place, supervisor: Actor
) -> None:
    with pytest.raises(Invalid):
        files.move(child=child, to=Move("residence", elsewhere, LATER), by=supervisor)


def test_who_keeps_no_files_and_who_is_next_door_cannot_move_a_child(
    child: Child, village: Place, elsewhere: Place
) -> None:
    for role, place in (("child_director", village), ("child_supervisor", elsewhere.parent)):
        with pytest.raises(NotFoundOrRefused):
            files.move(child=child, to=Move("residence", None, TODAY), by=holder(role, place))


def test_a_residence_is_confirmed_with_its_history(child: Child, supervisor: Actor) -> None:
    files.confirm_residence(child=child, by=supervisor)

    assert Child.objects.get().is_residence_confirmed
    assert child.places.get(kind="residence").is_confirmed
    assert Change.objects.filter(about_id=child.pk, field="is_residence_confirmed").exists()


# Identity


@pytest.mark.parametrize(
    ("sex", "birth_date", "id_number"),
    [
        ("male", date(2016, 2, 29), ""),
        ("female", date(2016, 3, 1), ""),
        ("female", date(2016, 2, 29), number(1)),
        ("female", date(2016, 2, 29), "32958320160229000"),
    ],
)
def test_an_identity_that_disagrees_with_its_number_is_refused(
    sex: str, birth_date: date, id_number: str, child: Child, supervisor: Actor
) -> None:
    wrong = Correction(sex, birth_date, "han", id_number)

    with pytest.raises(Invalid):
        files.correct_identity(child=child, to=wrong, by=supervisor)

    assert Child.objects.get().sex == "female"


def test_a_correction_keeps_what_was(child: Child, supervisor: Actor) -> None:
    right = Correction("male", date(2016, 3, 1), "han", number(3, "20160301"))

    files.correct_identity(child=child, to=right, by=supervisor)

    kept = Change.objects.get(about_id=child.pk, field="id_number")
    assert (kept.before, kept.after) == (number(2), number(3, "20160301"))
    assert Child.objects.get().id_number == number(3, "20160301")


def test_a_number_takes_the_place_of_the_reason_why_there_was_none(
    village: Place, supervisor: Actor
) -> None:
    unnumbered = enter("王佳琪", village)

    files.give_number(child=unnumbered, id_number=number(4), by=supervisor)

    stored = Child.objects.get()
    assert (stored.id_number, stored.no_id_reason) == (number(4), "")


def test_the_number_of_another_child_is_a_conflict(
    child: Child, village: Place, supervisor: Actor
) -> None:
    with pytest.raises(Conflict):
        files.give_number(child=enter("王佳琪", village), id_number=number(2), by=supervisor)


# Family


def tie(child: Child, by: Actor, kind: str = "guardian") -> Tie:
    return family.add_adult_tie(
        child=child, who=Person(name="顾大海", phone="138 0013 8000"),
        bond=NewBond(kind, "father", BEFORE), by=by,
    )  # fmt: skip


def test_an_adult_of_the_family_is_tied_again_by_id_and_once_at_a_time(
    child: Child, supervisor: Actor
) -> None:
    first = tie(child, supervisor)
    assert first.adult_id is not None
    as_carer = NewBond("carer", "father", BEFORE, is_entrusted=False)

    family.add_adult_tie(child=child, who=first.adult_id, bond=as_carer, by=supervisor)

    with pytest.raises(Conflict):
        family.add_adult_tie(child=child, who=first.adult_id, bond=as_carer, by=supervisor)
    assert Adult.objects.get().phone == "13800138000"


def test_an_adult_of_another_family_is_tied_only_through_the_household(
    child: Child, village: Place, supervisor: Actor
) -> None:
    sibling = enter("顾念北", village)
    adult_id = tie(sibling, supervisor).adult_id
    assert adult_id is not None
    bond = NewBond("carer", "father")

    with pytest.raises(NotFoundOrRefused):
        family.add_adult_tie(child=child, who=adult_id, bond=bond, by=supervisor)
    household.form(children=[child, sibling], place=village, by=supervisor)

    assert family.add_adult_tie(child=child, who=adult_id, bond=bond, by=supervisor).pk


def test_an_organisation_is_guardian_but_never_kin(child: Child, supervisor: Actor) -> None:
    home = Organisation.objects.order_by("id")[0]
    as_guardian = NewBond("guardian", "civil_affairs", TODAY)
    family.add_organisation_tie(child=child, organisation=home, bond=as_guardian, by=supervisor)

    with pytest.raises(Conflict):
        family.add_organisation_tie(child=child, organisation=home, bond=as_guardian, by=supervisor)
    with pytest.raises(Invalid):
        family.add_organisation_tie(
            child=child, organisation=home, bond=NewBond("kin", "civil_affairs"), by=supervisor
        )
    assert page_of(supervisor, ListWish(columns=("guardian",))).rows[0].guardian == home.name


def test_a_tie_to_nobody_is_refused_by_the_database(child: Child, supervisor: Actor) -> None:
    with (
        pytest.raises(IntegrityError, match="tie_to_an_adult_or_an_organisation"),
        transaction.atomic(),
        act(Verb.CHILD_AMEND, by=supervisor, about=child.subject),
    ):
        Tie.objects.create(child=child, kind="guardian", relation="father", during=(TODAY, None))


def test_a_tie_ends_on_a_day_after_it_began(child: Child, supervisor: Actor) -> None:
    held = tie(child, supervisor)

    with pytest.raises(Conflict):
        family.end_tie(tie=held, on=BEFORE, by=supervisor)
    family.end_tie(tie=held, on=TODAY, by=supervisor)

    assert Tie.objects.get().during.upper == TODAY


def test_what_is_true_of_a_parent_is_a_line_without_overlap(
    child: Child, supervisor: Actor
) -> None:
    adult = tie(child, supervisor).adult
    assert adult is not None
    family.state_situation(
        child=child, adult=adult, stated=Stated("capable", BEFORE), by=supervisor
    )

    now = Stated("imprisoned", TODAY, "prison_notice", date(2027, 1, 1))
    last = family.state_situation(child=child, adult=adult, stated=now, by=supervisor)

    spans = [(s.situation, s.during.upper) for s in adult.situations.order_by("during")]
    assert spans == [("capable", TODAY), ("imprisoned", None)]
    for since in (BEFORE, TODAY):
        with pytest.raises(Conflict):
            family.state_situation(
                child=child, adult=adult, stated=Stated("dead", since), by=supervisor
            )
    family.end_situation(child=child, situation=last, on=LATER, by=supervisor)
    assert adult.situations.filter(during__upper_inf=True).count() == 0


def test_a_phone_changes_only_within_the_family_and_only_to_a_phone(
    child: Child, village: Place, supervisor: Actor
) -> None:
    adult = tie(child, supervisor).adult
    assert adult is not None

    family.change_phone(child=child, adult=adult, phone="13900139000", by=supervisor)

    assert Adult.objects.get().phone == "13900139000"
    with pytest.raises(Invalid):
        family.change_phone(child=child, adult=adult, phone="12345", by=supervisor)
    other = enter("王佳琪", village)
    with pytest.raises(NotFoundOrRefused):
        family.change_phone(child=other, adult=adult, phone="13900139001", by=supervisor)


# School and health


def test_a_new_school_ends_the_old_one(child: Child, supervisor: Actor) -> None:
    for stage, since in (("kindergarten", BEFORE), ("primary", TODAY)):
        fact = schooling.Schooling(stage, "attending", since)
        schooling.record_school(child=child, schooling=fact, by=supervisor)

    spans = [(s.stage, s.during.upper) for s in child.school_facts.order_by("during")]
    assert spans == [("kindergarten", TODAY), ("primary", None)]
    with pytest.raises(Conflict):
        schooling.record_school(child=child, schooling=fact, by=supervisor)
    wrong = schooling.Schooling("academy", "attending", LATER)
    with pytest.raises(Invalid):
        schooling.record_school(child=child, schooling=wrong, by=supervisor)


def test_a_fact_of_health_has_a_known_kind_and_a_possible_certificate(
    child: Child, supervisor: Actor
) -> None:
    for wrong in (health.Health("nonsense"), health.Health("disability", disability_number="1")):
        with pytest.raises(Invalid):
            health.record_health(child=child, health=wrong, by=supervisor)

    fact = health.record_health(
        child=child, health=health.Health("disability", BEFORE), by=supervisor
    )
    health.end_health(fact=fact, on=TODAY, by=supervisor)

    assert child.health_facts.get().during.upper == TODAY


# Two people


def test_a_category_ends_on_the_proposed_day_when_a_second_person_agrees(
    child: Child, village: Place, supervisor: Actor, office: Actor
) -> None:
    held = confirmed(child, holder("child_director", village), supervisor)
    endings.propose_end(held=held, on=TODAY, reason="recovered", by=supervisor)

    with pytest.raises(NotFoundOrRefused):
        endings.decide_end(held=held, is_confirmed=True, by=supervisor)
    endings.decide_end(held=held, is_confirmed=True, by=office)

    ended = ChildCategory.objects.get()
    assert (ended.during.upper, ended.end_reason, ended.ending_on) == (TODAY, "recovered", None)
    with pytest.raises(Conflict):
        endings.decide_end(held=held, is_confirmed=False, by=office)


def test_a_category_whose_end_is_declined_goes_on(
    child: Child, village: Place, supervisor: Actor, office: Actor
) -> None:
    held = confirmed(child, holder("child_director", village), supervisor)
    endings.propose_end(held=held, on=TODAY, reason="recovered", by=supervisor)

    endings.decide_end(held=held, is_confirmed=False, by=office)

    kept = ChildCategory.objects.get()
    assert (kept.during.upper, kept.ending_on, kept.status) == (None, None, "confirmed")


@pytest.mark.parametrize(("on", "reason", "error"), [
    (TODAY, "nonsense", Invalid), (BEFORE, "recovered", Conflict),
])  # fmt: skip
def test_an_end_needs_a_known_reason_and_a_day_after_the_beginning(
    on: date, reason: str, error: type[Exception], child: Child, village: Place, supervisor: Actor
) -> None:
    held = confirmed(child, holder("child_director", village), supervisor)

    with pytest.raises(error):
        endings.propose_end(held=held, on=on, reason=reason, by=supervisor)


def test_what_nobody_confirmed_cannot_end(child: Child, village: Place, supervisor: Actor) -> None:
    proposed = categories.propose(
        child=child, category="poor_family", since=BEFORE, evidence="dibao", legal_basis="x",
        by=supervisor,
    )  # fmt: skip

    with pytest.raises(Conflict):
        endings.propose_end(held=proposed, on=TODAY, reason="recovered", by=supervisor)


# The home page


def test_a_home_page_counts_what_its_lists_hold(
    child: Child, village: Place, supervisor: Actor, office: Actor
) -> None:
    enter("王佳琪", village)
    files.confirm_residence(child=child, by=supervisor)

    for each in waiting_for(supervisor):
        listed = (
            len(page_of(supervisor, each.wish).rows)
            if each.wish
            else len(proposals_waiting(supervisor).rows)
        )
        assert each.number == listed
    numbers = {each.code: each.number for each in waiting_for(supervisor)}
    assert numbers == {"children": 2, "unconfirmed": 1, "unnumbered": 1, "proposals": 0}


def test_a_proposal_waits_for_others_only(
    child: Child, village: Place, elsewhere: Place, supervisor: Actor, office: Actor
) -> None:
    held = confirmed(child, holder("child_director", village), supervisor)
    endings.propose_end(held=held, on=TODAY, reason="recovered", by=supervisor)
    other = enter("王佳琪", village)
    categories.propose(
        child=other, category="orphan", since=TODAY, evidence="", legal_basis="x", by=office
    )

    mine, theirs = proposals_waiting(supervisor), proposals_waiting(office)

    assert [(row.child_name, row.is_ending) for row in mine.rows] == [("王佳琪", False)]
    assert [(row.child_name, row.is_ending) for row in theirs.rows] == [("顾念安", True)]
    assert theirs.rows[0].end_reason == "康复"
    assert proposals_waiting(holder("child_supervisor", elsewhere.parent)).rows == ()
    assert waiting_for(holder("child_director", village))[-1].code == "unnumbered"


def test_proposals_come_page_by_page_at_two_queries(
    village: Place, supervisor: Actor, django_assert_num_queries: Any
) -> None:
    director = holder("child_director", village)
    for nth in range(5):
        categories.propose(
            child=enter(f"顾念{nth}", village), category="orphan", since=TODAY, evidence="",
            legal_basis="x", by=director,
        )  # fmt: skip

    with django_assert_num_queries(2):
        first = proposals_waiting(supervisor, size=3)
    second = proposals_waiting(supervisor, first.next_key, size=3)

    assert (first.count, first.has_more, second.has_more) == (5, True, False)
    assert len({row.id for row in first.rows + second.rows}) == 5


# Standing


def test_standing_is_one_row_that_keeps_what_is_not_pushed(child: Child) -> None:
    standing.push(child=child, by=SYSTEM, level="high", is_emergency=True)

    standing.push(child=child, by=SYSTEM, next_due_on=TODAY, next_due_kind="visit")

    row = Standing.objects.get()
    assert (row.level, row.is_emergency, row.next_due_on) == ("high", True, TODAY)


def test_no_person_pushes_a_standing(child: Child, supervisor: Actor) -> None:
    with pytest.raises(NotFoundOrRefused):
        standing.push(child=child, by=supervisor, level="none")
