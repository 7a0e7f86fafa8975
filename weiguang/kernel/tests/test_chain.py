"""Whoever touches a sealed event is found, by name."""

from pathlib import Path
from typing import Any

import pytest
from django.db import ProgrammingError, connection

from conftest import as_owner
from weiguang.kernel import heads
from weiguang.kernel.chain import Finding, seal_block, verify, verify_newest
from weiguang.kernel.crypto import provider
from weiguang.kernel.digests import first_block_digest
from weiguang.kernel.events import Author, remembered
from weiguang.kernel.models import Block, Event

NOBODY = Author(None, None)


def remember(times: int) -> list[int]:
    for n in range(times):
        with remembered(f"toy.{n}", by=NOBODY):
            pass
    return list(Event.objects.order_by("id").values_list("id", flat=True))


def tamper(database: str, sql: str, *values: object) -> None:
    """What a database owner can do who switches the guards off first."""
    with as_owner(database) as owner:
        for table in ("kernel_event", "kernel_leaf", "kernel_block"):
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        owner.execute(sql, values)


def findings() -> set[tuple[str, int | None]]:
    return {(found.kind, found.event_id) for found in verify().findings}


def test_an_untouched_chain_proves_and_counts_what_is_not_sealed(committed: str) -> None:
    remember(3)
    assert seal_block() == 3
    remember(1)

    verdict = verify()

    assert (verdict.findings, verdict.blocks, verdict.sealed, verdict.unsealed) == ((), 1, 3, 1)


def test_sealing_again_seals_nothing_new(committed: str) -> None:
    remember(2)

    assert (seal_block(), seal_block()) == (2, 0)


def test_an_event_of_a_running_transaction_is_not_sealed_yet(committed: str) -> None:
    with remembered("outer", by=NOBODY):
        with remembered("inner", by=NOBODY):
            pass
        assert seal_block() == 0

    assert seal_block() == 2


@pytest.mark.parametrize(
    "assignment",
    [
        "verb = 'forged'",
        "at = at + interval '1 second'",
        "person_id = gen_random_uuid()",
        "about_id = gen_random_uuid()",
        "purpose = 'forged'",
        "was_refused = true",
        "detail = '{\"forged\": 1}'",
        "part_of = 1",
        "xid = xid - 1",
    ],
)
def test_an_altered_event_is_named(committed: str, assignment: str) -> None:
    ids = remember(3)
    seal_block()

    tamper(committed, f"UPDATE kernel_event SET {assignment} WHERE id = %s", ids[1])

    assert findings() == {("altered", ids[1])}


def test_a_removed_event_is_named(committed: str) -> None:
    ids = remember(3)
    seal_block()

    tamper(committed, "DELETE FROM kernel_event WHERE id = %s", ids[1])

    assert findings() == {("removed", ids[1])}


def test_an_event_slipped_in_among_sealed_ones_is_named(committed: str) -> None:
    remember(1)
    with as_owner(committed) as owner:
        owner.execute("SELECT nextval('kernel_event_id_seq')")
    ids = remember(2)
    seal_block()
    missing = ids[0] + 1

    tamper(
        committed,
        "INSERT INTO kernel_event SELECT (jsonb_populate_record(e, jsonb_build_object('id', %s)))"
        ".* FROM kernel_event e WHERE id = (SELECT min(id) FROM kernel_event)",
        missing,
    )

    assert findings() == {("inserted", missing)}


def test_two_events_that_changed_places_are_named(committed: str) -> None:
    ids = remember(3)
    seal_block()

    tamper(
        committed,
        "UPDATE kernel_event a SET verb = b.verb FROM kernel_event b"
        " WHERE (a.id, b.id) IN ((%s, %s), (%s, %s))",
        ids[0], ids[2], ids[2], ids[0],
    )  # fmt: skip

    assert findings() == {("altered", ids[0]), ("altered", ids[2])}


def test_reordered_leaves_break_their_block(committed: str) -> None:
    remember(2)
    seal_block()
    block = Block.objects.get().pk

    tamper(committed, "ALTER TABLE kernel_leaf DROP CONSTRAINT leaf_position")
    tamper(committed, "UPDATE kernel_leaf SET position = 1 - position")

    assert Finding("block_broken", None, block) in verify().findings


def test_a_removed_block_breaks_the_next_one(committed: str) -> None:
    for _ in range(3):
        remember(1)
        seal_block()
    second = Block.objects.order_by("id")[1].pk

    tamper(committed, "DELETE FROM kernel_leaf WHERE block_id = %s", second)
    tamper(committed, "DELETE FROM kernel_block WHERE id = %s", second)

    assert Finding("block_broken", None, second + 1) in verify().findings


def test_a_block_forged_without_the_key_is_broken(committed: str) -> None:
    remember(1)
    seal_block()

    tamper(committed, "UPDATE kernel_block SET digest = sha256('forged')")

    assert [found.kind for found in verify().findings] == ["block_broken"]


def test_the_run_time_role_cannot_switch_the_guards_off(committed: str) -> None:
    with connection.cursor() as cursor, pytest.raises(ProgrammingError, match="must be owner"):
        cursor.execute("ALTER TABLE kernel_event DISABLE TRIGGER USER")


def test_the_newest_blocks_are_proven_without_the_older_ones(committed: str) -> None:
    for _ in range(3):
        remember(2)
        seal_block()

    verdict = verify_newest(3)

    assert (verdict.findings, verdict.blocks, verdict.sealed) == ((), 2, 4)


def test_a_forgery_in_the_newest_blocks_is_found_and_an_older_one_is_not_claimed(
    committed: str,
) -> None:
    first = remember(2)[0]
    seal_block()
    last = remember(2)[-1]
    seal_block()
    tamper(committed, "UPDATE kernel_event SET verb = 'x' WHERE id IN (%s, %s)", first, last)

    assert [found.event_id for found in verify_newest(2).findings] == [last]
    assert {found.event_id for found in verify().findings} == {first, last}


def test_an_event_slipped_into_the_newest_blocks_is_found(committed: str) -> None:
    remember(2)
    seal_block()
    last = remember(3)[-1]
    seal_block()
    tamper(committed, "DELETE FROM kernel_leaf WHERE event_id = %s", last - 1)

    found = {(each.kind, each.event_id) for each in verify_newest(2).findings}

    assert ("inserted", last - 1) in found


@pytest.fixture
def outside(settings: Any, tmp_path: Path) -> Path:
    """Where this test's head of the chain is kept."""
    settings.DATA_DIR = tmp_path
    return tmp_path / heads.FOLDER


def cut_off(database: str, *, from_block: int) -> None:
    tamper(database, "DELETE FROM kernel_leaf WHERE block_id >= %s", from_block)
    tamper(database, "DELETE FROM kernel_block WHERE id >= %s", from_block)


@pytest.mark.parametrize("gone", [0, 2])
def test_a_chain_cut_off_at_its_end_is_told_and_goes_on_being_told(
    committed: str, outside: Path, gone: int
) -> None:
    for _ in range(3):
        remember(2)
        seal_block()
    heads.keep()
    blocks = list(Block.objects.order_by("id").values_list("id", flat=True))

    cut_off(committed, from_block=blocks[gone])
    tamper(
        committed,
        "UPDATE kernel_event SET verb = 'forged'"
        " WHERE id NOT IN (SELECT event_id FROM kernel_leaf)",
    )
    told = verify().findings
    remember(1)
    seal_block()
    heads.keep()

    truncated = Finding("truncated", None, blocks[-1])
    assert told == verify().findings == verify_newest(10).findings == (truncated,)


def test_a_head_is_kept_again_and_again_as_the_chain_grows(committed: str, outside: Path) -> None:
    for _ in range(3):
        remember(1)
        seal_block()
        heads.keep()

    head = heads.kept()

    assert head is not None
    assert (head.block_id, head.digest) == (Block.objects.latest("id").pk, verify().head)
    assert [len(file.read_text().split()) for file in outside.iterdir()] == [2]


def test_a_note_that_cannot_be_read_is_not_taken_for_none(committed: str, outside: Path) -> None:
    remember(1)
    seal_block()
    heads.keep()
    (note,) = outside.iterdir()
    note.write_text("")

    heads.keep()

    assert [found.kind for found in verify().findings] == ["truncated"]


def test_an_event_slipped_in_is_found_also_after_the_sealer_took_it_for_new(committed: str) -> None:
    remember(1)
    with as_owner(committed) as owner:
        owner.execute("SELECT nextval('kernel_event_id_seq')")
    ids = remember(2)
    seal_block()
    tamper(
        committed,
        "INSERT INTO kernel_event SELECT (jsonb_populate_record(e, jsonb_build_object('id', %s)))"
        ".* FROM kernel_event e WHERE id = (SELECT min(id) FROM kernel_event)",
        ids[0] + 1,
    )

    assert seal_block() == 1

    inserted = Finding("inserted", ids[0] + 1, Block.objects.latest("id").pk)
    assert verify().findings == verify_newest(1).findings == (inserted,)


@pytest.mark.parametrize(
    "assignment",
    [
        "sealed_at = sealed_at - interval '1 day'",
        "sealed_at = 'infinity'",
        "last_event_id = last_event_id - 1",
        "horizon = -1",
    ],
)
def test_what_a_block_says_of_itself_is_sealed_too(committed: str, assignment: str) -> None:
    remember(3)
    seal_block()

    tamper(committed, f"UPDATE kernel_block SET {assignment}")

    assert ("block_broken", None) in findings()


@pytest.mark.parametrize(
    "assignment",
    ["at = 'infinity'", "detail = jsonb_build_object('n', repeat('9', 5000)::numeric)"],
)
def test_an_event_that_can_no_longer_be_read_is_named(committed: str, assignment: str) -> None:
    ids = remember(3)
    seal_block()

    tamper(committed, f"UPDATE kernel_event SET {assignment} WHERE id = %s", ids[1])

    assert findings() == {("altered", ids[1])}


def test_a_block_sealed_before_blocks_said_more_of_themselves_is_proven(committed: str) -> None:
    remember(2)
    seal_block()
    block = Block.objects.get()
    leaves = list(block.leaves.order_by("position"))
    digest = first_block_digest(provider(), block, bytes(block.previous_digest), leaves)

    tamper(committed, "UPDATE kernel_block SET digest = %s", digest)
    remember(1)
    seal_block()

    assert verify().findings == ()
