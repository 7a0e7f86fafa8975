"""The pages of a child's views: recorded, read, answered, and never a word on the file itself."""

from typing import Any

import pytest
from django.urls import reverse

from tests.cast import entered, text_of
from weiguang.kernel import clock
from weiguang.register.tests.home import Home
from weiguang.voice.models import View
from weiguang.voice.tests.at_work import FOR_TEAM, KEPT, SENTENCES, heard, make_work, said

TODAY = clock.today().isoformat()


@pytest.fixture
def home(db: None) -> Home:
    return make_work()


def at(name: str, home: Home, view: View | None = None) -> str:
    return reverse(name, args=[home.child.pk, *([view.pk] if view else [])])


def sent(**more: Any) -> dict[str, Any]:
    return {"matter": "daily", "how": "said", "heard_on": TODAY, "words0": KEPT,
            "may_tell0": "nobody_else", "words1": FOR_TEAM, "may_tell1": "team"} | more  # fmt: skip


def test_a_director_records_what_a_girl_said_and_the_file_shows_no_word_of_it(home: Home) -> None:
    client = entered(home.accounts["child_director"])

    answer = client.post(at("voice_hear", home), sent(), follow=True)

    assert "待答复" in text_of(answer)
    file = text_of(client.get(at("child", home)))
    assert "孩子的意见" in file
    assert KEPT not in file + text_of(answer)
    assert FOR_TEAM not in file + text_of(answer)


def test_her_words_are_read_on_a_page_of_their_own(home: Home) -> None:
    view = heard(home, "child_director")
    own, other = (entered(home.accounts[role]) for role in ("child_director", "child_supervisor"))

    hers, theirs = (text_of(who.get(at("voice", home, view))) for who in (own, other))

    assert KEPT in hers
    assert FOR_TEAM in theirs
    assert KEPT not in theirs


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"words0": "", "words1": ""}, "请写孩子的话"),
        ({"how": "not_asked"}, "请选一个原因"),
        ({"may_tell0": "named"}, "请写孩子点名的人"),
        ({"heard_on": "2999-01-01"}, "日期不能晚于今天"),
        ({"how": ""}, "这个字段"),
    ],
)
def test_what_is_missing_is_told_and_what_was_typed_stays(
    home: Home, changed: dict[str, str], told: str
) -> None:
    client = entered(home.accounts["child_director"])

    page = text_of(client.post(at("voice_hear", home), sent(**changed)))

    assert told in page or (told == "这个字段" and "is-wrong" in page)
    assert not View.objects.exists()
    if "words1" not in changed:
        assert FOR_TEAM in page


def test_a_child_is_answered_from_the_inbox_and_the_inbox_is_empty(home: Home) -> None:
    view = heard(home, "child_director")
    client = entered(home.accounts["child_director"])
    assert at("voice_answer", home, view) in text_of(client.get(reverse("inbox")))

    page = client.get(at("voice_answer", home, view))
    assert KEPT not in text_of(page)
    answer = {"words": "老师同意了", "told_on": TODAY}
    done = text_of(client.post(at("voice_answer", home, view), answer, follow=True))

    assert "答复了孩子" in done
    assert at("voice_answer", home, view) not in text_of(client.get(reverse("inbox")))
    assert "老师同意了" in text_of(client.get(at("voice", home, view)))
    again = text_of(client.post(at("voice_answer", home, view), answer))
    assert "已经答复过孩子了" in again


def test_a_view_of_another_child_and_one_kept_whole_are_the_page_of_the_absent(
    home: Home,
) -> None:
    kept = heard(home, "duty_officer", said(*SENTENCES, is_sealed=True))
    client = entered(home.accounts["child_supervisor"])
    other = home.another(home.child.birth_date)

    absent = client.get(reverse("voice", args=[home.child.pk, other.pk]))
    hidden = client.get(at("voice", home, kept))
    elsewhere = client.get(reverse("voice", args=[other.pk, kept.pk]))

    assert [r.status_code for r in (absent, hidden, elsewhere)] == [404, 404, 404]
    assert "不在您的工作范围内" in hidden.content.decode()
    assert client.post(at("voice_answer", home, kept), {"words": "x"}).status_code == 404


def test_an_officer_of_the_city_says_first_why_she_opens_the_words(home: Home) -> None:
    view = heard(home)
    client = entered(home.accounts["duty_officer"])

    assert client.get(at("voice", home, view)).url == at("child", home)
