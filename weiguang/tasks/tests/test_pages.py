"""The inbox and the approvals as people use them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from tests.cast import entered, text_of
from weiguang.kernel import clock
from weiguang.network.authority import Actor
from weiguang.network.verbs import Verb
from weiguang.tasks.actions.approvals import ask
from weiguang.tasks.actions.clocks import escalate_due
from weiguang.tasks.actions.errands import give_errand
from weiguang.tasks.kinds import ApprovalKind, Line, TaskKind, approval_kinds, task_kinds
from weiguang.tasks.models import Approval, Task
from weiguang.tasks.sections import APPROVAL_TASK, ERRAND_TASK
from weiguang.tasks.tests.conftest import Crew
from weiguang.tasks.tests.test_approvals import asked


def lines(actor: Actor, things: Sequence[Any]) -> Mapping[UUID, Line]:
    return {thing.pk: Line("顾念安", "为了试一试") for thing in things}


TASK_KINDS = (TaskKind("test", "试办", lines, finishes_by_hand=True), APPROVAL_TASK, ERRAND_TASK)
APPROVAL_KINDS = (ApprovalKind("test", "试签", lines),)


@pytest.fixture(autouse=True)
def kinds(settings: Any) -> Iterator[None]:
    settings.WEIGUANG_TASK_KINDS = f"{__name__}.TASK_KINDS"
    settings.WEIGUANG_APPROVAL_KINDS = f"{__name__}.APPROVAL_KINDS"
    for each in (task_kinds, approval_kinds):
        each.cache_clear()
    yield
    for each in (task_kinds, approval_kinds):
        each.cache_clear()


def browser(crew: Crew, who: str):  # type: ignore[no-untyped-def]
    return entered(getattr(crew, who).person)


def test_the_home_page_begins_with_what_is_due_for_whom_why_and_by_when(crew: Crew) -> None:
    crew.task()

    shown = text_of(browser(crew, "director").get("/"))

    for said in ("试办", "顾念安", "为了试一试", "七天之内"):
        assert said in shown
    assert "试办" not in text_of(browser(crew, "neighbour").get("/"))


def test_a_task_is_done_in_place_and_is_gone(crew: Crew) -> None:
    task, client = crew.task(), browser(crew, "director")
    part = client.get(reverse("task", args=[task.pk]), headers={"HX-Request": "true"})
    assert "办结" in text_of(part)

    client.post(reverse("task_finish", args=[task.pk]))

    assert "没有到期的事" in text_of(client.get("/"))


def test_the_page_of_a_task_tells_when_it_is_due_and_lets_it_be_paused_and_resumed(
    crew: Crew,
) -> None:
    task, client = crew.task(), browser(crew, "director")
    client.post(reverse("task_pause", args=[task.pk]), {"reason": "等公安回复"})

    assert "等公安回复" in text_of(client.get(reverse("task", args=[task.pk])))
    assert "已暂停" in text_of(client.get("/"))
    client.post(reverse("task_resume", args=[task.pk]))
    assert "已暂停" not in text_of(client.get("/"))


def test_what_is_overdue_shows_to_the_level_above_as_theirs_to_help_with(crew: Crew) -> None:
    crew.task()
    with clock.standing_at(clock.now() + timedelta(days=20)):
        escalate_due(clock.now())
        shown = text_of(browser(crew, "supervisor").get("/"))

    assert "下级逾期" in shown
    assert "双桥村" in shown


def test_a_supervisor_hands_over_what_she_ticks(crew: Crew) -> None:
    task, client = crew.task(), browser(crew, "supervisor")
    assert "试办" in text_of(client.get(reverse("tasks_below")))

    client.post(
        reverse("tasks_hand_over"), {"task": [task.pk], "post": str(crew.neighbour.post_id)}
    )

    assert "试办" in text_of(browser(crew, "neighbour").get("/"))


def test_handing_over_nothing_says_what_to_do(crew: Crew) -> None:
    client = browser(crew, "supervisor")
    answer = client.post(reverse("tasks_hand_over"), {"task": ["x"], "post": "y"}, follow=True)

    assert "请先勾选要转交的事项" in text_of(answer)


def test_an_errand_is_given_read_and_done(crew: Crew) -> None:
    client = browser(crew, "supervisor")
    said = {"words": "请核对名单上的居住地", "post": str(crew.director.post_id), "days": "3"}
    client.post(reverse("task_new"), said)

    director = browser(crew, "director")
    assert "请核对名单上的居住地" in text_of(director.get("/"))
    director.post(reverse("task_finish", args=[Task.objects.get().pk]))
    assert Task.objects.get().state == "done"


def test_a_signer_reads_signs_and_is_led_home(crew: Crew) -> None:
    approval, client = asked(crew), browser(crew, "leader")
    assert "试签" in text_of(client.get(reverse("approvals")))
    assert "审批" in text_of(client.get("/"))

    page = reverse("approval_sign", args=[approval.pk])
    answer = client.post(page, {"answer": "refuse", "remark": " "}, follow=True)
    assert "请写明原因" in text_of(answer)
    client.post(page, {"answer": "return", "remark": "请补材料"})

    assert Approval.objects.get().state == "returned"
    own = browser(crew, "supervisor")
    assert "请补材料" in text_of(own.get(reverse("approval", args=[approval.pk])))
    own.post(reverse("approval_again", args=[approval.pk]))
    client.post(page, {"answer": "approve"})
    assert Approval.objects.get().state == "approved"


def test_who_has_no_part_in_an_approval_does_not_find_it(crew: Crew) -> None:
    approval = asked(crew)

    assert browser(crew, "neighbour").get(f"/tasks/approvals/{approval.pk}/").status_code == 404
    own = browser(crew, "supervisor")
    assert (
        own.post(reverse("approval_sign", args=[approval.pk]), {"answer": "approve"}).status_code
        == 404
    )


@pytest.mark.parametrize("many", [1, 20])
def test_the_inbox_costs_the_same_with_one_task_and_with_many(
    crew: Crew, many: int, django_assert_num_queries: Any
) -> None:
    for _ in range(many):
        crew.task()
        ask(kind="test", about=crew.task().subject, verb=Verb.MERGE_APPROVE,
            by=crew.on("officer"), says={})  # fmt: skip
        give_errand(post_id=crew.director.post_id, words="x", working_days=3,
                    by=crew.on("supervisor"))  # fmt: skip
    client = browser(crew, "director")
    client.get(reverse("inbox"))

    # One of them is the rail's; what fits one page is not counted besides.
    with django_assert_num_queries(5 if many == 1 else 6):
        text_of(client.get(reverse("inbox")))
