"""Passwords that are read out over a desk and typed once: no letter looks like another."""

import secrets
from typing import Final

LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS: Final = 4
LETTERS_PER_GROUP: Final = 4


def first_password() -> str:
    """Sixteen random characters in four groups, about 79 bits."""
    return "-".join(
        "".join(secrets.choice(LETTERS) for _ in range(LETTERS_PER_GROUP)) for _ in range(GROUPS)
    )
