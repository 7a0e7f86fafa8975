"""A real city begins: its places, its first three people; and they are reset at the machine."""

import os
import pty
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from django.contrib.auth.hashers import check_password

from weiguang.config.postgres import APP_ROLE, Connection, Embedded
from weiguang.config.tests.installation import COMMAND, environment_of

PASSWORD = re.compile(r"[a-z2-9]{4}(?:-[a-z2-9]{4}){3}")


@dataclass
class City:
    """An installation with a real city's pack, and nobody in it."""

    server: Connection
    environment: dict[str, str]

    def at_terminal(self, *words: str) -> tuple[int, str]:
        """Run the command where a person sits; its status and everything that was shown."""
        ours, theirs = pty.openpty()
        with subprocess.Popen(
            [COMMAND, *words], env=self.environment, stdout=theirs, stderr=theirs
        ) as process:
            os.close(theirs)
            shown = b"".join(iter(lambda: _read(ours), b""))
        os.close(ours)
        return process.returncode, shown.decode()

    def run(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run the command with what it says going elsewhere."""
        return subprocess.run(
            [COMMAND, *words], env=self.environment | more, capture_output=True, text=True,
            timeout=120, check=False,
        )  # fmt: skip

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What the database holds."""
        at = self.server
        with psycopg.connect(host=at.host, dbname=at.name, user=APP_ROLE) as connection:
            return connection.execute(sql).fetchall()  # type: ignore[call-overload]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    data = tmp_path_factory.mktemp("installation")
    environment = environment_of(data) | {"WEIGUANG_PACK": "cn_js_kunshan", "LANG": "zh_CN.UTF-8"}
    with Embedded(data, fast=True, say=_quiet) as server:
        yield City(server, environment)


@pytest.fixture(scope="module")
def city(empty: City) -> City:
    """The city with its places and a system administrator."""
    assert empty.run("places", "load").returncode == 0
    status, shown = create(empty, "zhang.min")
    assert status == 0, shown
    return empty


def create(city: City, login: str, role: str = "system_administrator") -> tuple[int, str]:
    return city.at_terminal("account", "create", login, "--name", "张敏", "--role", role)


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 4096)
    except OSError:  # how Linux says that the other side is closed
        return b""


def _quiet(message: str, values: Mapping[str, object]) -> None:
    """Where the server's files stand is of no interest here."""


def test_nobody_is_made_before_there_are_places(empty: City) -> None:
    status, shown = create(empty, "zhang.min")

    assert (status, "weiguang places load" in shown) == (1, True)
    assert empty.rows("SELECT 1 FROM network_account") == []


def test_invented_places_are_not_loaded_for_a_demonstration(empty: City) -> None:
    said = empty.run("places", "load", WEIGUANG_PACK="demo")

    assert (said.returncode, "WEIGUANG_PACK" in said.stderr) == (1, True)


def test_the_places_of_the_pack_are_loaded_once(city: City) -> None:
    again = city.run("places", "load")

    assert again.returncode == 1
    assert city.rows("SELECT level, count(*) FROM network_place GROUP BY level ORDER BY level") == [
        ("county", 1), ("town", 12), ("village", 355),
    ]  # fmt: skip


def test_the_first_three_are_made_once_each(city: City) -> None:
    others = [create(city, f"li.{kind}", f"{kind}_administrator") for kind in ("security", "audit")]
    again = create(city, "wu")

    assert [status for status, _ in others] == [0, 0]
    assert (again[0], "已经有人担任" in again[1]) == (1, True)
    assert len(city.rows("SELECT DISTINCT person_id FROM network_holding")) == 3
    assert city.rows("SELECT 1 FROM network_account WHERE login = 'wu'") == []


def test_a_reset_shows_one_password_that_works_and_must_be_changed(city: City) -> None:
    status, shown = city.at_terminal("account", "reset", "zhang.min")

    (password,) = PASSWORD.findall(shown)
    ((stored, must_change),) = city.rows(
        "SELECT password, must_change_password FROM network_account WHERE login = 'zhang.min'"
    )
    assert (status, must_change) == (0, True)
    assert check_password(password, stored)
    ((verb, person, detail),) = city.rows(
        "SELECT verb, person_id, detail::text FROM kernel_event ORDER BY id DESC LIMIT 1"
    )
    assert (verb, person, password in detail) == ("account.reset", None, False)


def test_a_password_never_goes_into_a_file(city: City) -> None:
    before = city.rows("SELECT password FROM network_account ORDER BY id")

    said = city.run("account", "reset", "zhang.min")

    assert said.returncode == 1
    assert not PASSWORD.search(said.stdout + said.stderr)
    assert city.rows("SELECT password FROM network_account ORDER BY id") == before


def test_a_login_is_plain_letters(city: City) -> None:
    assert create(city, "Zhang")[0] == 2


def test_who_does_not_exist_is_not_reset(city: City) -> None:
    status, shown = city.at_terminal("account", "reset", "nobody")

    assert (status, bool(PASSWORD.search(shown))) == (1, False)
