"""Bars on contact: two people, in danger one at once; who is barred is known to no village."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from tests.cast import entered, text_of
from weiguang.kernel import worker
from weiguang.kernel.errors import Conflict, NotFoundOrRefused
from weiguang.kernel.models import Event
from weiguang.kernel.sensitivity import Tier
from weiguang.network.verbs import Verb
from weiguang.register.actions import bars
from weiguang.register.actions.bars import AlreadyBarred
from weiguang.register.models import ContactBar
from weiguang.register.queries.bars import barred_adults, bars_of
from weiguang.register.tests.home import Home, make_home
from weiguang.tasks.actions.approvals import sign
from weiguang.tasks.models import Approval, Task
from weiguang.tasks.tests.test_at_once import at_once, one_was_told


@pytest.fixture
def home(committed: str) -> Home:
    return make_home()


def set_bar(home: Home, *, is_immediate: bool = True, who: str = "father") -> ContactBar:
    return bars.set_bar(
        child=home.child, adult_id=getattr(home, who).pk, reason="suspected_harm",
        is_immediate=is_immediate, by=home.on("child_supervisor"),
    )  # fmt: skip


def decided(home: Home, bar: ContactBar, answer: str) -> ContactBar:
    approval = Approval.objects.filter(about_id=bar.pk).latest("requested_at")
    sign(approval=approval, answer=answer, remark="看过了", by=home.on("town_leader"))
    while worker.run_once():
        pass
    return ContactBar.objects.select_related("child").get(pk=bar.pk)


@pytest.mark.parametrize(
    ("is_immediate", "answer", "before", "after", "state"),
    [
        (True, "approve", True, True, "in_force"), (True, "refuse", True, False, "declined"),
        (False, "approve", False, True, "in_force"), (False, "refuse", False, False, "declined"),
    ],
)  # fmt: skip
def test_two_people_bar_and_in_danger_one_does_at_once(
    home: Home, is_immediate: bool, answer: str, before: bool, after: bool, state: str
) -> None:
    bar = set_bar(home, is_immediate=is_immediate)
    father = {home.father.pk}

    assert barred_adults(home.child.pk) == (father if before else set())
    done = decided(home, bar, answer)

    assert done.state == state
    assert barred_adults(home.child.pk) == (father if after else set())
    assert (done.ended_on is None) == (state == "in_force")


def test_an_emergency_is_signed_within_a_day(home: Home) -> None:
    bar = set_bar(home)

    approval = Approval.objects.get(about_id=bar.pk)

    assert approval.is_emergency
    assert approval.due_at - approval.requested_at <= timedelta(days=1)


@pytest.mark.parametrize(("answer", "state"), [("approve", "lifted"), ("refuse", "in_force")])
def test_a_bar_is_lifted_by_two_and_holds_until_then(home: Home, answer: str, state: str) -> None:
    bar = decided(home, set_bar(home), "approve")

    bars.propose_lifting(bar=bar, by=home.on("child_supervisor"))

    assert barred_adults(home.child.pk) == {home.father.pk}
    assert decided(home, bar, answer).state == state
    assert bool(barred_adults(home.child.pk)) == (state == "in_force")


def test_who_asked_does_not_decide(home: Home) -> None:
    bar = set_bar(home)

    with pytest.raises(NotFoundOrRefused):
        sign(
            approval=Approval.objects.get(about_id=bar.pk), answer="approve",
            by=home.on("child_supervisor"),
        )  # fmt: skip


def test_one_adult_is_barred_once_and_another_familys_not_at_all(home: Home) -> None:
    set_bar(home)

    with pytest.raises(AlreadyBarred):
        set_bar(home, is_immediate=False)
    with pytest.raises(NotFoundOrRefused):
        bars.set_bar(
            child=home.another(home.child.birth_date), adult_id=home.father.pk,
            reason="child_afraid", is_immediate=True, by=home.on("child_supervisor"),
        )  # fmt: skip


def test_of_two_who_bar_or_lift_at_once_one_is_told(home: Home) -> None:
    one_was_told(at_once(*[partial(set_bar, home)] * 2))
    bar = decided(home, ContactBar.objects.get(), "approve")
    lift = partial(bars.propose_lifting, bar=bar, by=home.on("child_supervisor"))

    one_was_told(at_once(lift, lift))


def test_a_bar_about_one_child_is_none_about_another(home: Home) -> None:
    set_bar(home)

    assert barred_adults(home.another(home.child.birth_date).pk) == frozenset()


# Who knows.


def test_no_table_says_who_is_barred_or_why(home: Home) -> None:
    set_bar(home)

    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, '') FROM register_contactbar t")
        bare = cursor.fetchone()[0]
    for word in (str(home.father.pk), home.father.pk.hex, "suspected_harm"):
        assert word not in bare
        assert word.encode().hex() not in bare


def test_the_village_reads_nothing_of_it_in_file_inbox_or_memory(home: Home) -> None:
    browser = entered(home.accounts["child_director"])
    before = {name: text_of(browser.get(at)) for name, at in pages(home).items()}
    bar = set_bar(home)

    after = {name: text_of(browser.get(at)) for name, at in pages(home).items()}

    for name, page in after.items():
        assert "暂不联系" not in page, name
        assert "侵害" not in page.replace("报告侵害", ""), name
        assert len(page) - len(before[name]) < 400, name
    director = home.accounts["child_director"].pk
    assert not Task.objects.filter(post__holdings__person=director, about_id=bar.pk).exists()
    assert browser.get(reverse("bar_set", args=[home.child.pk])).status_code == 404


def pages(home: Home) -> dict[str, str]:
    return {"file": reverse("child", args=[home.child.pk]), "home": reverse("home")}


def test_the_town_sees_who_and_the_reason_only_with_the_seal(home: Home) -> None:
    set_bar(home)

    (line,) = bars_of(home.on("child_supervisor"), home.child)

    assert (line.who, line.reason) == ("顾父亲", "")
    assert home.on("child_supervisor").posts[0].role.sees < Tier.SEALED


def test_who_decides_is_told_whom_and_why(home: Home) -> None:
    bar = set_bar(home)
    approval = Approval.objects.get(about_id=bar.pk)

    shown = text_of(
        entered(home.accounts["town_leader"]).get(reverse("approval", args=[approval.pk]))
    )

    assert "顾父亲" in shown
    assert "涉嫌侵害孩子" in shown


def test_the_memory_names_neither_person_nor_reason(home: Home) -> None:
    set_bar(home)

    told: list[Any] = list(Event.objects.filter(verb__in=[Verb.BAR_SET, Verb.APPROVAL_ASK]))
    said = "".join(str(event.detail) for event in told)

    assert told
    assert str(home.father.pk) not in said
    assert "suspected_harm" not in said


def test_a_bar_is_set_and_lifted_through_the_pages(home: Home) -> None:
    browser = entered(home.accounts["child_supervisor"])
    said = {"adult": str(home.father.pk), "reason": "child_afraid", "is_immediate": "on"}
    address = reverse("bar_set", args=[home.child.pk])

    assert browser.post(address, said).status_code == 302
    assert "已经设置过" in text_of(browser.post(address, said))
    bar = ContactBar.objects.get()
    lift = reverse("bar_lift", args=[home.child.pk, bar.pk])
    assert browser.post(lift).status_code == 302
    assert browser.post(lift).status_code == 409
    assert ContactBar.objects.get().state == "lifting"


def test_a_second_answer_changes_nothing(home: Home) -> None:
    bar = decided(home, set_bar(home), "approve")

    bars.carry_out(bar_id=bar.pk, what="set", is_approved=True, caused_by=bar.written_in)
    bars.carry_out(bar_id=bar.pk, what="lift", is_approved=True, caused_by=bar.written_in)

    assert ContactBar.objects.get().state == "in_force"
    with pytest.raises(Conflict):
        bars.propose_lifting(
            bar=decided(home, lifting(home, bar), "approve"), by=home.on("child_supervisor")
        )


def lifting(home: Home, bar: ContactBar) -> ContactBar:
    bars.propose_lifting(bar=bar, by=home.on("child_supervisor"))
    return bar
