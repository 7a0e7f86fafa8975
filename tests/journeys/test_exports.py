"""Papers go out: masked at once, whole with a second person, many with their progress shown."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import messy
from tests.journeys.city import ServedCity
from tests.journeys.taken import downloaded, lines_of, text_of, unlocked
from tests.journeys.test_first_loop import search, town_and_village
from tests.journeys.test_leads import seen
from tests.journeys.test_second_loop import at_work, name_of, open_file, village_name
from weiguang.register.actions.exports_making import FILES_A_STEP

pytestmark = pytest.mark.journey
NAME, NUMBER, PHONE = "俞清和", messy.number(553), "13755554444"


def choose(page: Page, *said: str) -> None:
    for words in said:
        page.locator("main form label", has_text=words).click()


def ask_for(page: Page, *said: str, words: str = "") -> None:
    """The form of a list, from the children's page to the export's own."""
    page.get_by_role("link", name="导出", exact=True).click()
    choose(page, *said)
    page.get_by_label("写明用途").fill(words)
    page.get_by_role("button", name="导出", exact=True).click()
    expect(page.get_by_role("heading", name="导出", exact=True)).to_be_visible()


def export_number(page: Page) -> str:
    found = re.search(r"编号 (\d+)", page.locator("main .head").inner_text())
    assert found
    return found[1]


def approve(city: ServedCity, browser: Browser, role: str, place: str, what: str) -> None:
    """The second person reads what is asked and agrees."""
    with at_work(city, browser, role, place) as page:
        page.goto("/tasks/approvals/")
        page.locator("tr", has_text=what).last.get_by_role("link").last.click()
        expect(page.get_by_text("同意以后，文件只交给提出的人")).to_be_visible()
        seen(page, f"export-approval-{role}")
        page.get_by_role("button", name="同意", exact=True).click()
        expect(page.get_by_text("您的意见已记下。")).to_be_visible()


def until_made(page: Page) -> None:
    """The page follows the worker by itself; nobody loads it again."""
    expect(page.get_by_role("button", name="下载", exact=True)).to_be_visible(timeout=60_000)


def register(page: Page, village: str) -> None:
    """A child with a number and a guardian with a telephone, as a supervisor enters them."""
    page.goto("/children/new/")
    for name, words in (("name", NAME), ("id_number", NUMBER), ("hukou", village)):
        page.locator(f"main input[name={name}]").fill(words)
    page.locator("main form .btn.main").click()
    expect(page.get_by_text("已登记。")).to_be_visible()
    open_file(page, NAME)
    page.get_by_text("更新档案").click()
    page.get_by_role("link", name="添一位家人").click()
    for name, words in (("name", "俞外婆"), ("phone", PHONE)):
        page.locator(f"main input[name={name}]").fill(words)
    page.get_by_label("是孩子的什么人").select_option(label="外祖母")
    page.get_by_text("监护人", exact=True).click()
    page.locator("main form .btn.main").click()
    expect(page.get_by_text("已保存，改动记入档案。")).to_be_visible()


def test_a_filtered_list_goes_out_masked_and_a_file_as_paper(
    city: ServedCity, browser: Browser
) -> None:
    town, code = town_and_village(city)
    with at_work(city, browser, "child_supervisor", town) as page:
        page.goto("/children/exports/")
        seen(page, "exports-empty")
        register(page, village_name(city, code))
        search(page, NAME)
        page.get_by_role("link", name="导出", exact=True).click()
        expect(page.get_by_text("现在的条件下共 1 人")).to_be_visible()
        seen(page, "export-new")
        choose(page, "遮盖号码、电话、地址", "督导检查")
        page.get_by_role("button", name="导出", exact=True).click()
        expect(page.get_by_text("已经做好，可以下载。")).to_be_visible()
        seen(page, "export-done")
        number = export_number(page)

        name, content = downloaded(page)
        (mark, *_), _heads, row = lines_of(content)
        assert name == f"weiguang-{number}.xlsx"
        for words in ("督导检查", name_of(city, "child_supervisor", town), f"编号 {number}"):
            assert words in mark
        said = " ".join(row)
        for words in (NAME, "俞外婆", "137****4444"):
            assert words in said
        assert NUMBER not in said
        assert PHONE not in said

        open_file(page, NAME)
        page.get_by_role("link", name="打印档案").click()
        seen(page, "export-print")
        choose(page, "遮盖号码、电话、地址", "走访探视")
        page.get_by_role("button", name="生成PDF").click()
        seen(page, "export-file")
        name, content = downloaded(page)
        number = export_number(page)
        text = text_of(content)
        assert name == f"weiguang-{number}.pdf"
        for words in (NAME, "俞外婆", "137****4444", village_name(city, code), "走访探视", number):
            assert words in text
        assert NUMBER not in text
        assert PHONE not in text


def test_whole_numbers_wait_for_a_leader_and_a_password_is_shown_once(
    city: ServedCity, browser: Browser
) -> None:
    town, _code = town_and_village(city)
    with at_work(city, browser, "child_supervisor", town) as page:
        search(page, NAME)
        ask_for(page, "完整的号码、电话、地址", "其他", words="市里联席会议要核对补贴名单")
        expect(page.get_by_text("已提交，等另一个人同意以后再做。")).to_be_visible()
        seen(page, "export-waiting")
        expect(page.get_by_role("button", name="下载", exact=True)).to_have_count(0)

        approve(city, browser, "town_leader", town, "导出完整号码")
        until_made(page)
        seen(page, "export-locked")
        page.get_by_role("button", name="显示密码").click()
        seen(page, "export-password")
        password = page.locator(".secret").inner_text().strip()
        page.get_by_role("link", name="已经记下").click()
        expect(page.get_by_text("密码已经显示过。")).to_be_visible()
        expect(page.get_by_role("button", name="显示密码")).to_have_count(0)

        _name, content = downloaded(page)
        said = str(lines_of(unlocked(content, password)))
        for words in (NAME, NUMBER, PHONE):
            assert words in said
        page.goto("/children/exports/")
        seen(page, "exports")
        # The child's own record of readers tells that its number went out whole.
        open_file(page, NAME)
        page.get_by_role("link", name="看全部查阅记录").click()
        expect(page.locator("tr", has_text="完整").first).to_be_visible()


def test_many_files_go_out_as_one_paper(city: ServedCity, browser: Browser) -> None:
    with at_work(city, browser, "city_officer") as page:
        page.goto("/children/")
        ask_for(page, "每个孩子的档案（PDF）", "遮盖号码、电话、地址", "督导检查")
        expect(page.get_by_text("等另一个人同意").first).to_be_visible()

        approve(city, browser, "city_approver", "", "成批打印档案")
        until_made(page)
        seen(page, "export-batch")
        name, content = downloaded(page)
        assert name.endswith(".pdf")
        text = text_of(content)
        running = re.findall(r"第 (\d+) 份 / 共 (\d+) 份", text)
        total = int(running[0][1])
        assert total > FILES_A_STEP
        assert {int(number) for number, _of in running} == set(range(1, total + 1))
