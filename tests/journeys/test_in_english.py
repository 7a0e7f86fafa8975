"""Whoever reads in English does so on every page that links lead to."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from seeds.leads import FIRST_HALF, SECOND_HALF
from seeds.load_desks import WORDS
from tests.journeys.city import ServedCity
from tests.journeys.messy import messy_workbook
from tests.journeys.test_first_loop import read_in, town_and_village
from weiguang.assessment.engine.shelf import shipped

pytestmark = pytest.mark.journey

CHINESE = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]")
# What the product says itself. Table cells and lists of facts hold names, places and documents.
SAID = "main :is(h2, h3, th, label, button, legend, .btn, .tag, .soft.small, .help, .empty), nav a"
SAID_IN = ("aria-label", "placeholder", "data-name")
OWN_NAMES = {"简体中文", "中文"}
# The columns page names each column as the list does.
OF_THE_LIST = [
    "花名册",
    "儿童基本信息",
    "监护人信息",
    "身份证号码",
    "联系电话",
    "序号",
    "村居",
    "姓名",
    "性别",
    "类别",
]


@pytest.mark.parametrize(
    "role",
    ["child_supervisor", "city_officer", "system_administrator", "security_administrator",
     "audit_administrator"],
)  # fmt: skip
def test_every_page_that_links_lead_to_is_in_english(
    city: ServedCity, browser: Browser, tmp_path: Path, role: str
) -> None:
    town, code = town_and_village(city)
    place = next(place for place in city.made.network.villages if place.code == code)
    names = _names(city)
    with city.visit(
        browser, city.login_of(role, town if role == "child_supervisor" else ""), language="en"
    ) as page:
        read_in(page, "en")
        names += _leads(page)
        if role == "child_supervisor":
            upload(page, messy_workbook(tmp_path / "disabled.xlsx", place))
        found = {
            kind: chinese
            for kind in walk(page)
            if (chinese := _chinese(page, names + OF_THE_LIST * kind.endswith("/columns/")))
        }
        if role == "child_supervisor":
            page.goto("/children/imports/")
            page.get_by_role("link", name="disabled.xlsx").first.click()
            page.get_by_role("button", name="Discard").click()
        read_in(page, "zh-hans")

    assert found == {}


def upload(page: Page, file: Path) -> None:
    """A list that waits, so that its pages are among those walked through."""
    page.goto("/children/imports/new/")
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="Upload and check").click()
    page.get_by_role("button", name="Discard").wait_for()


def walk(page: Page) -> Iterator[str]:
    """Each kind of page once, by following links from the home page."""
    waiting, seen = ["/"], set[str]()
    while waiting:
        address = waiting.pop(0)
        kind = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+", "*", address.split("?")[0])
        if kind in seen:
            continue
        seen.add(kind)
        page.goto(address)
        _state_a_purpose(page)
        yield kind
        links = page.locator("a[href^='/']").evaluate_all(
            "found => found.map(each => each.getAttribute('href').split('#')[0])"
        )
        waiting += links
    assert len(seen) > 5


def _state_a_purpose(page: Page) -> None:
    asked = page.locator("input[type=radio][name=purpose]")
    if asked.count():
        asked.first.check()
        page.locator("main form .btn.main").click()
        page.wait_for_load_state()


def _chinese(page: Page, names: list[str]) -> list[str]:
    said = page.locator(SAID).all_text_contents()
    for attribute in SAID_IN:
        said += page.locator(f"[{attribute}]").evaluate_all(
            f"found => found.map(each => each.getAttribute('{attribute}'))"
        )
    return [text for text in said if CHINESE.search(_without(text, names))]


def _without(text: str, names: list[str]) -> str:
    for name in names:
        text = text.replace(name, "")
    return text


def _leads(page: Page) -> list[str]:
    """The names of the children whom leads are about, for who may know any."""
    if page.locator("nav a[href='/children/leads/']").count() == 0:
        return []
    page.goto("/children/leads/?state=all")
    return page.locator("tbody td:first-child a").all_inner_texts()


def _names(city: ServedCity) -> list[str]:
    """What is called the same in every language, or was written by somebody; the longest first."""
    network = city.made.network
    names = OWN_NAMES | {FIRST_HALF, SECOND_HALF, *WORDS}
    names |= {place.name for place in network.places}
    names |= {worker.name for worker in network.workers}
    names |= {organisation.name for organisation in network.organisations}
    names |= {child.name for child in city.made.children()}
    sources = [each.source for each in shipped("demo")]
    names |= {document for each in sources for document in (each.document, each.number)} - {""}
    return sorted(names, key=len, reverse=True)
