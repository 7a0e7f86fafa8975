"""A year with the files: a morning, a hand-over, a merge and its undo, a child in safety."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.city import DESKTOP, PHONE, ServedCity, assert_accessible, shoot
from tests.journeys.taken import downloaded, lines_of
from tests.journeys.test_first_loop import search, town_and_village

pytestmark = pytest.mark.journey


@contextmanager
def at_work(
    city: ServedCity, browser: Browser, role: str, place: str = "", size: tuple[int, int] = DESKTOP
) -> Iterator[Page]:
    with city.visit(browser, city.login_of(role, place), size=size) as page:
        yield page


def name_of(city: ServedCity, role: str, place: str = "") -> str:
    login = city.login_of(role, place)
    return next(worker.name for worker in city.made.network.workers if worker.login == login)


def state_purpose(page: Page) -> None:
    """Who has no standing purpose says why, before the file opens."""
    if page.locator("input[type=radio][name=purpose]").count():
        page.locator("input[type=radio][name=purpose]").first.check()
        page.get_by_role("button", name="打开档案").click()


def enter(page: Page, name: str, village: str) -> None:
    page.goto("/children/new/")
    page.locator("input[name=name]").fill(name)
    page.locator("[name=no_id_reason]").select_option("not_given")
    page.locator("[name=sex]").select_option("female")
    page.locator("input[name=birth_date]").fill("2016-02-29")
    page.locator("input[name=hukou]").fill(village)
    page.locator("main form .btn.main").click()
    expect(page.get_by_text("已登记。")).to_be_visible()


def open_file(page: Page, name: str) -> None:
    search(page, name)
    page.get_by_role("link", name=name, exact=True).first.click()
    state_purpose(page)
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()


def export_of(page: Page, text: str) -> str:
    """Let the list of who is found go out with its numbers masked; where its result waits."""
    if text:
        search(page, text)
    else:
        page.goto("/children/")
    page.get_by_role("link", name="导出", exact=True).click()
    page.locator("main form label", has_text="督导检查").click()
    page.get_by_role("button", name="导出", exact=True).click()
    expect(page.get_by_text("已经做好，可以下载。")).to_be_visible()
    return page.url


def village_name(city: ServedCity, code: str) -> str:
    return next(place.name for place in city.made.network.villages if place.code == code)


def test_a_supervisors_morning_from_a_full_inbox_to_an_empty_one(
    city: ServedCity, browser: Browser
) -> None:
    town, code = town_and_village(city)
    with at_work(city, browser, "child_supervisor", town) as page:
        for words in ("核对三个孩子的居住地", "请参加周五上午的培训"):
            page.goto("/tasks/new/")
            page.get_by_label("要办的事").fill(words)
            page.get_by_label("谁来办").select_option(
                label=f"儿童督导员 · {name_of(city, 'child_supervisor', town)}"
            )
            page.get_by_role("button", name="交办").click()
        page.goto("/")
        expect(page.locator(".tasks")).to_contain_text("核对三个孩子的居住地")
        shoot(page, "inbox-supervisor-zh-1360")
        assert_accessible(page)

        # One is a director's to do: ticked and handed over, with its clock.
        page.get_by_role("link", name="下级待办与转交").click()
        page.locator("tr", has_text="核对三个孩子的居住地").locator("input[type=checkbox]").check()
        to = f"儿童主任 · {name_of(city, 'child_director', code)}"
        page.get_by_label("转给").select_option(label=to)
        shoot(page, "hand-over-tasks-zh-1360")
        page.get_by_role("button", name="转交勾选的").click()
        expect(page.get_by_text("已转交 1 项。")).to_be_visible()

        # The others are done where they stand.
        page.goto("/")
        while page.locator(".tasks").get_by_role("button", name="办结").count():
            page.locator(".tasks").get_by_role("button", name="办结").first.click()
            expect(page.get_by_text("已办结。")).to_be_visible()
        left = page.locator(".tasks tbody tr:not(.group)")
        for _ in range(left.count()):
            page.locator(".tasks a.btn").first.click()
            if page.locator("tr.opened").count():
                page.locator("tr.opened").get_by_role("button", name="办结").click()
            page.goto("/")
        expect(page.get_by_text("没有到期的事")).to_be_visible()
        shoot(page, "inbox-empty-zh-1360")
    with at_work(city, browser, "child_director", code, PHONE) as page:
        expect(page.locator(".tasks")).to_contain_text("核对三个孩子的居住地")
        shoot(page, "inbox-director-zh-360")
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


def test_a_leaving_director_hands_over_and_three_people_sign(
    city: ServedCity, browser: Browser
) -> None:
    town, code = town_and_village(city)
    director = name_of(city, "child_director", code)
    with at_work(city, browser, "child_supervisor", town) as page:
        page.get_by_role("link", name="工作交接").click()
        page.get_by_role("link", name="开始一次交接").click()
        page.get_by_label("谁交出").select_option(
            label=f"{village_name(city, code)} · 儿童主任 · {director}"
        )
        supervisor = name_of(city, "child_supervisor", town)
        taker = page.get_by_label("谁接手").locator("option", has_text=supervisor).first
        page.get_by_label("谁接手").select_option(value=taker.get_attribute("value") or "")
        page.get_by_role("button", name="列出清单").click()
        expect(page.get_by_role("heading", name="交接清单")).to_be_visible()
        address = page.url
        assert_accessible(page)
    with at_work(city, browser, "child_director", code, PHONE) as page:
        page.goto(address)
        page.locator("input.wide").first.fill("每周五下午在奶奶家")
        page.get_by_role("button", name="保存说明").click()
        shoot(page, "handover-director-zh-360")
        assert_accessible(page)
        page.get_by_role("button", name="我已交清，签字").click()
        expect(page.get_by_text("已签字。")).to_be_visible()
    with at_work(city, browser, "child_supervisor", town) as page:
        expect(page.locator(".tasks")).to_contain_text("工作交接签字")
        page.goto(address)
        page.get_by_label("都没有").check()
        page.get_by_role("button", name="我已接清，签字").click()
        expect(page.get_by_text("已签字。")).to_be_visible()
    with at_work(city, browser, "town_leader", town) as page:
        page.goto(address)
        page.get_by_role("button", name="我来见证，签字").click()
        expect(page.get_by_text("已交接。")).to_be_visible()
        expect(page.get_by_text("每周五下午在奶奶家")).to_be_visible()
        shoot(page, "handover-signed-zh-1360")
        assert_accessible(page)


def test_two_files_are_merged_and_taken_apart_again(city: ServedCity, browser: Browser) -> None:
    town, code = town_and_village(city)
    village = village_name(city, code)
    with at_work(city, browser, "child_supervisor", town) as page:
        enter(page, "苏暮雨", village)
        enter(page, "苏慕雨", village)
        open_file(page, "苏暮雨")
        page.get_by_text("更新档案").click()
        page.get_by_role("link", name="合并重复的档案").click()
        page.get_by_role("link", name=re.compile("苏慕雨")).click()
        both_sizes(page, "merge-compare-zh")
        page.get_by_label("姓名", exact=True).check()
        page.get_by_label("为什么").fill("同一个孩子登记了两次")
        page.get_by_role("button", name="提请合并").click()
        expect(page.get_by_text("已提出，等另一个人核定。")).to_be_visible()
        merge = page.url
    sign(city, browser, town, "两份档案可能是同一个孩子", "merge-sign-zh-1360")
    with at_work(city, browser, "child_supervisor", town) as page:
        wait_for(page, merge, "已合并")
        expect(page.locator("main")).to_contain_text("姓名以并入的那份为准。")
        both_sizes(page, "merge-done-zh")
        # The chosen name is the file's now, and the other its former one; one file is left.
        search(page, "苏慕雨")
        expect(page.get_by_role("link", name="苏慕雨", exact=True)).to_have_count(1)
        search(page, "苏暮雨")
        expect(page.get_by_role("link", name="苏暮雨", exact=True)).to_have_count(0)
        page.goto(merge)
        page.get_by_label("为什么").fill("原来是两个孩子")
        page.get_by_role("button", name="提请拆回").click()
    sign(city, browser, town, "合并有误，提请拆回", "")
    with at_work(city, browser, "child_supervisor", town) as page:
        wait_for(page, merge, "已拆回")
        both_sizes(page, "merge-undone-zh")
        for name in ("苏慕雨", "苏暮雨"):
            search(page, name)
            expect(page.get_by_role("link", name=name, exact=True)).to_have_count(1)


def both_sizes(page: Page, name: str) -> None:
    """Look at a page on a phone and at a desk: open to everybody, no wider than the screen."""
    for width, height in (PHONE, DESKTOP):
        page.set_viewport_size({"width": width, "height": height})
        shoot(page, f"{name}-{width}")
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def sign(city: ServedCity, browser: Browser, town: str, why: str, picture: str) -> None:
    with at_work(city, browser, "town_leader", town) as page:
        page.get_by_role("link", name="审批", exact=True).first.click()
        page.locator("tr", has_text=why).get_by_role("link", name="打开").click()
        if picture:
            shoot(page, picture)
            assert_accessible(page)
        page.get_by_role("button", name="同意", exact=True).click()
        expect(page.get_by_text("您的意见已记下。")).to_be_visible()


def wait_for(page: Page, address: str, text: str) -> None:
    """What the worker carries out after a signature comes within its next rounds."""
    page.goto(address)
    head = page.locator("main .head")
    for _ in range(20):
        if text in head.inner_text():
            return
        page.wait_for_timeout(500)
        page.reload()
    expect(head).to_contain_text(text)


def test_of_a_child_moved_for_safety_the_old_town_knows_nothing(
    city: ServedCity, browser: Browser
) -> None:
    town, code = town_and_village(city)
    duty = name_of(city, "duty_officer")
    with at_work(city, browser, "child_supervisor", town) as page:
        enter(page, "康无踪", village_name(city, code))
        open_file(page, "康无踪")
        file = page.url
        page.get_by_text("更新档案").click()
        page.get_by_role("link", name="添一位家人").click()
        page.locator("input[name=name]").fill("康父")
        page.get_by_label("是孩子的什么人").select_option(label="父亲")
        page.locator("input[name=phone]").fill("13911112222")
        page.locator("main form .btn.main").click()
        expect(page.get_by_text("已保存，改动记入档案。")).to_be_visible()
        search(page, "13911112222")
        expect(page.get_by_role("link", name="康无踪")).to_be_visible()
        asked_before = export_of(page, "13911112222")
        page.goto(file)
        page.get_by_role("link", name="安全转移", exact=True).click()
        page.get_by_label("为什么转移").fill("家中有人施暴")
        page.get_by_label("现在住在哪里").fill("中心三楼")
        page.get_by_label(re.compile(duty)).first.check()
        page.get_by_label("没有", exact=True).check()
        shoot(page, "safety-move-zh-1360")
        assert_accessible(page)
        page.get_by_role("button", name="立即转移").click()
        expect(page.get_by_text("只有指定的人能看到这个孩子")).to_be_visible()
        assert page.goto(file).status == 404  # type: ignore[union-attr]
        page.goto("/")
        for text in ("康无踪", "kwz", "13911112222"):
            search(page, text)
            expect(page.locator("main").get_by_text("康无踪", exact=True)).to_have_count(0)
        shoot(page, "safety-old-town-zh-1360")

        # A list made before the move is handed over no more, and tells not why; a new one and the
        # list of one's own papers know nothing of the child.
        page.goto(asked_before)
        page.get_by_role("button", name="下载", exact=True).click()
        expect(page.get_by_text("这份文件已经清除。")).to_be_visible()
        assert "康无踪" not in page.content()
        page.goto("/children/exports/")
        assert "康无踪" not in page.content()
        page.goto(export_of(page, ""))
        _name, content = downloaded(page)
        said = str(lines_of(content))
        assert "监护人电话" in said
        assert "康无踪" not in said
        assert "康父" not in said
    with at_work(city, browser, "child_director", code, PHONE) as page:
        assert page.get_by_text("康无踪").count() == 0
    with at_work(city, browser, "duty_officer") as page:
        open_file(page, "康无踪")
        expect(page.get_by_text("中心三楼")).to_be_visible()
        shoot(page, "safety-named-zh-1360")
        assert_accessible(page)
