"""The pages of a conference: a whole one from its call to the last signature, by its people."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import entered, text_of
from weiguang.conferences.models import Conference, Decision
from weiguang.conferences.tests.at_work import (
    DUE,
    GENERAL,
    MEDICAL,
    called,
    held,
    make_work,
    recorded,
)
from weiguang.kernel import clock
from weiguang.register.tests.home import Home

SOON = (clock.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")


@pytest.fixture
def home(db: None) -> Home:
    return make_work()


def at(name: str, *keys: Any) -> str:
    return reverse(name, args=keys)


def person(shown: Home, name: str) -> str:
    """The key of a participant, by whom she is."""
    found = Conference.objects.get().participants.get(account=shown.accounts[name])
    return str(found.pk)


def convened(home: Home, client: Client) -> Conference:
    """A conference called on the page, with the police and a teacher from outside."""
    said = {"kind": "case", "title": "上学的事", "starts_at": SOON, "where": "镇未保站",
            "item0": "怎么上学", "section0": "general"}  # fmt: skip
    client.post(at("conference_new", home.child.pk), said)
    conference = Conference.objects.get()
    invite = at("conference_invite", conference.pk)
    client.post(invite, {"holding": held(home, "police").pk, "role": "police"})
    client.post(invite, {"name": "王老师", "organisation": "柳镇小学", "role": "school"})
    return conference


def test_a_supervisor_convenes_records_and_the_police_officer_carries_out_and_signs(
    home: Home,
) -> None:
    supervisor, police = (entered(home.accounts[n]) for n in ("child_supervisor", "police"))
    conference = convened(home, supervisor)
    here = at("conference", conference.pk)
    assert here in text_of(police.get(reverse("inbox")))
    assert "上学的事" in text_of(police.get(here))

    there = [person(home, "child_supervisor"), person(home, "police")]
    minutes = {"attended": there, "seen": "0", "general": GENERAL}
    supervisor.post(at("conference_record", conference.pk), minutes)
    decided = {"words": "家访一次", "section": "general", "owner": there[1], "due_on": DUE}
    supervisor.post(at("conference_decide", conference.pk), decided)
    told = text_of(supervisor.post(at("conference_conclude", conference.pk), follow=True))
    assert "已定稿" in told

    shown = text_of(police.get(here))
    assert GENERAL in shown
    task = at("conference_decision", Decision.objects.get().pk)
    assert "家访一次" in text_of(police.get(task))
    police.post(task, {"outcome": "去过了"})
    police.post(at("conference_sign", conference.pk))
    assert here not in text_of(police.get(reverse("inbox")))
    done = text_of(supervisor.post(at("conference_sign", conference.pk), follow=True))
    assert "已签字" in done
    assert "去过了" in done


def test_the_paper_is_a_document_that_names_nobody_in_its_name(home: Home) -> None:
    conference, _police, _doctor = recorded(home)

    answer = entered(home.accounts["police"]).post(at("conference_paper", conference.pk))

    assert answer.content.startswith(b"%PDF")
    assert re.fullmatch(r'attachment; filename="[a-z.-]+"', answer["Content-Disposition"])


def test_the_page_shows_a_section_only_to_whom_it_is_open(home: Home) -> None:
    conference, _police, _doctor = recorded(home)
    pages = {
        name: text_of(entered(home.accounts[name]).get(at("conference", conference.pk)))
        for name in ("police", "doctor")
    }

    assert MEDICAL in pages["doctor"]
    assert MEDICAL not in pages["police"]


def test_the_file_lists_conferences_to_who_was_asked_and_to_nobody_else(home: Home) -> None:
    conference = called(home)
    mine, other = (
        text_of(entered(home.accounts[name]).get(at("child", home.child.pk)))
        for name in ("child_supervisor", "child_director")
    )

    assert at("conference", conference.pk) in mine
    assert "上学的事" not in mine
    assert at("conference", conference.pk) not in other
    listed = entered(home.accounts["child_supervisor"]).get(at("conferences", home.child.pk))
    assert at("conference", conference.pk) in text_of(listed)


def test_who_writes_over_somebody_elses_record_is_told_first(home: Home) -> None:
    client = entered(home.accounts["child_supervisor"])
    conference = convened(home, client)
    record = at("conference_record", conference.pk)
    there = [person(home, "child_supervisor")]
    client.post(record, {"attended": there, "seen": "0", "general": "别人写的"})

    mine = {"attended": there, "seen": "0", "general": GENERAL}
    told = text_of(client.post(record, mine))

    assert "别人刚刚保存过" in told
    assert GENERAL in told
    seen = re.search(r'name="seen" value="(\d+)"', told)
    assert seen is not None
    client.post(record, mine | {"seen": seen[1]})
    assert GENERAL in text_of(client.get(at("conference", conference.pk)))


@pytest.mark.parametrize(
    ("name", "sent", "told"),
    [
        ("conference_invite", {"role": "police"}, "不要都填"),
        ("conference_cancel", {"reason": ""}, "is-wrong"),
        ("conference_decide", {"words": "家访", "section": "general"}, "is-wrong"),
    ],
)
def test_what_is_missing_is_told(home: Home, name: str, sent: dict[str, str], told: str) -> None:
    client = entered(home.accounts["child_supervisor"])
    conference = convened(home, client)

    assert told in text_of(client.post(at(name, conference.pk), sent))


def test_a_conference_is_called_off_and_struck_out_decisions_are_gone(home: Home) -> None:
    client = entered(home.accounts["child_supervisor"])
    conference = convened(home, client)
    decided = {"words": "家访一次", "section": "general", "owner": person(home, "police"),
               "due_on": DUE}  # fmt: skip
    client.post(at("conference_decide", conference.pk), decided)
    drop = at("conference_drop", conference.pk, Decision.objects.get().pk)

    assert "家访一次" not in text_of(client.post(drop, follow=True))
    off = client.post(at("conference_cancel", conference.pk), {"reason": "孩子住院"}, follow=True)
    assert "这次会商已取消" in text_of(off)
    police = entered(home.accounts["police"]).get(at("conference", conference.pk))
    assert police.status_code == 404


def test_a_signature_on_paper_is_noted_by_who_keeps_the_record(home: Home) -> None:
    conference, police, _doctor = recorded(home)
    client = entered(home.accounts["child_supervisor"])
    address = at("conference_sign_paper", conference.pk, police.pk)

    assert address in text_of(client.get(at("conference", conference.pk)))
    own = at("conference_sign_paper", conference.pk, person(home, "child_supervisor"))
    assert own not in text_of(client.get(at("conference", conference.pk)))
    assert "纸上已签" in text_of(client.post(address, follow=True))
    assert entered(home.accounts["doctor"]).post(address).status_code == 404
