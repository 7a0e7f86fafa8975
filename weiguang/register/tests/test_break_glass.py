"""A file broken open: at once, for hours, reviewed by another, and no way to try the city."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.urls import reverse

from tests.cast import entered, text_of
from weiguang.kernel import clock, worker
from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.kernel.models import Event
from weiguang.network.authority import may
from weiguang.network.models import Grant
from weiguang.network.verbs import Verb
from weiguang.register.actions import access, conflicts
from weiguang.register.actions.access import TooOften
from weiguang.register.actions.reading import open_file, reveal
from weiguang.register.models import AccessRequest
from weiguang.register.queries.access import own_requests
from weiguang.register.queries.reading import readers
from weiguang.register.tests.two_towns import (
    BY_NUMBER,
    BY_PHONE,
    EMERGENCY,
    NINE,
    NOBODY,
    WORDS,
    Towns,
    answered,
    broken,
    make_towns,
    with_father,
)
from weiguang.tasks.access import tasks_of
from weiguang.tasks.actions.approvals import sign
from weiguang.tasks.models import Task

FORM = {
    "name": "顾念安",
    "id_number": BY_NUMBER.id_number,
    "purpose": "missing",
    "words": WORDS,
    "near": "none",
}


@pytest.fixture
def towns(db: None) -> Iterator[Towns]:
    with clock.standing_at(NINE):
        yield make_towns()


def test_a_file_opens_at_once_for_a_day_and_says_so(towns: Towns) -> None:
    client = entered(towns.supervisor.person)

    page = text_of(client.post(reverse("access_break"), FORM, follow=True))

    assert "紧急查阅 · 孩子走失或失去联系：这份档案对您开到" in page
    assert reveal(towns.on("supervisor"), towns.child, "id_number") == BY_NUMBER.id_number
    with clock.standing_at(NINE + timedelta(hours=24)):
        assert not may(towns.on("supervisor"), Verb.CHILD_OPEN, towns.child.subject)


def test_a_second_person_is_asked_within_a_day(towns: Towns) -> None:
    _request, approval = broken(towns)

    (task,) = tasks_of(towns.on("far_supervisor"))
    assert (task.about_id, task.due_at) == (approval.pk, NINE + timedelta(hours=24))
    assert approval.is_emergency
    page = text_of(
        entered(towns.far_supervisor.person).get(reverse("approval", args=[approval.pk]))
    )
    assert WORDS in page
    with pytest.raises(NotFoundOrRefused):
        sign(approval=approval, answer="approve", by=towns.on("supervisor"))


@pytest.mark.parametrize("answer", ["refuse", "return"])
def test_a_review_that_finds_no_good_reason_ends_access_at_once_and_is_remembered(
    towns: Towns, answer: str
) -> None:
    request = answered(*broken(towns), towns.on("far_supervisor"), answer)

    assert request.review == "unjustified"
    assert not may(towns.on("supervisor"), Verb.CHILD_OPEN, towns.child.subject)
    review = Event.objects.get(verb=Verb.ACCESS_REVIEW)
    assert (review.about_id, review.detail["answer"]) == (towns.child.pk, "unjustified")
    assert str(own_requests(towns.on("supervisor")).rows[0].review) == "复核认为没有正当理由"


def test_a_review_that_finds_it_justified_leaves_the_time_as_it_was(towns: Towns) -> None:
    request = answered(*broken(towns), towns.on("far_supervisor"))

    assert request.review == "justified"
    assert Grant.objects.get().until == NINE + timedelta(hours=24)
    assert may(towns.on("supervisor"), Verb.CHILD_OPEN, towns.child.subject)


def test_a_vain_try_opens_nothing_and_is_reviewed_too(towns: Towns) -> None:
    request, approval = broken(towns, NOBODY)

    assert (request.state, request.child, Grant.objects.exists()) == ("refused", None, False)
    assert [task.about_id for task in tasks_of(towns.on("officer"))] == [approval.pk]
    request = answered(request, approval, towns.on("officer"), "refuse")
    assert request.review == "unjustified"


def test_birth_date_and_phone_break_nothing_open(towns: Towns) -> None:
    with_father(towns.child, towns.on("far_supervisor"))
    form = {**FORM, "id_number": "", "birth_date": "2016-02-29", "phone": BY_PHONE.phone}

    page = text_of(entered(towns.supervisor.person).post(reverse("access_break"), form))

    assert "这个字段是必填项" in page
    assert not AccessRequest.objects.exists()


def test_tries_are_three_a_day_hit_or_miss(towns: Towns) -> None:
    supervisor = towns.on("supervisor")
    for sought in (NOBODY, BY_NUMBER, NOBODY):
        access.break_open(sought=sought, plea=EMERGENCY, by=supervisor)

    with pytest.raises(TooOften):
        access.break_open(sought=BY_NUMBER, plea=EMERGENCY, by=supervisor)
    answer = entered(towns.supervisor.person).post(reverse("access_break"), FORM)
    assert answer.status_code == 429
    assert Event.objects.filter(verb=Verb.ACCESS_BREAK).count() == 5


def test_a_director_and_a_leader_break_nothing_open(towns: Towns) -> None:
    for name in ("director", "far_leader"):
        with pytest.raises(NotFoundOrRefused):
            access.break_open(sought=BY_NUMBER, plea=EMERGENCY, by=towns.on(name))
        assert entered(getattr(towns, name).person).get(reverse("access_break")).status_code == 404


def test_who_is_near_to_the_child_breaks_nothing_open(towns: Towns) -> None:
    access.break_open(sought=BY_NUMBER, plea=EMERGENCY, by=towns.on("supervisor"))
    conflicts.declare(child=towns.child, answer="relative", by=towns.on("supervisor"))

    again = access.break_open(sought=BY_NUMBER, plea=EMERGENCY, by=towns.on("supervisor"))

    assert (again.state, again.grant) == ("refused", None)
    assert not may(towns.on("supervisor"), Verb.CHILD_OPEN, towns.child.subject)


def test_the_readers_list_marks_what_was_broken_open(towns: Towns) -> None:
    broken(towns)
    open_file(child=towns.child, by=towns.on("supervisor"))

    opened, broke = readers(towns.on("far_supervisor"), towns.child).rows

    assert (opened.what, opened.purpose) == ("打开档案", "紧急查阅 · 孩子走失或失去联系")
    assert (broke.what, broke.purpose) == ("紧急打开档案", "孩子走失或失去联系")
    assert opened.is_emergency
    assert broke.is_emergency


@pytest.mark.usefixtures("committed")
def test_of_tries_at_once_no_more_than_the_days_pass() -> None:
    towns = make_towns()
    outcomes: list[str] = []
    together = Barrier(5)

    def attempt() -> None:
        try:
            by = towns.on("supervisor")
            together.wait(timeout=20)
            access.break_open(sought=NOBODY, plea=EMERGENCY, by=by)
            outcomes.append("tried")
        except TooOften:
            outcomes.append("too often")
        finally:
            connection.close()

    _all(attempt, 5)

    assert sorted(outcomes) == ["too often"] * 2 + ["tried"] * 3
    assert AccessRequest.objects.count() == 3


@pytest.mark.usefixtures("committed")
def test_of_two_managers_who_answer_at_once_one_wins_and_the_other_is_told() -> None:
    towns = make_towns()
    request, approval = broken(towns)
    outcomes: list[str] = []
    together = Barrier(2)

    def reviewing(name: str, answer: str) -> None:
        try:
            by = towns.on(name)
            together.wait(timeout=20)
            sign(approval=approval, answer=answer, remark="说明", by=by)
            outcomes.append(answer)
        except access.WeiguangError as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    pairs = (("far_supervisor", "approve"), ("far_leader", "refuse"))
    threads = [Thread(target=reviewing, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    worker.run_once()

    request.refresh_from_db()
    won = next(each for each in outcomes if each != "approval_decided")
    assert sorted(outcomes) == sorted([won, "approval_decided"])
    assert request.review == {"approve": "justified", "refuse": "unjustified"}[won]
    is_open = bool(may(towns.on("supervisor"), Verb.CHILD_OPEN, towns.child.subject))
    assert is_open == (won == "approve")
    assert not Task.objects.filter(about_id=approval.pk, state="open").exists()


def _all(target: object, n: int) -> None:
    threads = [Thread(target=target) for _ in range(n)]  # type: ignore[arg-type]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
