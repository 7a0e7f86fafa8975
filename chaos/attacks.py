"""Random forgeries of sealed rows, as the database's owner can make them who lacks the keys.

Each attack alters, removes, inserts, swaps or cuts off rows of the three tables of the audit chain;
`verify` must find every one. Seeded: the same number makes the same attack on the same chain.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.db import connection, transaction

from weiguang.kernel import chain, heads

Value = int | list[int]
EVENT, LEAF, BLOCK = "kernel_event", "kernel_leaf", "kernel_block"
FINGERPRINT: Final = f"""
SELECT (SELECT md5(string_agg(e::text, '|' ORDER BY e.id)) FROM {EVENT} e),
       (SELECT md5(string_agg(l::text, '|' ORDER BY l.event_id)) FROM {LEAF} l),
       (SELECT md5(string_agg(b::text, '|' ORDER BY b.id)) FROM {BLOCK} b)
"""
# What a forger writes into a column instead of what stands there.
EVENT_COLUMNS: Final = {
    "at": (
        "at + interval '1 microsecond'", "at - interval '3 days'", "'infinity'", "'20000-01-01'",
    ),
    "xid": ("xid + 1", "xid - 1", "-1", "0"),
    "verb": ("'child.open'", "''", "verb || ' '", "upper(verb)"),
    "was_refused": ("NOT was_refused",),
    "person_id": ("md5(id::text)::uuid", "NULL"),
    "post_id": ("md5(id::text)::uuid", "NULL"),
    "about_kind": ("'place'", "''", "'None'"),
    "about_id": ("md5(id::text)::uuid", "NULL"),
    "place_path": ("'1.2.3'", "''", "place_path || '.9'"),
    "purpose": ("'visit'", "''", "purpose || 'x'"),
    "part_of": ("1", "NULL", "id"),
    "caused_by": ("1", "NULL", "id"),
    "detail": (
        "'{}'", "'{\"rows\": 7}'", "detail || '{\"forged\": true}'", "'{\"rows\": 1e400}'",
        "jsonb_build_object('rows', repeat('9', 5000)::numeric)",
    ),
}  # fmt: skip
LEAF_COLUMNS: Final = {
    "digest": ("sha256('forged')", "''", "substring(digest FOR 31)", "digest || '\\x00'"),
    "position": ("position + 1", "-1", "position + 100"),
    "block_id": ("block_id + 1", "block_id - 1"),
    "event_id": ("event_id + 100000", "-event_id"),
}
BLOCK_COLUMNS: Final = {
    "sealed_at": ("sealed_at + interval '1 microsecond'", "'infinity'", "'20000-01-01'"),
    "horizon": ("horizon - 1", "horizon + 1", "0", "-1"),
    "last_event_id": ("last_event_id - 1", "0", "last_event_id + 1000"),
    "length": ("length - 1", "length + 1", "0"),
    "previous_digest": ("sha256('forged')", "''"),
    "digest": ("sha256('forged')", "''", "previous_digest"),
}


@dataclass(frozen=True, slots=True)
class Attack:
    """What was done: its kind, and whether verification found it."""

    kind: str
    number: int
    was_found: bool


@dataclass(frozen=True, slots=True)
class Forger:
    """Somebody with the rights of the tables' owner, a source of chance, and no keys."""

    chance: random.Random

    def run(self, sql: str, *values: Value) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)

    def ask(self, sql: str, *values: Value) -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return [row[0] for row in cursor.fetchall()]

    def events(self) -> list[int]:
        """The numbers of the sealed events."""
        return self.ask(f"SELECT event_id FROM {LEAF} ORDER BY event_id")

    def blocks(self) -> list[int]:
        return self.ask(f"SELECT id FROM {BLOCK} ORDER BY id")


def switch_guards_off() -> None:
    """What the owner does first: triggers off, and the constraint that would stop a reordering."""
    with connection.cursor() as cursor:
        for table in (EVENT, LEAF, BLOCK):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"ALTER TABLE {LEAF} DROP CONSTRAINT leaf_position")


def attacked(number: int) -> Attack:
    """One effective attack on the chain as it stands, and whether it was found; nothing remains.

    After half of them the sealer goes on before anybody looks, as it would within a second.
    """
    chance = random.Random(number)
    forger = Forger(chance)
    while True:
        kind = chance.choice([*ATTACKS])
        with transaction.atomic():
            before = _fingerprint()
            ATTACKS[kind](forger)
            changed = _fingerprint() != before
            if changed:
                if chance.random() < 0.5:
                    chain.seal_block()
                found = bool(chain.verify().findings)
            transaction.set_rollback(True)
        if changed:
            return Attack(kind, number, found)


def _fingerprint() -> tuple[str, ...]:
    with connection.cursor() as cursor:
        cursor.execute(FINGERPRINT)
        found: tuple[str, ...] = cursor.fetchone()
    return found


def alter_event(by: Forger) -> None:
    column = by.chance.choice([*EVENT_COLUMNS])
    value = by.chance.choice(EVENT_COLUMNS[column])
    by.run(f"UPDATE {EVENT} SET {column} = {value} WHERE id = %s", by.chance.choice(by.events()))


def alter_event_and_its_leaf(by: Forger) -> None:
    """The forger makes a digest of the new words, but has no key for it."""
    event = by.chance.choice(by.events())
    by.run(f"UPDATE {EVENT} SET verb = 'forged' WHERE id = %s", event)
    by.run(
        f"UPDATE {LEAF} SET digest = (SELECT sha256(convert_to(e::text, 'UTF8')) FROM {EVENT} e"
        " WHERE e.id = event_id) WHERE event_id = %s",
        event,
    )


def remove_event(by: Forger) -> None:
    by.run(f"DELETE FROM {EVENT} WHERE id = %s", by.chance.choice(by.events()))


def remove_event_and_its_leaf(by: Forger) -> None:
    """With everything put straight after it that needs no key."""
    event = by.chance.choice(by.events())
    (block,) = by.ask(f"SELECT block_id FROM {LEAF} WHERE event_id = %s", event)
    by.run(f"DELETE FROM {EVENT} WHERE id = %s", event)
    by.run(f"DELETE FROM {LEAF} WHERE event_id = %s", event)
    by.run(f"UPDATE {BLOCK} SET length = length - 1 WHERE id = %s", block)
    _number_leaves(by, block)


def insert_event(by: Forger) -> None:
    """A copy under a number that was never used, as old as the forger likes."""
    _copy_event(by, _unused(by), by.chance.choice(by.events()))


def insert_event_and_its_leaf(by: Forger) -> None:
    new, like = _unused(by), by.chance.choice(by.events())
    _copy_event(by, new, like)
    (block,) = by.ask(f"SELECT block_id FROM {LEAF} WHERE event_id = %s", like)
    by.run(
        f"INSERT INTO {LEAF} (event_id, block_id, position, digest)"
        f" SELECT %s, block_id, position, digest FROM {LEAF} WHERE event_id = %s",
        new, like,
    )  # fmt: skip
    by.run(f"UPDATE {BLOCK} SET length = length + 1 WHERE id = %s", block)
    _number_leaves(by, block)


def swap_events(by: Forger) -> None:
    """Two events change what they say, in one column or in all."""
    one, other = by.chance.sample(by.events(), 2)
    columns = by.chance.choice([[*EVENT_COLUMNS], [by.chance.choice([*EVENT_COLUMNS])]])
    said = ", ".join(f"{column} = b.{column}" for column in columns)
    by.run(
        f"UPDATE {EVENT} a SET {said} FROM {EVENT} b WHERE (a.id, b.id) IN ((%s, %s), (%s, %s))",
        one, other, other, one,
    )  # fmt: skip


def alter_leaf(by: Forger) -> None:
    column = by.chance.choice([*LEAF_COLUMNS])
    value = by.chance.choice(LEAF_COLUMNS[column])
    by.run(
        f"UPDATE {LEAF} SET {column} = {value} WHERE event_id = %s", by.chance.choice(by.events())
    )


def swap_leaves(by: Forger) -> None:
    """Two leaves change their places, or their digests."""
    one, other = by.chance.sample(by.events(), 2)
    said = by.chance.choice(
        (
            "position = b.position, block_id = b.block_id",
            "digest = b.digest",
            "position = b.position",
        )
    )
    by.run(
        f"UPDATE {LEAF} a SET {said} FROM {LEAF} b"
        " WHERE (a.event_id, b.event_id) IN ((%s, %s), (%s, %s))",
        one, other, other, one,
    )  # fmt: skip


def remove_leaf(by: Forger) -> None:
    by.run(f"DELETE FROM {LEAF} WHERE event_id = %s", by.chance.choice(by.events()))


def alter_block(by: Forger) -> None:
    column = by.chance.choice([*BLOCK_COLUMNS])
    value = by.chance.choice(BLOCK_COLUMNS[column])
    by.run(f"UPDATE {BLOCK} SET {column} = {value} WHERE id = %s", by.chance.choice(by.blocks()))


def swap_blocks(by: Forger) -> None:
    """Two blocks change all they say but their numbers, with their leaves or without."""
    one, other = by.chance.sample(by.blocks(), 2)
    said = ", ".join(f"{column} = b.{column}" for column in BLOCK_COLUMNS)
    by.run(
        f"UPDATE {BLOCK} a SET {said} FROM {BLOCK} b WHERE (a.id, b.id) IN ((%s, %s), (%s, %s))",
        one, other, other, one,
    )  # fmt: skip
    if by.chance.random() < 0.5:
        by.run(
            f"UPDATE {LEAF} SET block_id = CASE block_id WHEN %s THEN %s::bigint ELSE %s END"
            " WHERE block_id IN (%s, %s)",
            one, other, one, one, other,
        )  # fmt: skip


def renumber_block(by: Forger) -> None:
    """A block and its leaves get another number; the order stays."""
    block, new = by.blocks()[-1], by.blocks()[-1] + by.chance.randint(100, 1000)
    by.run(f"UPDATE {BLOCK} SET id = %s WHERE id = %s", new, block)
    by.run(f"UPDATE {LEAF} SET block_id = %s WHERE block_id = %s", new, block)


def remove_block(by: Forger) -> None:
    """A block goes, with its leaves, perhaps with its events, perhaps with the gap closed."""
    block = by.chance.choice(by.blocks())
    later = [each for each in by.blocks() if each > block]
    with_events = by.chance.random() < 0.5
    if later and by.chance.random() < 0.5:
        by.run(
            f"UPDATE {BLOCK} SET previous_digest = (SELECT previous_digest FROM {BLOCK}"
            " WHERE id = %s) WHERE id = %s",
            block, later[0],
        )  # fmt: skip
    _cut(by, [block], with_events=with_events)


def insert_block(by: Forger) -> None:
    """A block of its own, on which the next ones are hung or not, around events slipped in."""
    like, new = by.chance.choice(by.blocks()), by.blocks()[-1] + by.chance.randint(100, 1000)
    columns = "sealed_at, horizon, last_event_id, length, previous_digest, digest"
    by.run(
        f"INSERT INTO {BLOCK} (id, {columns})"
        " SELECT %s, now(), horizon, last_event_id, 1, digest, sha256(digest)"
        f" FROM {BLOCK} WHERE id = %s",
        new, like,
    )  # fmt: skip
    event = _unused(by)
    _copy_event(by, event, by.chance.choice(by.events()))
    by.run(
        f"INSERT INTO {LEAF} (event_id, block_id, position, digest)"
        " VALUES (%s, %s, 0, sha256('forged'))",
        event, new,
    )  # fmt: skip


def truncate(by: Forger) -> None:
    """The end of the chain goes, one block or all of them, and perhaps what they sealed with it.

    What then stands unsealed may be altered too, before the sealer takes it for new.
    """
    blocks = by.blocks()
    gone = blocks[by.chance.randrange(len(blocks)) :]
    sealed = by.ask(f"SELECT event_id FROM {LEAF} WHERE block_id = ANY(%s)", gone)
    with_events = by.chance.random() < 0.5
    _cut(by, gone, with_events=with_events)
    if not with_events:
        by.run(f"UPDATE {EVENT} SET verb = 'forged' WHERE id = %s", by.chance.choice(sealed))


def _cut(by: Forger, blocks: list[int], *, with_events: bool) -> None:
    if with_events:
        by.run(
            f"DELETE FROM {EVENT} WHERE id IN"
            f" (SELECT event_id FROM {LEAF} WHERE block_id = ANY(%s))",
            blocks,
        )
    by.run(f"DELETE FROM {LEAF} WHERE block_id = ANY(%s)", blocks)
    by.run(f"DELETE FROM {BLOCK} WHERE id = ANY(%s)", blocks)


def _unused(by: Forger) -> int:
    """A number below the last sealed one that no event has."""
    free = by.ask(
        f"SELECT n FROM generate_series(1, (SELECT max(last_event_id) FROM {BLOCK})) AS n"
        f" WHERE NOT EXISTS (SELECT FROM {EVENT} e WHERE e.id = n)"
    )
    return by.chance.choice(free)


def _copy_event(by: Forger, new: int, like: int) -> None:
    """An event under a new number, said to be of a transaction that was over when it was sealed."""
    (xid,) = by.ask(f"SELECT xid FROM {EVENT} WHERE id = %s", like)
    by.run(
        f"INSERT INTO {EVENT} SELECT (jsonb_populate_record(e, jsonb_build_object("
        f"'id', %s::bigint, 'xid', %s::bigint))).* FROM {EVENT} e WHERE id = %s",
        new, by.chance.randint(1, xid), like,
    )  # fmt: skip


def _number_leaves(by: Forger, block: int) -> None:
    by.run(
        f"UPDATE {LEAF} l SET position = n.place - 1 FROM (SELECT event_id, row_number() OVER"
        f" (ORDER BY event_id) AS place FROM {LEAF} WHERE block_id = %s) n"
        " WHERE n.event_id = l.event_id",
        block,
    )


ATTACKS: Final[dict[str, Callable[[Forger], None]]] = {
    "event altered": alter_event,
    "event altered, digest forged": alter_event_and_its_leaf,
    "event removed": remove_event,
    "event removed with its leaf": remove_event_and_its_leaf,
    "event inserted": insert_event,
    "event inserted with a leaf": insert_event_and_its_leaf,
    "events swapped": swap_events,
    "leaf altered": alter_leaf,
    "leaves swapped": swap_leaves,
    "leaf removed": remove_leaf,
    "block altered": alter_block,
    "blocks swapped": swap_blocks,
    "block renumbered": renumber_block,
    "block removed": remove_block,
    "block inserted": insert_block,
    "chain truncated": truncate,
}


def make_chain(*, blocks: int, chance: random.Random, write: Callable[[int], None]) -> None:
    """A sealed chain to attack, with numbers that were drawn and never used, and its head noted.

    `write` leaves so many events; a few more stand unsealed at the end.
    """
    for _ in range(blocks):
        for _ in range(chance.randint(1, 6)):
            write(1)
            if chance.random() < 0.4:
                with connection.cursor() as cursor:
                    cursor.execute(f"SELECT nextval('{EVENT}_id_seq')")
        chain.seal_block()
    heads.keep()
    write(2)
