"""The process apart: reads one document from its input, writes the cleaned one to its output.

Started by `sandbox` alone, with nothing but the bytes; it can write no file, and a parser that a
crafted document leads astray takes this process down and nothing else.
"""

import json
import sys
from contextlib import suppress
from typing import Final

from weiguang.register.engine.documents.images import cleaned_image
from weiguang.register.engine.documents.office import cleaned_office
from weiguang.register.engine.documents.pdf import cleaned_pdf
from weiguang.register.engine.documents.refusals import LIMITS, RefusedDocumentError
from weiguang.register.engine.documents.sniff import PDF, ZIP, media_of

with suppress(ImportError):
    import resource

NOTHING: Final = b""


def cleaned(content: bytes) -> tuple[str, int, bytes, bytes]:
    """What the document is, its pages (0 where it has none), the cleaned one, its picture."""
    media = media_of(content)
    if media == PDF:
        done, pages, picture = cleaned_pdf(content)
        return media, pages, done, picture
    if media == ZIP:
        done, kind = cleaned_office(content)
        return kind, 0, done, NOTHING
    done, picture = cleaned_image(content, media)
    return media, 1, done, picture


def main() -> None:
    """Answer with a line of JSON and, where the document is taken, the bytes that it measures."""
    _confine()
    content = sys.stdin.buffer.read()
    out = sys.stdout.buffer
    try:
        media, pages, done, picture = cleaned(content)
    except RefusedDocumentError as error:
        out.write(json.dumps({"refused": error.reason}).encode() + b"\n")
        return
    except MemoryError:
        out.write(b'{"refused": "bomb"}\n')
        return
    said = {"media": media, "pages": pages, "sizes": [len(done), len(picture)]}
    out.write(json.dumps(said).encode() + b"\n" + done + picture)


def _confine() -> None:
    if "resource" not in sys.modules:
        return
    for limit, value in (
        (resource.RLIMIT_AS, LIMITS.memory_bytes),
        (resource.RLIMIT_CPU, LIMITS.cpu_seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))


if __name__ == "__main__":
    main()
