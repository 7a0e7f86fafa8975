"""Who says that she is near to a child is kept from it at once, and another takes over."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.urls import reverse

from tests.cast import actor, entered, text_of
from weiguang.kernel import clock
from weiguang.kernel.errors import Conflict, Invalid, NotFoundOrRefused
from weiguang.kernel.events import Subject
from weiguang.network.actions import posts
from weiguang.network.acts import act
from weiguang.network.authority import may
from weiguang.network.models import Bar
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for
from weiguang.register.actions import conflicts, household
from weiguang.register.actions.conflicts import AlreadyDeclared
from weiguang.register.forms.conflicts import NearnessForm
from weiguang.register.models import ConflictDeclaration
from weiguang.register.queries.access import own_leave
from weiguang.register.queries.conflicts import is_conflicted, kept_away
from weiguang.register.tests.two_towns import NINE, Towns, child_in, make_towns
from weiguang.tasks.access import tasks_of
from weiguang.tasks.actions.approvals import ask, sign
from weiguang.tasks.actions.tasks import finish, open_task
from weiguang.tasks.models import Task
from weiguang.tasks.rules.periods import Period


@pytest.fixture
def towns(db: None) -> Iterator[Towns]:
    with clock.standing_at(NINE):
        yield make_towns()


def declared(towns: Towns, by: str = "far_director") -> ConflictDeclaration:
    said = conflicts.declare(child=towns.child, answer="neighbour", by=towns.on(by))
    assert said is not None
    return said


def task_about(towns: Towns) -> Task:
    return open_task(
        kind="errand", about=towns.child.subject, post_id=towns.far_director.post_id,
        within=Period(days=3), by=towns.on("far_supervisor"), child_id=towns.child.pk,
    )  # fmt: skip


def test_who_is_near_loses_the_file_the_list_and_the_right_at_once(towns: Towns) -> None:
    client = entered(towns.far_director.person)
    here = reverse("child", args=[towns.child.pk])
    assert "我有利害关系，请换人" in text_of(client.get(here))

    said = client.post(reverse("conflict_declare", args=[towns.child.pk]), {"answer": "relative"})

    assert said["Location"] == reverse("home")
    assert client.get(here).status_code == 404
    far = towns.on("far_director")
    assert not children_for(far, Verb.CHILD_LIST).exists()
    assert not any(may(far, verb, towns.child.subject) for verb in Verb)
    assert is_conflicted(far.person_id, towns.child.pk)
    assert not is_conflicted(towns.on("director").person_id, towns.child.pk)


def test_a_barred_file_looks_like_one_that_does_not_exist(towns: Towns) -> None:
    declared(towns)
    client = entered(towns.far_director.person)

    for name, parts in (("child_reveal", ["id_number"]), ("conflict_declare", [])):
        answer = client.post(reverse(name, args=[towns.child.pk, *parts]), {"answer": "none"})
        assert answer.status_code == 404


def test_the_answer_no_is_remembered_and_changes_nothing(towns: Towns) -> None:
    assert conflicts.declare(child=towns.child, answer="none", by=towns.on("far_director")) is None

    assert may(towns.on("far_director"), Verb.CHILD_OPEN, towns.child.subject)
    assert not ConflictDeclaration.objects.exists()


@pytest.mark.parametrize("answer", ["", "enemy"])
def test_the_question_is_not_passed_over(towns: Towns, answer: str) -> None:
    assert not NearnessForm({"answer": answer}).is_valid()
    with pytest.raises(Invalid):
        conflicts.declare(child=towns.child, answer=answer, by=towns.on("far_director"))


def test_the_children_of_the_same_household_are_kept_from_her_too(towns: Towns) -> None:
    sister, other = child_in(towns.far_village, "顾小妹", 6), child_in(towns.far_village, "王佳", 8)
    household.form(
        children=[towns.child, sister], place=towns.far_village, address="",
        by=towns.on("far_supervisor"),
    )  # fmt: skip
    towns.child.refresh_from_db()

    declared(towns)

    assert [c.pk for c in children_for(towns.on("far_director"), Verb.CHILD_LIST)] == [other.pk]


def test_her_tasks_go_a_level_up_when_nobody_stands_in(towns: Towns) -> None:
    task = task_about(towns)

    declared(towns)

    task.refresh_from_db()
    assert task.post_id == towns.far_supervisor.post_id
    assert not tasks_of(towns.on("far_director")).exists()
    kinds = {each.kind for each in tasks_of(towns.on("far_supervisor"))}
    assert kinds == {"errand", "conflict.decide"}


def test_her_tasks_stay_with_her_substitute_who_alone_sees_them(towns: Towns) -> None:
    stand_in = towns.director.person
    posts.fill(
        post=towns.far_director.post, person=stand_in, since=clock.today(), kind="substitute",
        by=actor(towns.cast.seated("security_administrator", towns.cast.county).person),
    )  # fmt: skip
    task = task_about(towns)

    declared(towns)

    assert [each.pk for each in tasks_of(actor(stand_in))] == [task.pk]
    assert not tasks_of(towns.on("far_director")).exists()
    with pytest.raises(NotFoundOrRefused):
        finish(task=task, by=towns.on("far_director"))


def test_who_is_near_signs_nothing_about_the_child(towns: Towns) -> None:
    approval = ask(
        kind="test", about=Subject("test", towns.child.pk, (towns.far_village.path,)),
        verb=Verb.MERGE_APPROVE, by=towns.on("officer"), says={}, child_id=towns.child.pk,
    )  # fmt: skip
    declared(towns, "far_supervisor")

    with pytest.raises(NotFoundOrRefused):
        sign(approval=approval, answer="approve", by=towns.on("far_supervisor"))
    assert sign(approval=approval, answer="approve", by=towns.on("far_leader")).state == "approved"


def test_a_manager_who_is_near_herself_is_decided_about_by_another(towns: Towns) -> None:
    said = declared(towns, "far_supervisor")

    assert [each.about_id for each in tasks_of(towns.on("far_leader"))] == [said.pk]
    with pytest.raises(NotFoundOrRefused):
        conflicts.decide(declaration=said, is_kept_away=False, by=towns.on("far_supervisor"))
    assert kept_away(towns.on("far_supervisor")) == []


def test_who_answers_for_the_child_lets_her_back_or_keeps_her_away(towns: Towns) -> None:
    said = declared(towns)
    client = entered(towns.far_supervisor.person)
    here = reverse("conflict_decide", args=[said.pk])
    assert "邻居" in text_of(client.get(here))

    client.post(here, {"answer": "away"})
    assert not may(towns.on("far_director"), Verb.CHILD_OPEN, towns.child.subject)
    assert not tasks_of(towns.on("far_supervisor")).exists()
    assert [each.state for each in kept_away(towns.on("far_supervisor"))] == ["换人办理"]

    client.post(here, {"answer": "back"})
    assert may(towns.on("far_director"), Verb.CHILD_OPEN, towns.child.subject)
    assert kept_away(towns.on("far_supervisor")) == []
    assert Bar.objects.get().lifted_at == NINE


def test_a_decision_is_made_once(towns: Towns) -> None:
    said = declared(towns)
    conflicts.decide(declaration=said, is_kept_away=False, by=towns.on("far_supervisor"))

    with pytest.raises(Conflict):
        conflicts.decide(declaration=said, is_kept_away=True, by=towns.on("far_leader"))


def test_the_neighbouring_town_decides_nothing(towns: Towns) -> None:
    said = declared(towns)

    with pytest.raises(NotFoundOrRefused):
        conflicts.decide(declaration=said, is_kept_away=False, by=towns.on("supervisor"))
    client = entered(towns.supervisor.person)
    assert client.get(reverse("conflict_decide", args=[said.pk])).status_code == 404


def test_the_same_said_twice_is_said_once_and_may_be_said_again_after_the_return(
    towns: Towns,
) -> None:
    before = towns.on("far_director")
    said = declared(towns)
    with pytest.raises(AlreadyDeclared):
        conflicts.declare(child=towns.child, answer="relative", by=before)

    conflicts.decide(declaration=said, is_kept_away=False, by=towns.on("far_supervisor"))
    with clock.standing_at(NINE + timedelta(days=1)):
        assert declared(towns).pk != said.pk


def test_a_file_open_by_post_shows_no_time_limit(towns: Towns) -> None:
    assert own_leave(towns.on("far_director"), towns.child) is None


def test_who_was_too_near_to_see_a_lead_is_kept_from_the_file_it_becomes(towns: Towns) -> None:
    near = towns.far_director.person

    with act(Verb.LEAD_CLOSE, by=towns.on("far_supervisor")):
        for _ in range(2):
            conflicts.keep_near_away(
                child=towns.child, people=[near.pk], by=towns.on("far_supervisor")
            )

    assert not may(towns.on("far_director"), Verb.CHILD_OPEN, towns.child.subject)
    assert [each.who for each in kept_away(towns.on("far_supervisor"))] == [near.name]
    assert {each.kind for each in tasks_of(towns.on("far_supervisor"))} == {"conflict.decide"}
