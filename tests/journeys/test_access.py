"""Who needs another's child asks blindly; who cannot wait breaks the glass, and is reviewed."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import messy
from tests.journeys.city import DESKTOP, PHONE, ServedCity, assert_accessible, shoot
from tests.journeys.test_first_loop import town_and_village
from tests.journeys.test_second_loop import at_work, state_purpose

pytestmark = pytest.mark.journey
WORDS = "孩子的外婆住在我们村，托我问上学的事"
NOBODY = messy.number(770)


def elsewhere(city: ServedCity) -> tuple[str, str, str]:
    """A child of another town, with its number, and that town's code."""
    network = city.made.network
    own, _code = town_and_village(city)
    towns = {place.code: str(place.parent_code) for place in network.villages}
    held = {h.post_key for h in network.on_duty("child_supervisor", city.made.as_of)}
    managed = {post.place_code for post in network.posts_of("child_supervisor") if post.key in held}
    for child in city.made.children():
        living = [towns.get(span.place_code or "") for span in child.residence]
        registered = [towns.get(span.place_code or "") for span in child.hukou]
        town = living[-1]
        is_other = town in managed and own not in {*living, *registered}
        if child.id_number and town and is_other:
            return child.name, str(child.id_number), town
    raise AssertionError("the city has no child in another town")


def seen(page: Page, name: str, size: tuple[int, int]) -> None:
    shoot(page, f"{name}-zh-{size[0]}")
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def until(page: Page, is_there: Callable[[], bool]) -> None:
    """Load the page again until the worker has done its part."""
    for _ in range(20):
        page.reload()
        if is_there():
            return
        page.wait_for_timeout(500)
    raise AssertionError("the worker did not do its part")


def ask(page: Page, name: str, number: str) -> None:
    page.goto("/children/access/ask/")
    page.get_by_label("孩子的姓名").fill(name)
    page.get_by_role("textbox", name="身份证号码").fill(number)
    page.get_by_label("用途").select_option(label="走访探视")
    page.get_by_label("为什么需要看").fill(WORDS)
    page.get_by_label("需要看多久").select_option(label="3 天")


def open_in_inbox(page: Page, title: str, who: str) -> None:
    page.goto("/")
    row = page.locator(".tasks tr", has_text=title).filter(has_text=who)
    until(page, lambda: row.count() > 0)
    row.first.get_by_role("link").last.click()
    if page.locator("tr.opened").count():
        page.goto("/tasks/approvals/")
        page.locator("tr", has_text=who).get_by_role("link").last.click()


def test_a_blind_request_tells_nothing_and_is_answered_by_who_keeps_the_child(
    city: ServedCity, browser: Browser
) -> None:
    _town, code = town_and_village(city)
    name, number, far = elsewhere(city)
    said = []
    with at_work(city, browser, "child_director", code, PHONE) as page:
        page.goto("/children/")
        page.get_by_role("link", name="我的申请").click()
        page.get_by_role("link", name="申请查阅").click()
        seen(page, "access-ask", PHONE)
        for each in (number, NOBODY):
            ask(page, name, each)
            page.get_by_label("没有", exact=True).check()
            page.get_by_role("button", name="提交申请").click()
            page.wait_for_url("**/children/access/")
            said.append(page.locator("main .told").first.inner_text())
        assert said[0] == said[1]
        expect(page.locator("tbody tr")).to_have_count(2)
        assert len(set(page.locator("tbody td[data-name='答复']").all_inner_texts())) == 1
        seen(page, "access-waiting", PHONE)

    with at_work(city, browser, "child_supervisor", far) as page:
        open_in_inbox(page, "审批", name)
        expect(page.get_by_text(WORDS)).to_be_visible()
        seen(page, "access-answer", DESKTOP)
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        seen(page, "access-answer", PHONE)
        page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
        page.get_by_role("button", name="同意", exact=True).click()
        expect(page.get_by_text("您的意见已记下。")).to_be_visible()
        page.goto("/children/access/given/")
        given = page.locator("tr", has_text=name).filter(has_text="经批准查阅")
        until(page, lambda: given.count() > 0)
        seen(page, "access-given", DESKTOP)

    with at_work(city, browser, "child_director", code, PHONE) as page:
        page.goto("/children/access/")
        expect(page.get_by_text("可以查阅")).to_be_visible()
        page.get_by_role("link", name="打开档案").click()
        expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
        expect(page.get_by_text(re.compile("经批准查阅.*这份档案对您开到"))).to_be_visible()
        seen(page, "access-file", PHONE)
        granted = page.url

    with at_work(city, browser, "child_supervisor", far) as page:
        page.goto("/children/access/given/")
        row = page.locator("tr", has_text=name).filter(has_text="经批准查阅")
        row.get_by_role("button", name="收回").click()
        expect(page.get_by_text("已收回，对方马上看不到了。")).to_be_visible()
    with at_work(city, browser, "child_director", code, PHONE) as page:
        page.goto(granted)
        expect(page.get_by_role("heading", name="没有找到。")).to_be_visible()


def test_a_file_is_broken_open_and_closed_again_by_its_review(
    city: ServedCity, browser: Browser
) -> None:
    town, _code = town_and_village(city)
    name, number, far = elsewhere(city)
    with at_work(city, browser, "child_supervisor", town) as page:
        page.goto("/children/access/")
        page.get_by_role("link", name="紧急查阅").click()
        page.get_by_label("孩子的姓名").fill(name)
        page.get_by_role("textbox", name="身份证号码").fill(number)
        page.get_by_label("什么紧急情况").select_option(label="孩子走失或失去联系")
        page.get_by_label("写一句经过").fill("派出所来电，孩子在车站")
        seen(page, "break-glass", DESKTOP)
        page.get_by_label("没有", exact=True).check()
        page.get_by_role("button", name="马上打开").click()
        expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
        expect(page.get_by_text(re.compile("紧急查阅.*这份档案对您开到"))).to_be_visible()
        seen(page, "break-glass-file", DESKTOP)
        broken = page.url

    with at_work(city, browser, "child_supervisor", far) as page:
        open_in_inbox(page, "审批", name)
        expect(page.get_by_text("派出所来电，孩子在车站")).to_be_visible()
        seen(page, "break-glass-review", DESKTOP)
        page.get_by_label("意见").fill("没有联系过派出所")
        page.get_by_role("button", name="不同意").click()
        expect(page.get_by_text("您的意见已记下。")).to_be_visible()

    with at_work(city, browser, "child_supervisor", town) as page:
        page.goto(broken)
        until(page, lambda: page.get_by_role("heading", name="没有找到。").count() > 0)
        page.goto("/children/access/")
        expect(page.get_by_text("复核认为没有正当理由")).to_be_visible()
        seen(page, "access-own", DESKTOP)
    with at_work(city, browser, "child_supervisor", far) as page:
        page.goto(broken)
        state_purpose(page)
        page.get_by_role("link", name="看全部查阅记录").click()
        expect(page.locator("tr", has_text="紧急打开档案")).to_be_visible()
        seen(page, "access-readers", DESKTOP)


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_who_is_near_steps_back_and_keeps_her_own_record(
    city: ServedCity, browser: Browser, size: tuple[int, int]
) -> None:
    town, code = town_and_village(city)
    with at_work(city, browser, "child_director", code, size) as page:
        page.goto("/children/")
        page.locator("td a").first.click()
        name = page.locator(".who h1").inner_text()
        page.get_by_role("link", name="我有利害关系，请换人").click()
        page.get_by_text("邻居", exact=True).click()
        seen(page, "conflict", size)
        page.get_by_role("button", name="提交").click()
        expect(page.get_by_text("档案对您已经关上")).to_be_visible()
        page.goto("/children/")
        assert page.get_by_role("link", name=name, exact=True).count() == 0

        page.goto("/children/record/")
        expect(page.get_by_role("cell", name=re.compile("说明利害关系")).first).to_be_visible()
        seen(page, "record", size)
        page.get_by_role("link", name="年度工作记录").first.click()
        expect(page.get_by_text("本人签名")).to_be_visible()
        seen(page, "record-year", size)
    with at_work(city, browser, "child_supervisor", town, size) as page:
        page.goto("/children/access/given/")
        page.locator("tr", has_text=name).filter(has_text="邻居").get_by_role("link").click()
        seen(page, "conflict-decide", size)
        page.get_by_role("button", name="可以继续办理").click()
        expect(page.get_by_text("已定：可以继续办理。")).to_be_visible()
    with at_work(city, browser, "child_director", code, size) as page:
        page.goto("/children/")
        expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()
