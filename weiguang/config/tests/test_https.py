"""Behind a proxy that does TLS: what browsers are told, and what is refused without one."""

import http.client
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.visitor import Visitor
from weiguang.config.tests.installation import COMMAND, environment_of, free_port, served

BEHIND_TLS = {"WEIGUANG_HTTPS": "1", "WEIGUANG_PROXIES": "1"}
DOOR = "/account/login/"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    environment = environment_of(tmp_path_factory.mktemp("tls")) | BEHIND_TLS
    with served(environment) as port:
        yield f"http://127.0.0.1:{port}"


def through_tls(base: str) -> Visitor:
    """What the proxy sends on of a browser that spoke TLS with it."""
    origin = base.replace("http:", "https:")
    said = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7", "Origin": origin}
    return Visitor(base, headers=said)


def test_who_comes_over_tls_is_answered_and_told_to_come_no_other_way(base: str) -> None:
    answer = through_tls(base).get(DOOR)

    assert (answer.status, answer.address) == (200, base + DOOR)
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_no_cookie_may_travel_without_tls(base: str) -> None:
    given = through_tls(base).get(DOOR).headers.get_all("Set-Cookie") or []

    assert given
    assert all("; Secure" in cookie and "; HttpOnly" in cookie for cookie in given)


def test_a_form_of_our_own_page_is_taken_and_one_of_another_site_is_not(base: str) -> None:
    own, foreign = through_tls(base), through_tls(base)
    said = {"login": "nobody", "password": "mima-bu-dui-a"}
    for visitor in (own, foreign):
        # Over a plain line the cookie jar rightly keeps a secure cookie to itself.
        cookie = (visitor.get(DOOR).headers["Set-Cookie"] or "").split(";")[0]
        visitor.headers["Cookie"] = cookie
    foreign.headers["Origin"] = "https://elsewhere.example"
    foreign_answer, own_answer = foreign.post(DOOR, said), own.post(DOOR, said)

    assert (own_answer.status, foreign_answer.status) == (200, 403)
    assert "登录名或密码不对" in own_answer.text


@pytest.mark.parametrize("forged", [{}, {"X-Forwarded-Proto": "http"}])
def test_who_comes_without_tls_is_led_to_it(base: str, forged: dict[str, str]) -> None:
    host = base.removeprefix("http://")
    browser = http.client.HTTPConnection(host, timeout=60)
    browser.request("GET", DOOR, headers=forged)
    answer = browser.getresponse()
    browser.close()

    assert (answer.status, answer.headers["Location"]) == (301, f"https://{host}{DOOR}")


def test_without_a_proxy_nothing_is_served_as_if_there_were_tls(tmp_path: Path) -> None:
    refused = subprocess.run(
        [COMMAND, "up", "--port", str(free_port())],
        env=environment_of(tmp_path) | {"WEIGUANG_HTTPS": "1"},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert refused.returncode == 1
    assert "WEIGUANG_PROXIES=1" in refused.stderr
    assert not (tmp_path / "secret_key").exists()
