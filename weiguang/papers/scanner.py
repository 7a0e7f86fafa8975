"""Asks clamd whether a file holds a virus, where one is set up (`WEIGUANG_CLAMD`).

Speaks clamd's own protocol (INSTREAM) over its socket: nothing is written to a disk.
"""

import socket
from enum import StrEnum
from typing import Final

SECONDS: Final = 30
CHUNK: Final = 1 << 16
LONGEST_ANSWER: Final = 4_096


class Verdict(StrEnum):
    """What the scanner says."""

    CLEAN = "clean"
    INFECTED = "infected"


class ScannerDownError(RuntimeError):
    """The scanner is set up and does not answer, or not as one does; ask again later."""


def scan(content: bytes, address: str) -> Verdict:
    """Whether the content is clean, as the scanner at an address says.

    The address is a socket's path, or `host:port`. Raises `ScannerDownError`.
    """
    answer = _asked(address, b"zINSTREAM\0", _streamed(content))
    if answer.endswith(b"OK"):
        return Verdict.CLEAN
    if answer.endswith(b"FOUND"):
        return Verdict.INFECTED
    # Also "size limit exceeded": what was not looked at is not clean.
    raise ScannerDownError


def is_up(address: str) -> bool:
    """Whether the scanner answers."""
    try:
        return _asked(address, b"zPING\0", b"") == b"PONG"
    except ScannerDownError:
        return False


def _streamed(content: bytes) -> bytes:
    parts = (content[at : at + CHUNK] for at in range(0, len(content), CHUNK))
    return b"".join(len(part).to_bytes(4) + part for part in parts) + bytes(4)


def _asked(address: str, command: bytes, body: bytes) -> bytes:
    try:
        with _connected(address) as clamd:
            clamd.sendall(command + body)
            return _answer(clamd)
    except (OSError, ValueError) as cause:
        raise ScannerDownError from cause


def _connected(address: str) -> socket.socket:
    if address.startswith("/"):
        clamd = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        clamd.settimeout(SECONDS)
        try:
            clamd.connect(address)
        except OSError:
            clamd.close()
            raise
        return clamd
    host, _colon, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=SECONDS)


def _answer(clamd: socket.socket) -> bytes:
    said = b""
    while not said.endswith(b"\0") and len(said) < LONGEST_ANSWER:
        part = clamd.recv(LONGEST_ANSWER)
        if not part:
            break
        said += part
    return said.rstrip(b"\0").strip()
