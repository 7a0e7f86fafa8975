"""A served synthetic city and a real browser; screenshots are kept in `screens/`."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.city import ServedCity
from tests.journeys.serving import Held, Served
from weiguang.config.tests.installation import lay_out

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Without these a browser on a closed network keeps asking for its maker's hosts.
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedCity]:
    """The small synthetic city, served by the command an operator uses; one for each story book."""
    data = tmp_path_factory.mktemp("city")
    lay_out(data)
    with Held(data), Served(data) as served:
        yield served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium; `tools/install-browser` brings it where it is missing.

    Closed with the module: while it is open, an event loop runs in which Django refuses to work.
    """
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert path, "no Chromium on the path: run tools/install-browser"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield chromium
        chromium.close()
