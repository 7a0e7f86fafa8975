"""Whoever is given a child is asked how near she is to the family, and what follows is done."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.urls import reverse

from tests.cast import account, actor, entered, system, text_of
from weiguang.kernel import clock
from weiguang.kernel.errors import Invalid
from weiguang.kernel.models import Event
from weiguang.network.actions import posts
from weiguang.network.authority import may
from weiguang.network.models import Holding
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for
from weiguang.register.actions import access, conflicts, handovers
from weiguang.register.actions.access import Plea
from weiguang.register.actions.files import Move
from weiguang.register.actions.shelter import Refuge, move_to_safety
from weiguang.register.actions.transfers import receive, relocate
from weiguang.register.forms.handovers import TakingForm
from weiguang.register.models import AccessRequest, Child, ConflictDeclaration, Handover, Transfer
from weiguang.register.queries.handovers import story_of
from weiguang.register.queries.shelter import who_may_be_named
from weiguang.register.tests.two_towns import (
    BY_NUMBER,
    NINE,
    NOBODY,
    WORDS,
    Towns,
    answered,
    child_in,
    make_towns,
    passed_on,
)
from weiguang.tasks.access import tasks_of
from weiguang.tasks.actions.tasks import open_task
from weiguang.tasks.models import Task
from weiguang.tasks.rules.periods import Period

NEAR = Plea("visit", WORDS, "neighbour", days=3)


@pytest.fixture
def towns(db: None) -> Iterator[Towns]:
    with clock.standing_at(NINE):
        yield make_towns()


def errand(towns: Towns, child: Child) -> Task:
    return open_task(
        kind="errand", about=child.subject, post_id=towns.far_director.post_id,
        within=Period(days=3), by=towns.on("far_supervisor"), child_id=child.pk,
    )  # fmt: skip


# A hand-over.


@pytest.fixture
def successor(towns: Towns) -> Holding:
    """Who follows the far village's director, on the same post."""
    return posts.fill(
        post=towns.far_director.post, person=account("successor"), since=clock.today(),
        kind="substitute", by=system(),
    )  # fmt: skip


def handed_over(towns: Towns, taker: Holding) -> Handover:
    """A hand-over that the giver has signed."""
    made = handovers.prepare(
        from_post=towns.far_director.post, giver=towns.far_director.person, to_post=taker.post,
        taker=taker.person, reason="leaving", on=clock.today(), by=towns.on("far_supervisor"),
    )  # fmt: skip
    handovers.sign_as_giver(handover=made, by=towns.on("far_director"))
    return made


def signs(made: Handover, taker: Holding, **said: str) -> str:
    """What who takes over is shown when she has answered so."""
    client = entered(taker.person)
    return text_of(client.post(reverse("handover_sign", args=[made.pk]), said, follow=True))


def near_field(made: Handover, child: Child) -> str:
    return f"near-{made.items.get(child=child).pk}"


def test_who_takes_over_does_not_sign_without_an_answer(towns: Towns, successor: Holding) -> None:
    made = handed_over(towns, successor)
    page = text_of(entered(successor.person).get(reverse("handover", args=[made.pk])))
    assert "您和哪一家是亲友、邻居，或有其他利害关系吗？" in page

    assert "这个字段是必填项" in signs(made, successor)

    made.refresh_from_db()
    assert made.taker_signed_at is None


def test_nobody_but_who_takes_over_is_asked(towns: Towns, successor: Holding) -> None:
    made = handed_over(towns, successor)

    for who in (towns.far_director, towns.far_supervisor):
        page = text_of(entered(who.person).get(reverse("handover", args=[made.pk])))
        assert "利害关系" not in page
        assert "near-" not in page


@pytest.mark.parametrize(("is_near", "relation"), [("none", "neighbour"), ("some", "")])
def test_an_answer_that_contradicts_the_list_is_asked_again(
    towns: Towns, successor: Holding, is_near: str, relation: str
) -> None:
    made = handed_over(towns, successor)

    page = signs(made, successor, is_near=is_near, **{near_field(made, towns.child): relation})

    assert "请核对。" in page or "选上是什么关系" in page
    made.refresh_from_db()
    assert made.taker_signed_at is None
    assert not ConflictDeclaration.objects.exists()


def test_none_is_an_answer_that_is_remembered(towns: Towns, successor: Holding) -> None:
    made = handed_over(towns, successor)

    assert "已签字。" in signs(made, successor, is_near="none")

    said = Event.objects.filter(verb=Verb.HANDOVER_SIGN, person_id=successor.person_id).latest("pk")
    assert said.detail["answer"] == "none"
    assert not ConflictDeclaration.objects.exists()


def test_whom_she_is_near_to_she_does_not_get_and_the_others_she_does(
    towns: Towns, successor: Holding
) -> None:
    other = child_in(towns.far_village, "王佳", 6)
    hers, mine = errand(towns, towns.child), errand(towns, other)
    made = handed_over(towns, successor)

    signs(made, successor, is_near="some", **{near_field(made, towns.child): "neighbour"})
    assert [each.pk for each in children_for(actor(successor.person), Verb.CHILD_LIST)] == [
        other.pk
    ]
    handovers.sign_as_witness(handover=made, by=towns.on("far_leader"))

    assert Task.objects.get(pk=hers.pk).post_id == towns.far_supervisor.post_id
    assert [each.pk for each in tasks_of(actor(successor.person))] == [mine.pk]
    deciding = tasks_of(towns.on("far_supervisor")).filter(kind="conflict.decide")
    assert [each.child_id for each in deciding] == [towns.child.pk]


def test_on_another_post_she_gets_all_but_those_tasks(towns: Towns) -> None:
    taker = towns.cast.seated("child_director", towns.far_village, "second")
    other = child_in(towns.far_village, "王佳", 6)
    hers, mine = errand(towns, towns.child), errand(towns, other)
    made = handed_over(towns, taker)
    signs(made, taker, is_near="some", **{near_field(made, towns.child): "relative"})
    handovers.sign_as_witness(handover=made, by=towns.on("far_leader"))

    assert Task.objects.get(pk=hers.pk).post_id == towns.far_supervisor.post_id
    assert Task.objects.get(pk=mine.pk).post_id == taker.post_id


def test_when_the_supervisor_herself_takes_over_and_is_near_another_of_the_town_or_city_has_it(
    towns: Towns,
) -> None:
    civil = towns.cast.seated("town_civil_affairs", towns.far_supervisor.post.place)
    hers = errand(towns, towns.child)
    made = handovers.prepare(
        from_post=towns.far_director.post, giver=towns.far_director.person,
        to_post=towns.far_supervisor.post, taker=towns.far_supervisor.person, reason="leaving",
        on=clock.today(), by=actor(civil.person),
    )  # fmt: skip
    handovers.sign_as_giver(handover=made, by=towns.on("far_director"))
    signs(made, towns.far_supervisor, is_near="some", **{near_field(made, towns.child): "interest"})
    handovers.sign_as_witness(handover=made, by=towns.on("far_leader"))

    assert Task.objects.get(pk=hers.pk).post_id == civil.post_id


def test_the_list_tells_nobody_to_whom_she_is_near(towns: Towns, successor: Holding) -> None:
    made = handed_over(towns, successor)
    signs(made, successor, is_near="some", **{near_field(made, towns.child): "neighbour"})

    for who in (towns.far_director, towns.far_leader):
        page = text_of(entered(who.person).get(reverse("handover", args=[made.pk])))
        assert "邻居" not in page
        assert "利害" not in page


def test_an_answer_about_a_child_that_is_not_on_the_list_is_none(
    towns: Towns, successor: Holding
) -> None:
    made = handed_over(towns, successor)
    elsewhere = child_in(towns.cast.village, "王佳", 6)

    for near in ({elsewhere.pk: "neighbour"}, {towns.child.pk: "none"}, {towns.child.pk: "enemy"}):
        with pytest.raises(Invalid):
            handovers.sign_as_taker(handover=made, near=near, by=actor(successor.person))
    made.refresh_from_db()
    assert made.taker_signed_at is None


def test_a_child_moved_for_safety_while_she_answers_is_left_out_without_a_word(
    towns: Towns, successor: Holding
) -> None:
    made = handed_over(towns, successor)
    duty = towns.cast.seated("duty_officer", towns.cast.county)
    field = near_field(made, towns.child)
    move_to_safety(
        child=towns.child, refuge=Refuge("x", "y"), people=[duty.person],
        by=towns.on("far_supervisor"),
    )  # fmt: skip

    handovers.sign_as_taker(
        handover=made, near={towns.child.pk: "neighbour"}, by=actor(successor.person)
    )

    assert not ConflictDeclaration.objects.exists()
    story = story_of(actor(successor.person), made.pk)
    assert field not in TakingForm(lines=story.lines).fields


# A receipt.


def sent(towns: Towns) -> Transfer:
    to = Move("residence", towns.cast.village, clock.today(), "")
    made = relocate(child=towns.child, to=to, by=towns.on("far_supervisor"))
    assert made is not None
    return made


def test_who_receives_a_child_answers_first(towns: Towns) -> None:
    made = sent(towns)
    client = entered(towns.supervisor.person)
    file = reverse("child", args=[towns.child.pk])
    assert "您和这家人是不是亲友、邻居" in text_of(client.get(file))

    page = client.post(reverse("transfer_answer", args=[made.pk]), {"answer": "receive"})

    assert "请先说明有没有利害关系" in text_of(client.get(page["Location"]))
    with pytest.raises(Invalid):
        receive(transfer=made, near="", by=towns.on("supervisor"))
    made.refresh_from_db()
    assert made.state == "sent"


def test_who_is_near_receives_and_another_has_the_child(towns: Towns) -> None:
    task = errand(towns, towns.child)
    posts.vacate(holding=towns.director, on=date(2024, 10, 1), by=actor(towns.cast.seated(
        "security_administrator", towns.cast.county).person))  # fmt: skip
    made = sent(towns)
    client = entered(towns.supervisor.person)

    page = client.post(
        reverse("transfer_answer", args=[made.pk]), {"answer": "receive", "near": "relative"}
    )

    assert page["Location"] == reverse("home")
    made.refresh_from_db()
    assert made.state == "received"
    assert client.get(reverse("child", args=[towns.child.pk])).status_code == 404
    assert not tasks_of(towns.on("supervisor")).exists()
    task.refresh_from_db()
    assert task.post_id == towns.officer.post_id


# Leave to see a child.


def test_who_is_near_reads_the_same_whether_there_is_such_a_child(towns: Towns) -> None:
    client = entered(towns.director.person)
    form = {"name": "顾念安", "purpose": "visit", "words": WORDS, "days": "3", "near": "neighbour"}
    pages = [
        text_of(client.post(reverse("access_ask"), form | {"id_number": each.id_number},
                            follow=True)).count("等待答复")
        for each in (BY_NUMBER, NOBODY)
    ]  # fmt: skip

    assert pages == [1, 2]


def test_who_is_near_is_kept_from_the_file_and_is_given_no_leave(towns: Towns) -> None:
    request, approval = passed_on(
        access.request_access(sought=BY_NUMBER, plea=NEAR, by=towns.on("director"))
    )
    said = ConflictDeclaration.objects.get()
    assert (said.person_id, said.child_id, said.answer) == (
        towns.director.person_id, towns.child.pk, "neighbour",
    )  # fmt: skip
    page = text_of(
        entered(towns.far_supervisor.person).get(reverse("approval", args=[approval.pk]))
    )
    assert "申请人说明过与这个孩子有利害关系" in page

    answered(request, approval, towns.on("far_supervisor"))
    assert (request.state, request.grant) == ("refused", None)


def test_who_is_near_to_nobodys_child_leaves_no_declaration(towns: Towns) -> None:
    passed_on(access.request_access(sought=NOBODY, plea=NEAR, by=towns.on("director")))

    assert not ConflictDeclaration.objects.exists()


def test_who_is_near_breaks_nothing_open(towns: Towns) -> None:
    client = entered(towns.supervisor.person)
    pages = [
        text_of(client.post(reverse("access_break"), {
            "name": "顾念安", "id_number": each.id_number, "purpose": "missing", "words": WORDS,
            "near": "relative",
        }))
        for each in (BY_NUMBER, NOBODY)
    ]  # fmt: skip

    assert all("有利害关系的，不能自己打开" in page for page in pages)
    assert set(AccessRequest.objects.values_list("state", "grant")) == {("refused", None)}
    assert not may(towns.on("supervisor"), Verb.CHILD_OPEN, towns.child.subject)


# Those who are named in a move for safety.


def test_nobody_who_is_near_is_named(towns: Towns) -> None:
    duty = towns.cast.seated("duty_officer", towns.cast.county)
    conflicts.declare(child=towns.child, answer="relative", by=towns.on("officer"))
    named = [
        person.pk for person, _ in who_may_be_named(towns.child, by=towns.on("far_supervisor"))
    ]
    assert named == [duty.person_id]

    with pytest.raises(Invalid):
        move_to_safety(
            child=towns.child, refuge=Refuge("x", "y"),
            people=[duty.person, towns.officer.person], by=towns.on("far_supervisor"),
        )  # fmt: skip
    client = entered(towns.far_supervisor.person)
    said = {"reason": "x", "whereabouts": "y", "people": [duty.person_id]}
    for near in ({}, {"near": "neighbour"}):
        client.post(reverse("safety_move", args=[towns.child.pk]), said | near)
    assert not Child.objects.get(pk=towns.child.pk).is_sheltered
