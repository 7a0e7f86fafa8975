"""A village is split and put under another town; and the doors of every page fit a phone."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.city import DESKTOP, PHONE, ServedCity, assert_accessible, shoot
from tests.journeys.test_first_loop import read_in, town_and_village

pytestmark = pytest.mark.journey


def propose(page: Page, kind: str, place: str, **said: str) -> str:
    """As the system administrator does: fill in, check, send; the address of the change."""
    page.goto("/children/places/new/")
    page.get_by_label(kind, exact=True).check()
    page.get_by_label("哪个地方").fill(place)
    for name, text in said.items():
        page.locator(f"main input[name={name}]").fill(text)
    page.get_by_label("依据的文件").fill("某政发〔2026〕3号")
    page.get_by_role("button", name="下一步：核对").click()
    expect(page.get_by_text("孩子有多少名，由审批人核对。")).to_be_visible()
    page.get_by_role("button", name="没有错，提交审批").click()
    expect(page.get_by_text("已提出，等市里的审批人同意。")).to_be_visible()
    return page.url


def approve(city: ServedCity, browser: Browser, place: str, picture: str = "") -> None:
    with city.visit(browser, city.login_of("city_approver")) as page:
        page.goto("/tasks/approvals/")
        page.locator("tr", has_text=place).get_by_role("link", name="打开").click()
        expect(page.locator("dt", has_text="孩子").first).to_be_visible()
        if picture:
            shoot(page, picture)
            assert_accessible(page)
        page.get_by_role("button", name="同意", exact=True).click()
        expect(page.get_by_text("您的意见已记下。")).to_be_visible()


def wait_until_done(page: Page, address: str) -> None:
    """What the worker carries out after a signature comes within its next rounds."""
    for _ in range(20):
        page.goto(address)
        if page.locator("main .head", has_text="已生效").count():
            return
        page.wait_for_timeout(500)
    expect(page.locator("main .head")).to_contain_text("已生效")


def test_a_split_village_keeps_its_children_until_somebody_says_where_they_belong(
    city: ServedCity, browser: Browser
) -> None:
    town, code = town_and_village(city)
    network = city.made.network
    name = next(place.name for place in network.villages if place.code == code)
    away = next(place for place in network.places if place.level == "town" and place.code != town)
    with city.visit(browser, city.login_of("system_administrator")) as page:
        change = propose(page, "分出一个新的地方", name, name="新辟社区")
        shoot(page, "place-change-zh-1360")
        assert_accessible(page)
    approve(city, browser, name, "place-approval-zh-1360")
    with city.visit(browser, city.login_of("system_administrator")) as page:
        wait_until_done(page, change)

    for size, said in ((PHONE, "新辟社区"), (DESKTOP, name)):
        with city.visit(browser, city.login_of("child_supervisor", town), size=size) as page:
            page.goto(f"{change}allot/")
            group = page.get_by_role("radiogroup").first
            group.get_by_label(said, exact=True).check()
            shoot(page, f"place-allot-zh-{size[0]}")
            assert_accessible(page)
            page.get_by_role("button", name="保存").click()
            expect(page.get_by_text("已分配 1 名孩子。")).to_be_visible()
            while page.get_by_role("radiogroup").count() and size == DESKTOP:
                for each in page.get_by_role("radiogroup").all():
                    each.get_by_label(name, exact=True).check()
                page.get_by_role("button", name="保存").click()
    with city.visit(browser, city.login_of("system_administrator")) as page:
        moved = propose(page, "划归另一个区镇", name, to_place=away.name)
    approve(city, browser, name)
    with city.visit(browser, city.login_of("system_administrator")) as page:
        wait_until_done(page, moved)
        page.get_by_role("link", name="查看现在的辖区与岗位").click()
        expect(page.locator(".crumbs")).to_contain_text(away.name)
    with city.visit(browser, city.login_of("city_officer")) as page:
        page.goto("/children/past/")
        page.get_by_label("哪个地方").fill(next(p.name for p in network.places if p.code == town))
        page.get_by_label("哪一天").fill("2026-01-05")
        page.get_by_role("button", name="列出").click()
        expect(page.locator("tbody")).to_contain_text(name)
        expect(page.locator("tbody")).not_to_contain_text("新辟社区")
        shoot(page, "past-list-zh-1360")
        assert_accessible(page)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("role", ["child_director", "child_supervisor", "system_administrator"])
def test_every_door_is_reached_on_a_phone_and_nothing_scrolls_sideways(
    city: ServedCity, browser: Browser, role: str, language: str
) -> None:
    login = city.login_of(role)
    with city.visit(browser, login, size=PHONE, language=language) as page:
        if language == "en":
            read_in(page, "en")
        page.goto("/")
        near = page.locator(".rail a.door:visible")
        assert near.count() == 3
        addresses = [each.get_attribute("href") for each in near.all()]
        page.locator(".sheet summary").click()
        expect(page.locator(".sheet .doors")).to_be_visible()
        shoot(page, f"doors-{role}-{language}-360")
        assert_accessible(page)
        page.keyboard.press("Escape")
        expect(page.locator(".sheet .doors")).not_to_be_visible()
        addresses += [each.get_attribute("href") for each in page.locator(".sheet .doors a").all()]
        assert len(set(addresses)) == page.locator(".rail a.door").count()
        for address in addresses:
            page.goto(str(address))
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0], address
        expect(page.locator(".sheet summary")).to_have_class(re.compile("is-here"))
