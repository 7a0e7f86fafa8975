"""Encryption of fields, blind indexes and the chain's digests, through one provider.

Another provider (a hardware module, a city's own cryptography pool) need only keep the protocol.
A token is: version, algorithm, key number (2 bytes), nonce (12), ciphertext and tag. The context
(the column it belongs to) is authenticated, so that a value moved to another column does not open.
"""

import hmac
import secrets
from collections.abc import Callable, Sequence
from functools import cache, lru_cache, partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from weiguang.kernel import keyring
from weiguang.kernel.errors import UndecryptableToken
from weiguang.kernel.keyring import Keyring

if TYPE_CHECKING:
    from hashlib import _Hash as Hash

VERSION: Final = 1
AES_GCM: Final = 1
SM4_GCM: Final = 2
ALGORITHMS: Final = {"aes": AES_GCM, "sm4": SM4_GCM}
HEAD_BYTES: Final = 4
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
INDEX_BYTES: Final = 16


class CryptoProvider(Protocol):
    """What the system asks of cryptography."""

    def encrypt(self, plaintext: bytes, *, context: str) -> bytes:
        """A token that only `decrypt` with the same context opens; a new one each time."""

    def encrypt_many(self, plaintexts: Sequence[bytes], *, context: str) -> list[bytes]:
        """A token for each, as `encrypt` makes them."""

    def decrypt(self, token: bytes, *, context: str) -> bytes:
        """The plaintext; raises `UndecryptableToken`."""

    def blind_index(self, text: str, *, purpose: str) -> bytes:
        """16 bytes, equal for equal text and purpose, that say nothing about the text."""

    def seal_digest(self, data: bytes) -> bytes:
        """The keyed 32-byte digest that the audit chain is made of."""


class LocalCrypto:
    """The provider that holds its keys in memory: AES-256-GCM, or SM4-GCM with HMAC-SM3."""

    def __init__(
        self,
        ring: Keyring,
        *,
        algorithm: str = "aes",
        read_again: Callable[[], Keyring] | None = None,
    ) -> None:
        self._ring = ring
        self._read_again = read_again
        self._algorithm = ALGORITHMS[algorithm]
        self._hash = hashes.SM3() if algorithm == "sm4" else hashes.SHA256()
        self._index_key = _derived(ring.index, "index", 32)
        self._chain_key = _derived(ring.chain, "chain", 32)
        self._begun = None if algorithm == "sm4" else _begun(self._index_key)
        self._field_key = lru_cache(maxsize=64)(self._make_field_key)

    def encrypt(self, plaintext: bytes, *, context: str) -> bytes:
        nonce = secrets.token_bytes(NONCE_BYTES)
        head = self.current_head()
        key = self._field_key(int.from_bytes(head[2:]), self._algorithm)
        seal = sealer(self._algorithm)
        return head + nonce + seal(key, nonce, plaintext, context.encode())

    def encrypt_many(self, plaintexts: Sequence[bytes], *, context: str) -> list[bytes]:
        head, bound = self.current_head(), context.encode()
        key = self._field_key(int.from_bytes(head[2:]), self._algorithm)
        seal = sealer_with(key, self._algorithm)
        # All nonces at once: asking the system for each costs as much as sealing.
        chance = secrets.token_bytes(NONCE_BYTES * len(plaintexts))
        nonces = (chance[at : at + NONCE_BYTES] for at in range(0, len(chance), NONCE_BYTES))
        return [
            head + nonce + seal(nonce, plaintext, bound)
            for nonce, plaintext in zip(nonces, plaintexts, strict=True)
        ]

    def decrypt(self, token: bytes, *, context: str) -> bytes:
        if len(token) < HEAD_BYTES + NONCE_BYTES + TAG_BYTES or token[0] != VERSION:
            raise UndecryptableToken
        algorithm, number = token[1], int.from_bytes(token[2:HEAD_BYTES])
        if algorithm not in ALGORITHMS.values() or not self._has_key(number):
            raise UndecryptableToken
        nonce, body = (
            token[HEAD_BYTES : HEAD_BYTES + NONCE_BYTES],
            token[HEAD_BYTES + NONCE_BYTES :],
        )
        opened = opener(algorithm)
        try:
            return opened(self._field_key(number, algorithm), nonce, body, context.encode())
        except InvalidTag as error:
            raise UndecryptableToken from error

    def blind_index(self, text: str, *, purpose: str) -> bytes:
        said = f"{purpose}\0{text}".encode()
        if self._begun is None:
            return self._hmac(self._index_key, said)[:INDEX_BYTES]
        # HMAC (RFC 2104) from its two hashes, begun once with the key: half the time of each anew.
        inner, outer = self._begun[0].copy(), self._begun[1].copy()
        inner.update(said)
        outer.update(inner.digest())
        return outer.digest()[:INDEX_BYTES]

    def seal_digest(self, data: bytes) -> bytes:
        return self._hmac(self._chain_key, data)

    def is_current(self, token: bytes) -> bool:
        """Whether a token was made with the key and algorithm that write today."""
        return token[:HEAD_BYTES] == self.current_head()

    def current_head(self) -> bytes:
        """How every token begins that is made today: version, algorithm, key number."""
        return bytes((VERSION, self._algorithm)) + self._ring.active.to_bytes(2)

    def _has_key(self, number: int) -> bool:
        """Whether we have the key, after looking again: another process may just have rotated."""
        if number not in self._ring.fields and self._read_again is not None:
            self._ring = self._read_again()
        return number in self._ring.fields

    def _hmac(self, key: bytes, data: bytes) -> bytes:
        if isinstance(self._hash, hashes.SHA256):
            return hmac.digest(key, data, "sha256")
        digest = HMAC(key, self._hash)
        digest.update(data)
        return digest.finalize()

    def _make_field_key(self, number: int, algorithm: int) -> bytes:
        length = 32 if algorithm == AES_GCM else 16
        return _derived(self._ring.fields[number], f"field {algorithm}", length)


@cache
def provider() -> LocalCrypto:
    """The provider that the settings name; `provider.cache_clear()` after keys have changed."""
    given = settings.WEIGUANG_KEYS
    read = (
        partial(keyring.load, given) if isinstance(given, Path) else partial(keyring.parse, given)
    )
    return LocalCrypto(read(), algorithm=settings.WEIGUANG_ALGORITHM, read_again=read)


def sealer(algorithm: int) -> Callable[[bytes, bytes, bytes, bytes], bytes]:
    """What turns key, nonce, plaintext and context into ciphertext and tag."""
    return _aes_seal if algorithm == AES_GCM else _sm4_seal


def sealer_with(key: bytes, algorithm: int) -> Callable[[bytes, bytes, bytes], bytes]:
    """What turns nonce, plaintext and context into ciphertext and tag, with one key."""
    return _aes(key).encrypt if algorithm == AES_GCM else partial(_sm4_seal, key)


def opener(algorithm: int) -> Callable[[bytes, bytes, bytes, bytes], bytes]:
    """What turns key, nonce, ciphertext with tag and context back; raises InvalidTag."""
    return _aes_open if algorithm == AES_GCM else _sm4_open


def _derived(key: bytes, use: str, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt=None, info=f"weiguang {use}".encode()).derive(key)


def _begun(key: bytes) -> tuple["Hash", "Hash"]:
    """The inner and the outer hash of HMAC-SHA256 after its key."""
    padded = key.ljust(sha256().block_size, b"\0")
    inner, outer = (bytes(byte ^ pad for byte in padded) for pad in (0x36, 0x5C))
    return sha256(inner), sha256(outer)


@lru_cache(maxsize=64)
def _aes(key: bytes) -> AESGCM:
    return AESGCM(key)


def _aes_seal(key: bytes, nonce: bytes, plaintext: bytes, context: bytes) -> bytes:
    return _aes(key).encrypt(nonce, plaintext, context)


def _aes_open(key: bytes, nonce: bytes, body: bytes, context: bytes) -> bytes:
    return _aes(key).decrypt(nonce, body, context)


def _sm4_seal(key: bytes, nonce: bytes, plaintext: bytes, context: bytes) -> bytes:
    encryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(context)
    body = encryptor.update(plaintext) + encryptor.finalize()
    return body + encryptor.tag


def _sm4_open(key: bytes, nonce: bytes, body: bytes, context: bytes) -> bytes:
    mode = modes.GCM(nonce, body[-TAG_BYTES:])
    decryptor = Cipher(algorithms.SM4(key), mode).decryptor()
    decryptor.authenticate_additional_data(context)
    return decryptor.update(body[:-TAG_BYTES]) + decryptor.finalize()
