"""The guides on the help pages: for every role, in its language, its own first, and only text."""

import re
from typing import Any

import pytest
from django.urls import reverse
from markupsafe import escape

from tests.cast import Cast, make_cast, text_of
from weiguang.network.roles import ROLES
from weiguang.office.rules import guides

pytestmark = pytest.mark.django_db

HELP = reverse("guides")


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def seated(cast: Cast, role: str, language: str) -> Any:
    client = cast.client(role, cast.village if role == "child_director" else cast.county)
    client.post(reverse("account_language"), {"language": language})
    return client


def page_of(name: str) -> str:
    return reverse("guide", kwargs={"name": name})


@pytest.mark.parametrize("role", sorted(ROLES))
@pytest.mark.parametrize(("language", "folder"), [("zh-hans", "zh"), ("en", "en")])
def test_every_role_reads_every_guide_in_its_language(
    cast: Cast, role: str, language: str, folder: str
) -> None:
    client = seated(cast, role, language)

    listed = text_of(client.get(HELP))
    for guide in guides.GUIDES:
        title = escape(guides.title_of(guide.name, folder))
        assert title in listed
        assert f"<h1>{title}</h1>" in text_of(client.get(page_of(guide.name)))


@pytest.mark.parametrize("role", sorted(ROLES))
def test_ones_own_guides_come_before_all_others(cast: Cast, role: str) -> None:
    listed = text_of(seated(cast, role, "zh-hans").get(HELP))
    own = {page_of(guide.name) for guide in guides.GUIDES if role in guide.roles}

    found = list(dict.fromkeys(re.findall(r'href="(/help/[^"]+/)"', listed)))

    assert len(found) == len(guides.GUIDES)
    assert set(found[: len(own)]) == own


def test_every_page_leads_to_help(cast: Cast) -> None:
    assert f'href="{HELP}"' in text_of(cast.client("finance_officer").get(reverse("home")))


def test_a_guide_leads_to_another_and_shows_no_picture_that_is_not_there(cast: Cast) -> None:
    shown = text_of(cast.client("city_officer").get(page_of("child-director")))

    assert f'href="{page_of("signing-in")}"' in shown
    assert "<strong>提出类别</strong>" in shown
    assert "<img" not in shown
    assert "<p></p>" not in shown


@pytest.mark.parametrize("name", ["nobody", "en", "zh"])
def test_there_is_no_other_page(cast: Cast, name: str) -> None:
    assert cast.client("city_officer").get(page_of(name)).status_code == 404


@pytest.mark.parametrize(
    ("text", "never"),
    [
        ("<script>alert(1)</script>", "<script"),
        ("1 <img src=x onerror=alert(1)>", "<img"),
        ("[a](javascript:alert(1))", "href="),
        ("[a](data:text/html,x)", "href="),
        ('![a" onload="x](../screens/a.png)', '" onload="'),
    ],
)
def test_no_html_of_a_guide_reaches_a_page(text: str, never: str) -> None:
    for with_pictures in (False, True):
        made = guides.rendered(text, address=str, with_pictures=with_pictures)
        assert never not in made
