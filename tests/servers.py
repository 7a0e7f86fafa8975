"""PostgreSQL servers of an operator's own, set up as deploy/postgresql says, on this machine.

Without TLS where the programs were built without it, as those of the wheel are: the rest of the
configuration is the committed one.
"""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.certificates import make_certificate
from weiguang.config.postgres_binaries import Binaries, reachable
from weiguang.config.postgres_place import Place, PostgresError, find_place
from weiguang.config.postgres_programs import pg_ctl, run, write
from weiguang.config.tests.installation import free_port

CONFIGURED = Path(__file__).parents[1] / "deploy" / "postgresql"
PASSWORDS = {name: f"geheim-{name}-0000" for name in ("owner", "app", "backup", "replica")}
PATIENCE_S = 60


@dataclass
class Server:
    """One server, over TCP with passwords."""

    place: Place
    binaries: Binaries
    port: int
    certificate: Path | None

    def url(self, role: str) -> str:
        """How a role reaches it."""
        user = f"weiguang_{role}:{PASSWORDS[role]}"
        return f"postgresql://{user}@127.0.0.1:{self.port}/weiguang{self.options()}"

    def options(self) -> str:
        """What makes a client insist on TLS and on this server."""
        if self.certificate is None:
            return ""
        return f"?sslmode=verify-full&sslrootcert={self.certificate}"

    def start(self) -> None:
        log = self.place.root / "server.log"
        pg_ctl(self.place, self.binaries, "start", "--wait", f"--log={log}")

    def promote(self) -> None:
        pg_ctl(self.place, self.binaries, "promote", "--wait")

    def kill(self) -> None:
        """As if the power went."""
        postmaster = int((self.place.cluster / "postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGKILL)

    def stop(self) -> None:
        """Whatever is left of it; one that was killed leaves its number behind."""
        if (self.place.cluster / "postmaster.pid").exists():
            with contextlib.suppress(PostgresError):
                pg_ctl(self.place, self.binaries, "stop", "--mode=immediate")

    def configure(self) -> None:
        """The committed files, with this machine's paths, addresses and port."""
        shared = CONFIGURED.joinpath("weiguang.conf").read_text(encoding="utf-8")
        rules = CONFIGURED.joinpath("pg_hba.conf").read_text(encoding="utf-8")
        rules = re.sub(r"10\.0\.0\.\d+/32", "127.0.0.1/32", rules)
        if self.certificate is None:
            shared = shared.replace("ssl = on", "ssl = off")
            rules = rules.replace("hostssl", "host   ")
        else:
            shared = shared.replace("/etc/ssl/weiguang/db.pem", str(self.place.root / "db.pem"))
            shared = shared.replace(
                "/etc/ssl/private/weiguang-db.key", str(self.place.root / "db.key")
            )
        if self.binaries.major >= 17:
            shared = shared.replace("#summarize_wal", "summarize_wal")
        here = f"port = {self.port}\nunix_socket_directories = '{self.place.root}'\n"
        write(self.place, self.place.cluster / "postgresql.conf", shared + here)
        write(self.place, self.place.cluster / "pg_hba.conf", rules)

    def said(self, sql: str, *words: str) -> str:
        """What the superuser is answered, on the socket."""
        user = self.place.runs_as
        return subprocess.run(
            [self.binaries.program("psql"), "-X", "-q", "-A", "-t", f"--host={self.place.root}",
             f"--port={self.port}", "--username=postgres", *words],
            input=sql, capture_output=True, text=True, check=True, cwd="/",
            env={"PATH": "/usr/bin:/bin"}, user=None if user.is_me else user.uid,
        ).stdout.strip()  # fmt: skip


def urls(role: str, servers: Sequence[Server]) -> str:
    """How a role reaches whichever of these servers takes writes."""
    first = servers[0].url(role)
    ports = ",".join(f"127.0.0.1:{server.port}" for server in servers)
    url = first.replace(f"127.0.0.1:{servers[0].port}", ports)
    return with_option(url, "target_session_attrs=read-write")


def with_option(url: str, option: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}{option}"


@contextmanager
def primary(binaries: Binaries, *, has_tls: bool) -> Iterator[Server]:
    """A primary with the roles and the empty database of roles.sql."""
    with _server(binaries, has_tls=has_tls) as server:
        run(
            server.place, server.binaries.program("initdb"), f"--pgdata={server.place.cluster}",
            "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "--auth=peer",
            "--no-instructions", "--no-sync",
        )  # fmt: skip
        server.configure()
        server.start()
        passwords = [f"--set={name}={word}" for name, word in PASSWORDS.items()]
        server.said((CONFIGURED / "roles.sql").read_text(), *passwords)
        yield server


@contextmanager
def standby(of: Server) -> Iterator[Server]:
    """A standby that follows by its own slot, made by the command that OPERATORS.md names."""
    with _server(of.binaries, has_tls=of.certificate is not None, like=of) as server:
        reach = with_option(of.url("replica"), "application_name=weiguang_standby")
        if of.certificate:
            reach = reach.replace(str(of.certificate), str(of.place.root / "db.pem"))
        run(
            server.place, server.binaries.program("pg_basebackup"), f"--dbname={reach}",
            f"--pgdata={server.place.cluster}", "--write-recovery-conf", "--create-slot",
            "--slot=weiguang_standby", "--checkpoint=fast", "--no-sync",
        )  # fmt: skip
        server.configure()
        server.start()
        yield server


@contextmanager
def _server(binaries: Binaries, *, has_tls: bool, like: Server | None = None) -> Iterator[Server]:
    top = Path(tempfile.mkdtemp(prefix="wg-"))
    top.chmod(0o755)
    place = find_place(top, "pg", disposable=True)
    place.root.mkdir(mode=0o700)
    os.chown(place.root, place.runs_as.uid, place.runs_as.gid)
    certificate = None
    if has_tls:
        # Both servers have one certificate, so that a client trusts either.
        certificate, key = make_certificate(like.certificate.parent if like else top)
        write(place, place.root / "db.pem", certificate.read_text())
        write(place, place.root / "db.key", key.read_text())
    runnable = like.binaries if like else reachable(binaries, place.runs_as, place.root)
    server = Server(place, runnable, free_port(), certificate)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(top)


def wait_until(true: Callable[[], bool]) -> None:
    """Until it is so, for a minute at most."""
    give_up_at = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < give_up_at
        time.sleep(0.05)
