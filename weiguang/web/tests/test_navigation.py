"""The doors of a page: on a phone what is used most stays in sight, the rest is one tap away."""

import re

import pytest

from tests.cast import Cast, make_cast, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def doors_of(shown: str) -> tuple[list[str], list[str]]:
    """What a phone shows in its bar, and what is in the sheet."""
    near = re.findall(r'<a class="door" [^>]*><span>([^<]+)</span>', shown)
    sheet = shown[shown.index('class="doors"') :] if 'class="doors"' in shown else ""
    return near, re.findall(r"<a [^>]*>([^<]+)</a>", sheet.partition("</div>")[0])


def test_a_phone_shows_three_doors_and_the_rest_in_a_sheet(cast: Cast) -> None:
    near, further = doors_of(text_of(cast.client("child_supervisor", cast.town).get("/")))

    assert near == ["待办", "儿童", "线索"]
    assert {"名单导入", "工作交接", "帮助"} <= set(further)
    assert not set(near) & set(further)


def test_four_doors_need_no_sheet(cast: Cast) -> None:
    near, further = doors_of(text_of(cast.client("finance_officer").get("/")))

    assert (near, further) == (["待办", "我的记录", "帮助"], [])


def test_the_button_of_the_sheet_says_that_one_is_behind_it(cast: Cast) -> None:
    client = cast.client("child_supervisor", cast.town)

    assert 'class="door is-here"' in text_of(client.get("/help/"))
    assert 'class="door is-here"' not in text_of(client.get("/"))
