"""The pictures of the guides: each step that a guide describes, really done, in both languages.

A guide names its pictures `guide-NAME-LANGUAGE-WIDTH.png`; NAME is what `picture` is called with.
"""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.city import PHONE, SCREENS, ServedCity
from tests.journeys.messy import messy_workbook, number
from tests.journeys.test_access import open_in_inbox
from tests.journeys.test_first_loop import initials, lively_town, search, town_and_village

pytestmark = pytest.mark.journey

LANGUAGES = {"en": "en", "zh": "zh-hans"}  # Chinese last: the city's people read it


def picture(page: Page, name: str, *, at: str = "", do: Callable[[], None] | None = None) -> None:
    """Keep what fits the screen, in both languages; `do` is done again before each."""
    for language, code in LANGUAGES.items():
        read_in(page, code)
        page.reload()
        if do:
            do()
        take(page, name, language, at=at)


def take(page: Page, name: str, language: str, *, at: str = "") -> None:
    """Keep one picture; a page that tells an error is none."""
    expect(page.locator("[data-error]")).to_have_count(0)
    if at:
        page.locator(at).first.evaluate("part => part.scrollIntoView({block: 'start'})")
    assert page.viewport_size
    SCREENS.mkdir(exist_ok=True)
    width = page.viewport_size["width"]
    page.screenshot(path=SCREENS / f"guide-{name}-{language}-{width}.png")


def open_row(page: Page, name: str) -> None:
    page.locator("tr", has_text=name).first.locator("a.btn").click()
    expect(page.locator("tr.opened")).to_be_visible()


def read_in(page: Page, code: str) -> None:
    """Choose the account's language as the account page does, without leaving the page."""
    token = json.loads(page.locator("body").get_attribute("hx-headers") or "{}")["X-CSRFToken"]
    answer = page.request.post(
        "/account/language/",
        form={"csrfmiddlewaretoken": token, "language": code, "next": "/account/"},
        headers={"Referer": page.url},
    )
    assert answer.ok


def test_pictures_of_signing_in(city: ServedCity, browser: Browser) -> None:
    for language, accepted in (("zh", "zh-CN"), ("en", "en-GB")):
        context = browser.new_context(
            viewport={"width": PHONE[0], "height": PHONE[1]}, locale=accepted,
            base_url=city.address,
        )  # fmt: skip
        page = context.new_page()
        page.goto("/account/login/")
        take(page, "sign-in", language)
        page.goto("/account/forgotten/")
        take(page, "forgotten", language)
        context.close()
    with city.visit(browser, city.login_of("duty_officer")) as page:
        page.goto("/account/")
        picture(page, "account")
        page.goto("/account/factor/set/")
        picture(page, "factor")


def test_pictures_of_a_director(city: ServedCity, browser: Browser) -> None:
    _town, code = lively_town(city)
    with city.visit(browser, city.login_of("child_director", code), size=PHONE) as page:
        picture(page, "director-home")
        page.goto("/children/")
        picture(page, "director-children", at="table")
        page.locator("td a").first.click()
        picture(page, "director-file")
        picture(page, "director-places", at="#places")
        page.get_by_role("link", name="提出类别").click()
        picture(page, "director-propose")


def test_pictures_of_a_supervisor(city: ServedCity, browser: Browser, tmp_path: Path) -> None:
    town, code = town_and_village(city)
    village = next(place for place in city.made.network.villages if place.code == code)
    file = messy_workbook(tmp_path / "残联名单.xlsx", village)
    with city.visit(browser, city.login_of("child_supervisor", town)) as page:
        picture(page, "supervisor-home")
        page.goto("/children/new/")
        picture(page, "new-child")
        page.goto("/children/imports/new/")
        picture(page, "import-upload")
        page.set_input_files("input[type=file]", file)
        page.get_by_role("button", name="上传并检查").click()
        picture(page, "import-report")
        report = page.url
        page.get_by_role("link", name="核对列").click()
        picture(page, "import-columns")
        page.goto(report)
        picture(page, "import-row", at="tr:has(+ tr.opened)", do=lambda: open_row(page, "周知夏"))
        page.get_by_label("身份证号码").first.fill(number(808))
        page.get_by_role("button", name="保存并重新检查").click()
        page.goto(report)
        page.get_by_role("button", name="确认导入").click()
        picture(page, "import-done")
        search(page, "lwq")
        page.get_by_role("link", name="林晚晴").click()
        picture(page, "supervisor-file")
        picture(page, "readers", at="#readers")
    # What the supervisor imported is only proposed; somebody else of the town decides it.
    with city.visit(browser, city.login_of("town_civil_affairs", town)) as page:
        page.goto("/children/proposals/")
        expect(page.locator("tr", has_text="林晚晴")).to_be_visible()
        picture(page, "proposals")


def test_pictures_of_leads_and_surveys(city: ServedCity, browser: Browser) -> None:
    town, code = lively_town(city)
    with city.visit(browser, city.login_of("child_director", code), size=PHONE) as page:
        page.goto("/children/leads/new/")
        picture(page, "lead-new", at="form.narrow")
        page.goto("/children/leads/?state=assigned")
        page.locator("td a").first.click()
        picture(page, "lead-verify", at="#next")
        page.goto("/")
        page.locator(".tasks tr", has_text="签署摸排表").get_by_role("link").last.click()
        picture(page, "sheet", at="#sign")
    with city.visit(browser, city.login_of("child_supervisor", town)) as page:
        page.goto("/children/leads/?state=verified")
        page.locator("td a").first.click()
        picture(page, "lead-decide")
        page.goto("/children/leads/surveys/")
        page.locator("td a").first.click()
        picture(page, "survey")


def test_pictures_of_access(city: ServedCity, browser: Browser) -> None:
    town, code = lively_town(city)
    with city.visit(browser, city.login_of("child_director", code), size=PHONE) as page:
        page.goto("/children/access/ask/")
        picture(page, "access-ask", at="main h1")
    with city.visit(browser, city.login_of("child_supervisor", town)) as page:
        page.goto("/children/access/break/")
        picture(page, "break-glass")
        open_in_inbox(page, "审批", "")
        picture(page, "access-answer")


def test_pictures_of_papers_going_out(city: ServedCity, browser: Browser) -> None:
    town, _code = lively_town(city)
    with city.visit(browser, city.login_of("child_supervisor", town)) as page:
        page.goto("/children/")
        page.get_by_role("link", name="导出", exact=True).click()
        picture(page, "export-new")
        page.goto("/children/")
        page.locator("td a").first.click()
        page.get_by_role("link", name="打印档案").click()
        picture(page, "export-print")
        page.goto("/children/exports/")
        page.locator("tr", has_text="完整号码").get_by_role("link", name="打开").first.click()
        asked = page.url
    with city.visit(browser, city.login_of("town_leader", town)) as page:
        page.goto("/tasks/approvals/")
        page.locator("tr", has_text="导出完整号码").get_by_role("link").last.click()
        picture(page, "export-approve")
        page.get_by_role("button", name="同意", exact=True).click()
    with city.visit(browser, city.login_of("child_supervisor", town)) as page:
        page.goto(asked)
        expect(page.get_by_role("button", name="显示密码")).to_be_visible(timeout=60_000)
        picture(page, "export-locked")


def test_pictures_of_an_officer(city: ServedCity, browser: Browser) -> None:
    child = next(child for child in city.made.children() if child.id_number)
    with city.visit(browser, city.login_of("city_officer")) as page:
        search(page, initials(child.name))
        picture(page, "officer-search")
        page.get_by_role("link", name=child.name, exact=True).first.click()
        expect(page.get_by_role("heading", name="为什么要看这份档案")).to_be_visible()
        picture(page, "officer-purpose")
        page.get_by_text("保障审核").click()
        page.get_by_role("button", name="打开档案").click()
        expect(page.get_by_role("heading", name=child.name)).to_be_visible()

        def show_number() -> None:
            page.locator("#identity button").click()
            expect(page.locator("#identity")).to_contain_text(str(child.id_number))

        picture(page, "officer-file", do=show_number)


def test_pictures_of_the_administrators(city: ServedCity, browser: Browser) -> None:
    town, _code = town_and_village(city)
    name = next(t.name for t in city.made.network.places if t.code == town)
    with city.visit(browser, city.login_of("system_administrator")) as page:
        page.goto("/office/people/")
        picture(page, "people")
        page.locator("td a").first.click()
        picture(page, "person")
        page.goto("/office/people/new/")
        picture(page, "new-person")
        page.goto("/office/operations/")
        picture(page, "operations")
    with city.visit(browser, city.login_of("security_administrator")) as page:
        page.goto("/office/places/")
        page.locator("main input[name=text]").fill(name)
        page.get_by_role("button", name="查找").click()
        page.get_by_role("link", name=name, exact=True).click()
        picture(page, "place")
        page.get_by_role("link", name="安排人员").first.click()
        picture(page, "fill")
        page.goto("/office/audit/matrix/")
        picture(page, "matrix")
    with city.visit(browser, city.login_of("audit_administrator")) as page:
        page.goto("/office/audit/")
        picture(page, "events")
        page.goto("/office/audit/chain/")
        page.get_by_role("button", name="验证").click()
        picture(page, "chain")
