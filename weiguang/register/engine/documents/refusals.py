"""Why a document is not taken, as a code, and how large one may be.

The sentences a person reads stand in `actions.documents.WHY`.
"""

from dataclasses import dataclass
from typing import Final

MEGABYTE: Final = 2**20
REASONS: Final = frozenset(
    {
        "too_large", "empty", "unknown", "program", "markup", "archive", "old_office", "heic",
        "polyglot", "broken", "locked", "bomb", "macro", "embedded", "linked", "script", "moving",
        "too_many",
    }
)  # fmt: skip


class RefusedDocumentError(Exception):
    """The document is not taken; `reason` is one of `REASONS` and names nothing of the content."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Limits:
    """Ceilings: on the file, on what it unpacks to, and on what the process may use of the machine.

    `edge` is the longest side, in pixels, that is kept of a picture: a page at 300 dots an inch.
    `drawn_bytes` bounds a picture in memory, after the decoder has shrunk what it can; `passes` the
    times that a photograph is drawn over itself.
    """

    file_bytes: int = 20 * MEGABYTE
    unpacked_bytes: int = 120 * MEGABYTE
    members: int = 3_000
    objects: int = 200_000
    pages: int = 500
    pixels: int = 120_000_000
    drawn_bytes: int = 72 * MEGABYTE
    passes: int = 100
    edge: int = 4_000
    preview_edge: int = 1_000
    memory_bytes: int = 1_536 * MEGABYTE
    cpu_seconds: int = 40


LIMITS: Final = Limits()
