"""What a page must remember between two requests, sealed so that no URL names a person.

A token holds a small JSON value (a search, a place in a list), encrypted for one person and one
use: in another's hands, or on another page, it opens nothing.
"""

import base64
import json
from typing import Any
from uuid import UUID

from weiguang.kernel.crypto import provider
from weiguang.kernel.errors import NotFoundOrRefused, UndecryptableToken


def seal(value: Any, *, use: str, person_id: UUID | None) -> str:
    """The value as text that may stand in a URL."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    token = provider().encrypt(text.encode(), context=f"token {use} {person_id}")
    return base64.urlsafe_b64encode(token).decode().rstrip("=")


def unseal(token: str, *, use: str, person_id: UUID | None) -> Any:
    """The value again; raises `NotFoundOrRefused` for anything that was not sealed for this."""
    try:
        sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        return json.loads(provider().decrypt(sealed, context=f"token {use} {person_id}"))
    except (ValueError, UndecryptableToken) as error:
        raise NotFoundOrRefused from error
