"""Where a person may be told, how she chooses it, and what every page counts for her."""

import re
from typing import Any

import pytest

from tests.cast import entered, text_of
from weiguang.kernel import clock
from weiguang.kernel.errors import Invalid
from weiguang.tasks.actions.clocks import escalate_due
from weiguang.tasks.actions.digests import send_digests
from weiguang.tasks.actions.notices import Wish, choose
from weiguang.tasks.actions.tasks import pause
from weiguang.tasks.channels import address_in
from weiguang.tasks.models import NoticeChoice
from weiguang.tasks.models.notices import Channel
from weiguang.tasks.rules.periods import Period
from weiguang.tasks.tests.conftest import NINE, Crew, told_by_wecom
from weiguang.tasks.tests.gateways import (
    KEY,
    MAILBOX,
    SLOTS,
    TOKEN,
    Robots,
    webhook,
)  # fmt: skip


@pytest.mark.parametrize(
    "typed",
    [
        "http://169.254.169.254/cgi-bin/webhook/send?key={key}",
        "https://qyapi.weixin.qq.com.example.org/cgi-bin/webhook/send?key={key}",
        "https://qyapi.weixin.qq.com@10.0.0.1/cgi-bin/webhook/send?key={key}",
        "https://somebody:x@qyapi.weixin.qq.com/cgi-bin/webhook/send?key={key}",
        "https://qyapi.weixin.qq.com:8443/cgi-bin/webhook/send?key={key}",
        "https://qyapi.weixin.qq.com\\@10.0.0.1/cgi-bin/webhook/send?key={key}",
        "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={key}",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send/../../other?key={key}",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={key}&key=other",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={key}%2F..%2Fx",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={key}%0D%0AHost:x",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={{0.__class__}}",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send",
        "file:///etc/passwd", "https://[::1]/cgi-bin/webhook/send?key={key}", "https://[", "x",
        "//qyapi.weixin.qq.com/cgi-bin/webhook/send?key={key}", "{key}",
    ],
)  # fmt: skip
def test_no_address_leads_the_server_anywhere_but_to_the_citys_gateway(
    crew: Crew, settings: Any, typed: str
) -> None:
    settings.WEIGUANG_NOTICES = {"wecom": "https://qyapi.weixin.qq.com"}
    address = typed.format(key=KEY)

    with pytest.raises(Invalid):
        choose(channel=Channel.WECOM, wish=Wish(address, SLOTS, True), by=crew.on("director"))

    assert not NoticeChoice.objects.exists()


def test_the_address_that_the_robot_shows_is_taken_and_only_its_key_is_kept(settings: Any) -> None:
    settings.WEIGUANG_NOTICES = {
        "wecom": "https://qyapi.weixin.qq.com", "dingtalk": "https://oapi.dingtalk.com",
    }  # fmt: skip
    shown = f" https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}\n"
    robot = f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}"

    assert address_in(Channel.WECOM, shown) == KEY
    assert address_in(Channel.DINGTALK, robot) == TOKEN
    assert address_in(Channel.DINGTALK, shown) is None


@pytest.mark.parametrize(
    "typed", ["a@b", "a@example.gov.cn\nBcc: b@example.org", "a@example.gov.cn,b@example.org",
              "somebody@example.org", "<a@example.gov.cn>", ""],
)  # fmt: skip
def test_a_letter_goes_to_one_mailbox_of_the_domains_that_are_allowed(
    settings: Any, typed: str
) -> None:
    settings.WEIGUANG_NOTICES = {"email": "mailtos://h", "email_domains": ["example.gov.cn"]}

    assert address_in(Channel.EMAIL, typed) is None
    assert address_in(Channel.EMAIL, MAILBOX) == MAILBOX


def test_a_person_chooses_on_her_page_and_the_address_is_not_shown_again(
    crew: Crew, gateway: Robots
) -> None:
    client = entered(crew.director.person)
    assert "企业微信" in text_of(client.get("/tasks/notices/"))
    said = {"channel": "wecom", "address": webhook(gateway), "slots": ["08:30"], "is_on": "on"}

    client.post("/tasks/notices/", said)

    kept = NoticeChoice.objects.get()
    assert (kept.account, kept.address, kept.slots, kept.is_on) == (
        crew.director.person, KEY, ["08:30"], True,
    )  # fmt: skip
    shown = text_of(client.get("/tasks/notices/"))
    assert "末尾是 5aaa" in shown
    assert KEY not in shown
    client.post("/tasks/notices/", {"channel": "wecom", "address": "", "slots": ["14:00"]})
    kept.refresh_from_db()
    assert (kept.address, kept.slots, kept.is_on) == (KEY, ["14:00"], False)


def test_a_wrong_address_is_told_beside_its_field(crew: Crew, gateway: Robots) -> None:
    said = {"channel": "wecom", "address": "https://example.org/x", "is_on": "on"}

    answer = entered(crew.director.person).post("/tasks/notices/", said)

    assert "这个地址不能用来接收提醒" in text_of(answer)
    assert not NoticeChoice.objects.exists()


def test_a_test_is_asked_for_on_the_page_and_its_end_is_shown_there(
    crew: Crew, gateway: Robots
) -> None:
    told_by_wecom(crew, gateway)
    client = entered(crew.director.person)
    client.post("/tasks/notices/test/", {"channel": "wecom"})
    send_digests(clock.now())

    assert len(gateway.came) == 1
    assert "已发出" in text_of(client.get("/tasks/notices/"))


def test_who_looks_is_told_that_the_gateway_refused(crew: Crew, gateway: Robots) -> None:
    gateway.code = 93000
    told_by_wecom(crew, gateway)
    client = entered(crew.director.person)
    client.post("/tasks/notices/test/", {"channel": "wecom"})
    send_digests(clock.now())

    assert "上一次没有发出" in text_of(client.get("/tasks/notices/"))


def test_the_rail_counts_what_waits_on_every_page(crew: Crew) -> None:
    for _ in range(3):
        crew.task()
    paused = crew.task()
    pause(task=paused, reason="等回复", by=crew.on("director"))

    for address in ("/", "/account/"):
        shown = text_of(entered(crew.director.person).get(address))
        assert re.search(r'class="waiting num">3<', shown)
    assert 'class="waiting' not in text_of(entered(crew.neighbour.person).get("/"))


def test_who_was_told_of_what_is_overdue_counts_it_once(crew: Crew) -> None:
    with clock.standing_at(NINE):
        crew.task("supervisor", within=Period(hours=24))
        crew.task(within=Period(hours=24))
    escalate_due(clock.now())

    shown = text_of(entered(crew.supervisor.person).get("/account/"))
    assert re.search(r'class="waiting num">2<', shown)
