"""A PostgreSQL of the operator's own: set up, migrated, backed up, and lost to its standby.

With programs that were built with TLS everything here goes over TLS: name their directory in
POSTGRES_WITH_TLS (Debian: /usr/lib/postgresql/15/bin). Those of the wheel were built without.
"""

import json
import lzma
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.servers import PASSWORDS, Server, primary, standby, urls, wait_until
from tests.test_upgrade import RELEASES
from tests.visitor import Visitor
from weiguang.config.postgres_binaries import Binaries, find_binaries
from weiguang.config.synthetic import DEMO_PASSWORD
from weiguang.config.tests.installation import COMMAND, environment_of, served

# Two servers, seven commands and a served installation: half a minute where nothing else runs.
pytestmark = pytest.mark.long
RELEASE = RELEASES / "v0.1.0"
UNSEALED = """
SELECT count(*) FROM kernel_event e
WHERE NOT EXISTS (SELECT FROM kernel_leaf l WHERE l.event_id = e.id)
"""
WITH_TLS = os.environ.get("POSTGRES_WITH_TLS")


@dataclass
class Site:
    """An installation whose database is another machine's."""

    data: Path
    server: Server

    def run(self, *words: str, role: str = "app", **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [COMMAND, *words], env=self.environment(role, **more),
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip

    def environment(self, role: str = "app", **more: str) -> dict[str, str]:
        url = {"DATABASE_URL": self.server.url(role)}
        return environment_of(self.data, fast=False) | url | more

    def done(self, *words: str, **more: str) -> Any:
        ended = self.run(*words, "--json", **more)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return json.loads(ended.stdout)

    def ask(self, statement: str) -> Any:
        with psycopg.connect(self.server.url("owner"), autocommit=True) as owner:
            return owner.execute(statement).fetchone()


@pytest.fixture(scope="module")
def binaries() -> Binaries:
    if not WITH_TLS:
        return find_binaries(Path("none"))
    said = subprocess.run([f"{WITH_TLS}/postgres", "--version"], capture_output=True, text=True)
    return Binaries(Path(WITH_TLS), said.stdout.split()[2])


@pytest.fixture
def room() -> Iterator[Path]:
    """A directory that every user may pass; pytest's own are closed to who runs PostgreSQL."""
    top = Path(tempfile.mkdtemp(prefix="wg-"))
    top.chmod(0o755)
    yield top
    shutil.rmtree(top)


@pytest.fixture(scope="module")
def site(binaries: Binaries, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """What version 0.1.0 wrote, on a server of one's own, not migrated yet."""
    data = tmp_path_factory.mktemp("site")
    shutil.copy(RELEASE / "keys.json", data)
    (data / "keys.json").chmod(0o600)
    with primary(binaries, has_tls=bool(WITH_TLS)) as server:
        dump = lzma.decompress((RELEASE / "database.sql.xz").read_bytes())
        server.said(f"SET ROLE weiguang_owner;\n{dump.decode()}", "--dbname=weiguang")
        yield Site(data, server)


def test_the_run_time_role_cannot_migrate_and_says_who_can(site: Site) -> None:
    refused = site.run("migrate")

    assert refused.returncode == 1
    assert "weiguang_app may not change it" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert "upgraded" not in site.run("check").stdout


def test_the_owner_migrates_and_the_run_time_role_finds_all_well(site: Site) -> None:
    migrated = site.done("migrate", role="owner")["migrated"]

    assert len(migrated) > 10
    assert site.done("check")["findings"] == []
    assert site.done("audit", "verify")["findings"] == []


def test_a_role_with_a_wrong_password_is_refused(site: Site) -> None:
    for name in ("owner", "app", "backup"):
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(site.server.url(name).replace(PASSWORDS[name], "falsch"))


def test_a_backup_of_it_is_restored_with_the_same_head(site: Site, room: Path) -> None:
    reach = {"WEIGUANG_BACKUP_URL": site.server.url("backup")}
    made = [site.done("backup", **reach)["backup"] for _ in range(2)]
    site.done("backup", "--log", **reach)
    before = site.done("audit", "verify")

    said = site.done(
        "restore", "--into", str(room / "restored"), "--keys", str(site.data / "keys.json")
    )

    can_increment = site.server.binaries.major >= 17
    assert [each["kind"] for each in made] == ["full", "incremental" if can_increment else "full"]
    assert (said["backup"], said["head"]) == (made[-1]["name"], before["head"])
    assert before["sealed"] > 0


def test_no_password_is_written_with_a_backup(site: Site) -> None:
    written = [path for path in (site.data / "backups").rglob("*") if path.is_file()]

    assert written
    for word in PASSWORDS.values():
        assert not any(word.encode() in path.read_bytes() for path in written)


def test_a_lost_primary_is_followed_by_its_standby_with_nothing_lost(site: Site) -> None:
    """Acts are done, the standby has them, the primary is killed, and people work on."""
    told = json.loads((RELEASE / "told.json").read_text())
    login, child = told["opens"]["login"], told["opens"]["child"]
    with standby(site.server) as second:
        both = {"DATABASE_URL": urls("app", [site.server, second])}
        with served(site.environment(**both)) as port:
            visitor = Visitor(f"http://127.0.0.1:{port}")
            assert visitor.log_in(login, DEMO_PASSWORD).status == 200
            assert visitor.get(f"/children/{child}/").status == 200
            wait_until(lambda: site.ask(UNSEALED) == (0,))
            before = site.done("audit", "verify")
            (reached,) = site.ask("SELECT pg_current_wal_flush_lsn()::text")
            replayed = f"SELECT pg_last_wal_replay_lsn() >= '{reached}'::pg_lsn"
            wait_until(lambda: second.said(replayed) == "t")

            site.server.kill()
            second.promote()
            after = site.done("audit", "verify", **both)
            file = visitor.get(f"/children/{child}/")
            again = Visitor(f"http://127.0.0.1:{port}")
            came_back = again.log_in(login, DEMO_PASSWORD)
            wait_until(lambda: _sealed(second) > before["sealed"])
        last = site.done("audit", "verify", **both)

    assert (after["head"], after["findings"]) == (before["head"], [])
    assert before["blocks"] > told["chain"]["blocks"]
    assert file.status == 200
    assert "/purpose/" not in file.address
    assert (came_back.status, "/account/login/" in came_back.address) == (200, False)
    assert last["findings"] == []
    assert last["blocks"] > before["blocks"]


def _sealed(server: Server) -> int:
    return int(server.said("SELECT count(*) FROM kernel_leaf", "--dbname=weiguang"))
