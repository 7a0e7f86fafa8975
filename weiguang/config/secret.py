"""The secret that signs sessions and tokens: from the environment, or from a file made once.

Not a key of the register (those stand in `kernel.keyring`): whoever loses it logs everybody out,
and whoever steals it can pretend to be logged in.
"""

import os
import secrets
import stat
from pathlib import Path
from typing import Final

from django.core.exceptions import ImproperlyConfigured

FILE_NAME: Final = "secret_key"
PLACEHOLDER: Final = "only for commands that serve nobody"


def secret_key(data_dir: Path) -> str:
    """The secret of this installation, or a placeholder with which nothing is served.

    Raises ImproperlyConfigured when others can read the file.
    """
    named = os.environ.get("WEIGUANG_SECRET", "")
    if named:
        return named
    path = data_dir / FILE_NAME
    try:
        state = path.stat()
    except FileNotFoundError:
        return PLACEHOLDER
    if stat.S_IMODE(state.st_mode) & 0o077:
        raise ImproperlyConfigured(f"{path} can be read by others: chmod 600, or delete it")
    return path.read_text(encoding="ascii").strip() or PLACEHOLDER


def make_secret(data_dir: Path) -> bool:
    """Create the file when there is neither one nor a secret in the environment; True if created.

    The file appears whole or not at all, and the first of two makers wins.
    """
    path = data_dir / FILE_NAME
    if os.environ.get("WEIGUANG_SECRET") or path.exists():
        return False
    data_dir.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{FILE_NAME}.{os.getpid()}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


def refuse_placeholder(secret: str) -> None:
    """Raise ImproperlyConfigured rather than serve with a secret that everybody knows."""
    if secret == PLACEHOLDER:
        raise ImproperlyConfigured(
            "nothing is served without a secret: start with `weiguang up`, or set WEIGUANG_SECRET"
        )
