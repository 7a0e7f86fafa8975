"""What leaves the system: one sentence with a number, once an occasion, to nowhere unforeseen."""

import logging
import multiprocessing
import re
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import pytest
from django.db import connection

from tests.cast import account, actor, entered, system, text_of
from weiguang.kernel import chain, clock
from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.kernel.models import Event
from weiguang.kernel.worker import run_once
from weiguang.network.actions import posts
from weiguang.network.models import Holding
from weiguang.network.verbs import Verb
from weiguang.tasks.actions.clocks import escalate_due
from weiguang.tasks.actions.digests import send_digests, sentence
from weiguang.tasks.actions.notices import TriedJustNow, Wish, choose, try_out
from weiguang.tasks.actions.tasks import finish, hand_over, pause
from weiguang.tasks.models import NoticeChoice, NoticeSent, Task
from weiguang.tasks.models.notices import Channel
from weiguang.tasks.queries.notices import unsent_count
from weiguang.tasks.rules.periods import Period
from weiguang.tasks.tests.conftest import FIVE_DAYS, Crew, make_crew, told_by_wecom
from weiguang.tasks.tests.gateways import KEY, MAILBOX, SLOTS, TOKEN, Mail, Robots, webhook
from weiguang.tasks.tests.test_at_once import at_once

ONE_DAY: Final = Period(hours=24)
MINUTE: Final = timedelta(minutes=1)


def at(text: str) -> datetime:
    """A moment in China."""
    return datetime.fromisoformat(text).replace(tzinfo=clock.CHINA)


MORNING: Final = at("2025-03-12 08:30")  # a Wednesday
EVENING: Final = at("2025-03-12 17:00")


def work(moment: datetime) -> None:
    """The rounds of a worker at a moment, whenever the one before was."""
    with clock.standing_at(moment):
        send_digests(clock.now())


def task_at(
    moment: datetime, crew: Crew, who: str = "director", within: Period = FIVE_DAYS
) -> Task:
    with clock.standing_at(moment):
        return crew.task(who, within=within)


@pytest.mark.parametrize(
    ("number", "language", "said"),
    [
        (3, "zh-hans", "您有 3 项待办"), (1, "zh-hans", "您有 1 项待办"),
        (1, "en", "You have 1 task waiting"), (3, "en", "You have 3 tasks waiting"),
    ],
)  # fmt: skip
def test_all_that_is_ever_said_is_a_number(number: int, language: str, said: str) -> None:
    assert sentence(number, language) == said


def test_a_robot_is_told_the_sentence_and_nothing_else(crew: Crew, gateway: Robots) -> None:
    told_by_wecom(crew, gateway)
    token = f"{gateway.address}/robot/send?access_token={TOKEN}"
    choose(channel=Channel.DINGTALK, wish=Wish(token, SLOTS, True), by=crew.on("director"))
    task_at(MORNING, crew)
    task_at(MORNING, crew)

    work(MORNING)

    assert sorted(gateway.came) == [
        (f"/cgi-bin/webhook/send?key=director{KEY}", "您有 2 项待办"),
        (f"/robot/send?access_token={TOKEN}", "您有 2 项待办"),
    ]


def test_a_letter_says_the_sentence_and_nothing_else(crew: Crew, mailbox: Mail) -> None:
    choose(channel=Channel.EMAIL, wish=Wish(MAILBOX, SLOTS, True), by=crew.on("director"))
    task = task_at(MORNING, crew)

    work(MORNING)

    assert [to for to, _text in mailbox.came] == [MAILBOX]
    assert mailbox.read() == [("您有 1 项待办", "您有 1 项待办")]
    (raw,) = [text for _to, text in mailbox.came]
    for betrayed in (crew.director.person.name, str(task.about_id), "apprise", "http"):
        assert betrayed.lower() not in raw.lower()


def test_nobody_is_told_who_did_not_ask_for_it_or_has_nothing_to_do(
    crew: Crew, gateway: Robots
) -> None:
    told_by_wecom(crew, gateway, "director", "neighbour")
    told_by_wecom(crew, gateway, "officer", is_on=False)
    task_at(MORNING, crew, "supervisor")
    task_at(MORNING, crew, "officer")
    done, paused = task_at(MORNING, crew), task_at(MORNING, crew)
    finish(task=done, by=crew.on("director"))
    pause(task=paused, reason="等回复", by=crew.on("director"))

    for minutes in range(5):
        work(MORNING + minutes * MINUTE)

    assert gateway.came == []
    assert set(NoticeSent.objects.values_list("state", flat=True)) == {"nothing"}
    assert NoticeSent.objects.count() == 2


@pytest.mark.parametrize(
    ("moment", "is_told"),
    [
        ("2025-03-12 08:29", False), ("2025-03-12 08:30", True), ("2025-03-12 10:29", True),
        ("2025-03-12 10:30", False), ("2025-03-12 14:00", True), ("2025-03-12 22:00", False),
        ("2025-03-15 08:30", False),  # a Saturday
        ("2025-01-29 08:30", False),  # the Spring Festival, a Wednesday
        ("2025-01-26 08:30", True),  # a Sunday on which offices work
    ],
)  # fmt: skip
def test_a_digest_comes_at_its_times_on_days_on_which_offices_work(
    crew: Crew, gateway: Robots, moment: str, is_told: bool
) -> None:
    told_by_wecom(crew, gateway)
    task_at(at("2025-01-02 09:00"), crew)

    work(at(moment))

    assert len(gateway.came) == is_told


def test_each_time_of_day_is_told_once_however_often_the_worker_comes(
    crew: Crew, gateway: Robots
) -> None:
    told_by_wecom(crew, gateway)
    task_at(MORNING, crew)

    for minutes in range(0, 24 * 60, 15):
        work(MORNING + minutes * MINUTE)

    assert gateway.said == ["您有 1 项待办"] * 2


def test_only_the_chosen_times_are_used(crew: Crew, gateway: Robots) -> None:
    choose(channel=Channel.WECOM, wish=Wish(webhook(gateway), ["14:00"], True),
           by=crew.on("director"))  # fmt: skip
    task_at(MORNING, crew)

    work(MORNING)
    assert gateway.came == []
    work(at("2025-03-12 14:05"))
    assert len(gateway.came) == 1


@pytest.mark.parametrize("moment", ["2025-03-12 17:00", "2025-03-15 10:00", "2025-03-12 02:00"])
def test_what_is_counted_in_hours_is_told_at_once_on_every_day_and_once(
    crew: Crew, gateway: Robots, moment: str
) -> None:
    told_by_wecom(crew, gateway, "director", "neighbour")
    for _ in range(2):
        task_at(at(moment), crew, within=ONE_DAY)

    for minutes in range(1, 5):
        work(at(moment) + minutes * MINUTE)

    assert gateway.said == ["您有 2 项待办"]
    task_at(at(moment), crew, within=ONE_DAY)
    work(at(moment) + 6 * MINUTE)
    assert gateway.said == ["您有 2 项待办", "您有 3 项待办"]


def test_who_gets_a_task_counted_in_hours_later_is_told_then(crew: Crew, gateway: Robots) -> None:
    told_by_wecom(crew, gateway, "director", "neighbour", "supervisor")
    task = task_at(EVENING, crew, within=ONE_DAY)
    work(EVENING)
    with clock.standing_at(EVENING + MINUTE):
        to = crew.neighbour.post_id
        hand_over(tasks=[task], to_post_id=to, by=crew.on("supervisor"))
    work(EVENING + 2 * MINUTE)
    with clock.standing_at(at("2025-03-17 17:00")):
        escalate_due(clock.now())
        send_digests(clock.now())

    who = [re.findall("key=([a-z]+)693", path)[0] for path, _text in gateway.came]
    assert who == ["director", "neighbour", "supervisor"]


def test_who_stands_in_is_told_too(crew: Crew, gateway: Robots) -> None:
    deputy = account("deputy")
    posts.fill(post=crew.director.post, person=deputy, since=MORNING.date(), by=system(),
               kind=Holding.Kind.SUBSTITUTE)  # fmt: skip
    with clock.standing_at(EVENING):
        choose(channel=Channel.WECOM, wish=Wish(webhook(gateway), SLOTS, True), by=actor(deputy))
    task_at(EVENING, crew, within=ONE_DAY)

    work(EVENING)

    assert len(gateway.came) == 1


@pytest.mark.parametrize("trouble", [{"code": 93000}, {"status": 500}, {"status": 302}])
def test_what_a_gateway_refuses_is_tried_again_and_then_shown_to_the_operator(
    crew: Crew, gateway: Robots, trouble: dict[str, int]
) -> None:
    for name, value in trouble.items():
        setattr(gateway, name, value)
    gateway.location = f"{gateway.address}/somewhere/else"
    told_by_wecom(crew, gateway)
    task_at(MORNING, crew)

    tried = []
    for minutes in range(150):
        before = len(gateway.came)
        work(MORNING + minutes * MINUTE)
        tried += [minutes] * (len(gateway.came) - before)

    assert tried == [0, 2, 12, 42, 102]
    assert {path for path, _text in gateway.came} == {f"/cgi-bin/webhook/send?key=director{KEY}"}
    with clock.standing_at(MORNING + timedelta(hours=3)):
        assert unsent_count() == 1


def test_a_message_that_was_refused_once_arrives_once(crew: Crew, gateway: Robots) -> None:
    gateway.code = 45009
    told_by_wecom(crew, gateway)
    task_at(MORNING, crew)
    work(MORNING)
    gateway.code = 0

    for minutes in range(1, 60):
        work(MORNING + minutes * MINUTE)

    assert len(gateway.came) == 2
    assert NoticeSent.objects.get().state == "sent"
    assert unsent_count() == 0


def test_a_gateway_that_is_away_does_not_keep_the_worker_for_long(
    crew: Crew, gateway: Robots
) -> None:
    gateway.status = 503
    people = [account(f"person.{n}") for n in range(8)]
    for person in people:
        posts.fill(post=crew.director.post, person=person, since=MORNING.date(), by=system(),
                   kind=Holding.Kind.SUBSTITUTE)  # fmt: skip
        with clock.standing_at(MORNING):
            choose(channel=Channel.WECOM, wish=Wish(webhook(gateway), SLOTS, True),
                   by=actor(person))  # fmt: skip
    task_at(MORNING, crew)

    work(MORNING)

    assert len(gateway.came) == 3


def test_what_is_too_late_is_not_sent_in_the_night(crew: Crew, gateway: Robots) -> None:
    gateway.status = 503
    told_by_wecom(crew, gateway)
    task_at(MORNING, crew)
    work(MORNING)
    gateway.status, gateway.came = 200, []

    work(MORNING.replace(hour=22))

    assert gateway.came == []
    assert NoticeSent.objects.get().state == "failed"


def test_a_test_is_sent_even_when_nothing_waits_and_once_a_minute(
    crew: Crew, gateway: Robots
) -> None:
    told_by_wecom(crew, gateway)
    with clock.standing_at(EVENING):
        try_out(channel=Channel.WECOM, by=crew.on("director"))
        with pytest.raises(TriedJustNow):
            try_out(channel=Channel.WECOM, by=crew.on("director"))

    work(EVENING + MINUTE)

    assert gateway.said == ["您有 0 项待办"]


def test_after_one_switched_it_off_nothing_comes_any_more(crew: Crew, gateway: Robots) -> None:
    told_by_wecom(crew, gateway)
    task_at(MORNING, crew)
    gateway.code = 1
    work(MORNING)
    gateway.code, gateway.came = 0, []
    choose(channel=Channel.WECOM, wish=Wish("", SLOTS, False), by=crew.on("director"))

    for minutes in range(2, 400, 12):
        work(MORNING + minutes * MINUTE)

    assert gateway.came == []
    with pytest.raises(NotFoundOrRefused):
        try_out(channel=Channel.WECOM, by=crew.on("director"))


def test_without_the_operators_word_nothing_leaves_and_nothing_is_offered(
    crew: Crew, settings: Any
) -> None:
    settings.WEIGUANG_NOTICES = {}
    task_at(MORNING, crew, within=ONE_DAY)

    work(MORNING)

    assert not NoticeSent.objects.exists()
    shown = text_of(entered(crew.director.person).get("/tasks/notices/"))
    assert "本市没有开通系统以外的提醒。" in shown
    said = {"channel": "wecom", "address": f"https://qyapi.weixin.qq.com/x?key={KEY}"}
    text_of(entered(crew.director.person).post("/tasks/notices/", said))
    with pytest.raises(NotFoundOrRefused):
        choose(channel=Channel.WECOM, wish=Wish(said["address"], SLOTS, True),
               by=crew.on("director"))  # fmt: skip
    assert not NoticeChoice.objects.exists()


def test_no_log_holds_an_address(
    crew: Crew, settings: Any, caplog: pytest.LogCaptureFixture, capfd: Any
) -> None:
    settings.WEIGUANG_NOTICES = {
        "wecom": "http://127.0.0.1:9", "dingtalk": "http://127.0.0.1:9",
        "email": "mailto://127.0.0.1:9?from=notice@example.gov.cn",
    }  # fmt: skip
    told = {
        Channel.WECOM: f"http://127.0.0.1:9/cgi-bin/webhook/send?key={KEY}",
        Channel.DINGTALK: f"http://127.0.0.1:9/robot/send?access_token={TOKEN}",
        Channel.EMAIL: MAILBOX,
    }
    for channel, address in told.items():
        choose(channel=channel, wish=Wish(address, SLOTS, True), by=crew.on("director"))
    task_at(MORNING, crew)

    with caplog.at_level(logging.DEBUG):
        work(MORNING)

    assert NoticeSent.objects.filter(state="waiting", attempts=1).count() == 3
    written = caplog.text + "".join(capfd.readouterr())
    details = "".join(str(event.detail) for event in Event.objects.all())
    for secret in (KEY, TOKEN, MAILBOX):
        assert secret not in written
        assert secret not in details


def test_two_workers_at_once_tell_each_person_once(committed: str, gateway: Robots) -> None:
    crew, people = make_crew(), ("director", "neighbour", "supervisor", "leader", "officer")
    told_by_wecom(crew, gateway, *people)
    for who in people:
        task_at(MORNING, crew, who, within=ONE_DAY)

    assert at_once(*(partial(work, MORNING + MINUTE) for _ in range(4))) == [None] * 4

    assert gateway.said == ["您有 1 项待办"] * len(people)
    assert len({path for path, _text in gateway.came}) == len(people)


def _one_worker(moment: datetime) -> None:
    connection.connection = None  # the parent's own; this process speaks through another
    with clock.standing_at(moment):
        run_once()


def test_a_worker_killed_while_it_sends_leaves_a_message_that_is_never_sent_twice(
    committed: str, gateway: Robots
) -> None:
    crew = make_crew()
    told_by_wecom(crew, gateway)
    task_at(MORNING, crew)
    gateway.answers.clear()
    process = multiprocessing.get_context("fork").Process(target=_one_worker, args=(MORNING,))
    process.start()
    assert gateway.asked.wait(20)
    process.kill()
    process.join()
    gateway.answers.set()

    for minutes in range(1, 120, 3):
        with clock.standing_at(MORNING + minutes * MINUTE):
            run_once()

    assert len(gateway.came) == 1
    assert NoticeSent.objects.get().state == "sending"
    with clock.standing_at(MORNING + timedelta(hours=1)):
        assert unsent_count() == 1
    work(at("2025-03-12 14:00"))
    assert len(gateway.came) == 2
    assert chain.verify().findings == ()


def test_what_is_sent_is_remembered_without_words(crew: Crew, gateway: Robots) -> None:
    told_by_wecom(crew, gateway)
    task_at(MORNING, crew)
    work(MORNING)

    events = Event.objects.filter(verb=Verb.NOTICE_SEND)
    assert {key for event in events for key in event.detail} == {
        "owed", "channel", "is_sent", "message",
    }  # fmt: skip
    assert crew.director.person.pk in {event.about_id for event in events}
