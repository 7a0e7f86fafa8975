"""The first loop: a list becomes the register, and three levels see just what is theirs."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from seeds.network import Place
from tests.journeys.city import DESKTOP, PHONE, ServedCity, assert_accessible, shoot
from tests.journeys.messy import messy_workbook, number
from weiguang.register.engine.names import name_keys

pytestmark = pytest.mark.journey


def town_and_village(city: ServedCity) -> tuple[str, str]:
    """A town whose desks are empty, and a village of it whose director has no other one."""
    lively, _village = lively_town(city)
    network, day = city.made.network, city.made.as_of
    busy = Counter(h.worker_key for h in network.holdings if h.is_on_duty(day))
    held = {h.post_key: h.worker_key for h in network.on_duty("child_director", day)}
    village = next(
        place for place in manned_villages(city)
        if place.parent_code != lively and busy[held[f"post.child_director.{place.code}"]] == 1
    )  # fmt: skip
    return str(village.parent_code), village.code


def lively_town(city: ServedCity) -> tuple[str, str]:
    """The town on whose desks work is under way, and the village that the accounts are around."""
    lived_in = Counter(child.residence[-1].place_code for child in city.made.children())
    village = max(manned_villages(city), key=lambda place: lived_in[place.code])
    return str(village.parent_code), village.code


def manned_villages(city: ServedCity) -> list[Place]:
    """Those with a director of their own today."""
    network = city.made.network
    held = {h.post_key for h in network.on_duty("child_director", city.made.as_of)}
    return [p for p in network.villages if f"post.child_director.{p.code}" in held]


def search(page: Page, text: str) -> None:
    page.locator("form.search input[name=text]").fill(text)
    page.locator("form.search button").click()
    page.wait_for_url("**/children/?v=*")


def test_a_supervisor_imports_a_messy_workbook(
    city: ServedCity, browser: Browser, tmp_path: Path
) -> None:
    town, code = town_and_village(city)
    village = next(place for place in city.made.network.villages if place.code == code)
    file = messy_workbook(tmp_path / "残联名单.xlsx", village)
    with city.visit(browser, city.login_of("child_supervisor", town)) as page:
        page.get_by_role("link", name="名单导入").click()
        page.get_by_role("link", name="上传一份名单").click()
        page.set_input_files("input[type=file]", file)
        page.get_by_role("button", name="上传并检查").click()

        expect(page.get_by_role("heading", name="残联名单.xlsx")).to_be_visible()
        expect(page.locator("tr", has_text="周知夏")).to_contain_text("号码被表格软件弄坏了")
        assert_accessible(page)
        shoot(page, "import-report-zh-1360")

        row = page.locator("tr", has_text="周知夏")
        row.get_by_role("link", name="核对").click()
        expect(page.locator("tr.opened")).to_be_visible()
        shoot(page, "import-row-zh-1360")
        assert_accessible(page)
        page.get_by_label("身份证号码").first.fill(number(808))
        page.get_by_role("button", name="保存并重新检查").click()
        expect(page.get_by_text("：新增。")).to_be_visible()

        with page.expect_download() as download:
            page.get_by_role("button", name="下载要改正的行").click()
        assert download.value.suggested_filename.endswith(".xlsx")

        page.get_by_role("button", name="确认导入").click()
        expect(page.get_by_text(re.compile("已导入：新增 3 人"))).to_be_visible()
        shoot(page, "import-confirmed-zh-1360")
        search(page, "lwq")
        expect(page.get_by_role("link", name="林晚晴")).to_be_visible()


def test_a_director_sees_just_her_children_on_her_phone(city: ServedCity, browser: Browser) -> None:
    _town, code = town_and_village(city)
    neighbour = next(
        child for child in city.made.children()
        if code not in {span.place_code for span in (*child.hukou, *child.residence)}
    )  # fmt: skip
    with city.visit(browser, city.login_of("child_director", code), size=PHONE) as page:
        shoot(page, "home-director-zh-360")
        assert_accessible(page)
        page.get_by_role("link", name="儿童", exact=True).click()
        expect(page.get_by_role("heading", name="儿童", exact=True)).to_be_visible()
        shoot(page, "children-director-zh-360")
        assert_accessible(page)
        places = page.locator("td[data-name='居住地'], td[data-name='户籍地']").all_inner_texts()
        assert places

        search(page, neighbour.name)
        expect(page.get_by_text("没有找到这样的孩子")).to_be_visible()
        assert page.get_by_role("link", name=neighbour.name).count() == 0

        page.goto("/children/")
        page.locator("td a").first.click()
        expect(page.get_by_role("heading", name="困境类别")).to_be_visible()
        shoot(page, "file-director-zh-360")
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


def test_a_city_officer_finds_any_child_by_its_initials(city: ServedCity, browser: Browser) -> None:
    child = next(child for child in city.made.children() if child.id_number)
    with city.visit(browser, city.login_of("city_officer"), size=DESKTOP) as page:
        shoot(page, "home-officer-zh-1360")
        assert_accessible(page)
        search(page, initials(child.name))
        page.get_by_role("link", name=child.name, exact=True).first.click()

        expect(page.get_by_role("heading", name="为什么要看这份档案")).to_be_visible()
        shoot(page, "purpose-officer-zh-1360")
        page.get_by_text("保障审核").click()
        page.get_by_role("button", name="打开档案").click()
        expect(page.get_by_role("heading", name=child.name)).to_be_visible()
        assert str(child.id_number) not in page.content()
        shoot(page, "file-officer-zh-1360")
        assert_accessible(page)

        page.locator("#identity").get_by_role("button", name="显示").click()
        expect(page.locator("#identity")).to_contain_text(str(child.id_number))


LOOKS = [(lang, size) for lang in ("zh-hans", "en") for size in (DESKTOP, PHONE)]


@pytest.mark.parametrize(("language", "size"), LOOKS)
def test_the_three_people_can_read_and_reach_everything(
    city: ServedCity, browser: Browser, tmp_path: Path, language: str, size: tuple[int, int]
) -> None:
    town, code = town_and_village(city)
    village = next(place for place in city.made.network.villages if place.code == code)
    with reading(city, browser, "child_supervisor", town, language, size) as page:
        seen(page, "supervisor-home", "/", language)
        seen(page, "supervisor-children", "/children/", language)
        seen(page, "supervisor-new", "/children/new/", language)
        seen(page, "supervisor-upload", "/children/imports/new/", language)
        page.set_input_files("input[type=file]", messy_workbook(tmp_path / "x.xlsx", village))
        page.locator("main form .btn.main").click()
        page.wait_for_url(re.compile(r"/imports/[0-9a-f-]{36}/"))
        seen(page, "supervisor-report", page.url, language)
    with reading(city, browser, "child_director", code, language, size) as page:
        seen(page, "director-home", "/", language)
        page.locator("#children a").first.click()
        page.wait_for_url(re.compile(r"/children/[0-9a-f-]{36}/"))
        seen(page, "director-file", page.url, language)
    with reading(city, browser, "city_officer", "", language, size) as page:
        search(page, initials(next(city.made.children()).name))
        seen(page, "officer-found", page.url, language)
        page.locator("td a").first.click()
        page.wait_for_url(re.compile(r"/children/[0-9a-f-]{36}/"))
        seen(page, "officer-why", page.url, language)


@contextmanager
def reading(
    city: ServedCity, browser: Browser, role: str, place: str, language: str, size: tuple[int, int]
) -> Iterator[Page]:
    """A person's browser, reading in a language."""
    with city.visit(browser, city.login_of(role, place), size=size) as page:
        read_in(page, language)
        yield page
        read_in(page, "zh-hans")


def seen(page: Page, name: str, address: str, language: str) -> None:
    """Look at a page: it is kept as a picture, open to everybody, and no wider than the screen."""
    if page.url != address:
        page.goto(address)
    width = page.viewport_size["width"] if page.viewport_size else 0
    shoot(page, f"{name}-{language[:2]}-{width}")
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if language == "en":
        assert_in_english(page)


def read_in(page: Page, language: str) -> None:
    """Choose a language on one's own account page."""
    page.goto("/account/")
    page.locator("select[name=language], input[name=language]").first.wait_for()
    if page.locator("select[name=language]").count():
        page.locator("select[name=language]").select_option(language)
        page.locator("form:has(select[name=language]) button").click()
    else:
        page.locator(f"input[name=language][value='{language}']").check()
        page.locator("form:has(input[name=language]) button").first.click()
    page.wait_for_load_state()


def assert_in_english(page: Page) -> None:
    """No Chinese but the names of people and places, which stay as they are."""
    said = page.locator(
        "main :is(h1:not(.who h1), h2, th, label, button, dt), nav a"
    ).all_inner_texts()

    assert [words for words in said if re.search(r"[\u4e00-\u9fff]", words)] == []


def initials(name: str) -> str:
    """The pinyin initials that an officer would type."""
    return name_keys(name).initials
