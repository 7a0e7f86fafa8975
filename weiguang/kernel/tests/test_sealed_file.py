"""Sealed files: what goes in comes out, and nothing that was touched opens."""

import secrets
import stat
from pathlib import Path

import pytest

from weiguang.kernel.errors import KeysDiffer, SealBroken, SealKeyMissing
from weiguang.kernel.keyring import Keyring, fresh_keyring
from weiguang.kernel.sealed_file import FRAME, MAGIC, fingerprint, header_of, opened, sealing

RING = fresh_keyring()
BEHIND_HEADER = 2


def seal(path: Path, data: bytes, *, ring: Keyring = RING, algorithm: str = "aes") -> Path:
    with sealing(path, ring=ring, algorithm=algorithm, use="a test") as sealed:
        for start in range(0, len(data), 700_001):
            sealed.write(data[start : start + 700_001])
    return path


def unseal(path: Path, *, ring: Keyring = RING, use: str = "a test") -> bytes:
    with opened(path, ring=ring, use=use) as file:
        return file.readall()


@pytest.mark.parametrize("algorithm", ["aes", "sm4"])
@pytest.mark.parametrize("length", [0, 1, FRAME - 1, FRAME, FRAME + 1, 3 * FRAME])
def test_what_was_sealed_is_what_opens(tmp_path: Path, length: int, algorithm: str) -> None:
    data = secrets.token_bytes(length)

    path = seal(tmp_path / "file", data, algorithm=algorithm)

    assert unseal(path) == data


def test_much_of_nothing_is_given_back_in_small_pieces(tmp_path: Path) -> None:
    path = seal(tmp_path / "file", bytes(64 * FRAME))

    with opened(path, ring=RING, use="a test") as file:
        pieces = iter(lambda: file.read(FRAME * 2), b"")
        lengths = [len(piece) for piece in pieces]

    assert path.stat().st_size < FRAME
    assert (sum(lengths), max(lengths)) == (64 * FRAME, FRAME)


def test_a_file_with_any_one_byte_altered_does_not_open(tmp_path: Path) -> None:
    whole = seal(tmp_path / "file", b"Emergency shelter").read_bytes()
    altered = tmp_path / "altered"

    for place in range(len(whole)):
        altered.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises((SealBroken, SealKeyMissing)):
            unseal(altered)


def test_a_file_cut_short_anywhere_or_made_longer_does_not_open(tmp_path: Path) -> None:
    whole = seal(tmp_path / "file", b"Emergency shelter").read_bytes()
    cut = tmp_path / "cut"

    for length in range(len(whole)):
        cut.write_bytes(whole[:length])
        with pytest.raises(SealBroken):
            unseal(cut)
    cut.write_bytes(whole + b"\0")
    with pytest.raises(SealBroken):
        unseal(cut)


def test_frames_swapped_repeated_or_left_out_at_the_end_do_not_open(tmp_path: Path) -> None:
    whole = seal(tmp_path / "file", secrets.token_bytes(3 * FRAME)).read_bytes()
    start = len(MAGIC) + BEHIND_HEADER
    start += int.from_bytes(whole[len(MAGIC) : start])
    frame = FRAME + 16
    head, one, two = whole[:start], whole[start : start + frame], whole[start + frame :][:frame]
    rest = whole[start + 2 * frame :]
    other = tmp_path / "other"

    for arrangement in (two + one + rest, one + one + two + rest, one + rest, one + two, b""):
        other.write_bytes(head + arrangement)
        with pytest.raises(SealBroken):
            unseal(other)


def test_a_file_put_in_anothers_place_does_not_open(tmp_path: Path) -> None:
    path = seal(tmp_path / "file", b"the log of Monday")

    with pytest.raises(SealBroken):
        unseal(path, use="the log of Tuesday")


def test_another_key_of_the_same_number_does_not_open_and_is_named(tmp_path: Path) -> None:
    path = seal(tmp_path / "file", b"words")

    with pytest.raises(SealKeyMissing) as told:
        unseal(path, ring=fresh_keyring())

    assert told.value.fields["fingerprint"] == fingerprint(RING.fields[1]) in told.value.said


def test_an_old_file_opens_after_a_rotation_until_its_key_is_retired(tmp_path: Path) -> None:
    path = seal(tmp_path / "file", b"words")
    rotated = RING.with_new_key()

    assert unseal(path, ring=rotated) == b"words"
    assert header_of(seal(tmp_path / "new", b"", ring=rotated)).key == 2
    with pytest.raises(SealKeyMissing):
        unseal(path, ring=rotated.without(1))
    assert unseal(path, ring=rotated.without(1).with_keys_of(RING)) == b"words"


def test_rings_of_two_installations_are_not_put_together() -> None:
    with pytest.raises(KeysDiffer):
        RING.with_keys_of(fresh_keyring())


def test_it_is_ours_alone_and_not_there_before_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"

    with sealing(path, ring=RING, algorithm="aes", use="a test") as sealed:
        sealed.write(b"words")
        assert not path.exists()

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_neither_words_nor_key_stand_in_it(tmp_path: Path) -> None:
    said = seal(tmp_path / "file", "沈小明".encode() * 100).read_bytes()

    assert "沈小明".encode() not in said
    assert RING.fields[1] not in said
    assert RING.fields[1].hex().encode() not in said


def test_a_file_that_was_broken_off_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "file"

    with pytest.raises(KeyboardInterrupt):
        _break_off(path)

    assert not path.exists()
    assert unseal(seal(path, b"again")) == b"again"


def _break_off(path: Path) -> None:
    with sealing(path, ring=RING, algorithm="aes", use="a test") as sealed:
        sealed.write(b"words")
        raise KeyboardInterrupt
