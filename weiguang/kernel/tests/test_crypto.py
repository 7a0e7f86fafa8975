"""What is encrypted opens only with its key, in its place, unaltered."""

import hmac
import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from weiguang.kernel import keyring
from weiguang.kernel.crypto import LocalCrypto
from weiguang.kernel.errors import KeysMissing, KeysUnsafe, UndecryptableToken
from weiguang.kernel.keyring import fresh_keyring

RING = fresh_keyring()
ALGORITHMS = ("aes", "sm4")
WORDS = "顾念安".encode()


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_token_opens_to_what_was_sealed_and_shows_nothing_of_it(algorithm: str) -> None:
    crypto = LocalCrypto(RING, algorithm=algorithm)

    token = crypto.encrypt(WORDS, context="child.name")

    assert WORDS not in token
    assert token != crypto.encrypt(WORDS, context="child.name")
    assert crypto.decrypt(token, context="child.name") == WORDS


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("position", [0, 1, 3, 5, 16, -1])
def test_an_altered_token_does_not_open(algorithm: str, position: int) -> None:
    crypto = LocalCrypto(RING, algorithm=algorithm)
    token = bytearray(crypto.encrypt(WORDS, context="child.name"))
    token[position] ^= 0x40

    with pytest.raises(UndecryptableToken):
        crypto.decrypt(bytes(token), context="child.name")


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_token_moved_to_another_column_does_not_open(algorithm: str) -> None:
    crypto = LocalCrypto(RING, algorithm=algorithm)

    with pytest.raises(UndecryptableToken):
        crypto.decrypt(crypto.encrypt(WORDS, context="a"), context="b")


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_many_sealed_at_once_open_each_and_no_two_look_alike(algorithm: str) -> None:
    crypto = LocalCrypto(RING, algorithm=algorithm)

    tokens = crypto.encrypt_many([WORDS, b"", WORDS], context="child.name")

    assert [crypto.decrypt(token, context="child.name") for token in tokens] == [WORDS, b"", WORDS]
    assert len({token[4:16] for token in tokens}) == 3


def test_a_blind_index_is_the_keyed_digest_it_always_was() -> None:
    key = HKDF(SHA256(), 32, salt=None, info=b"weiguang index").derive(RING.index)
    whole = hmac.digest(key, "child.id\0顾念安".encode(), "sha256")

    assert LocalCrypto(RING).blind_index("顾念安", purpose="child.id") == whole[:16]


def test_old_tokens_open_after_rotation_and_change_of_algorithm() -> None:
    token = LocalCrypto(RING, algorithm="aes").encrypt(WORDS, context="a")
    later = LocalCrypto(RING.with_new_key(), algorithm="sm4")

    assert later.decrypt(token, context="a") == WORDS
    assert not later.is_current(token)
    assert later.is_current(later.encrypt(WORDS, context="a"))


def test_a_token_of_a_retired_key_does_not_open() -> None:
    token = LocalCrypto(RING).encrypt(WORDS, context="a")

    with pytest.raises(UndecryptableToken):
        LocalCrypto(RING.with_new_key().without(1)).decrypt(token, context="a")


def test_blind_indexes_survive_rotation_and_differ_by_purpose_and_key() -> None:
    index = LocalCrypto(RING).blind_index("5001", purpose="a")

    assert index == LocalCrypto(RING.with_new_key()).blind_index("5001", purpose="a")
    assert index != LocalCrypto(RING).blind_index("5001", purpose="b")
    assert index != LocalCrypto(fresh_keyring()).blind_index("5001", purpose="a")
    assert len(index) == 16


def test_a_key_file_is_private_and_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"

    keyring.save(RING, path)

    assert path.stat().st_mode & 0o777 == 0o600
    assert keyring.load(path) == RING


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    keyring.save(RING, path)
    os.chmod(path, 0o640)

    with pytest.raises(KeysUnsafe):
        keyring.load(path)


def test_a_missing_key_file_is_named_as_such(tmp_path: Path) -> None:
    with pytest.raises(KeysMissing):
        keyring.load(tmp_path / "keys.json")


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"fields": {"1": "c2hvcnQ="}}', "null"])
def test_half_a_keyring_is_refused(text: str) -> None:
    with pytest.raises(KeysUnsafe):
        keyring.parse(text)


def test_the_active_key_cannot_be_retired() -> None:
    with pytest.raises(KeysMissing):
        RING.without(RING.active)
