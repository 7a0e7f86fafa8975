"""The city that journeys are told in: who works there, how they log in, what they are shown."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from seeds.city import City, make_city
from seeds.sizes import SMALL
from weiguang.kernel import clock

PASSWORD: Final = "weiguang-demo"  # everybody's, and invented people's only
DESKTOP: Final = (1360, 900)
PHONE: Final = (360, 740)
SCREENS: Final = Path("screens")
ACCEPTED: Final = {"zh": "zh-CN", "en": "en-GB"}


@dataclass
class ServedCity:
    """A running installation and what is known of its invented people."""

    address: str
    log: list[str]
    data: Path
    visits: list[Page] = field(default_factory=list)

    @cached_property
    def made(self) -> City:
        """The same city as the one that was loaded: same size, seed and day."""
        return make_city(SMALL, as_of=clock.today())

    def login_of(self, role: str, place_code: str = "") -> str:
        """The login of who holds a role today, at a place when one is named."""
        network = self.made.network
        posts = {
            post.key for post in network.posts_of(role)
            if not place_code or post.place_code == place_code
        }  # fmt: skip
        held = next(h for h in network.on_duty(role, self.made.as_of) if h.post_key in posts)
        return next(w.login for w in network.workers if w.key == held.worker_key)

    @contextmanager
    def visit(
        self, browser: Browser, login: str, *, size: tuple[int, int] = DESKTOP, language: str = "zh"
    ) -> Iterator[Page]:
        """A person's browser, logged in and on her home page."""
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale=ACCEPTED[language],
            base_url=self.address, has_touch=size == PHONE,
        )  # fmt: skip
        context.set_default_timeout(15_000)
        page = context.new_page()
        log_in(page, login)
        yield page
        context.close()


def log_in(page: Page, login: str, password: str = PASSWORD) -> None:
    """Through the door, as anybody would."""
    page.goto("/")
    page.locator("input[name=login]").fill(login)
    page.locator("input[name=password]").fill(password)
    page.locator("form button[type=submit], form .btn.main").first.click()
    expect(page.locator(".rail nav")).to_be_visible()


def shoot(page: Page, name: str) -> None:
    """Keep what the person sees, whole."""
    SCREENS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENS / f"{name}.png", full_page=True)


def assert_accessible(page: Page) -> None:
    """Nothing that axe-core knows to be a barrier."""
    found = Axe().run(page)

    assert found.violations_count == 0, found.generate_report()
