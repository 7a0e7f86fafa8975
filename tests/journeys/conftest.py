"""A served synthetic city and a real browser; screenshots are kept in `screens/`."""

import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.city import ServedCity
from weiguang.config.postgres import Embedded

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Without these a browser on a closed network keeps asking for its maker's hosts.
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedCity]:
    """The small synthetic city, served by the command an operator uses."""
    data = tmp_path_factory.mktemp("city")
    with _Held(data), _Served(data) as served:
        yield served


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium; `tools/install-browser` brings it where it is missing."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert path, "no Chromium on the path: run tools/install-browser"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield chromium
        chromium.close()


class _Held:
    """Keeps the disposable database while the city is stopped and started again."""

    def __init__(self, data: Path) -> None:
        self._server = Embedded(data, fast=True, say=lambda *_: None)

    def __enter__(self) -> None:
        self._server.ensure_running()

    def __exit__(self, *_: object) -> None:
        self._server.stop()


class _Served:
    """`weiguang up` in a process of its own, from its first answer to its end."""

    def __init__(self, data: Path) -> None:
        self._data = data

    def __enter__(self) -> ServedCity:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("WEIGUANG_")}
        environment |= {"WEIGUANG_DATA": str(self._data), "WEIGUANG_FAST_DATABASE": "1"}
        environment.pop("DATABASE_URL", None)
        self._process = subprocess.Popen(
            [Path(sys.executable).with_name("weiguang"), "up", "--seed", "small",
             "--port", str(_free_port())],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        return ServedCity(address=self._first_address(), log=self._log, data=self._data)

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(timeout=30)
        self._reader.join()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _first_address(self) -> str:
        """Read what the command says until it names its address; then keep reading aside."""
        self._log: list[str] = []
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._log.append(line)
            if found := ADDRESS.search(line):
                self._reader = threading.Thread(target=self._keep_reading, daemon=True)
                self._reader.start()
                return found[0]
        raise AssertionError("the city was not served:\n" + "".join(self._log))

    def _keep_reading(self) -> None:
        assert self._process.stdout is not None
        self._log.extend(self._process.stdout)


def _free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port: int = tried.getsockname()[1]
    return port
