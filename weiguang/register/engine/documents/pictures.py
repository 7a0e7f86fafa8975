"""Pictures inside other documents: what they say about themselves is cut out, pixels stay.

Not to be confused with `images`, which makes a handed-in picture anew.
"""

from collections.abc import Iterator
from typing import Final

from weiguang.register.engine.documents.refusals import RefusedDocumentError

_PNG_HEAD: Final = b"\x89PNG\r\n\x1a\n"
# What a reader needs to draw; time, text, EXIF and profiles are left out.
_PNG_KEPT: Final = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB", b"cHRM", b"pHYs"}
# JFIF and Adobe's colour transform; every other APPn and comments are left out.
_JPEG_KEPT_APPS: Final = {0xE0, 0xEE}
_STANDALONE: Final = {0x01, *range(0xD0, 0xD8)}
_JPX_DROPPED: Final = {b"uuid", b"xml ", b"uinf"}
_SOS: Final = 0xDA
_EOI: Final = 0xD9
_BOX_HEAD: Final = 8


def jpeg_without_metadata(content: bytes) -> bytes:
    """The same JPEG without EXIF, XMP, comments, thumbnails and what follows its end."""
    if not content.startswith(b"\xff\xd8"):
        raise RefusedDocumentError("broken")
    kept, at = [b"\xff\xd8"], 2
    while at < len(content):
        if content[at] != 0xFF or at + 1 >= len(content):
            raise RefusedDocumentError("broken")
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker == _EOI:
            kept.append(b"\xff\xd9")
            return b"".join(kept)
        elif marker in _STANDALONE:
            kept.append(content[at : at + 2])
            at += 2
        else:
            end = at + 2 + int.from_bytes(content[at + 2 : at + 4])
            if end < at + 4 or end > len(content):
                raise RefusedDocumentError("broken")
            if marker == _SOS:
                end = _end_of_scan(content, end)
            is_told = 0xE0 <= marker <= 0xEF or marker == 0xFE
            if not is_told or marker in _JPEG_KEPT_APPS:
                kept.append(content[at:end])
            at = end
    return b"".join(kept)


def _end_of_scan(content: bytes, at: int) -> int:
    """Where the next marker stands that is no part of the scan's own bytes."""
    while (at := content.find(b"\xff", at)) != -1 and at + 1 < len(content):
        if content[at + 1] == 0x00 or content[at + 1] in _STANDALONE:
            at += 2
        else:
            return at
    return len(content)


def png_without_metadata(content: bytes) -> bytes:
    """The same PNG without text, time, EXIF, profiles and what follows its end."""
    return _PNG_HEAD + b"".join(chunk for kind, chunk in _png_chunks(content) if kind in _PNG_KEPT)


def _png_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not content.startswith(_PNG_HEAD):
        raise RefusedDocumentError("broken")
    at = len(_PNG_HEAD)
    while at < len(content):
        end = at + 12 + int.from_bytes(content[at : at + 4])
        if end > len(content):
            raise RefusedDocumentError("broken")
        kind = content[at + 4 : at + 8]
        yield kind, content[at:end]
        if kind == b"IEND":
            return
        at = end


def jpx_without_metadata(content: bytes) -> bytes:
    """The same JPEG 2000 without its XML and UUID boxes; a bare codestream stays as it is."""
    if content.startswith(b"\xff\x4f"):
        return content
    kept, at = [], 0
    while at < len(content):
        size = int.from_bytes(content[at : at + 4])
        if size == 1:
            size = int.from_bytes(content[at + 8 : at + 16])
        end = at + size if size else len(content)
        if end < at + _BOX_HEAD or end > len(content):
            raise RefusedDocumentError("broken")
        if content[at + 4 : at + 8] not in _JPX_DROPPED:
            kept.append(content[at:end])
        at = end
    return b"".join(kept)
