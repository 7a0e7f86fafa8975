"""The keys: one file, or one environment variable, that the operator keeps apart from the backups.

Field keys rotate: a new one writes, the old ones still read. The index key and the chain key stay,
because what they made is compared for equality.
"""

import base64
import json
import os
import secrets
import stat
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from weiguang.kernel.errors import KeysDiffer, KeysMissing, KeysUnsafe

KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Keyring:
    """Master keys: field keys by number, the number that writes, and the two that never rotate."""

    fields: dict[int, bytes]
    active: int
    index: bytes
    chain: bytes

    def with_new_key(self) -> "Keyring":
        """The same ring with one more field key, which writes from now on."""
        number = max(self.fields) + 1
        return replace(self, fields=self.fields | {number: _fresh()}, active=number)

    def without(self, number: int) -> "Keyring":
        """The ring without a retired key; the active one cannot be retired."""
        if number == self.active:
            raise KeysMissing
        return replace(self, fields={n: k for n, k in self.fields.items() if n != number})

    def with_keys_of(self, other: "Keyring") -> "Keyring":
        """The ring that also opens what an older one of the same installation wrote.

        Raises `KeysDiffer` for a ring of another installation.
        """
        shared = self.fields.keys() & other.fields.keys()
        is_same = (self.index, self.chain) == (other.index, other.chain)
        if not is_same or any(self.fields[number] != other.fields[number] for number in shared):
            raise KeysDiffer
        return replace(self, fields=other.fields | self.fields)


def fresh_keyring() -> Keyring:
    """New random keys."""
    return Keyring(fields={1: _fresh()}, active=1, index=_fresh(), chain=_fresh())


def load(path: Path) -> Keyring:
    """The ring in a file of mode 0600 that is ours; `KeysMissing` or `KeysUnsafe` otherwise."""
    try:
        state = path.stat()
    except FileNotFoundError as error:
        raise KeysMissing from error
    if stat.S_IMODE(state.st_mode) & 0o077 or state.st_uid != os.geteuid():
        raise KeysUnsafe
    return parse(path.read_text(encoding="ascii"))


def parse(text: str) -> Keyring:
    """The ring written as JSON, as in the file and in the environment."""
    try:
        said = json.loads(text)
        fields = {int(number): _bytes(key) for number, key in said["fields"].items()}
        ring = Keyring(fields, int(said["active"]), _bytes(said["index"]), _bytes(said["chain"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeysUnsafe from error
    if ring.active not in ring.fields:
        raise KeysUnsafe
    return ring


def text_of(ring: Keyring) -> str:
    """The ring as JSON; the inverse of `parse`."""
    said = {
        "fields": {str(number): _text(key) for number, key in sorted(ring.fields.items())},
        "active": ring.active,
        "index": _text(ring.index),
        "chain": _text(ring.chain),
    }
    return json.dumps(said, indent=1)


def save(ring: Keyring, path: Path) -> None:
    """Write the ring so that a power cut leaves the old file or the new one, never half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text_of(ring))
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    _keep_name(path.parent)


def _keep_name(directory: Path) -> None:
    """The new name itself must reach the disk before anything is written with a new key."""
    opened = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _fresh() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode("ascii")


def _bytes(text: str) -> bytes:
    key = base64.b64decode(text, validate=True)
    if len(key) != KEY_BYTES:
        raise ValueError
    return key
