"""The embedded database: it survives what happens to it, and lets nobody in but us."""

import os
import select
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from weiguang.config.postgres import (
    APP_ROLE,
    BACKUP_ROLE,
    OWNER_ROLE,
    Connection,
    Embedded,
    PostgresError,
    _run_alone,
)
from weiguang.config.postgres_binaries import find_binaries, reachable

HOLDER = """
import sys
from weiguang.config.postgres import Embedded

embedded = Embedded(sys.argv[1], fast=True)
print(embedded.ensure_running().started, flush=True)
sys.stdin.read()
embedded.stop()
"""


@pytest.fixture(scope="module")
def shared_dir() -> Iterator[Path]:
    yield from _data_dir()


@pytest.fixture
def data_dir() -> Iterator[Path]:
    yield from _data_dir()


def _data_dir() -> Iterator[Path]:
    """A directory every user may pass; pytest's own are closed to the system user."""
    top = Path(tempfile.mkdtemp(prefix="wg-"))
    top.chmod(0o755)
    yield top / "var"
    _remove(top)


def _remove(top: Path) -> None:
    for place in top.glob("**/postgres*"):
        if place.is_symlink():
            shutil.rmtree(place.resolve(), ignore_errors=True)
    shutil.rmtree(top)


@pytest.fixture(scope="module")
def server(shared_dir: Path) -> Iterator[Connection]:
    with Embedded(shared_dir, fast=True, say=_quiet) as connection:
        yield connection


def _quiet(message: str, values: object) -> None:
    """For tests that are not about what the operator is told."""


def _connect(connection: Connection, role: str) -> psycopg.Connection:
    return psycopg.connect(
        host=connection.host,
        port=connection.port,
        dbname=connection.name,
        user=role,
        autocommit=True,
    )


def _run_sql(connection: Connection, role: str, sql: str) -> list[tuple]:
    with _connect(connection, role) as session:
        cursor = session.execute(sql)
        return cursor.fetchall() if cursor.description else []


def _kill_server(data_dir: Path, name: str) -> None:
    """Kills the server and returns when it is gone: the signal alone is only sent."""
    written = (data_dir / name).resolve() / "cluster/postmaster.pid"
    number = int(written.read_text().split()[0])
    watch = os.pidfd_open(number)
    os.kill(number, signal.SIGKILL)
    select.select([watch], [], [])
    os.close(watch)


def test_rows_are_there_after_a_restart(data_dir: Path) -> None:
    with Embedded(data_dir, say=_quiet) as first:
        _run_sql(first, OWNER_ROLE, "CREATE TABLE kept AS SELECT 7 AS seven")

    with Embedded(data_dir, say=_quiet) as second:
        rows = _run_sql(second, OWNER_ROLE, "SELECT seven FROM kept")

    assert (first.started, second.started) == (True, True)
    assert rows == [(7,)]


def test_committed_rows_are_there_after_the_server_was_killed(data_dir: Path) -> None:
    embedded = Embedded(data_dir, say=_quiet)
    _run_sql(embedded.ensure_running(), OWNER_ROLE, "CREATE TABLE kept AS SELECT 7 AS seven")

    _kill_server(data_dir, "postgres")
    again = embedded.ensure_running()

    assert again.started
    assert _run_sql(again, OWNER_ROLE, "SELECT seven FROM kept") == [(7,)]
    assert embedded.stop()


def test_server_starts_though_another_process_has_the_killed_ones_number(data_dir: Path) -> None:
    embedded = Embedded(data_dir, fast=True, say=_quiet)
    embedded.ensure_running()
    embedded.stop()
    left = (data_dir / "postgres-fast").resolve() / "cluster/postmaster.pid"
    left.write_text(f"{os.getpid()}\n{left.parent}\n0\n5432\n\n\n\nready\n")

    with embedded as connection:
        assert connection.started
        assert _run_sql(connection, APP_ROLE, "SELECT 1") == [(1,)]


def test_server_stays_while_any_holder_is_there(data_dir: Path) -> None:
    first = Embedded(data_dir, fast=True, say=_quiet)
    second = Embedded(data_dir, fast=True, say=_quiet)
    first.ensure_running()
    connection = second.ensure_running()

    stopped_by_first = first.stop()
    still_there = _run_sql(connection, APP_ROLE, "SELECT 1")

    assert not connection.started
    assert not stopped_by_first
    assert still_there == [(1,)]
    assert second.stop()
    assert not second.is_running()


def test_of_two_commands_at_once_one_starts_the_server_and_the_last_stops_it(
    data_dir: Path,
) -> None:
    holders = [_holder(data_dir), _holder(data_dir)]

    started = [_line(holder) for holder in holders]
    holders[0].communicate()
    running_with_one = Embedded(data_dir, fast=True).is_running()
    holders[1].communicate()

    assert sorted(started) == ["False", "True"]
    assert running_with_one
    assert not Embedded(data_dir, fast=True).is_running()


def test_killed_holder_no_longer_holds(data_dir: Path) -> None:
    holder = _holder(data_dir)
    _line(holder)
    ours = Embedded(data_dir, fast=True, say=_quiet)
    ours.ensure_running()

    holder.kill()
    holder.communicate()

    assert ours.stop()


def _holder(data_dir: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(data_dir)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def _line(holder: subprocess.Popen[str]) -> str:
    assert holder.stdout
    return holder.stdout.readline().strip()


def test_server_somebody_else_started_is_not_stopped(data_dir: Path) -> None:
    embedded = Embedded(data_dir, fast=True, say=_quiet)
    embedded.ensure_running()
    mark = (data_dir / "postgres-fast").resolve() / "started"
    ours = mark.read_text()
    mark.write_text("1")

    stopped = embedded.stop()

    assert not stopped
    assert embedded.is_running()
    mark.write_text(ours)
    embedded.ensure_running()
    assert embedded.stop()


def test_fork_of_a_holder_cannot_stop_the_server(server: Connection, shared_dir: Path) -> None:
    embedded = Embedded(shared_dir, fast=True)
    embedded.ensure_running()
    embedded._held_by = os.getppid()

    assert not embedded.stop()
    embedded._held_by = os.getpid()
    embedded.stop()


def test_server_has_no_tcp_port(server: Connection, shared_dir: Path) -> None:
    cluster = (shared_dir / "postgres-fast").resolve() / "cluster"
    number = (cluster / "postmaster.pid").read_text().split()[0]
    sockets = {os.readlink(fd) for fd in Path(f"/proc/{number}/fd").iterdir()}
    tcp = {
        f"socket:[{line.split()[9]}]"
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/{number}/net/{table}").read_text().splitlines()[1:]
    }

    assert _run_sql(server, APP_ROLE, "SHOW listen_addresses") == [("",)]
    assert not sockets & tcp


def test_only_the_operating_systems_word_is_believed(server: Connection, shared_dir: Path) -> None:
    cluster = (shared_dir / "postgres-fast").resolve() / "cluster"

    rules = (cluster / "pg_hba.conf").read_text().splitlines()
    assert rules == [
        "local all all peer map=weiguang",
        "local replication weiguang_backup peer map=weiguang",
    ]
    with pytest.raises(psycopg.OperationalError, match="Peer authentication failed"):
        _connect(server, "postgres")


def test_socket_and_files_are_private(server: Connection, shared_dir: Path) -> None:
    place = (shared_dir / "postgres-fast").resolve()

    for directory in (place, place / "cluster", Path(server.host)):
        assert stat.S_IMODE(directory.stat().st_mode) == 0o700
        assert directory.stat().st_uid == place.stat().st_uid != 0


def test_no_role_is_a_superuser_and_each_has_one_right_of_its_own(
    server: Connection,
) -> None:
    rights = _run_sql(
        server,
        APP_ROLE,
        "SELECT rolname, rolsuper OR rolcreaterole, rolcreatedb, rolreplication FROM pg_roles"
        " WHERE rolname LIKE 'weiguang%' ORDER BY rolname",
    )

    assert rights == [
        (APP_ROLE, False, False, False),
        (BACKUP_ROLE, False, False, True),
        (OWNER_ROLE, False, True, False),
    ]


def test_a_cluster_of_an_earlier_release_gets_the_role_that_copies(data_dir: Path) -> None:
    embedded = Embedded(data_dir, say=_quiet)
    with embedded:
        place = embedded.place()
    binaries = reachable(find_binaries(place.cluster), place.runs_as, place.root)
    as_before = f"DROP OWNED BY {BACKUP_ROLE};\n\nDROP ROLE {BACKUP_ROLE};\n\n"
    _run_alone(place, binaries, place.cluster, as_before)
    (place.root / "foundation").unlink()

    with embedded as connection:
        assert _run_sql(connection, BACKUP_ROLE, "SELECT 1") == [(1,)]


def test_app_role_does_what_was_granted_and_nothing_else(server: Connection) -> None:
    _run_sql(server, OWNER_ROLE, "CREATE TABLE fact (id int); GRANT INSERT ON fact TO weiguang_app")

    _run_sql(server, APP_ROLE, "INSERT INTO fact VALUES (1)")

    for refused in (
        "SELECT * FROM fact",
        "DELETE FROM fact",
        "TRUNCATE fact",
        "CREATE TABLE mine (id int)",
        f"SET ROLE {OWNER_ROLE}",
        "CREATE DATABASE mine",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            _run_sql(server, APP_ROLE, refused)


def test_owner_can_create_the_extensions_and_trigrams_of_chinese_are_there(
    server: Connection,
) -> None:
    _run_sql(server, OWNER_ROLE, "CREATE EXTENSION pg_trgm; CREATE EXTENSION btree_gist")

    assert len(_run_sql(server, APP_ROLE, "SELECT unnest(show_trgm('昆山市'))")) == 4


def test_owner_can_create_a_test_database_in_utf8(server: Connection) -> None:
    _run_sql(server, OWNER_ROLE, "CREATE DATABASE test_weiguang")

    made = _run_sql(
        server,
        OWNER_ROLE,
        "SELECT pg_encoding_to_char(encoding), datctype FROM pg_database"
        " WHERE datname = 'test_weiguang'",
    )

    assert made == [("UTF8", "C.UTF-8")]


def test_values_of_failing_statements_stay_out_of_the_log(data_dir: Path) -> None:
    with Embedded(data_dir, say=_quiet) as connection, _connect(connection, OWNER_ROLE) as session:
        session.execute("CREATE TABLE person (name text PRIMARY KEY)")
        session.execute("INSERT INTO person VALUES (%s)", ["某某某"])
        with pytest.raises(psycopg.errors.UniqueViolation):
            session.execute("INSERT INTO person VALUES (%s)", ["某某某"])

    place = (data_dir / "postgres").resolve()
    logs = [*place.glob("log/*"), *place.glob("*.log")]
    assert any(log.stat().st_size for log in logs)
    assert not any("某某某" in log.read_text() for log in logs)


def test_closed_parent_directory_stays_closed_and_the_operator_is_told_once(
    data_dir: Path,
) -> None:
    data_dir.parent.chmod(0o700)
    said: list[str] = []
    embedded = Embedded(data_dir, say=lambda message, values: said.append(message % values))

    with embedded as connection:
        assert _run_sql(connection, APP_ROLE, "SELECT 1") == [(1,)]
    with embedded as connection:
        assert _run_sql(connection, APP_ROLE, "SELECT 1") == [(1,)]

    assert stat.S_IMODE(data_dir.parent.stat().st_mode) == 0o700
    assert len(said) == (1 if os.geteuid() == 0 else 0)
    assert all(str((data_dir / "postgres").resolve()) in text for text in said)


def test_long_data_directory_gets_a_short_private_socket(data_dir: Path) -> None:
    deep = data_dir / ("deep" * 30)
    embedded = Embedded(deep, fast=True, say=_quiet)

    with embedded as connection:
        rows = _run_sql(connection, APP_ROLE, "SELECT 1")

    assert rows == [(1,)]
    assert len(f"{connection.host}/.s.PGSQL.5432") < 107
    Path(connection.host).rmdir()


def test_socket_directory_somebody_else_could_enter_is_refused(data_dir: Path) -> None:
    embedded = Embedded(data_dir / ("deep" * 30), fast=True, say=_quiet)
    trap = Path(embedded.connection().host)
    trap.mkdir(mode=0o755)

    with pytest.raises(PostgresError, match="0700"):
        embedded.ensure_running()

    assert not embedded.is_running()
    trap.rmdir()


def test_lost_database_directory_is_not_replaced_by_an_empty_one(data_dir: Path) -> None:
    data_dir.mkdir(parents=True)
    (data_dir / "postgres").symlink_to(data_dir / "unmounted")

    with pytest.raises(PostgresError, match="不见了"):
        Embedded(data_dir).ensure_running()


def test_cluster_of_another_version_is_named_not_touched(data_dir: Path) -> None:
    embedded = Embedded(data_dir, fast=True, say=_quiet)
    embedded.ensure_running()
    embedded.stop()
    version = (data_dir / "postgres-fast").resolve() / "cluster/PG_VERSION"
    version.write_text("9\n")

    with pytest.raises(PostgresError, match="PostgreSQL 9"):
        embedded.ensure_running()

    assert not embedded.is_running()
