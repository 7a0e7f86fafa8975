"""What the scanner says is believed only when it says it; silence is no clean bill.

`Clamd` speaks clamd's published protocol (zPING, zINSTREAM) on a socket of its own; it was not held
against a real clamd.
"""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from weiguang.papers.scanner import ScannerDownError, Verdict, is_up, scan

DOWN = "/nowhere/clamd.ctl"


class Clamd(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """A daemon that finds one word, or everything, or answers as it is told."""

    daemon_threads = True
    virus = "EICAR-OF-OUR-OWN"
    finds_everything = False
    says: bytes | None = None

    @property
    def address(self) -> str:
        return str(self.server_address)


class _Answer(socketserver.StreamRequestHandler):
    server: Clamd

    def handle(self) -> None:
        command = b""
        while not command.endswith(b"\0"):
            command += self.rfile.read(1)
        if self.server.says is not None:
            self.wfile.write(self.server.says)
        elif command == b"zPING\0":
            self.wfile.write(b"PONG\0")
        elif command == b"zINSTREAM\0":
            found = self.server.virus.encode() in self._stream() or self.server.finds_everything
            self.wfile.write(b"stream: Our.Own FOUND\0" if found else b"stream: OK\0")

    def _stream(self) -> bytes:
        content = b""
        while size := int.from_bytes(self.rfile.read(4)):
            content += self.rfile.read(size)
        return content


@contextmanager
def clamd(folder: Path) -> Iterator[Clamd]:
    """A daemon that listens on a socket in the folder."""
    server = Clamd(str(folder / "clamd.ctl"), _Answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Clamd]:
    with clamd(tmp_path) as running:
        yield running


def test_it_says_what_the_daemon_says_of_small_and_large_files(daemon: Clamd) -> None:
    large = bytes(3_000_000)

    assert is_up(daemon.address)
    assert scan(b"words", daemon.address) is Verdict.CLEAN
    assert scan(large, daemon.address) is Verdict.CLEAN
    assert scan(large + daemon.virus.encode(), daemon.address) is Verdict.INFECTED


@pytest.mark.parametrize(
    "says", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"UNKNOWN COMMAND\0", b"OK?\0"]
)
def test_anything_else_is_no_answer(daemon: Clamd, says: bytes) -> None:
    daemon.says = says

    assert not is_up(daemon.address)
    with pytest.raises(ScannerDownError):
        scan(b"words", daemon.address)


@pytest.mark.parametrize("address", [DOWN, "127.0.0.1:1", "nonsense", "host:port"])
def test_a_daemon_that_is_not_there_is_down(address: str) -> None:
    assert not is_up(address)
    with pytest.raises(ScannerDownError):
        scan(b"words", address)
