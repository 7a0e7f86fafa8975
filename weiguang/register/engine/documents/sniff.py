"""What a file is, by its content alone; its name is never asked."""

import io
import zipfile
from typing import Final

from weiguang.register.engine.documents.refusals import RefusedDocumentError

JPEG: Final = "jpeg"
PNG: Final = "png"
PDF: Final = "pdf"
ZIP: Final = "zip"
_TAKEN: Final = (
    (b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG), (b"%PDF-", PDF), (b"PK\x03\x04", ZIP),
)  # fmt: skip
_REFUSED: Final = (
    (b"MZ", "program"), (b"\x7fELF", "program"), (b"#!", "program"),
    (b"\xca\xfe\xba\xbe", "program"),
    (b"\xcf\xfa\xed\xfe", "program"), (b"\xce\xfa\xed\xfe", "program"), (b"dex\n", "program"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "program"), (b"@echo", "program"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_office"), (b"{\\rtf", "old_office"),
    (b"Rar!", "archive"), (b"7z\xbc\xaf\x27\x1c", "archive"), (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"), (b"\xfd7zXZ", "archive"), (b"MSCF", "archive"), (b"PK\x05\x06", "archive"),
)  # fmt: skip
_MARKUP: Final = (
    b"<svg",
    b"<html",
    b"<!doctype",
    b"<script",
    b"<?xml",
    b"<?php",
    b"<body",
    b"mime-version:",
)
_SMUGGLED: Final = (b"%pdf-", b"<script", b"<?php", b"<html", b"<svg")
_HEAD: Final = 1_024
_HEIC: Final = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")


def media_of(content: bytes) -> str:
    """`jpeg`, `png`, `pdf` or `zip`; raises `RefusedDocumentError` for everything else.

    Also for a file that is two things at once: another reader would open the other one.

    >>> media_of(b"%PDF-1.7 ...")
    'pdf'
    """
    if not content.strip(b"\0\t\r\n "):
        raise RefusedDocumentError("empty")
    media = next((name for magic, name in _TAKEN if content.startswith(magic)), None)
    if media is None:
        raise RefusedDocumentError(_why_not(content))
    if media != ZIP:
        _refuse_two_in_one(content, media)
    return media


def _why_not(content: bytes) -> str:
    for magic, reason in _REFUSED:
        if (
            content.lower().startswith(magic.lower())
            if magic == b"@echo"
            else content.startswith(magic)
        ):
            return reason
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC:
        return "heic"
    head = content[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(_MARKUP) or any(mark in head for mark in _MARKUP[:4]):
        return "markup"
    return "unknown"


def _refuse_two_in_one(content: bytes, media: str) -> None:
    if zipfile.is_zipfile(io.BytesIO(content)):
        raise RefusedDocumentError("polyglot")
    # A PDF may speak of HTML in its pages; what stands before its body is another matter.
    searched = content[:_HEAD] if media == PDF else content
    lowered = searched[len(b"%PDF-") :].lower()
    if any(mark in lowered for mark in _SMUGGLED):
        raise RefusedDocumentError("polyglot")
