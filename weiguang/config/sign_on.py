"""The city's single sign-on as the operator describes it in the environment; none by default."""

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

DEFAULT_CLAIM: Final = "preferred_username"


def origin(address: str) -> str:
    """The scheme and host of an address, which is what a browser's policy compares.

    >>> origin("https://id.example.gov.cn/realms/city")
    'https://id.example.gov.cn'
    """
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def sign_on(environment: Mapping[str, str]) -> tuple[list[dict[str, Any]], str]:
    """What allauth is told of the provider, and the claim that holds our login.

    WEIGUANG_OIDC is JSON with `id`, `name`, `server_url`, `client_id` and perhaps `claim`; the
    secret stands apart, in WEIGUANG_OIDC_SECRET. Raises KeyError or ValueError for anything else:
    better not to start than to start with half a door.
    """
    text = environment.get("WEIGUANG_OIDC", "")
    if not text:
        return [], DEFAULT_CLAIM
    said = json.loads(text)
    provider = {
        "provider_id": said["id"],
        "name": said["name"],
        "client_id": said["client_id"],
        "secret": environment["WEIGUANG_OIDC_SECRET"],
        "settings": {"server_url": said["server_url"], "oauth_pkce_enabled": True},
    }
    return [provider], said.get("claim", DEFAULT_CLAIM)
