"""A lead from a survey to registration: what a village finds, signs, and hands to its town."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.city import DESKTOP, PHONE, ServedCity, assert_accessible, shoot
from tests.journeys.test_first_loop import town_and_village
from tests.journeys.test_second_loop import at_work, village_name
from weiguang.kernel import clock

pytestmark = pytest.mark.journey
ROUND = "上半年困境儿童摸排"


def seen(page: Page, name: str) -> None:
    """Look at a page at both sizes: a picture, open to everybody, no wider than the screen."""
    kept = page.viewport_size
    for width, height in (DESKTOP, PHONE):
        page.set_viewport_size({"width": width, "height": height})
        shoot(page, f"{name}-zh-{width}")
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    assert kept
    page.set_viewport_size(kept)


def task(page: Page, words: str) -> None:
    """Open what is due, from the home page; the worker may need a moment to bring it."""
    for _ in range(20):
        page.goto("/")
        if page.locator(".tasks", has_text=words).count():
            break
        page.wait_for_timeout(500)
    page.locator(".tasks tbody tr", has_text=words).first.locator("a.btn").click()


def step(page: Page, link: str, **said: str) -> None:
    """One step of a lead: its button, its short form."""
    page.locator("#next").get_by_role("link", name=link, exact=True).click()
    for name, words in said.items():
        field = page.locator(f"main [name={name}]").first
        field.fill(words)
    page.locator("main form .btn.main").click()


def another_manned(city: ServedCity, code: str) -> str:
    """A village of the same town that has a director, too."""
    held = {h.post_key for h in city.made.network.on_duty("child_director", city.made.as_of)}
    return next(
        place.code for place in city.made.network.villages
        if place.code != code and place.code[:9] == code[:9]
        and f"post.child_director.{place.code}" in held
    )  # fmt: skip


def _announce(city: ServedCity, page: Page, town: str) -> None:
    """The town asks every village to look."""
    page.get_by_role("link", name="线索", exact=True).click()
    seen(page, "leads-empty")
    page.get_by_role("link", name="摸排", exact=True).click()
    page.get_by_role("link", name="布置一次摸排").click()
    page.get_by_label("名称").fill(ROUND)
    until = clock.today() + timedelta(days=20)
    page.get_by_label("到哪天止").fill(until.isoformat())
    seen(page, "survey-new")
    page.get_by_role("button", name="布置").click()
    expect(page.get_by_role("heading", name=ROUND)).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(
        len([p for p in city.made.network.villages if p.parent_code == town])
    )


def _find_and_sign(page: Page) -> None:
    """The director finds a child in the survey, and goes there herself."""
    task(page, "签署摸排表")
    seen(page, "sheet-to-sign")
    sheet = page.url
    page.get_by_role("link", name="登记一条线索").click()
    seen(page, "lead-new")
    page.get_by_label("孩子叫什么").fill("柳听雨")
    page.get_by_label("大约几岁").fill("9")
    page.get_by_label("家长或者照看的人").fill("柳奶奶")
    page.get_by_label("电话").fill("13800138000")
    page.get_by_label("住在哪里").fill("三组河边第二家")
    page.get_by_text("父母去世、失联或者常年不回").click()
    page.get_by_text("我去核实").click()
    page.get_by_role("button", name="登记线索").click()
    expect(page.get_by_text("已登记，请您核实。")).to_be_visible()
    seen(page, "lead-to-verify")
    step(page, "没联系上", words="家里没人，邻居说晚上在")
    expect(page.get_by_text("换个时间再去")).to_be_visible()
    page.locator("#next").get_by_role("link", name="写核实结果").click()
    seen(page, "lead-found")
    page.get_by_text("应当登记").click()
    page.get_by_label("见到了谁，情况怎样").fill("见到孩子和奶奶，爸妈两年没有音信")
    page.get_by_role("button", name="交镇里定").click()
    expect(page.get_by_text("已交镇里定。")).to_be_visible()
    page.goto(sheet)
    expect(page.locator("main dl").first).to_contain_text("1 条")
    page.get_by_text("走访住户、问邻里").click()
    page.get_by_text("学校学籍和到校情况").click()
    page.get_by_role("button", name="签署").click()
    expect(page.get_by_text("待会签").first).to_be_visible()


def _decide(page: Page, village: str) -> None:
    """The town decides, and types nothing again that is known already."""
    task(page, "定线索的结果")
    expect(page.get_by_text("核实下来：应当登记")).to_be_visible()
    seen(page, "lead-to-decide")
    page.get_by_role("link", name="登记为儿童").click()
    for name, known in (
        ("name", "柳听雨"), ("guardian_name", "柳奶奶"), ("guardian_phone", "13800138000"),
        ("address", "三组河边第二家"), ("hukou", re.compile(village)),
    ):  # fmt: skip
        expect(page.locator(f"main [name={name}]")).to_have_value(known)
    page.locator("[name=no_id_reason]").select_option("original_not_seen")
    page.locator("[name=sex]").select_option("female")
    page.locator("[name=birth_date]").fill("2017-05-04")
    page.locator("[name=relation]").select_option("grandmother_paternal")
    seen(page, "lead-register")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_role("heading", name="柳听雨")).to_be_visible()
    expect(page.get_by_text("柳奶奶")).to_be_visible()
    page.goto("/children/leads/?state=registered")
    expect(page.get_by_role("link", name="柳听雨")).to_be_visible()


def _sign_second(page: Page) -> None:
    """The secretary signs as the second person; the paper names no child."""
    task(page, "会签摸排表")
    seen(page, "sheet-second")
    page.get_by_role("button", name="会签").click()
    expect(page.get_by_text("已签", exact=True)).to_be_visible()
    page.get_by_role("link", name="打印").click()
    expect(page.get_by_text("走访住户、问邻里")).to_be_visible()
    assert "柳听雨" not in page.content()
    seen(page, "sheet-print")


def _find_nobody(page: Page) -> None:
    """Another village found nobody, and says where it looked."""
    task(page, "签署摸排表")
    page.get_by_text("走访住户、问邻里").click()
    page.get_by_role("button", name="签署").click()
    expect(page.get_by_text("零报告").first).to_be_visible()
    seen(page, "sheet-zero")


def _read_signed(page: Page) -> None:
    """The town reads who has signed."""
    page.goto("/children/leads/surveys/")
    seen(page, "surveys")
    page.get_by_role("link", name=ROUND).click()
    seen(page, "survey-villages")


def test_a_lead_comes_from_a_survey_and_becomes_a_child(city: ServedCity, browser: Browser) -> None:
    town, code = town_and_village(city)
    village = village_name(city, code)
    with at_work(city, browser, "child_supervisor", town) as page:
        _announce(city, page, town)
    with at_work(city, browser, "child_director", code, PHONE) as page:
        _find_and_sign(page)
    with at_work(city, browser, "child_supervisor", town) as page:
        _decide(page, village)
    with at_work(city, browser, "village_secretary", code) as page:
        _sign_second(page)
    with at_work(city, browser, "child_director", another_manned(city, code), PHONE) as page:
        _find_nobody(page)
    with at_work(city, browser, "child_supervisor", town) as page:
        _read_signed(page)


def test_who_cannot_be_found_stays_open(city: ServedCity, browser: Browser) -> None:
    town, code = town_and_village(city)
    with at_work(city, browser, "hotline_operator") as page:
        seen(page, "home-hotline")
        page.get_by_role("link", name="登记一条线索").click()
        page.get_by_label("孩子在哪里").fill(village_name(city, code))
        page.get_by_label("孩子叫什么").fill("石望舒")
        page.get_by_label("线索从哪里来").select_option("hotline")
        page.get_by_role("button", name="登记线索").click()
        expect(page.get_by_text("已登记，等镇里分派。")).to_be_visible()
    with at_work(city, browser, "child_supervisor", town) as page:
        task(page, "分派线索")
        page.locator("#next").get_by_role("link", name="分派核实").click()
        seen(page, "lead-assign")
        director = page.locator("[name=post] option", has_text="儿童主任").first
        page.locator("[name=post]").select_option(value=director.get_attribute("value") or "")
        page.get_by_text("没有", exact=True).click()
        page.get_by_role("button", name="分派").click()
        expect(page.get_by_text("已分派。")).to_be_visible()
        address = page.url
    with at_work(city, browser, "child_director", code, PHONE) as page:
        task(page, "核实线索")
        step(page, "没联系上", words="门锁着")
        step(page, "多次联系不上", words="邻居说搬走了，不知去哪")
        expect(page.get_by_text("找不到不等于没事")).to_be_visible()
    with at_work(city, browser, "child_supervisor", town) as page:
        task(page, "联系不上的线索：报公安")
        seen(page, "lead-unreachable")
        step(page, "已报公安", receipt="接警 2026-0117", words="民警去学校了解")
        expect(page.get_by_text("回执 接警 2026-0117")).to_be_visible()
        step(page, "已问学校", words="上周起没到校")
        expect(page.get_by_text("联系不上").first).to_be_visible()
        assert not page.locator("#next").get_by_role("link", name="定为不符合").count()
        page.goto("/children/leads/?state=unreachable")
        expect(page.get_by_role("link", name="石望舒")).to_be_visible()
        seen(page, "leads-unreachable")
        page.goto(address)
        seen(page, "lead-history")
