"""The addresses of pages of tasks: a place in a list, sealed for one reader."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse

from weiguang.network.authority import Actor
from weiguang.web.tokens import seal, unseal

USE: Final = "tasks"


def page_address(actor: Actor, url_name: str, key: Sequence[str] | None) -> str:
    """Where the list goes on after a key; empty when it does not."""
    if key is None:
        return ""
    token = seal(list(key), use=f"{USE} {url_name}", person_id=actor.person_id)
    return f"{reverse(url_name)}?{urlencode({'after': token})}"


def key_of(actor: Actor, url_name: str, token: str) -> Sequence[str] | None:
    """The key of an address; raises `NotFoundOrRefused` for another's."""
    if not token:
        return None
    key: Sequence[str] = unseal(token, use=f"{USE} {url_name}", person_id=actor.person_id)
    return key
