"""The server that is backed up: who asks it, what it can do, and PostgreSQL's own programs.

Everything goes over the replication protocol and a few plain questions, so that the embedded
server and a server of the operator's own are the same here. The role may copy and nothing else.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg.conninfo import make_conninfo

from weiguang.config.backups.errors import CopyFailed, DisposableDatabase, ProgramsMissing
from weiguang.config.database import from_url
from weiguang.config.postgres import BACKUP_ROLE, Embedded
from weiguang.config.postgres_binaries import Binaries, find_binaries, find_programs

SLOT: Final = "weiguang_backup"
INCREMENTS_SINCE: Final = 17
LAST_WORDS: Final = 8

FACTS: Final = """
SELECT s.system_identifier::text, c.timeline_id,
       (SELECT setting::bigint FROM pg_settings WHERE name = 'wal_segment_size'),
       current_setting('server_version_num')::int / 10000,
       coalesce(current_setting('summarize_wal', true), 'off') = 'on',
       current_setting('wal_level')
FROM pg_control_system() s, pg_control_checkpoint() c
"""
SLOT_STATE: Final = "SELECT wal_status FROM pg_replication_slots WHERE slot_name = %s"
SLOT_MAKE: Final = "SELECT pg_create_physical_replication_slot(%s, true)"
SLOT_DROP: Final = "SELECT pg_drop_replication_slot(%s)"
# A commit with its moment in the log: a recovery to any moment before finds where to stop.
MARK: Final = "SELECT now(), pg_logical_emit_message(true, 'weiguang', 'backup')"
FLUSHED: Final = "SELECT (pg_current_wal_flush_lsn() - 1)::text"


@dataclass(frozen=True, slots=True)
class Facts:
    """Which database it is, on which timeline, and whether it can copy only what changed."""

    system: str
    timeline: int
    segment: int
    major: int
    summarizes: bool


@dataclass(frozen=True, slots=True)
class Source:
    """How to reach the server as the role that copies, and the programs that speak with it."""

    parameters: dict[str, str]
    password: str
    binaries: Binaries

    def program(self, name: str) -> str:
        """The program of this name; raises `ProgramsMissing`."""
        path = self.binaries.program(name)
        if not os.access(path, os.X_OK):
            raise ProgramsMissing(program=name)
        return path

    def command(self, name: str, *options: str) -> list[str]:
        """The call of a program that speaks with the server; the password goes another way."""
        reach = make_conninfo(**{k: v for k, v in self.parameters.items() if k != "dbname"})
        return [self.program(name), f"--dbname={reach}", "--no-password", *options]

    def environment(self) -> dict[str, str]:
        """Of ours nothing but the password, where there is one."""
        said = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "PGAPPNAME": "weiguang backup"}
        return said | ({"PGPASSWORD": self.password} if self.password else {})

    @contextmanager
    def session(self) -> Iterator["Session"]:
        """A plain connection for the few questions; raises `CopyFailed` when refused."""
        try:
            reach = make_conninfo(**self.parameters, password=self.password or None)
            connected = psycopg.connect(reach, autocommit=True)
        except psycopg.OperationalError as error:
            raise CopyFailed(program="PostgreSQL", words=str(error).strip()) from error
        with connected:
            yield Session(connected)


class Session:
    """The questions a backup asks."""

    def __init__(self, connected: psycopg.Connection) -> None:
        self._connected = connected

    def facts(self) -> Facts:
        """What server this is; raises `DisposableDatabase` when it keeps no log to copy."""
        system, timeline, segment, major, summarizes, level = self._one(FACTS)
        if level == "minimal":
            raise DisposableDatabase
        return Facts(
            system, timeline, segment, major, summarizes=summarizes and major >= INCREMENTS_SINCE
        )

    def has_slot(self) -> bool:
        """Whether the server still keeps the log since the last time it was fetched."""
        found = self._connected.execute(SLOT_STATE, [SLOT]).fetchone()
        return found is not None and found[0] != "lost"

    def make_slot(self) -> None:
        """Let the server keep its log for us from now on."""
        if self._connected.execute(SLOT_STATE, [SLOT]).fetchone():
            self._one(SLOT_DROP, SLOT)
        self._one(SLOT_MAKE, SLOT)

    def now(self) -> datetime:
        """The server's clock, which is also that of its log."""
        moment: datetime = self._one("SELECT clock_timestamp()")[0]
        return moment

    def mark(self) -> tuple[datetime, str]:
        """A moment that now stands in the log, and the last place in it that is safe on disk."""
        moment = self._one(MARK)[0]
        return moment, self._one(FLUSHED)[0]

    def _one(self, sql: str, *values: str) -> tuple[Any, ...]:
        try:
            found = self._connected.execute(sql, list(values)).fetchone()
        except psycopg.Error as error:
            said = error.diag.message_primary or type(error).__name__
            raise CopyFailed(program="PostgreSQL", words=said) from error
        assert found is not None
        return found


def embedded_source(server: Embedded) -> Source:
    """Our own server, which runs."""
    reach = server.connection()
    return Source(
        {
            "host": reach.host, "port": str(reach.port), "user": BACKUP_ROLE, "dbname": reach.name,
        },
        "",
        find_binaries(server.place().cluster),
    )  # fmt: skip


def named_source(url: str) -> Source:
    """The server that WEIGUANG_BACKUP_URL names, with programs at least as new as it is."""
    said = from_url(url)
    options = {str(name): str(value) for name, value in said["OPTIONS"].items()}
    named = {
        "host": said["HOST"], "port": said["PORT"], "user": said["USER"], "dbname": said["NAME"],
    }  # fmt: skip
    parameters = {name: value for name, value in named.items() if value} | options
    source = Source(parameters, said["PASSWORD"], Binaries(Path(), "0"))
    with source.session() as session:
        major = session.facts().major
    programs = find_programs("pg_basebackup", major)
    if programs is None:
        raise ProgramsMissing(program="pg_basebackup")
    return Source(parameters, said["PASSWORD"], programs)


def last_words_of(said: str | bytes) -> str:
    """The end of what a program said."""
    text = said if isinstance(said, str) else said.decode(errors="replace")
    return "\n".join(text.strip().splitlines()[-LAST_WORDS:])


def fetch(source: Source, name: str, *options: str) -> None:
    """Run a program that speaks with the server to its end; raises `CopyFailed`."""
    ended = subprocess.run(  # noqa: S603
        source.command(name, *options),
        env=source.environment(), umask=0o077, capture_output=True, check=False,
    )  # fmt: skip
    if ended.returncode != 0:
        raise CopyFailed(program=name, words=last_words_of(ended.stderr))
