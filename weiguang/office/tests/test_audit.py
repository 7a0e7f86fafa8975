"""The memory's pages: for the auditor alone, in words, bounded, without a child's name."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import (
    READER_QUERIES,
    Cast,
    account,
    events_since,
    last_event,
    make_cast,
    text_of,
)
from weiguang.kernel.clock import CHINA
from weiguang.kernel.events import Author, Subject, remembered
from weiguang.kernel.ids import new_id
from weiguang.kernel.models import Event
from weiguang.network.models import Account
from weiguang.network.roles import ROLES
from weiguang.network.verb_labels import LABELS
from weiguang.network.verbs import Verb
from weiguang.office.queries import events as query
from weiguang.office.queries.events import Filters, look_back

pytestmark = pytest.mark.django_db

EVENTS_QUERIES = READER_QUERIES + 9
NOBODY = Author(None, None)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def auditor(cast: Cast) -> Client:
    return cast.client("audit_administrator")


def remember(verb: str, *, person: Account | None = None, about: Subject | None = None) -> Event:
    by = Author(person.pk, None) if person else NOBODY
    with remembered(verb, by=by, about=about or Subject("")) as event:
        pass
    return event


def filtered(auditor: Client, **typed: str) -> str:
    """The rows alone; the form names every verb."""
    shown = text_of(auditor.post(reverse("office_events_search"), typed, follow=True))
    return shown.partition("<tbody>")[2]


def test_every_event_is_told_in_words_and_a_child_by_the_end_of_its_number(
    cast: Cast, auditor: Client
) -> None:
    held, child = cast.seated("child_director", cast.village), new_id()
    by = Author(held.person_id, held.post_id)
    about = Subject("child", child, (cast.village.path,))
    with remembered(Verb.CHILD_OPEN, by=by, about=about, purpose="visit"):
        pass

    shown = filtered(auditor, verb=Verb.CHILD_OPEN)

    for words in (held.person.name, "双桥村 儿童主任", "打开儿童档案", "走访探视"):
        assert words in shown
    assert f"儿童 …{str(child)[-6:]}" in shown
    assert str(child) not in shown


def test_looking_is_remembered_with_what_was_looked_for(auditor: Client) -> None:
    li = account("li")
    before = last_event()

    filtered(auditor, login="li", verb=Verb.CHILD_OPEN)

    looked = events_since(before)
    assert [event.verb for event in looked] == ["event.list"]
    assert looked[0].detail == {"verb": "child.open", "person_id": str(li.pk)}


def test_filters_find_what_they_name_and_nothing_else(cast: Cast, auditor: Client) -> None:
    li, child = account("li", "李甲"), new_id()
    remember(Verb.CHILD_OPEN, person=li)
    remember(Verb.CHILD_AMEND, about=Subject("child", child, (cast.village.path,)))

    assert "李甲" in filtered(auditor, login="li")
    assert "修改儿童档案" not in filtered(auditor, login="li")
    assert "修改儿童档案" in filtered(auditor, about=str(child))
    assert "修改儿童档案" in filtered(auditor, place="双桥")
    assert "修改儿童档案" not in filtered(auditor, place="西塘")
    assert "打开儿童档案" not in filtered(auditor, verb=Verb.CHILD_AMEND)


def test_refusals_alone_can_be_looked_for(cast: Cast, auditor: Client) -> None:
    cast.client("child_director", cast.village).get(reverse("office_operations"))
    remember(Verb.CHILD_OPEN)

    shown = filtered(auditor, refused_only="on")

    assert "被拒绝" in shown
    assert "查看系统运行" in shown
    assert "打开儿童档案" not in shown


def test_what_cannot_be_found_is_said_beside_the_field(auditor: Client) -> None:
    shown = text_of(
        auditor.post(
            reverse("office_events_search"),
            {"login": "nobody", "place": "没有村", "about": "x", "since": "2024-02-30"},
            follow=True,
        )
    )

    assert "没有这个登录名。" in shown
    assert "没有这个地方。" in shown
    assert shown.count('role="alert"') == 4


def test_html_in_a_filter_and_in_a_name_is_shown_as_text(auditor: Client) -> None:
    remember(Verb.CHILD_OPEN, person=account("li", "<i id=x>李</i>"))

    shown = text_of(
        auditor.post(reverse("office_events_search"), {"place": "<i id=x>"}, follow=True)
    ) + text_of(auditor.get(reverse("office_events")))

    assert "<i id=x>" not in shown
    assert "&lt;i id=x&gt;李" in shown


def test_a_day_begins_at_midnight_in_china(auditor: Client) -> None:
    midnight = datetime(2024, 3, 5, tzinfo=CHINA)
    numbers = {}
    for name, moment in (
        ("before", midnight - timedelta(seconds=1)),
        ("first", midnight),
        ("last", midnight + timedelta(days=1, seconds=-1)),
        ("after", midnight + timedelta(days=1)),
    ):
        numbers[name] = _event_at(moment)

    found = look_back(Filters(since="2024-03-05", last_day="2024-03-05"), None)

    assert [event.pk for event in found.events] == [numbers["last"], numbers["first"]]


def _event_at(moment: datetime) -> int:
    """An event of the past; numbers before those of today, as time would have given them."""
    number = -int((datetime(2024, 4, 1, tzinfo=CHINA) - moment).total_seconds())
    Event.objects.create(id=number, at=moment, verb="toy")
    return number


def test_a_day_without_events_finds_nothing(auditor: Client) -> None:
    remember(Verb.CHILD_OPEN)

    assert look_back(Filters(since="2999-01-01"), None).events == []
    assert look_back(Filters(last_day="1999-01-01"), None).events == []


def test_pages_follow_one_another_without_a_gap_or_a_repetition(auditor: Client) -> None:
    made = [remember("toy").pk for _ in range(120)]

    first = look_back(Filters(verb="toy"), None)
    second = look_back(Filters(verb="toy"), first.next_before)
    third = look_back(Filters(verb="toy"), second.next_before)

    seen = [event.pk for page in (first, second, third) for event in page.events]
    assert seen == list(reversed(made))
    assert third.next_before is None


def test_one_page_looks_at_a_bounded_stretch_and_offers_to_go_on(
    auditor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    rare = remember("toy", about=Subject("place", None, ("/rare/",))).pk
    for _ in range(30):
        remember("toy")
    monkeypatch.setattr(query, "EVENTS_LOOKED_AT", 20)
    wanted = Filters(verb="toy", place_path="/rare/")

    first = look_back(wanted, None)
    assert first.next_before is not None
    second = look_back(wanted, first.next_before)

    assert (first.events, first.is_step_over) == ([], True)
    assert [event.pk for event in second.events] == [rare]


def test_what_an_index_leads_to_is_found_at_once_however_far_back(
    auditor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    rare = remember("rare").pk
    for _ in range(30):
        remember("toy")
    monkeypatch.setattr(query, "EVENTS_LOOKED_AT", 20)

    found = look_back(Filters(verb="rare"), None)

    assert [event.pk for event in found.events] == [rare]
    assert found.next_before is None


def test_the_page_costs_the_same_however_many_events(
    cast: Cast, auditor: Client, django_assert_num_queries: Any
) -> None:
    for n in range(60):
        remember(Verb.CHILD_OPEN, person=account(f"p{n}"))
    auditor.get(reverse("office_events"))

    with django_assert_num_queries(EVENTS_QUERIES):
        auditor.get(reverse("office_events"))


ADDRESSES = [
    ("get", "office_events"), ("post", "office_events_search"), ("get", "office_chain"),
    ("post", "office_verify"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "name"), ADDRESSES)
@pytest.mark.parametrize(
    "role", ["system_administrator", "security_administrator", "city_officer", "child_supervisor"]
)
def test_nobody_else_reads_or_proves_the_memory(
    cast: Cast, role: str, method: str, name: str
) -> None:
    answer = getattr(cast.client(role), method)(reverse(name))

    assert answer.status_code == 404


def test_the_matrix_names_every_role_and_every_verb_that_a_role_has(cast: Cast) -> None:
    shown = text_of(cast.client("security_administrator").get(reverse("office_matrix")))

    for role in ROLES.values():
        assert str(role.label) in shown
        assert all(str(LABELS[verb]) in shown for verb in role.verbs)


@pytest.mark.parametrize("role", ["system_administrator", "city_approver", "child_director"])
def test_the_matrix_is_for_security_and_audit(cast: Cast, role: str) -> None:
    assert cast.client(role).get(reverse("office_matrix")).status_code == 404
