"""What a reader is looking for, carried from page to page in a sealed token: no words in a URL."""

from typing import Any

from weiguang.office.addresses import sealed_address
from weiguang.web.guard import WorkRequest
from weiguang.web.tokens import unseal


def address_of(request: WorkRequest, name: str, wish: dict[str, Any], **parts: Any) -> str:
    """The address of a page with a wish, sealed for this reader and this page."""
    return sealed_address(request.actor, name, wish, **parts)


def wish_of(request: WorkRequest, name: str) -> dict[str, Any]:
    """The wish in the request's address; empty without one."""
    token = request.GET.get("v")
    if not token:
        return {}
    wish: dict[str, Any] = unseal(token, use=name, person_id=request.actor.person_id)
    return wish
