"""The pages: filled in without a script, kept whatever happens, shown as one may see it."""

import html
import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import entered, text_of
from weiguang.assessment.actions.levels import Decided, set_level
from weiguang.assessment.models import Assessment, LevelDecision
from weiguang.assessment.tests.at_work import assessed, make_work, needs, sample
from weiguang.kernel import clock, worker
from weiguang.kernel.history import amend
from weiguang.kernel.models import Event
from weiguang.network.acts import act
from weiguang.network.verbs import Verb
from weiguang.register.tests.home import Home


@pytest.fixture
def home(db: None) -> Home:
    return make_work()


def browser(home: Home, role: str = "social_worker") -> Client:
    return entered(home.accounts[role])


def sent(texts: dict[str, list[str]], **more: Any) -> dict[str, Any]:
    """A form as a browser sends it."""
    around = {
        "assessed_on": clock.today().isoformat(), "setting": "home", "child_view": "said",
        "child_words": "想和妈妈住", "seen": "0",
    }  # fmt: skip
    return {f"a-{name}": said for name, said in texts.items()} | around | more


def begun(home: Home, client: Client, code: str = "sample19") -> Assessment:
    page = reverse("assessment_new", kwargs={"child_id": home.child.pk})
    assert client.post(page, {"instrument": code}).status_code == 302
    return Assessment.objects.get(state="draft", instrument=code)


def at(name: str, assessment: Assessment) -> str:
    return reverse(name, kwargs={"assessment_id": assessment.pk})


def test_from_the_file_to_a_level_without_a_script(home: Home) -> None:
    client = browser(home)
    assert "做评估" in text_of(client.get(reverse("child", kwargs={"child_id": home.child.pk})))
    draft = begun(home, client)

    done = client.post(at("assessment_fill", draft), sent(sample(overnight="yes")), follow=True)

    shown = text_of(done)
    assert "四级：轻度" in shown
    assert "2 分" in shown
    assert "样例" in shown
    set_it = client.post(at("assessment_level", draft), {"level": "low", "watch": "晚上在不在家"})
    assert set_it.status_code == 302
    worker.run_once()
    director = text_of(
        browser(home, "child_director").get(reverse("child", kwargs={"child_id": home.child.pk}))
    )
    assert "晚上在不在家" in director
    assert "四级：轻度" not in director
    assert reverse("assessment_new", kwargs={"child_id": home.child.pk}) not in director


def test_the_form_carries_what_the_browsers_engine_needs(home: Home) -> None:
    client = browser(home)
    shown = text_of(client.get(at("assessment_fill", begun(home, client, "needs"))))

    found = re.search(r'data-instrument="([^"]+)"', shown)
    assert found is not None
    engine = json.loads(html.unescape(found.group(1)))
    assert {each["name"] for each in engine["items"]} == set(
        re.findall(r'data-item="([a-z_0-9]+)"', shown)
    )
    assert 'data-age="10"' in shown


def test_what_cannot_be_submitted_stays_on_the_page_and_in_the_draft(home: Home) -> None:
    client = browser(home)
    draft = begun(home, client)
    texts = {name: said for name, said in sample(guardianship="11").items() if name != "health"}

    shown = text_of(client.post(at("assessment_fill", draft), sent(texts)))

    assert "这一项要填" in shown
    assert "请填0–10之间的数" in shown
    assert "想和妈妈住" in shown
    assert Assessment.objects.get(pk=draft.pk).answers["guardianship"] == ["11"]
    # What is sent next goes on from what was kept just now.
    assert 'name="seen" value="1"' in shown


def test_a_draft_is_kept_while_it_is_filled_in(home: Home) -> None:
    client = browser(home)
    draft = begun(home, client)

    first = client.post(at("assessment_save", draft), sent({"health": ["healthy"]})).json()
    again = client.post(at("assessment_save", draft), sent({"health": ["not_healthy"]}))

    assert first["seen"] == 1
    assert again.status_code == 409
    assert "别的窗口" in again.json()["told"]
    assert Assessment.objects.get(pk=draft.pk).answers == {"health": ["healthy"]}


def test_what_another_window_overtook_is_still_on_the_page(home: Home) -> None:
    client = browser(home)
    draft = begun(home, client)
    client.post(at("assessment_save", draft), sent({"health": ["healthy"]}))

    shown = text_of(
        client.post(at("assessment_fill", draft), sent({"health": ["not_healthy"]}, save="1"))
    )

    assert "别的窗口" in shown
    assert re.search(r'value="not_healthy" checked', shown)
    assert Assessment.objects.get(pk=draft.pk).answers == {"health": ["healthy"]}


def test_an_emergency_says_what_to_do_first(home: Home) -> None:
    client = browser(home)
    draft = begun(home, client, "needs")
    texts = needs(report_signs=["injuries"], emergency_reason=["身上有伤"])

    shown = text_of(client.post(at("assessment_fill", draft), sent(texts), follow=True))

    assert shown.index("先打110") < shown.index("填写的内容")
    assert 'href="tel:110"' in shown
    level = text_of(client.get(at("assessment_level", draft)))
    assert re.search(r'value="emergency"[^>]* checked', level)


def test_a_sealed_answer_is_on_no_page_of_who_may_not_see_it(home: Home) -> None:
    done = assessed(home, needs(report_private=["over_14"], own_words=["封存的原话"]), "needs")
    pages = (
        at("assessment", done), reverse("assessments", kwargs={"child_id": home.child.pk}),
        reverse("child", kwargs={"child_id": home.child.pk}),
    )  # fmt: skip

    own = [text_of(browser(home).get(page)) for page in pages]
    others = [text_of(browser(home, "child_supervisor").get(page)) for page in pages]

    assert "封存的原话" in own[0]
    assert "110" in own[0]
    for shown in others:
        assert "封存的原话" not in shown
        assert "封存情形" not in shown
        assert "先打110" not in shown
        assert 'class="level emergency"' not in shown


def test_reading_an_assessment_is_remembered(home: Home) -> None:
    done = assessed(home, sample())

    browser(home, "child_supervisor").get(at("assessment", done))

    event = Event.objects.filter(verb=Verb.ASSESSMENT_READ).latest("id")
    assert event.detail["assessment"] == str(done.pk)


def test_who_has_no_standing_purpose_names_one_first(home: Home) -> None:
    done = assessed(home, sample())
    client = browser(home, "duty_officer")

    answer = client.get(at("assessment", done))

    assert answer.status_code in (302, 403)
    assert not Event.objects.filter(verb=Verb.ASSESSMENT_READ).exists()


def test_the_history_draws_and_tells_how_the_total_changed(home: Home) -> None:
    assessed(home, sample(overnight="yes"))
    assessed(home, sample(guardianship="4", overnight="yes"))

    shown = text_of(browser(home).get(reverse("assessments", kwargs={"child_id": home.child.pk})))

    assert re.search(r'<svg class="trend"[^>]*role="img" aria-label="[^"]*2 · [^"]*6"', shown)
    assert "三级：较重" in shown


def test_an_old_version_is_shown_as_it_was_answered(home: Home) -> None:
    done = assessed(home, sample(overnight="yes"))
    with act(Verb.ASSESSMENT_RECORD, by=home.on("social_worker"), about=home.child.subject):
        amend(Assessment.objects.get(pk=done.pk), version="0")

    shown = text_of(browser(home).get(at("assessment", done)))

    assert "版本已经停用" in shown
    assert "overnight" in shown


def test_a_level_that_waits_is_told_and_can_be_taken_back(home: Home) -> None:
    client, done = browser(home), assessed(home, sample())

    shown = text_of(
        client.post(
            at("assessment_level", done), {"level": "high", "reason": "走访所见"}, follow=True
        )
    )

    assert "等第二人同意" in shown
    waiting = LevelDecision.objects.get()
    page = reverse("level_withdraw", kwargs={"decision_id": waiting.pk})
    assert browser(home, "child_supervisor").post(page).status_code == 404
    assert "已撤回" in text_of(client.post(page, follow=True))


def test_the_second_person_reads_what_is_asked_and_signs(home: Home) -> None:
    done = assessed(home, sample())
    set_level(
        child=home.child, decided=Decided("high", "父亲酗酒"), by=home.on("social_worker"),
        assessment=done,
    )  # fmt: skip
    client = browser(home, "town_leader")

    shown = text_of(client.get(reverse("approvals")))

    assert "建议平稳，改定为高" in shown


def test_instruments_are_previewed_and_compared(home: Home) -> None:
    client = browser(home)

    listed = text_of(client.get(reverse("instruments")))
    preview = text_of(client.get(reverse("instrument", args=["needs", "1"])))
    same = text_of(client.get(reverse("instrument_changes", args=["needs", "1", "1"])))

    assert "需求与风险专业判断" in listed
    assert "DB32" not in listed
    assert "left_alone == &#39;yes&#39; &amp;&amp; age &lt; 8" in preview
    assert "内容一样" in same
    assert client.get(reverse("instrument", args=["needs", "9"])).status_code == 404
    director = browser(home, "child_director")
    assert director.get(reverse("instruments")).status_code == 404


@pytest.mark.parametrize("role", ["child_director", "neighbour", "town_leader"])
def test_the_pages_are_absent_for_who_may_not(role: str, home: Home) -> None:
    done = assessed(home, sample())
    client = browser(home, role)

    for page in (
        at("assessment", done), at("assessment_fill", done), at("assessment_level", done),
        reverse("assessments", kwargs={"child_id": home.child.pk}),
        reverse("assessment_new", kwargs={"child_id": home.child.pk}),
    ):  # fmt: skip
        assert client.get(page).status_code == 404
