"""The page of the installation: true figures, nobody's name, and a retry that is one act."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import (
    READER_QUERIES,
    Cast,
    events_since,
    last_event,
    make_cast,
    system,
    text_of,
)
from weiguang.kernel import clock
from weiguang.kernel.events import Author, remembered
from weiguang.kernel.models import Delivery, Event, RoundRun
from weiguang.kernel.rounds import ALWAYS, rounds
from weiguang.network.models import Account
from weiguang.office.actions.backups import remember_backup
from weiguang.office.queries.operations import TITLES, attention, health

pytestmark = pytest.mark.django_db

OPERATIONS_QUERIES = READER_QUERIES + 12


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def system_administrator(cast: Cast) -> Client:
    return cast.client("system_administrator")


def delivery(**state: Any) -> Delivery:
    with remembered("toy", by=Author(None, None)) as event:
        pass
    return Delivery.objects.create(
        event=Event.objects.get(pk=event.pk), reaction="weiguang.toy.wake", next_at=clock.now(),
        **state,
    )  # fmt: skip


def dead() -> Delivery:
    return delivery(dead_at=clock.now(), attempts=7, error="KeyError in wake:12")


def retrying(number: int) -> str:
    return reverse("office_retry", kwargs={"number": number})


def test_a_dead_delivery_is_told_with_its_error_and_retried_by_one_act(
    system_administrator: Client,
) -> None:
    lost = dead()
    shown = text_of(system_administrator.get(reverse("office_operations")))
    before = last_event()

    answer = system_administrator.post(retrying(lost.pk))

    lost.refresh_from_db()
    assert "KeyError in wake:12" in shown
    assert answer.status_code == 302
    assert (lost.dead_at, lost.attempts) == (None, 0)
    done = events_since(before)
    assert [event.verb for event in done] == ["delivery.retry"]
    assert done[0].detail == {"delivery": lost.pk, "event": lost.event_id}


def test_a_delivery_that_is_alive_or_absent_is_not_retried(system_administrator: Client) -> None:
    alive = delivery()

    answers = [system_administrator.post(retrying(number)) for number in (alive.pk, 10**9)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert not Event.objects.filter(verb="delivery.retry", was_refused=False).exists()


@pytest.mark.parametrize(
    "role", ["security_administrator", "audit_administrator", "city_officer", "child_director"]
)
def test_nobody_else_sees_or_retries(cast: Cast, role: str) -> None:
    client, lost = cast.client(role), dead()

    answers = [client.get(reverse("office_operations")), client.post(retrying(lost.pk))]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_the_page_names_nobody(cast: Cast, system_administrator: Client) -> None:
    cast.seated("child_director", cast.village)
    dead()

    shown = text_of(system_administrator.get(reverse("office_operations")))

    me = Account.objects.get(login__startswith="system_administrator")
    others = Account.objects.exclude(pk=me.pk)
    assert not any(one.name in shown or one.login in shown for one in others)


def test_the_figures_are_those_of_this_installation(system_administrator: Client) -> None:
    seen = health()

    assert seen.store.size > 1_000_000
    assert seen.store.version.split(".")[0].isdigit()
    assert (seen.keys.count, seen.keys.active) == (1, 1)
    assert seen.is_demonstration
    assert seen.store.last_migration


def test_the_page_costs_a_constant_number_of_queries(
    system_administrator: Client, django_assert_num_queries: Any
) -> None:
    for _ in range(5):
        dead()
    system_administrator.get(reverse("office_operations"))

    with django_assert_num_queries(OPERATIONS_QUERIES):
        system_administrator.get(reverse("office_operations"))


@pytest.mark.parametrize(
    ("hours", "is_told"),
    [(None, "还没有备份"), (35, ""), (37, "最近一次备份是 37 小时前")],
    ids=["none", "fresh", "old"],
)
def test_a_missing_or_old_backup_is_told_and_a_fresh_one_is_shown(
    system_administrator: Client, hours: int | None, is_told: str
) -> None:
    if hours is not None:
        with clock.standing_at(clock.now() - timedelta(hours=hours, minutes=1)):
            remember_backup(name="x", kind="full", size=777 * 2**20, by=system())

    page = system_administrator.get(reverse("office_operations"))
    home = text_of(system_administrator.get("/"))

    alert = re.findall(r'role="alert">([^<]*备份[^<]*)<', text_of(page))
    assert [is_told in said for said in alert] == ([True] if is_told else [])
    assert ("最近一次备份太久了" in home) == (hours == 37)
    assert ("777.0 MiB" in text_of(page)) == (hours is not None)


@pytest.mark.parametrize(("pack", "is_due"), [("demo", False), ("cn_js_kunshan", True)])
def test_a_real_city_without_a_backup_is_told_so_on_the_home_page(
    settings: Any, pack: str, is_due: bool
) -> None:
    settings.WEIGUANG_PACK = pack

    assert attention().is_backup_due is is_due


def test_every_round_that_is_told_of_has_words_and_no_other() -> None:
    assert set(TITLES) == {each.code for each in rounds() if each.every != ALWAYS}


def test_a_round_is_late_when_its_time_and_some_more_have_passed(
    system_administrator: Client,
) -> None:
    now = clock.now()
    for each in rounds():
        RoundRun.objects.create(code=each.code, at=now - each.every)
    assert "迟了" not in text_of(system_administrator.get(reverse("office_operations")))

    RoundRun.objects.filter(code="alerts.ages").update(at=now - timedelta(hours=2))
    shown = text_of(system_administrator.get(reverse("office_operations")))

    assert shown.count("迟了") == 1


def test_it_is_said_how_long_the_oldest_thing_has_waited() -> None:
    delivery()
    Delivery.objects.update(next_at=clock.now() - timedelta(seconds=90))

    assert 90 <= health().worker.lag.total_seconds() < 95
