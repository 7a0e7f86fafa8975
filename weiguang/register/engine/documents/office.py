"""A Word document or a workbook (OOXML), rebuilt part by part without what runs, links or tells.

Refused are macros, controls, embedded files, and whatever is fetched from elsewhere; emptied are
the properties, the names of who commented or revised, and what pictures say about themselves.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final
from xml.parsers import expat

from weiguang.register.engine.documents.pictures import jpeg_without_metadata, png_without_metadata
from weiguang.register.engine.documents.refusals import LIMITS, RefusedDocumentError

_TYPES: Final = "[Content_Types].xml"
_MAIN: Final = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": "xlsx",
}
_MACROS: Final = (
    "vbaproject",
    "vbadata",
    "macrosheets/",
    "dialogsheets/",
    "activex/",
    "ctrlprops/",
)
_FILES: Final = ("embeddings/", "oleobject", "attachedtoolbars")
_LINKS: Final = ("externallinks/", "querytables/", "connections.xml", "webextensions/")
_XML: Final = (".xml", ".rels", ".vml")
_DROPPED: Final = re.compile(
    r"docprops/thumbnail\.\w+|.*printersettings\d*\.bin|docmetadata/.*", re.I
)
_PROPERTIES: Final = re.compile(rb"<(?:\w+:)?(\w+)([^>]*?)/?>")
_FIELD: Final = re.compile(r"\b(DDEAUTO|DDE|INCLUDEPICTURE|INCLUDETEXT|LINK|DATABASE)\b", re.I)
_WHO: Final = re.compile(
    rb'((?:\w+:)?(?:author|initials|lastModifiedBy|userId|displayName))="[^"]*"'
)
_AUTHORS: Final = re.compile(rb"(<(?:\w+:)?author>)[^<]*(</)")
_PAGE_SETUP: Final = re.compile(rb'(<(?:\w+:)?pageSetup\b[^>]*?)\s+r:id="[^"]*"')
_RELATION: Final = re.compile(
    rb"<(?:\w+:)?Relationship\b[^>]*?/>|<(?:\w+:)?Relationship\b[^>]*?>.*?</[^>]*>", re.S
)
_SAFE_LINKS: Final = ("http://", "https://", "mailto:", "#")
_EMPTIED: Final = {
    "docprops/core.xml": b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>',
    "docprops/app.xml": b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>',
    "docprops/custom.xml": b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>',
}
_DRAWN: Final = {
    ".gif": (b"GIF8",), ".emf": (b"\x01\x00\x00\x00",),
    ".wmf": (b"\xd7\xcd\xc6\x9a", b"\x01\x00\x09\x00", b"\x02\x00\x09\x00"),
}  # fmt: skip
_ENCRYPTED: Final = 0x1
_CHUNK: Final = 1 << 18


def cleaned_office(content: bytes) -> tuple[bytes, str]:
    """The rebuilt document and whether it is `docx` or `xlsx`; raises `RefusedDocumentError`."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_by_directory(archive)
            kind = _kind(archive)
            return _rebuilt(archive), kind
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as cause:
        raise RefusedDocumentError("broken") from cause


def _refuse_by_directory(archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    names = [member.filename.lower() for member in members]
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise RefusedDocumentError("locked")
    if {"meta-inf/manifest.mf", "classes.dex"} & set(names):
        raise RefusedDocumentError("program")
    if _TYPES.lower() not in names:
        raise RefusedDocumentError("archive")
    if len(members) > LIMITS.members or sum(m.file_size for m in members) > LIMITS.unpacked_bytes:
        raise RefusedDocumentError("bomb")
    if len(set(names)) != len(names) or any(_is_astray(name) for name in names):
        raise RefusedDocumentError("broken")
    for marks, reason in ((_MACROS, "macro"), (_FILES, "embedded"), (_LINKS, "linked")):
        if any(mark in name for name in names for mark in marks):
            raise RefusedDocumentError(reason)


def _is_astray(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ".." in name.split("/")


def _kind(archive: zipfile.ZipFile) -> str:
    types = _read(archive, archive.getinfo(_TYPES), LIMITS.unpacked_bytes)
    if b"macroenabled" in types.lower() or b"vbaproject" in types.lower():
        raise RefusedDocumentError("macro")
    kind = next((kind for main, kind in _MAIN.items() if main.encode() in types), None)
    if kind is None:
        raise RefusedDocumentError("unknown")
    return kind


def _rebuilt(archive: zipfile.ZipFile) -> bytes:
    into, left = io.BytesIO(), LIMITS.unpacked_bytes
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as clean:
        for member in archive.infolist():
            if member.is_dir() or _DROPPED.fullmatch(member.filename):
                continue
            content = _read(archive, member, left)
            left -= len(content)
            # A fixed moment: when a part was saved is told by nobody.
            clean.writestr(
                zipfile.ZipInfo(member.filename),
                _part(member.filename, content),
                zipfile.ZIP_DEFLATED,
            )
    return into.getvalue()


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int) -> bytes:
    parts = []
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise RefusedDocumentError("bomb")
            parts.append(chunk)
    return b"".join(parts)


def _part(name: str, content: bytes) -> bytes:
    lowered = name.lower()
    if lowered in _EMPTIED:
        return _EMPTIED[lowered]
    if lowered.endswith(_XML):
        return _xml(lowered, content)
    if lowered.endswith((".jpg", ".jpeg")):
        return jpeg_without_metadata(content)
    if lowered.endswith(".png"):
        return png_without_metadata(content)
    ending = lowered[lowered.rfind(".") :] if "." in lowered else ""
    if not content.startswith(_DRAWN.get(ending, ())):
        raise RefusedDocumentError("embedded")
    return content


def _xml(name: str, content: bytes) -> bytes:
    _Walk().over(content)
    if name.endswith(".rels"):
        return _RELATION.sub(_relation, content)
    content = _WHO.sub(rb'\1=""', content)
    if "comments" in name or "person" in name:
        content = _AUTHORS.sub(rb"\1\2", content)
    return _PAGE_SETUP.sub(rb"\1", content)


def _relation(found: re.Match[bytes]) -> bytes:
    """A relation as it was; nothing where its part was dropped; raises where it leads outside."""
    said = dict(_attributes(found[0]))
    target = said.get("Target", "")
    if said.get("TargetMode", "").lower() == "external":
        is_link = said.get("Type", "").endswith("/hyperlink")
        if not (is_link and target.lower().startswith(_SAFE_LINKS)):
            raise RefusedDocumentError("linked")
    elif _DROPPED.fullmatch(target.lstrip("/").replace("../", "")):
        return b""
    return found[0]


def _attributes(element: bytes) -> Iterator[tuple[str, str]]:
    said: dict[str, str] = {}
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda _name, attributes: said.update(attributes)
    closing = element if element.rstrip().endswith(b"/>") or b"</" in element else element + b"</x>"
    try:
        parser.Parse(re.sub(rb"(</?)\w+:", rb"\1", closing), True)
    except expat.ExpatError as cause:
        raise RefusedDocumentError("broken") from cause
    yield from said.items()


class _Walk:
    """One XML part read through: no document type, no field that fetches or runs."""

    def __init__(self) -> None:
        self._said: list[str] = []
        self._is_field = False
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text

    def over(self, content: bytes) -> None:
        """Read it whole; raises `RefusedDocumentError`."""
        try:
            self._parser.Parse(content, True)
        except (expat.ExpatError, ValueError, LookupError) as cause:
            raise RefusedDocumentError("broken") from cause
        # A field may be cut into runs, so that no single one says its name.
        if _FIELD.search("".join(self._said)):
            raise RefusedDocumentError("linked")

    def _refuse(self, *_declaration: object) -> None:
        raise RefusedDocumentError("broken")

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        self._is_field = local == "instrText"
        self._said += [
            value for key, value in attributes.items() if key.rpartition(":")[2] == "instr"
        ]
        if local == "fldChar":
            self._said.append("\n")
        if local in {"ddeLink", "oleLink", "object", "control", "OLEObject"}:
            raise RefusedDocumentError("embedded")

    def _end(self, _name: str) -> None:
        self._is_field = False

    def _text(self, text: str) -> None:
        if self._is_field:
            self._said.append(text)
