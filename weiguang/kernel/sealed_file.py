"""Files of any length that only the key ring opens: backups, and whatever else leaves the machine.

A file is its magic, a header (which key, which algorithm, a salt, what it is) and frames of a
megabyte, each sealed under a key of this file alone. The nonce counts the frames and marks the
last, and the header is authenticated with every frame: a byte altered, a frame removed or swapped,
a file cut short or put in another's place does not open. Fields are the duty of `crypto`.
"""

import io
import json
import os
import secrets
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from weiguang.kernel.crypto import AES_GCM, ALGORITHMS, TAG_BYTES, opener, sealer
from weiguang.kernel.errors import SealBroken, SealKeyMissing
from weiguang.kernel.keyring import Keyring

MAGIC: Final = b"weiguang sealed 1\n"
LONGEST_HEADER: Final = 4096
FRAME: Final = 2**20
# The bulk of a database is ciphertext and air: the quickest level takes the air.
COMPRESSION: Final = 1


@dataclass(frozen=True, slots=True)
class Header:
    """What a sealed file says of itself to everybody: its key's number and fingerprint, its use."""

    algorithm: int
    key: int
    fingerprint: str
    salt: str
    use: str

    def text(self) -> bytes:
        said = {name: getattr(self, name) for name in self.__slots__}
        return json.dumps(said, sort_keys=True).encode()


def fingerprint(key: bytes) -> str:
    """Sixteen characters by which people tell keys apart; they say nothing about the key."""
    return _derived(key, b"", "fingerprint", 8).hex()


@contextmanager
def sealing(path: Path, *, ring: Keyring, algorithm: str, use: str) -> Iterator["Sealer"]:
    """A writer of the sealed file at `path`, of mode 0600; it is there whole or not at all.

    `use` is what the file is; it opens as nothing else.
    """
    draft = path.with_name(path.name + ".part")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        sealer = Sealer(file, ring, ALGORITHMS[algorithm], use)
        yield sealer
        sealer.finish()
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)


@contextmanager
def opened(path: Path, *, ring: Keyring, use: str) -> Iterator["Unsealer"]:
    """A reader of the sealed file at `path`.

    Raises `SealKeyMissing` when the ring lacks its key, and `SealBroken`, also while reading, when
    it is not what was sealed for this use.
    """
    try:
        file = path.open("rb")
    except FileNotFoundError as error:
        raise SealBroken(name=path.name) from error
    with file:
        yield Unsealer(file, ring, use, path.name)


def header_of(path: Path) -> Header:
    """What the sealed file says of itself, believed by nobody until it opens; or `SealBroken`."""
    with path.open("rb") as file:
        return _header(file, path.name)


class Sealer:
    """Takes bytes, compresses and seals them."""

    def __init__(self, file: BinaryIO, ring: Keyring, algorithm: int, use: str) -> None:
        key, salt = ring.fields[ring.active], secrets.token_bytes(32)
        header = Header(algorithm, ring.active, fingerprint(key), salt.hex(), use).text()
        self._file = file
        self._header = header
        self._key = _file_key(key, salt, algorithm)
        self._seal = sealer(algorithm)
        self._squeezed = zlib.compressobj(COMPRESSION)
        self._pending = bytearray()
        self._frames = 0
        file.write(MAGIC + len(header).to_bytes(2) + header)

    def write(self, data: bytes) -> int:
        """Takes all of `data`."""
        self._pending += self._squeezed.compress(data)
        while len(self._pending) > FRAME:
            self._put(bytes(self._pending[:FRAME]), is_last=False)
            del self._pending[:FRAME]
        return len(data)

    def finish(self) -> None:
        """Seals what is left; without it the file does not open."""
        self._pending += self._squeezed.flush()
        while len(self._pending) > FRAME:
            self._put(bytes(self._pending[:FRAME]), is_last=False)
            del self._pending[:FRAME]
        self._put(bytes(self._pending), is_last=True)

    def _put(self, frame: bytes, *, is_last: bool) -> None:
        nonce = _nonce(self._frames, is_last=is_last)
        self._file.write(self._seal(self._key, nonce, frame, self._header))
        self._frames += 1


class Unsealer(io.RawIOBase):
    """Gives back the bytes a `Sealer` took, frame by frame, each proved before it is given."""

    def __init__(self, file: BinaryIO, ring: Keyring, use: str, name: str) -> None:
        super().__init__()
        header = _header(file, name)
        key = ring.fields.get(header.key)
        if key is None or fingerprint(key) != header.fingerprint:
            raise SealKeyMissing(number=header.key, fingerprint=header.fingerprint, name=name)
        if header.use != use:
            raise SealBroken(name=name)
        self._file = file
        self._name = name
        self._header = header.text()
        self._key = _file_key(key, bytes.fromhex(header.salt), header.algorithm)
        self._open = opener(header.algorithm)
        self._swelled = zlib.decompressobj()
        self._next = file.read(FRAME + TAG_BYTES)
        self._frames = 0
        # A view: what is given in small pieces is not copied again with every piece.
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready and (self._swelled.unconsumed_tail or self._next):
            # Never more than a frame at once: a gigabyte of nothing squeezes into one.
            squeezed = self._swelled.unconsumed_tail or self._frame()
            self._ready = memoryview(self._swelled.decompress(squeezed, FRAME))
        if not self._ready and not self._swelled.eof:
            raise SealBroken(name=self._name)
        given = self._ready[: len(buffer)]
        buffer[: len(given)] = given
        self._ready = self._ready[len(given) :]
        return len(given)

    def _frame(self) -> bytes:
        sealed, self._next = self._next, self._file.read(FRAME + TAG_BYTES)
        nonce = _nonce(self._frames, is_last=not self._next)
        self._frames += 1
        if len(sealed) < TAG_BYTES:
            raise SealBroken(name=self._name)
        try:
            return self._open(self._key, nonce, sealed, self._header)
        except InvalidTag as error:
            raise SealBroken(name=self._name) from error


def _header(file: BinaryIO, name: str) -> Header:
    if file.read(len(MAGIC)) != MAGIC:
        raise SealBroken(name=name)
    text = file.read(min(int.from_bytes(file.read(2)), LONGEST_HEADER))
    try:
        header = Header(**json.loads(text))
        bytes.fromhex(header.salt)
    except (ValueError, TypeError) as error:
        raise SealBroken(name=name) from error
    if header.algorithm not in ALGORITHMS.values() or header.text() != text:
        raise SealBroken(name=name)
    return header


def _file_key(key: bytes, salt: bytes, algorithm: int) -> bytes:
    return _derived(key, salt, f"sealed file {algorithm}", 32 if algorithm == AES_GCM else 16)


def _derived(key: bytes, salt: bytes, use: str, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt=salt, info=f"weiguang {use}".encode()).derive(key)


def _nonce(frame: int, *, is_last: bool) -> bytes:
    return frame.to_bytes(11) + bytes([is_last])
