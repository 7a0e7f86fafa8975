"""What lies in `deploy` fits the program: sizes, ports, settings and files are the code's."""

import re
from pathlib import Path

import pytest

from weiguang.register.engine.sheets import LARGEST_FILE

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
NGINX = (DEPLOY / "nginx" / "weiguang.conf").read_text(encoding="utf-8")
CADDY = (DEPLOY / "caddy" / "Caddyfile").read_text(encoding="utf-8")
OPERATORS = (ROOT / "OPERATORS.md").read_text(encoding="utf-8")
SETTING = re.compile(r"\b(?:WEIGUANG_[A-Z_]+|DATABASE_URL)\b")
# The largest paper by default, and the form around it.
LARGEST_BODY = max(LARGEST_FILE, 20 * 2**20) + 2**20


@pytest.mark.parametrize(
    "said",
    [
        re.findall(r"client_max_body_size (\d+)m;", NGINX),
        re.findall(r"client_body_buffer_size (\d+)m;", NGINX),
        re.findall(r"max_size (\d+)MB", CADDY),
    ],
)
def test_a_proxy_lets_through_what_weiguang_takes(said: list[str]) -> None:
    assert [int(megabytes) * 10**6 > LARGEST_BODY for megabytes in said] == [True]


def test_no_proxy_believes_or_passes_on_what_a_client_says_of_itself() -> None:
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in NGINX
    assert "proxy_set_header X-Forwarded-Proto $scheme;" in NGINX
    assert "underscores_in_headers off;" in NGINX
    assert {"header_up -X_*", "header_up -X-Forwarded_*"} <= set(map(str.strip, CADDY.splitlines()))


def test_no_proxy_writes_a_query_or_a_header_into_its_log() -> None:
    logged = next(line for line in NGINX.splitlines() if line.startswith("log_format"))

    assert set(re.findall(r"\$(\w+)", logged)) == {
        "remote_addr", "time_iso8601", "request_method", "uri", "status", "body_bytes_sent",
        "request_time",
    }  # fmt: skip
    assert "error_log /var/log/nginx/weiguang.error.log crit;" in NGINX
    for kept_out in (r'request>uri regexp "\?.*$" ""', "request>headers delete"):
        assert kept_out in CADDY


def test_every_setting_that_is_named_for_a_deployment_is_told() -> None:
    told = set(re.findall(r"^\| `(\w+)` \|", OPERATORS, re.MULTILINE))
    texts = [path.read_text(encoding="utf-8") for path in DEPLOY.rglob("*") if path.is_file()]

    named = {name for text in texts for name in SETTING.findall(text)}

    assert {"WEIGUANG_DATA", "WEIGUANG_HTTPS"} <= named <= told


def test_every_file_of_a_deployment_is_named_to_the_operator() -> None:
    unnamed = [
        str(path.relative_to(ROOT))
        for path in DEPLOY.rglob("*")
        if path.is_file()
        and str(path.relative_to(ROOT)) not in OPERATORS
        and str(path.parent.relative_to(ROOT)) not in OPERATORS
    ]

    assert unnamed == []
