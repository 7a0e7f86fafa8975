"""By which ways outside the system people may be told that something waits; the operator says."""

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

# Group robots whose gateway is one host, the public one or the city's own.
ROBOTS: Final = frozenset({"wecom", "dingtalk"})
KNOWN: Final = ROBOTS | {"email", "email_domains"}
THIS_MACHINE: Final = frozenset({"127.0.0.1", "localhost"})


def notices(environment: Mapping[str, str]) -> dict[str, Any]:
    """The gateway of each way that the city allows; none by default.

    WEIGUANG_NOTICES is JSON: `email` (a mail address in apprise's form, without a recipient),
    `email_domains` (a list, to allow only these), `wecom` and `dingtalk` (https://host). Raises
    ValueError for anything else: better not to start than to be silent.

    >>> notices({"WEIGUANG_NOTICES": '{"wecom": "https://qyapi.weixin.qq.com"}'})
    {'wecom': 'https://qyapi.weixin.qq.com'}
    """
    said: dict[str, Any] = json.loads(environment.get("WEIGUANG_NOTICES") or "{}")
    if not isinstance(said, dict) or set(said) - KNOWN:
        raise ValueError("WEIGUANG_NOTICES names a way that there is not")
    if not str(said.get("email", "mailto://")).startswith(("mailto://", "mailtos://")):
        raise ValueError("WEIGUANG_NOTICES: email is mailtos://user:password@host")
    if not all(_is_gateway(str(said[robot])) for robot in ROBOTS & set(said)):
        raise ValueError("WEIGUANG_NOTICES: a gateway is https://host and nothing else")
    return said


def _is_gateway(address: str) -> bool:
    parts = urlsplit(address)
    is_bare = address == f"{parts.scheme}://{parts.netloc}" and "@" not in parts.netloc
    is_local = parts.scheme == "http" and parts.hostname in THIS_MACHINE
    return bool(is_bare and parts.hostname and (parts.scheme == "https" or is_local))
