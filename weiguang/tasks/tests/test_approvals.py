"""Approvals: two people, always; one decision, once; what was said stays."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.cast import account, actor, system
from weiguang.kernel import clock
from weiguang.kernel.errors import Invalid, NotFoundOrRefused
from weiguang.kernel.events import Subject
from weiguang.kernel.ids import new_id
from weiguang.kernel.models import Event
from weiguang.network.actions import posts
from weiguang.network.acts import act
from weiguang.network.models import Holding
from weiguang.network.verbs import Verb
from weiguang.tasks.access import approvals_for, tasks_of
from weiguang.tasks.actions.approvals import (
    AlreadyDecided,
    NobodyToSign,
    ask,
    ask_again,
    delegate,
    sign,
    withdraw,
)
from weiguang.tasks.models import Approval, Signature, Task
from weiguang.tasks.rules.approvals import Answer, decided
from weiguang.tasks.tests.conftest import Crew


def asked(crew: Crew, by: str = "supervisor", **more: object) -> Approval:
    about = Subject("child", new_id(), (crew.cast.village.path,))
    return ask(kind="test", about=about, verb=Verb.MERGE_APPROVE, by=crew.on(by), says={"a": 1},
               **more)  # type: ignore[arg-type] # fmt: skip


@pytest.mark.parametrize(
    ("answers", "needed", "seats", "state"),
    [
        ([], 1, 0, "waiting"),
        (["approve"], 1, 0, "approved"),
        (["approve"], 2, 0, "waiting"),
        (["approve", "approve"], 2, 3, "approved"),
        (["refuse"], 1, 0, "refused"),
        (["refuse"], 1, 3, "waiting"),  # any of three: two are left
        (["refuse"], 3, 3, "refused"),  # all of three
        (["refuse"], 2, 3, "waiting"),
        (["refuse", "refuse"], 2, 3, "refused"),
        (["approve", "return"], 2, 3, "returned"),
        (["refuse", "return"], 2, 3, "returned"),
    ],
)
def test_an_approval_is_decided_as_the_table_says(
    answers: list[str], needed: int, seats: int, state: str
) -> None:
    assert decided([Answer(each) for each in answers], needed=needed, seats=seats) == state


def test_who_asked_never_signs(crew: Crew) -> None:
    approval = asked(crew)

    with pytest.raises(NotFoundOrRefused):
        sign(approval=approval, answer="approve", by=crew.on("supervisor"))
    assert list(approvals_for(crew.on("supervisor"))) == []


def test_the_database_itself_keeps_requester_and_signer_apart(crew: Crew) -> None:
    approval = asked(crew)

    with pytest.raises(IntegrityError), transaction.atomic(), act(Verb.APPROVAL_ASK, by=system()):
        Signature(
            approval=approval, round=1, person=crew.supervisor.person,
            requester=crew.supervisor.person, post=crew.leader.post, answer="approve",
            at=clock.now(),
        ).save(force_insert=True)  # fmt: skip


def test_the_task_goes_to_the_nearest_post_that_may_sign_and_is_not_only_the_requesters(
    crew: Crew,
) -> None:
    approval = asked(crew)

    task = Task.objects.get(about_id=approval.pk)
    assert (task.kind, task.post_id) == ("approval", crew.leader.post_id)
    assert list(tasks_of(crew.on("leader"))) == [task]


def test_a_signature_decides_and_leaves_the_event_that_others_react_to(crew: Crew) -> None:
    approval = asked(crew)

    signed = sign(approval=approval, answer="approve", by=crew.on("leader"))

    assert signed.state == "approved"
    event = Event.objects.get(verb=Verb.APPROVAL_DECIDE)
    assert event.detail["kind"] == "test"
    assert event.detail["decision"] == "approved"
    assert event.about_id == approval.about_id
    assert list(tasks_of(crew.on("leader"))) == []


def test_one_level_up_may_sign_when_nobody_is_there_but_a_neighbour_never(crew: Crew) -> None:
    approval = asked(crew)

    with pytest.raises(NotFoundOrRefused):
        sign(approval=approval, answer="approve", by=crew.on("neighbour"))
    assert sign(approval=approval, answer="approve", by=crew.on("officer")).state == "approved"


def test_a_return_needs_a_remark_and_it_may_be_asked_again(crew: Crew) -> None:
    approval = asked(crew)
    with pytest.raises(Invalid):
        sign(approval=approval, answer="return", by=crew.on("leader"))
    sign(approval=approval, answer="return", remark="请补一份材料", by=crew.on("leader"))

    again = ask_again(approval=approval, says={"a": 2}, by=crew.on("supervisor"))

    assert (again.round, again.state, again.says) == (2, "waiting", {"a": 2})
    assert sign(approval=again, answer="approve", by=crew.on("leader")).state == "approved"
    assert [each.remark for each in Signature.objects.order_by("round")] == ["请补一份材料", None]


def test_a_decision_is_made_once(crew: Crew) -> None:
    approval = asked(crew)
    sign(approval=approval, answer="approve", by=crew.on("leader"))

    with pytest.raises(AlreadyDecided):
        sign(approval=approval, answer="refuse", remark="不对", by=crew.on("officer"))
    with pytest.raises(AlreadyDecided):
        withdraw(approval=approval, by=crew.on("supervisor"))


def test_all_of_the_named_posts_must_sign(crew: Crew) -> None:
    approval = asked(crew, needed=2, seats=[crew.leader.post_id, crew.officer.post_id])

    first = sign(approval=approval, answer="approve", by=crew.on("leader"))
    assert first.state == "waiting"
    assert list(tasks_of(crew.on("leader"))) == []
    with pytest.raises(AlreadyDecided):
        sign(approval=approval, answer="approve", by=crew.on("leader"))
    assert sign(approval=approval, answer="approve", by=crew.on("officer")).state == "approved"


def test_one_person_on_two_posts_is_still_one_signature(crew: Crew) -> None:
    deputy = crew.cast.seated("town_civil_affairs", crew.cast.town)
    posts.fill(post=crew.leader.post, person=deputy.person, since=clock.today(), by=system(),
               kind=Holding.Kind.SUBSTITUTE)  # fmt: skip
    approval = asked(crew, needed=2)
    sign(approval=approval, answer="approve", by=actor(deputy.person))

    with pytest.raises(AlreadyDecided):
        sign(approval=approval, answer="approve", by=actor(deputy.person))


def test_a_seat_is_delegated_to_a_post_that_may_sign_and_to_no_other(crew: Crew) -> None:
    civil = crew.cast.seated("town_civil_affairs", crew.cast.town)
    approval = asked(crew, seats=[crew.leader.post_id])
    with pytest.raises(NotFoundOrRefused):
        delegate(approval=approval, to_post_id=crew.director.post_id, by=crew.on("leader"))

    delegate(approval=approval, to_post_id=civil.post_id, by=crew.on("leader"))

    assert list(tasks_of(crew.on("leader"))) == []
    assert sign(approval=approval, answer="approve", by=actor(civil.person)).state == "approved"


def test_an_open_approval_is_handed_on(crew: Crew) -> None:
    civil = crew.cast.seated("town_civil_affairs", crew.cast.town)
    approval = asked(crew, by="officer")
    task = Task.objects.get(about_id=approval.pk)
    holder = next(
        who for who in ("supervisor", "leader") if task.post_id == getattr(crew, who).post_id
    )

    delegate(approval=approval, to_post_id=civil.post_id, by=crew.on(holder))

    assert list(tasks_of(actor(civil.person))) == [task]


def test_an_emergency_is_due_within_a_day_and_cannot_be_withdrawn(crew: Crew) -> None:
    approval = asked(crew, is_emergency=True)

    assert approval.due_at - approval.requested_at <= timedelta(hours=24, seconds=5)
    with pytest.raises(AlreadyDecided):
        withdraw(approval=approval, by=crew.on("supervisor"))


def test_what_is_withdrawn_waits_for_nobody(crew: Crew) -> None:
    approval = asked(crew)
    withdraw(approval=approval, by=crew.on("supervisor"))

    assert list(tasks_of(crew.on("leader"))) == []
    assert list(approvals_for(crew.on("leader"))) == []


def test_nothing_is_asked_where_nobody_could_sign(crew: Crew) -> None:
    about = Subject("child", new_id(), (crew.cast.village.path,))
    with pytest.raises(NobodyToSign):
        ask(kind="test", about=about, verb=Verb.POST_FILL, by=crew.on("supervisor"), says={})
    assert not Approval.objects.exists()


def test_a_stranger_to_the_place_asks_nothing(crew: Crew) -> None:
    about = Subject("child", new_id(), (crew.cast.neighbour.path,))
    with pytest.raises(NotFoundOrRefused):
        ask(kind="t", about=about, verb=Verb.MERGE_APPROVE, by=crew.on("director"), says={})


def test_a_person_without_any_post_signs_nothing(crew: Crew) -> None:
    with pytest.raises(NotFoundOrRefused):
        sign(approval=asked(crew), answer="approve", by=actor(account("nobody")))
