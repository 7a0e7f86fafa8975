"""What goes wrong between the browser and the server: nothing is half-written, nothing is lost."""

import http.client
import os
import re
import signal
import socket
import subprocess
import threading
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from pathlib import Path

import psycopg
import pytest

from tests.journeys.city import PASSWORD, ServedCity
from tests.journeys.messy import number
from tests.journeys.serving import Held, Served
from weiguang.config.postgres import APP_ROLE, Embedded
from weiguang.config.tests.installation import COMMAND, environment_of

pytestmark = pytest.mark.journey

SECRET = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
BOUNDARY = "weiguang-boundary"
UPLOAD = "/children/imports/new/"
TWO_GIGABYTES = 2 * 2**30
# Written after the children themselves: who waits here has half of an import behind her.
LAST_TABLE = "register_childcategory"
WAITERS = """
SELECT count(*) FROM pg_locks WHERE relation = 'register_childcategory'::regclass AND NOT granted
"""


class Visitor:
    """A person at the other end of a wire, with nothing of a browser but its cookies."""

    def __init__(self, city: ServedCity, login: str) -> None:
        self.where = urllib.parse.urlsplit(city.address).netloc
        self.cookies: dict[str, str] = {}
        self.post("/account/login/", {"login": login, "password": PASSWORD})

    def headers(self, **more: str) -> dict[str, str]:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Cookie": cookie, "Origin": f"http://{self.where}", **more}

    def get(self, address: str) -> str:
        return self._asked("GET", address, None, {})[1]

    def post(self, address: str, said: dict[str, str]) -> tuple[int, str]:
        body = urllib.parse.urlencode(said | {"csrfmiddlewaretoken": self.secret()}).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._asked("POST", address, body, kind)

    def hand_in(self, content: bytes) -> str:
        """Upload a list; returns the address of its report."""
        kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        self._asked("POST", UPLOAD, self.form_of(content), kind)
        return self.location

    def form_of(self, content: bytes) -> bytes:
        """The upload's body as a browser would send it."""
        page = self.get(UPLOAD)
        place = re.search(r'name="place" value="([^"]+)"', page)
        assert place
        fields = {"csrfmiddlewaretoken": SECRET.findall(page)[0], "place": place[1]}
        parts = [
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        ]
        file = 'name="file"; filename="list.csv"\r\nContent-Type: text/csv'
        head = f"{''.join(parts)}--{BOUNDARY}\r\nContent-Disposition: form-data; {file}\r\n\r\n"
        return head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()

    def secret(self) -> str:
        return SECRET.findall(self.get("/account/login/" if not self.cookies else "/account/"))[0]

    def _asked(
        self, method: str, address: str, body: bytes | None, more: dict[str, str]
    ) -> tuple[int, str]:
        line = http.client.HTTPConnection(self.where, timeout=60)
        try:
            line.request(method, address, body, self.headers(**more))
            answer = line.getresponse()
            for cookie in answer.headers.get_all("Set-Cookie", []):
                self.cookies |= {k: v.value for k, v in SimpleCookie(cookie).items()}
            self.location = answer.headers.get("Location", "")
            return answer.status, answer.read().decode()
        finally:
            line.close()


def rows(*names: str, first: int) -> bytes:
    head = "村居,姓名,性别,身份证号码,出生日期,类别"
    lines = [
        f"陆家社区居委会,{name},女,{number(first + 2 * i)},2016-02-29,孤儿"
        for i, name in enumerate(names)
    ]
    return "\n".join([head, *lines]).encode()


def lists_in(page: str) -> set[str]:
    return set(re.findall(r"/children/imports/([0-9a-f-]{36})/", page))


def test_a_declared_upload_of_two_gigabytes_is_refused_before_it_is_sent(city: ServedCity) -> None:
    visitor = Visitor(city, city.login_of("city_officer"))
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    said = visitor.headers(**{"Content-Type": kind, "Content-Length": str(TWO_GIGABYTES)})
    host, port = visitor.where.split(":")

    with socket.create_connection((host, int(port)), timeout=20) as line:
        head = "".join(f"{name}: {value}\r\n" for name, value in said.items())
        line.sendall(f"POST {UPLOAD} HTTP/1.1\r\nHost: {visitor.where}\r\n{head}\r\n".encode())
        answer = line.recv(65_536).decode(errors="replace")

    assert answer.startswith("HTTP/1.1 413")


def test_an_upload_that_is_cut_off_leaves_nothing(city: ServedCity) -> None:
    visitor = Visitor(city, city.login_of("city_officer"))
    before = lists_in(visitor.get("/children/imports/"))
    body = visitor.form_of(rows("半途而", first=702))
    said = visitor.headers(
        **{"Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
           "Content-Length": str(len(body))}
    )  # fmt: skip
    host, port = visitor.where.split(":")

    with socket.create_connection((host, int(port)), timeout=20) as line:
        head = "".join(f"{name}: {value}\r\n" for name, value in said.items())
        line.sendall(f"POST {UPLOAD} HTTP/1.1\r\nHost: {visitor.where}\r\n{head}\r\n".encode())
        line.sendall(body[: len(body) // 2])

    assert lists_in(visitor.get("/children/imports/")) == before
    assert visitor.hand_in(rows("半途而", first=702)).startswith("/children/imports/")


@contextmanager
def imports_stop_half_way(data: Path) -> Iterator[psycopg.Connection]:
    """Hold the last table of an import, so that a confirmation stands in the middle of its act."""
    host = Embedded(data, fast=True, say=lambda *_: None).connection().host
    with psycopg.connect(host=host, dbname="weiguang", user=APP_ROLE) as held:
        held.execute(f"LOCK TABLE {LAST_TABLE} IN EXCLUSIVE MODE")
        yield held


def wait_for_a_waiter(held: psycopg.Connection) -> None:
    for _ in range(3_000):
        found = held.execute(WAITERS).fetchone()
        if found and found[0]:
            return
        held.execute("SELECT pg_sleep(0.01)")
    raise AssertionError("nobody waits for the table")


def test_a_server_killed_in_mid_import_leaves_nothing_half_written(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    data = tmp_path_factory.mktemp("fragile")
    with Held(data):
        first = Served(data)
        with first as city:
            login = city.login_of("city_officer")
            visitor = Visitor(city, login)
            address = visitor.hand_in(rows("林晚晴", "林小满", first=802))
            with imports_stop_half_way(data) as held:
                confirming = threading.Thread(
                    target=lambda: _ignore(lambda: visitor.post(f"{address}confirm/", {}))
                )
                confirming.start()
                wait_for_a_waiter(held)
                os.killpg(first.process.pid, signal.SIGKILL)
                confirming.join()
        with Served(data) as again:
            visitor = Visitor(again, login)
            page = visitor.get(address)
            assert f"{address}confirm/" in page
            status, _ = visitor.post(f"{address}confirm/", {})
            assert status == 302
            assert f"{address}undo/" in visitor.get(address)
        verified = subprocess.run(
            [COMMAND, "audit", "verify"], env=environment_of(data), capture_output=True, check=False
        )
        assert verified.returncode == 0, verified.stdout


def _ignore(call: object) -> None:
    """The line breaks when the server dies; that is the test."""
    try:
        call()  # type: ignore[operator]
    except (OSError, http.client.HTTPException):
        return
