"""A blind request tells nothing; who answers for the child gives leave, and it ends by itself."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import actor, entered, system, text_of
from weiguang.kernel import clock, worker
from weiguang.kernel.errors import Invalid, NotFoundOrRefused
from weiguang.kernel.history import amend
from weiguang.kernel.ids import new_id
from weiguang.kernel.models import Event
from weiguang.kernel.sensitivity import Tier
from weiguang.network.actions import posts
from weiguang.network.acts import act
from weiguang.network.authority import Actor, may
from weiguang.network.models import Grant
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for
from weiguang.register.actions import access, access_answers, conflicts, shelter
from weiguang.register.actions.access import Plea, TooOften
from weiguang.register.actions.adopt import adopt_conflicts
from weiguang.register.actions.reading import open_file, reveal
from weiguang.register.models import AccessRequest
from weiguang.register.queries.access import given_leave, own_requests
from weiguang.register.queries.matching import Sought, matched_child
from weiguang.register.queries.reading import readers
from weiguang.register.tests.two_towns import (
    BY_NUMBER,
    BY_PHONE,
    NINE,
    NOBODY,
    WHY,
    WORDS,
    Towns,
    answered,
    asked,
    child_in,
    make_towns,
    with_father,
)
from weiguang.tasks.access import approvals_for, tasks_of
from weiguang.tasks.actions.approvals import AlreadyDecided, sign
from weiguang.tasks.models import Approval

# The form's secret, what was typed, and the minute of printing differ from page to page.
DIFFER = re.compile(r'"[A-Za-z0-9]{64}"|class="printed-by">.*|\d{18}')


@pytest.fixture
def towns(db: None) -> Iterator[Towns]:
    with clock.standing_at(NINE):
        yield make_towns()


def form(sought: Sought) -> dict[str, str]:
    return {
        "name": sought.name, "id_number": sought.id_number, "phone": sought.phone,
        "birth_date": sought.birth_date.isoformat() if sought.birth_date else "",
        "purpose": "visit", "words": WORDS, "days": "3", "near": "none",
    }  # fmt: skip


# Nothing that is answered tells whether there is such a child.


def test_the_answer_is_the_same_to_the_byte_for_a_child_and_for_nobody(towns: Towns) -> None:
    client = entered(towns.director.person)
    pages = []
    for sought in (BY_NUMBER, NOBODY):
        sent = client.post(reverse("access_ask"), form(sought))
        assert sent["Location"] == reverse("access")
        pages.append(DIFFER.sub("", text_of(client.get(reverse("access")))))
        _forget(towns)

    assert pages[0] == pages[1]
    assert "等待答复" in pages[0]


def test_the_same_statements_run_for_a_child_and_for_nobody(towns: Towns) -> None:
    client = entered(towns.director.person)
    client.get(reverse("access"))
    run = []
    for sought in (BY_NUMBER, NOBODY):
        with CaptureQueriesContext(connection) as queries:
            client.post(reverse("access_ask"), form(sought))
        run.append([re.sub(r"'[^']*'|\d+", "?", each["sql"])[:120] for each in queries])

    assert run[0] == run[1]


def test_the_event_of_a_request_names_no_child(towns: Towns) -> None:
    access.request_access(sought=BY_NUMBER, plea=WHY, by=towns.on("director"))
    event = Event.objects.get(verb=Verb.ACCESS_REQUEST)

    assert (event.about_id, event.purpose, set(event.detail)) == (None, "visit", {"request"})


@pytest.mark.parametrize("answer", ["refuse", "return", "approve"])
def test_what_is_nobodys_is_answered_by_the_city_and_never_granted(
    towns: Towns, answer: str
) -> None:
    request, approval = asked(towns, NOBODY)
    line = own_requests(towns.on("director")).rows[0]

    assert (line.waits, line.child_id) == (True, None)
    assert not approvals_for(towns.on("supervisor")).exists()
    assert not approvals_for(towns.on("far_supervisor")).exists()
    assert [task.about_id for task in tasks_of(towns.on("officer"))] == [approval.pk]
    request = answered(request, approval, towns.on("officer"), answer)
    assert (request.state, request.grant) == ("refused", None)


def test_a_refusal_looks_the_same_for_a_child_and_for_nobody(towns: Towns) -> None:
    rows = []
    for sought, by in ((BY_NUMBER, "far_supervisor"), (NOBODY, "officer")):
        answered(*asked(towns, sought), towns.on(by), "refuse")
        rows.append(own_requests(towns.on("director")).rows[0])
        _forget(towns)

    assert rows[0] == rows[1]
    assert str(rows[0].state) == "未获准"


def test_who_asked_can_neither_open_nor_list_the_approval(towns: Towns) -> None:
    client = entered(towns.director.person)
    for sought in (BY_NUMBER, NOBODY):
        _request, approval = asked(towns, sought)
        page = client.get(reverse("approval", args=[approval.pk]))
        absent = client.get(reverse("approval", args=[new_id()]))
        assert DIFFER.sub("", page.content.decode()) == DIFFER.sub("", absent.content.decode())
        assert page.status_code == 404

    assert "查阅申请" not in text_of(client.get(reverse("approvals")))


# Who answers, and what follows.


@pytest.mark.parametrize("sought", [BY_NUMBER, BY_PHONE], ids=["number", "phone"])
def test_who_answers_for_the_child_is_asked_with_the_words(towns: Towns, sought: Sought) -> None:
    with_father(towns.child, towns.on("far_supervisor"))
    _request, approval = asked(towns, sought)
    page = text_of(
        entered(towns.far_supervisor.person).get(reverse("approval", args=[approval.pk]))
    )

    assert WORDS in page
    assert "顾念安" in page
    assert list(approvals_for(towns.on("supervisor"))) == []
    assert [task.about_id for task in tasks_of(towns.on("far_supervisor"))] == [approval.pk]


def test_leave_is_given_for_the_days_and_ends_at_the_moment(towns: Towns) -> None:
    request, approval = asked(towns)
    assert not may(towns.on("director"), Verb.CHILD_OPEN, towns.child.subject)

    request = answered(request, approval, towns.on("far_supervisor"))

    director = towns.on("director")
    open_file(child=towns.child, by=director)
    assert reveal(director, towns.child, "id_number") == BY_NUMBER.id_number
    assert Event.objects.get(verb=Verb.CHILD_OPEN).purpose == "access.blind:visit"
    end = NINE + timedelta(days=3)
    with clock.standing_at(end - timedelta(seconds=1)):
        assert may(towns.on("director"), Verb.CHILD_OPEN, towns.child.subject)
    with clock.standing_at(end):
        late = towns.on("director")
        assert not may(late, Verb.CHILD_OPEN, towns.child.subject)
        assert not children_for(late, Verb.CHILD_LIST).exists()
        row = own_requests(late).rows[0]
        assert (str(row.state), row.child_id) == ("已到期或收回", None)


def test_what_was_not_asked_for_stays_masked(towns: Towns) -> None:
    plea = Plea("visit", WORDS, "none", days=1)
    answered(*asked(towns, plea=plea), towns.on("far_supervisor"))

    assert may(towns.on("director"), Verb.CHILD_OPEN, towns.child.subject).sees is Tier.PERSONAL
    with pytest.raises(NotFoundOrRefused):
        reveal(towns.on("director"), towns.child, "id_number")


def test_who_asked_never_approves_even_where_she_answers_for_the_child(towns: Towns) -> None:
    request, approval = asked(towns, by="far_supervisor")

    with pytest.raises(NotFoundOrRefused):
        sign(approval=approval, answer="approve", by=towns.on("far_supervisor"))
    assert [task.about_id for task in tasks_of(towns.on("far_leader"))] == [approval.pk]
    assert answered(request, approval, towns.on("far_leader")).state == "granted"


def test_of_two_managers_the_first_answers_and_it_is_carried_out_once(towns: Towns) -> None:
    request, approval = asked(towns)
    sign(approval=approval, answer="approve", by=towns.on("far_supervisor"))
    with pytest.raises(AlreadyDecided):
        sign(approval=approval, answer="refuse", remark="不", by=towns.on("far_leader"))
    worker.run_once()

    decided = Event.objects.get(verb=Verb.APPROVAL_DECIDE)
    access_answers.answer(request_id=request.pk, decision="refused", caused_by=decided.pk)
    access_answers.pass_on(request_id=request.pk, caused_by=decided.pk)

    request.refresh_from_db()
    assert (request.state, Grant.objects.count(), Approval.objects.count()) == ("granted", 1, 1)


def test_who_left_her_post_meanwhile_gets_nothing(towns: Towns) -> None:
    request, approval = asked(towns)
    posts.vacate(holding=towns.director, on=clock.today(), by=_security(towns))

    request = answered(request, approval, towns.on("far_supervisor"))

    assert (request.state, request.grant) == ("refused", None)


def test_who_is_near_to_the_child_gets_nothing(towns: Towns) -> None:
    granted = answered(*asked(towns), towns.on("far_supervisor"))
    assert granted.state == "granted"
    conflicts.declare(child=towns.child, answer="relative", by=towns.on("director"))

    again = answered(*asked(towns), towns.on("far_supervisor"))

    assert again.state == "refused"
    assert not may(towns.on("director"), Verb.CHILD_OPEN, towns.child.subject)


def test_who_answers_for_the_child_sees_all_leave_and_ends_it_at_once(towns: Towns) -> None:
    answered(*asked(towns), towns.on("far_supervisor"))
    row = given_leave(towns.on("far_supervisor")).rows[0]
    assert (row.who, row.child, row.why) == (
        towns.director.person.name,
        "顾念安",
        "经批准查阅 · 走访探视",
    )
    assert given_leave(towns.on("supervisor")).rows == ()

    done = entered(towns.far_supervisor.person).post(reverse("access_end", args=[row.id]))

    assert done.status_code == 302
    assert not may(towns.on("director"), Verb.CHILD_OPEN, towns.child.subject)
    assert given_leave(towns.on("far_supervisor")).rows == ()


def test_nobody_ends_leave_for_the_neighbours_child(towns: Towns) -> None:
    granted = answered(*asked(towns), towns.on("far_supervisor"))
    assert granted.grant is not None

    for name in ("supervisor", "far_director", "director"):
        with pytest.raises(NotFoundOrRefused):
            access_answers.end_leave(grant=granted.grant, by=towns.on(name))


def test_a_reading_by_leave_stands_in_the_readers_list_with_its_reason(towns: Towns) -> None:
    answered(*asked(towns), towns.on("far_supervisor"))
    open_file(child=towns.child, by=towns.on("director"))

    row = readers(towns.on("far_supervisor"), towns.child).rows[0]

    assert (row.purpose, row.is_emergency) == ("经批准查阅 · 走访探视", False)
    with pytest.raises(NotFoundOrRefused):
        readers(towns.on("director"), towns.child)


# What is asked.


@pytest.mark.parametrize(
    "sought",
    [
        Sought("顾念", BY_NUMBER.id_number),
        Sought("顾念安", NOBODY.id_number),
        Sought("顾念安", birth_date=BY_PHONE.birth_date, phone="13900139000"),
        Sought("顾念安", phone=BY_PHONE.phone),
        Sought("", BY_NUMBER.id_number),
    ],
)
def test_what_does_not_match_exactly_matches_nobody(towns: Towns, sought: Sought) -> None:
    with_father(towns.child, towns.on("far_supervisor"))

    assert matched_child(sought) is None
    assert matched_child(BY_NUMBER) == matched_child(BY_PHONE) == towns.child


@pytest.mark.parametrize("plea", [
    Plea("visit", WORDS, "none", days=2), Plea("visit", "  ", "none", days=3),
    Plea("missing", WORDS, "none", days=3), Plea("visit", WORDS, "", days=3),
])  # fmt: skip
def test_a_request_without_a_reason_or_for_another_time_is_none(towns: Towns, plea: Plea) -> None:
    with pytest.raises(Invalid):
        access.request_access(sought=BY_NUMBER, plea=plea, by=towns.on("director"))
    assert not AccessRequest.objects.exists()


def test_requests_are_few_a_day_for_one_person_and_the_refused_one_is_remembered(
    towns: Towns,
) -> None:
    director = towns.on("director")
    for _ in range(10):
        access.request_access(sought=NOBODY, plea=WHY, by=director)
    with pytest.raises(TooOften):
        access.request_access(sought=NOBODY, plea=WHY, by=director)

    assert Event.objects.filter(verb=Verb.ACCESS_REQUEST, was_refused=True).count() == 1
    access.request_access(sought=NOBODY, plea=WHY, by=towns.on("supervisor"))
    with clock.standing_at(NINE + timedelta(hours=24)):
        access.request_access(sought=NOBODY, plea=WHY, by=director)


def test_a_village_secretary_asks_nothing(towns: Towns) -> None:
    held = towns.cast.seated("village_secretary", towns.cast.village)

    with pytest.raises(NotFoundOrRefused):
        access.request_access(sought=BY_NUMBER, plea=WHY, by=actor(held.person))


def test_ones_own_requests_cost_a_constant_number_of_queries(towns: Towns) -> None:
    counts = []
    for _ in range(2):
        access.request_access(sought=NOBODY, plea=WHY, by=towns.on("director"))
        with CaptureQueriesContext(connection) as queries:
            own_requests(towns.on("director"))
        counts.append(len(queries))

    assert counts[0] == counts[1]


def _security(towns: Towns) -> Actor:
    return actor(towns.cast.seated("security_administrator", towns.cast.county).person)


def _forget(towns: Towns) -> None:
    """Let the next round's list begin empty: what was asked is another person's now."""
    with act(Verb.ACCESS_APPROVE, by=system()):
        mine = AccessRequest.objects.filter(requested_by=towns.director.person)
        mine.update(requested_by=towns.supervisor.person)


# A child moved for safety, and a file that went into another.


def sheltered(towns: Towns) -> None:
    """The child is moved for safety, and the city's officer alone is named."""
    refuge = shelter.Refuge("violence", "救助站")
    shelter.move_to_safety(
        child=towns.child, refuge=refuge, people=[towns.officer.person],
        by=towns.on("far_supervisor"),
    )  # fmt: skip
    towns.child.refresh_from_db()


def test_a_child_moved_for_safety_is_nobody_to_every_request(towns: Towns) -> None:
    with_father(towns.child, towns.on("far_supervisor"))
    sheltered(towns)

    for sought in (BY_NUMBER, BY_PHONE):
        request, approval = asked(towns, sought)
        assert (request.child, approval.child_id) == (None, None)
    assert not approvals_for(towns.on("far_supervisor")).exists()
    assert matched_child(BY_NUMBER) is None
    broken = access.break_open(
        sought=BY_NUMBER, plea=Plea("missing", WORDS, "none"), by=towns.on("supervisor")
    )
    assert (broken.state, broken.child) == ("refused", None)


def test_leave_ends_when_the_child_is_moved_for_safety(towns: Towns) -> None:
    answered(*asked(towns), towns.on("far_supervisor"))

    sheltered(towns)

    assert not may(towns.on("director"), Verb.CHILD_OPEN, towns.child.subject)
    row = own_requests(towns.on("director")).rows[0]
    assert (str(row.state), row.child_id) == ("已到期或收回", None)


def test_what_waited_when_the_child_was_moved_is_refused_when_an_answer_is_due(
    towns: Towns,
) -> None:
    asked(towns)
    sheltered(towns)
    worker.run_once()
    assert own_requests(towns.on("director")).rows[0].waits

    # Three working days from a Tuesday: over when Friday is.
    with clock.standing_at(NINE + timedelta(days=4)):
        worker.run_once()
        worker.run_once()
        row = own_requests(towns.on("director")).rows[0]

    assert (str(row.state), row.child_id) == ("未获准", None)
    assert Event.objects.filter(verb=Verb.ACCESS_APPROVE).count() == 1


def test_a_number_of_a_file_that_went_into_another_means_that_one(towns: Towns) -> None:
    kept = child_in(towns.far_village, "顾念安", 6)
    with act(Verb.MERGE_CARRY, by=system()):
        amend(towns.child, merged_into=kept)

    assert matched_child(BY_NUMBER) == kept


def test_who_is_kept_from_a_file_is_kept_from_the_one_it_goes_into(towns: Towns) -> None:
    kept = child_in(towns.far_village, "顾念安", 6)
    said = conflicts.declare(child=towns.child, answer="relative", by=towns.on("far_director"))
    assert said is not None

    with act(Verb.MERGE_CARRY, by=system()):
        gone = adopt_conflicts(towns.child.pk, kept.pk)

    assert {each.record for each in gone} == {"network.bar", "register.conflictdeclaration"}
    assert not may(towns.on("far_director"), Verb.CHILD_OPEN, kept.subject)
    conflicts.decide(declaration=said, is_kept_away=False, by=towns.on("far_supervisor"))
    assert may(towns.on("far_director"), Verb.CHILD_OPEN, kept.subject)
