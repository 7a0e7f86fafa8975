"""Cleans a document in a process of its own and believes it nothing but bytes and a kind."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from weiguang.register.engine.documents.refusals import LIMITS, REASONS, RefusedDocumentError

MODULE: Final = "weiguang.register.engine.documents.cleaning"
ROOT: Final = Path(__file__).resolve().parents[4]
SECONDS: Final = 60
MEDIA: Final = frozenset({"jpeg", "png", "pdf", "docx", "xlsx"})


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A document as it may be kept: what it is, how many pages, its bytes, a small JPEG of it.

    `pages` is 0 and `picture` empty where a document has none.
    """

    media: str
    pages: int
    content: bytes
    picture: bytes


def clean(content: bytes, *, largest: int = LIMITS.file_bytes) -> Cleaned:
    """The document without anything that runs or tells; raises `RefusedDocumentError`.

    Takes about half a second. Nothing of it is written to the disk.
    """
    if len(content) > largest:
        raise RefusedDocumentError("too_large")
    try:
        done = subprocess.run(  # noqa: S603 - our own module, no shell
            [sys.executable, "-m", MODULE],
            input=content,
            capture_output=True,  # what a parser complains of may hold words of the document
            check=False,
            cwd=ROOT,  # `-m` finds our package there, installed or not
            env={},  # no key and no password is in its reach
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired as cause:
        raise RefusedDocumentError("bomb") from cause
    if done.returncode:
        # Killed by the ceiling on time or memory, or led astray.
        raise RefusedDocumentError("broken")
    return _said(done.stdout)


def _said(answer: bytes) -> Cleaned:
    line, _newline, rest = answer.partition(b"\n")
    if not line:
        raise RefusedDocumentError("broken")
    said = json.loads(line)
    if "refused" in said:
        raise RefusedDocumentError(said["refused"] if said["refused"] in REASONS else "broken")
    content, picture = (int(size) for size in said["sizes"])
    if said["media"] not in MEDIA or content + picture != len(rest) or not content:
        raise RefusedDocumentError("broken")
    return Cleaned(said["media"], int(said["pages"]), rest[:content], rest[content:])
