"""Backups of a running city: what is restored is the same, to the row and to the moment."""

import base64
import json
import shutil
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from weiguang.config.backups.shelf import Seals, Shelf, shelves
from weiguang.config.postgres import BACKUP_ROLE, OWNER_ROLE, Embedded
from weiguang.config.tests.installation import Run, runner, seeded
from weiguang.kernel import clock, keyring
from weiguang.kernel.crypto import LocalCrypto

# It holds until when the log was fetched, which is known only afterwards.
AFTERWARDS = "kernel_roundrun"


@dataclass
class City:
    """An installation with a durable database, its command, and room to restore into."""

    data: Path
    run: Run
    room: Path

    def done(self, *words: str) -> Any:
        """What the command answers in JSON, having succeeded."""
        ended = self.run(*words, "--json")
        assert ended.returncode == 0, ended.stderr
        return json.loads(ended.stdout)

    def restored(self, name: str, *words: str) -> tuple[Path, Any]:
        """A new data directory, and what was said of it."""
        into = self.room / name
        keys = () if "--keys" in words else ("--keys", str(self.data / "keys.json"))
        return into, self.done("restore", "--into", str(into), *keys, *words)

    def shelf(self, root: Path) -> Shelf:
        return shelves(root, Seals(keyring.load(self.data / "keys.json")))[-1]

    def sql(self, statement: str, *values: object, role: str = OWNER_ROLE) -> list[tuple[Any, ...]]:
        return sql(self.data, statement, *values, role=role)


def sql(
    data: Path, statement: str, *values: object, role: str = OWNER_ROLE
) -> list[tuple[Any, ...]]:
    host = Embedded(data).connection().host
    with psycopg.connect(host=host, dbname="weiguang", user=role, autocommit=True) as session:
        cursor = session.execute(statement, list(values) or None)
        return cursor.fetchall() if cursor.description else []


def contents(data: Path) -> dict[str, tuple[int, str]]:
    """How many rows each table has, and a digest of all of them."""
    named = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    rows = "SELECT count(*), coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM {} t"
    return {table: sql(data, rows.format(table))[0] for (table,) in sql(data, named)}


@dataclass(frozen=True)
class Kept:
    """What was backed up, and how the city stood when the log was last fetched."""

    full: dict[str, Any]
    increment: dict[str, Any]
    between: datetime
    contents: dict[str, tuple[int, str]]
    verdict: dict[str, Any]


@pytest.fixture(scope="module")
def city() -> Iterator[City]:
    # Every user may pass this directory; pytest's own are closed to the one who runs PostgreSQL.
    top = Path(tempfile.mkdtemp(prefix="wg-"))
    top.chmod(0o755)
    with seeded(top / "city", fast=False) as run:
        yield City(top / "city", run, top)
    shutil.rmtree(top)


@pytest.fixture(scope="module")
def kept(city: City) -> Kept:
    """A full backup, what changed after it, and the log of what was done after that."""
    full = city.done("backup")["backup"]
    increment = city.done("backup")["backup"]
    city.sql("INSERT INTO kernel_roundrun VALUES ('before', now())")
    ((between,),) = city.sql("SELECT clock_timestamp()")
    city.sql("INSERT INTO kernel_roundrun VALUES ('after', now())")
    city.sql("DELETE FROM kernel_roundrun WHERE code = 'before'")
    city.done("backup", "--log")
    return Kept(full, increment, between, contents(city.data), city.done("audit", "verify"))


def test_what_is_restored_has_every_row_and_the_same_chain(city: City, kept: Kept) -> None:
    into, said = city.restored("whole")

    with Embedded(into):
        found = contents(into)
    assert found.pop(AFTERWARDS)[0] == kept.contents[AFTERWARDS][0]
    assert found == {name: rows for name, rows in kept.contents.items() if name != AFTERWARDS}
    assert found["register_child"][0] >= 60
    assert (said["backup"], said["backups"]) == (kept.increment["name"], 2)
    assert (said["head"], said["sealed"]) == (kept.verdict["head"], kept.verdict["sealed"])
    assert kept.verdict["head"] == kept.increment["head"]


def test_after_a_full_backup_only_what_changed_is_copied(kept: Kept) -> None:
    assert (kept.full["kind"], kept.increment["kind"]) == ("full", "incremental")
    assert kept.increment["based_on"] == kept.full["name"]
    assert kept.increment["size"] < kept.full["size"] / 4


def test_what_was_done_after_a_backup_comes_back_to_the_moment(city: City, kept: Kept) -> None:
    moment = f"{kept.between.astimezone(clock.CHINA):%F %T.%f}"
    asked = "SELECT code FROM kernel_roundrun WHERE code IN ('before', 'after')"

    into, _ = city.restored("then", "--at", moment)

    with Embedded(into):
        assert sql(into, asked) == [("before",)]
    assert city.sql(asked) == [("after",)]


def test_a_restored_installation_runs_and_is_backed_up_anew(city: City, kept: Kept) -> None:
    into, _ = city.restored("again")
    run = runner(into, fast=False)

    with Embedded(into):
        proved = run("audit", "verify")
        made = json.loads(run("backup", "--json").stdout)["backup"]

    assert proved.returncode == 0
    assert (made["kind"], made["timeline"]) == ("full", 2)


@pytest.mark.parametrize(("hours", "said"), [(1, "does not reach"), (-24, "later than")])
def test_a_moment_that_no_backup_has_is_refused(
    city: City, kept: Kept, hours: int, said: str
) -> None:
    moment = datetime.now(clock.CHINA) + timedelta(hours=hours)

    refused = city.run("restore", "--into", str(city.room / "never"), "--at", f"{moment:%F %T}")

    assert refused.returncode == 1
    assert said in refused.stderr
    assert not (city.room / "never").exists()


def test_a_directory_with_anything_in_it_is_refused_and_left_alone(city: City, kept: Kept) -> None:
    before = contents(city.data)

    refused = city.run("restore", "--into", str(city.data))

    assert refused.returncode == 1
    assert "is not empty" in refused.stderr
    assert contents(city.data) == before


def test_only_we_can_read_what_was_written_and_the_keys_are_not_in_it(
    city: City, kept: Kept
) -> None:
    ring = keyring.load(city.data / "keys.json")

    written = list((city.data / "backups").rglob("*"))

    modes = {(each.is_dir(), stat.S_IMODE(each.stat().st_mode)) for each in written}
    assert modes == {(True, 0o700), (False, 0o600)}
    text = b"".join(each.read_bytes() for each in written if each.is_file())
    for key in (*ring.fields.values(), ring.index, ring.chain):
        for spelled in (key, key.hex().encode(), base64.b64encode(key)):
            assert spelled not in text
    assert not any((city.data / "backup-spool").rglob("0*"))


def test_the_role_that_copies_reads_no_row_and_writes_none(city: City) -> None:
    for refused in (
        "SELECT * FROM register_child",
        "INSERT INTO kernel_roundrun VALUES ('x', now())",
        "CREATE TABLE mine (id int)",
        f"SET ROLE {OWNER_ROLE}",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            city.sql(refused, role=BACKUP_ROLE)


def test_a_backup_is_an_event(city: City, kept: Kept) -> None:
    details = city.sql("SELECT detail FROM kernel_event WHERE verb = 'backup.make'")

    made = {"backup": kept.full["name"], "kind": "full", "bytes": kept.full["size"]}
    assert (made,) in details


def test_the_log_is_refused_without_a_backup_and_a_lost_one_is_followed_by_a_full_one(
    city: City,
) -> None:
    other = str(city.room / "other")
    refused = city.run("backup", "--log", "--to", other)
    first = city.done("backup", "--to", other)["backup"]
    city.sql("SELECT pg_drop_replication_slot('weiguang_backup')", role=BACKUP_ROLE)

    lost = city.run("backup", "--log", "--to", other)
    after = city.done("backup", "--to", other)["backup"]

    assert [refused.returncode, lost.returncode] == [1, 1]
    assert "weiguang backup" in refused.stderr
    assert (first["kind"], after["kind"]) == ("full", "full")


def test_old_backups_are_taken_away_with_the_log_that_only_they_needed(city: City) -> None:
    root = city.room / "pruned"
    old = city.done("backup", "--to", str(root), "--full")["backup"]
    young = city.done("backup", "--to", str(root), "--full")["backup"]

    said = city.done("backup", "--to", str(root), "--keep", "1")

    shelf = city.shelf(root)
    assert said["removed"] == [old["name"]]
    assert shelf.names() == [young["name"], said["backup"]["name"]]
    assert min(shelf.log_names()).removesuffix(".partial") == young["first_wal"]


def test_the_drill_of_the_keys(city: City, kept: Kept) -> None:
    """Rotated and retired; what was backed up before opens with the key file of its day alone."""
    drill, _ = city.restored("drill")
    rehearsed = City(drill, runner(drill, fast=False), city.room)
    escrow = city.room / "escrow.json"
    shutil.copy(drill / "keys.json", escrow)
    with Embedded(drill):
        before = rehearsed.done("backup")["backup"]
        rehearsed.done("keys", "rotate")
        after = rehearsed.done("backup")["backup"]
        rehearsed.done("keys", "rotate", "--retire", "1")
        refused = rehearsed.run("restore", "--into", str(drill / "x"), "--backup", before["name"])
        shown = rehearsed.done("keys", "show", str(escrow))

    old, _ = rehearsed.restored("old", "--backup", before["name"], "--keys", str(escrow))
    new, said = rehearsed.restored("new")

    assert after["kind"] == "full"
    assert refused.returncode == 1
    assert f"key 1 (fingerprint {shown['fingerprints']['1']})" in refused.stderr
    assert said["backup"] == after["name"]
    with Embedded(old), Embedded(new):
        assert phones(old, keyring.load(escrow)) == phones(new, keyring.load(drill / "keys.json"))
    assert set(keyring.load(drill / "keys.json").fields) == {2}


def phones(data: Path, ring: keyring.Keyring) -> list[bytes]:
    """The phones of adults, opened."""
    provider = LocalCrypto(ring)
    tokens = sql(data, "SELECT phone FROM register_adult WHERE phone IS NOT NULL ORDER BY id")
    assert tokens
    return [provider.decrypt(bytes(token), context="register_adult.phone") for (token,) in tokens]
