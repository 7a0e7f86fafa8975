"""The pages of cases: each reader sees what is hers, in a constant number of statements."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import entered, stays_awake, text_of
from weiguang.cases.actions import notes, team
from weiguang.cases.actions.team import Joining
from weiguang.cases.models import Case, CaseNote
from weiguang.cases.rules.transitions import Action
from weiguang.cases.tests.at_work import TEN, Home, assessed, holding, make_work, opened, taken
from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.kernel.models import Event
from weiguang.network.verbs import Verb
from weiguang.tasks.models import Task


@pytest.fixture
def home(db: None) -> Home:
    return make_work()


def browser(home: Home, name: str) -> Any:
    client = entered(home.accounts[name])
    client.get("/")
    stays_awake(client)
    return client


def page(home: Home, name: str, case: Case) -> str:
    return text_of(browser(home, name).get(reverse("case", args=[case.pk])))


def joined(home: Home, case: Case, name: str, *sections: str) -> None:
    who = Joining(holding(home, name), "other", sections)
    team.join(case=case, who=who, by=home.on("child_supervisor"))


def test_a_case_is_opened_from_the_childs_file(home: Home) -> None:
    client = browser(home, "child_supervisor")
    file = text_of(client.get(reverse("child", args=[home.child.pk])))
    address = reverse("case_new", args=[home.child.pk])
    assert address in file
    said = {"reason": "harm", "words": "说不敢回家", "near": "none",
            "who": str(holding(home, "social_worker").pk)}  # fmt: skip

    answer = client.post(address, said)

    case = Case.objects.get()
    assert answer["Location"] == reverse("case", args=[case.pk])
    assert "说不敢回家" in text_of(client.get(answer["Location"]))
    assert address not in text_of(client.get(reverse("child", args=[home.child.pk])))
    again = text_of(client.post(address, said))
    assert "已经有一个没有结的个案" in again
    assert "说不敢回家" in again


def test_a_section_is_read_by_who_was_named_for_it_and_by_nobody_else(home: Home) -> None:
    case = opened(home)
    joined(home, case, "department_liaison", "medical")
    joined(home, case, "child_director")
    written = {"general": "一般情况", "medical": "病情说明", "judicial": "司法内容"}
    for section, words in written.items():
        noted = notes.Noted(words, section)
        notes.note(case=case, noted=noted, by=home.on("social_worker"))

    seen = {
        name: {words for words in written.values() if words in page(home, name, case)}
        for name in ("social_worker", "child_supervisor", "department_liaison", "child_director")
    }  # fmt: skip

    assert seen == {
        "social_worker": {"一般情况", "病情说明", "司法内容"}, "child_supervisor": {"一般情况"},
        "department_liaison": {"病情说明"}, "child_director": set(),
    }  # fmt: skip
    assert "父母都不在家" in page(home, "child_supervisor", case)
    assert "父母都不在家" not in page(home, "child_director", case)
    with pytest.raises(NotFoundOrRefused):
        notes.note(case=case, noted=notes.Noted("x", "judicial"), by=home.on("department_liaison"))


def test_who_has_nothing_to_do_with_a_case_finds_what_does_not_exist(home: Home) -> None:
    case = opened(home)

    for name in ("colleague", "child_director", "neighbour", "city_approver", "town_leader"):
        answer = browser(home, name).get(reverse("case", args=[case.pk]))
        assert answer.status_code == 404


def test_opening_a_case_is_remembered_and_writes_no_words(home: Home) -> None:
    case = opened(home)
    page(home, "social_worker", case)

    event = Event.objects.filter(verb=Verb.CASE_READ).latest("pk")

    assert (event.about_id, event.person_id) == (home.child.pk, home.accounts["social_worker"].pk)
    assert event.detail == {"case": str(case.pk)}


def test_a_step_is_taken_on_its_page_and_what_was_written_stays_when_it_is_refused(
    home: Home,
) -> None:
    case, client = opened(home), browser(home, "social_worker")
    address = reverse("case_step", args=[case.pk, "assess"])
    assert address in page(home, "social_worker", case)
    assert "已经提交的评估" in text_of(client.get(address))
    assessed(home)
    assert "孩子最需要什么" in text_of(client.get(address))
    assert client.post(address, {"seen": 0, "words": "缺少照料"}).status_code == 302

    late = text_of(client.post(address, {"seen": 0, "words": "别的话"}))

    assert "刚刚有人动过" in late
    assert "别的话" in late
    assert "缺少照料" in page(home, "social_worker", case)


@pytest.mark.parametrize("action", ["close", "agree_plan", "follow", "nonsense"])
def test_what_nobody_does_by_hand_has_no_page(home: Home, action: str) -> None:
    case = opened(home)

    answer = browser(home, "social_worker").post(
        reverse("case_step", args=[case.pk, action]), {"seen": 0}
    )

    assert answer.status_code == 404


def test_a_supervisor_asks_for_a_revision_and_it_becomes_a_task(home: Home) -> None:
    case = opened(home)
    said = {"kind": "revise", "section": "general", "words": "请补上学校的情况"}

    browser(home, "child_supervisor").post(reverse("case_note", args=[case.pk]), said)

    assert CaseNote.objects.get().kind == "revise"
    task = Task.objects.get(kind="case.revise")
    inbox = text_of(browser(home, "social_worker").get(reverse("home")))
    assert "按督导意见修改" in inbox
    assert home.child.name in inbox
    assert task.post_id == case.lead_post_id
    refused = browser(home, "social_worker").post(reverse("case_note", args=[case.pk]), said)
    assert refused.status_code == 200
    assert CaseNote.objects.count() == 1


def test_a_member_is_taken_in_and_out_on_the_page(home: Home) -> None:
    case, client = opened(home), browser(home, "child_supervisor")
    said = {"who": str(holding(home, "colleague").pk), "role": "co_worker", "near": "none",
            "sections": ["general"]}  # fmt: skip
    client.post(reverse("case_join", args=[case.pk]), said)
    member = case.team.get(role="co_worker")
    assert home.accounts["colleague"].name in page(home, "child_supervisor", case)

    client.post(reverse("case_leave", args=[case.pk, member.pk]))

    assert browser(home, "colleague").get(reverse("case", args=[case.pk])).status_code == 404
    near = client.post(reverse("case_join", args=[case.pk]), said | {"near": "relative"})
    assert "请换一个人" in text_of(near)


def test_the_list_shows_ones_own_cases_and_names_nobody_else(home: Home) -> None:
    case = opened(home)
    taken(home, case, Action.RAISE_EMERGENCY, "孩子一个人在家")

    shown = text_of(browser(home, "social_worker").get(reverse("cases")))
    emergency = text_of(browser(home, "child_supervisor").get(reverse("cases") + "?emergency=on"))
    other = text_of(browser(home, "colleague").get(reverse("cases")))

    assert home.child.name in shown
    assert home.child.name in emergency
    assert home.child.name not in other
    closed = text_of(browser(home, "social_worker").get(reverse("cases") + "?state=archived"))
    assert home.child.name not in closed


def counted(client: Any, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        text_of(client.get(address))
    return len(queries)


def test_lists_and_pages_ask_the_same_number_of_statements_whatever_there_is(home: Home) -> None:
    case, client = opened(home), browser(home, "child_supervisor")
    addresses = [reverse("cases"), reverse("case", args=[case.pk]), reverse("home")]
    before = [counted(client, address) for address in addresses]

    for _ in range(3):
        other = home.another(TEN)
        home.child, kept = other, home.child
        opened(home)
        home.child = kept
    for words in ("一", "二", "三"):
        notes.note(case=case, noted=notes.Noted(words), by=home.on("social_worker"))
    joined(home, case, "colleague", "general")

    assert [counted(client, address) for address in addresses] == before
