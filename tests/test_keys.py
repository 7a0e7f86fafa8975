"""Rotating the keys: every value stays what it was, a killed run is finished, nothing is lost."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from pytest_django.fixtures import Settings

from conftest import as_owner as another_session
from weiguang.config.postgres import APP_ROLE, OWNER_ROLE
from weiguang.config.prepare import as_owner
from weiguang.kernel import chain, keyring, rotation
from weiguang.kernel.crypto import LocalCrypto, provider
from weiguang.kernel.errors import (
    KeyStillUsed,
    NotTheOwner,
    RotationRunning,
    SystemStillRuns,
    UndecryptableToken,
)
from weiguang.kernel.events import Author, remembered
from weiguang.kernel.history import amend
from weiguang.kernel.models import Change, Event
from weiguang.network.actions.keys import Rotation, retire_key, rotate_keys
from weiguang.network.queries import the_system
from weiguang.network.verbs import Verb
from weiguang.register.models import Adult

NOBODY = Author(None, None)
SYSTEM = the_system(on=date(2024, 12, 31))
ADULTS = 5


@pytest.fixture
def ring_file(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    path = tmp_path / "keys.json"
    keyring.save(keyring.fresh_keyring(), path)
    settings.WEIGUANG_KEYS = path
    provider.cache_clear()
    yield path
    provider.cache_clear()


@pytest.fixture
def adults(committed: str, ring_file: Path) -> Iterator[str]:
    """Five adults with a phone each, changed once, in a database whose owner we are."""
    with remembered("toy.enter", by=NOBODY):
        for n in range(ADULTS):
            adult = Adult(name="甲", phone=f"1390000000{n}", id_number=None if n else "an id")
            adult.save(force_insert=True)
    with remembered("toy.amend", by=NOBODY):
        for adult in Adult.objects.all():
            amend(adult, phone=f"{adult.phone}9")
    chain.seal_block()
    with as_owner():
        yield committed


def rotate(path: Path, *, die_after: int | None = None, rows_at_once: int = 2) -> Rotation:
    """Rotates; dies after so many batches when asked to."""
    heard: list[int] = []

    def tell(done: int, total: int) -> None:
        heard.append(done)
        if die_after is not None and len(heard) > die_after:
            raise KeyboardInterrupt

    return rotate_keys(path, by=SYSTEM, tell=tell, rows_at_once=rows_at_once)


def phones() -> list[str]:
    return sorted(Adult.objects.values_list("phone", flat=True))


def history() -> list[tuple[str, str]]:
    return sorted(Change.objects.values_list("before", "after"))


EXPECTED_PHONES = [f"1390000000{n}9" for n in range(ADULTS)]
EXPECTED_HISTORY = [(f"1390000000{n}", f"1390000000{n}9") for n in range(ADULTS)]


def test_every_value_reads_as_before_and_only_the_new_key_is_used(
    adults: str, ring_file: Path
) -> None:
    done = rotate(ring_file)

    assert (done.key, done.was_continued, done.left) == (2, False, {})
    assert done.rows == {"register_adult": ADULTS, "kernel_change": ADULTS}
    assert set(rotation.tokens_by_key()) == {2}
    assert (phones(), history()) == (EXPECTED_PHONES, EXPECTED_HISTORY)


def test_a_rotation_leaves_the_chain_whole_and_says_what_it_did(
    adults: str, ring_file: Path
) -> None:
    rotate(ring_file)
    chain.seal_block()

    begun, finished = Event.objects.filter(verb=Verb.KEYS_ROTATE).order_by("id")
    assert (begun.detail["step"], finished.caused_by) == ("begun", begun.pk)
    assert finished.detail["rows"] == {"register_adult": ADULTS, "kernel_change": ADULTS}
    assert chain.verify().findings == ()


def test_a_rotation_does_not_pretend_that_records_were_written_anew(
    adults: str, ring_file: Path
) -> None:
    before = list(Adult.objects.order_by("id").values_list("written_in"))

    rotate(ring_file)

    assert list(Adult.objects.order_by("id").values_list("written_in")) == before


@pytest.mark.parametrize(("batches", "rewritten"), [(0, 0), (1, 2), (2, 4), (3, 5), (4, 7), (5, 9)])
def test_a_killed_rotation_keeps_every_value_and_is_finished_by_the_next(
    adults: str, ring_file: Path, batches: int, rewritten: int
) -> None:
    with pytest.raises(KeyboardInterrupt):
        rotate(ring_file, die_after=batches)
    halfway = (phones(), history())

    done = rotate(ring_file)

    assert halfway == (EXPECTED_PHONES, EXPECTED_HISTORY)
    assert (done.key, done.was_continued) == (2, True)
    assert sum(done.rows.values()) == 2 * ADULTS - rewritten
    assert set(rotation.tokens_by_key()) == {2}
    assert (phones(), history()) == (EXPECTED_PHONES, EXPECTED_HISTORY)


def test_the_key_file_is_written_before_the_first_row(adults: str, ring_file: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        rotate(ring_file, die_after=0)

    assert keyring.load(ring_file).active == 2
    assert set(rotation.tokens_by_key()) == {1}


def test_the_run_time_role_cannot_rotate_and_changes_nothing(
    committed: str, ring_file: Path
) -> None:
    with pytest.raises(NotTheOwner):
        rotate(ring_file)

    assert keyring.load(ring_file).active == 1
    assert not Event.objects.exists()


def test_history_is_insert_only_again_after_a_rotation_and_after_a_killed_one(
    adults: str, ring_file: Path
) -> None:
    with pytest.raises(KeyboardInterrupt):
        rotate(ring_file, die_after=1)
    with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic():
        Change.objects.update(field="x")

    rotate(ring_file)

    with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic():
        Change.objects.update(field="x")


def test_a_program_that_read_the_old_ring_reads_what_the_new_key_wrote(
    adults: str, ring_file: Path
) -> None:
    running = LocalCrypto(keyring.load(ring_file), read_again=lambda: keyring.load(ring_file))

    rotate(ring_file)
    token = provider().encrypt(b"later", context="here")

    assert running.decrypt(token, context="here") == b"later"
    assert running.encrypt(b"", context="")[2:4] == (2).to_bytes(2)


def test_a_key_is_retired_only_when_nothing_needs_it(adults: str, ring_file: Path) -> None:
    for number in (1, 7):
        with pytest.raises(KeyStillUsed):
            retire_key(ring_file, number, by=SYSTEM)
    rotate(ring_file)
    with pytest.raises(KeyStillUsed):
        retire_key(ring_file, 2, by=SYSTEM)

    retire_key(ring_file, 1, by=SYSTEM)

    assert set(keyring.load(ring_file).fields) == {2}
    assert (phones(), history()) == (EXPECTED_PHONES, EXPECTED_HISTORY)


def test_a_key_used_by_one_row_alone_is_not_retired(adults: str, ring_file: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        rotate(ring_file, die_after=5)
    assert rotation.tokens_by_key()[1] > 0

    with pytest.raises(KeyStillUsed):
        retire_key(ring_file, 1, by=SYSTEM)

    assert set(keyring.load(ring_file).fields) == {1, 2}


@pytest.mark.parametrize("role", [APP_ROLE, OWNER_ROLE])
def test_no_key_is_retired_while_another_program_is_connected(
    adults: str, ring_file: Path, role: str
) -> None:
    rotate(ring_file)
    host = connection.settings_dict["HOST"]

    with (
        psycopg.connect(host=host, dbname=adults, user=role),
        pytest.raises(SystemStillRuns),
    ):
        retire_key(ring_file, 1, by=SYSTEM)

    assert set(keyring.load(ring_file).fields) == {1, 2}


def test_two_rotations_do_not_run_at_once(adults: str, ring_file: Path) -> None:
    with another_session(adults) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [rotation.ROTATION_LOCK])

        with pytest.raises(RotationRunning):
            rotate(ring_file)

    assert keyring.load(ring_file).active == 1


def test_without_the_old_key_what_it_wrote_stays_closed(adults: str, ring_file: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM register_adult LIMIT 1")
        token = bytes(cursor.fetchone()[0])
    rotate(ring_file)
    retire_key(ring_file, 1, by=SYSTEM)

    with pytest.raises(UndecryptableToken):
        provider().decrypt(token, context="register_adult.phone")
