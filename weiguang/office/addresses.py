"""Addresses of the office's pages with what a reader looks for: sealed, no words in a URL."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from weiguang.network.authority import Actor
from weiguang.web.tokens import seal


def sealed_address(actor: Actor, name: str, wish: dict[str, Any], **parts: Any) -> str:
    """The address of a page with a wish, sealed for this actor and this page."""
    address = reverse(name, kwargs=parts)
    if not wish:
        return address
    return f"{address}?{urlencode({'v': seal(wish, use=name, person_id=actor.person_id)})}"
