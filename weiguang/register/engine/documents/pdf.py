"""A PDF with its pages and nothing else: no script, no file inside, no word about itself.

Pages are copied into a new document: what hangs on the old one's catalogue stays behind.
"""

import io
import zlib
from typing import Any, Final

import pikepdf
import pypdfium2

from weiguang.register.engine.documents.images import preview_of
from weiguang.register.engine.documents.pictures import jpeg_without_metadata, jpx_without_metadata
from weiguang.register.engine.documents.refusals import LIMITS, RefusedDocumentError

_SCRIPTS: Final = {"/JS", "/JavaScript", "/XFA"}
_FILES: Final = {"/EmbeddedFiles", "/EF", "/RichMediaContent"}
_SCRIPT_ACTIONS: Final = {
    "/JavaScript",
    "/Launch",
    "/ImportData",
    "/RichMediaExecute",
    "/GoTo3DView",
}
_FILE_KINDS: Final = {
    "/EmbeddedFile", "/FileAttachment", "/GoToE", "/RichMedia", "/Movie", "/Sound", "/Screen",
    "/Rendition", "/3D",
}  # fmt: skip
_ABOUT_ITSELF: Final = ("/Metadata", "/PieceInfo", "/LastModified", "/OPI", "/AF", "/PtData")
_ON_PAGES: Final = ("/Annots", "/AA", "/Thumb", "/B", "/Tabs", "/StructParents", "/PZ", "/Dur")
_PARTS: Final = (pikepdf.Dictionary, pikepdf.Array, pikepdf.Stream)
_DEEPEST: Final = 60


def cleaned_pdf(content: bytes) -> tuple[bytes, int, bytes]:
    """The cleaned PDF, its number of pages, and a small picture of the first page.

    The picture is empty where the page cannot be drawn. Raises `RefusedDocumentError`.
    """
    try:
        with pikepdf.open(io.BytesIO(content)) as old:
            cleaned, pages = _copied(old)
    except pikepdf.PasswordError as cause:
        raise RefusedDocumentError("locked") from cause
    except (pikepdf.PdfError, ValueError, RuntimeError, zlib.error, RecursionError) as cause:
        raise RefusedDocumentError("broken") from cause
    return cleaned, pages, _first_page(cleaned)


def _copied(old: pikepdf.Pdf) -> tuple[bytes, int]:
    pages = len(old.pages)
    if pages == 0:
        raise RefusedDocumentError("broken")
    if pages > LIMITS.pages or len(old.objects) > LIMITS.objects:
        raise RefusedDocumentError("too_many")
    for each in old.objects:
        _refuse_active(each)
    # What people typed into a form's fields or wrote on a page becomes part of the page.
    old.generate_appearance_streams()
    old.flatten_annotations()
    new = pikepdf.Pdf.new()
    for page in old.pages:
        _drop(page.obj, _ON_PAGES)
        new.pages.append(page)
    for each in new.objects:
        _silence(each)
    into = io.BytesIO()
    new.save(into, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return into.getvalue(), pages


def _refuse_active(part: Any, depth: int = 0) -> None:
    """Raise for a script, a command, or a file inside, wherever it hangs."""
    if depth > _DEEPEST:
        raise RefusedDocumentError("bomb")
    if isinstance(part, pikepdf.Array):
        inner = list(part)
    elif isinstance(part, pikepdf.Dictionary | pikepdf.Stream):
        _refuse_keys(part)
        inner = [part[key] for key in part.keys()]  # noqa: SIM118 - iterating a stream differs
    else:
        return
    for each in inner:
        # What is indirect comes by itself, once.
        if isinstance(each, _PARTS) and not each.is_indirect:
            _refuse_active(each, depth + 1)


def _refuse_keys(part: Any) -> None:
    keys = set(part.keys())
    kinds = {str(part.get(key)) for key in ("/S", "/Type", "/Subtype") if key in keys}
    if keys & _SCRIPTS or kinds & _SCRIPT_ACTIONS:
        raise RefusedDocumentError("script")
    if keys & _FILES or kinds & _FILE_KINDS:
        raise RefusedDocumentError("embedded")


def _silence(part: Any) -> None:
    """Take out what a part of the new document says about where it came from."""
    if isinstance(part, pikepdf.Dictionary | pikepdf.Stream):
        _drop(part, _ABOUT_ITSELF)
    if isinstance(part, pikepdf.Stream) and str(part.get("/Subtype")) == "/Image":
        _silence_picture(part)


def _silence_picture(image: pikepdf.Stream) -> None:
    said = image.get("/Filter")
    filters = [str(each) for each in said] if isinstance(said, pikepdf.Array) else [str(said)]
    raw = image.read_raw_bytes()
    if filters == ["/FlateDecode", "/DCTDecode"]:
        raw = _inflated(raw)
    if filters[-1] == "/DCTDecode" and len(filters) <= 2 and filters[0] != "/ASCII85Decode":
        image.write(jpeg_without_metadata(raw), filter=pikepdf.Name.DCTDecode)
    elif filters == ["/JPXDecode"]:
        image.write(jpx_without_metadata(raw), filter=pikepdf.Name.JPXDecode)
    elif filters[-1] in {"/DCTDecode", "/JPXDecode"}:
        raise RefusedDocumentError("broken")


def _inflated(raw: bytes) -> bytes:
    unpacking = zlib.decompressobj()
    content = unpacking.decompress(raw, LIMITS.unpacked_bytes)
    if unpacking.unconsumed_tail:
        raise RefusedDocumentError("bomb")
    return content


def _drop(part: Any, keys: tuple[str, ...]) -> None:
    for key in keys:
        if key in part:
            del part[key]


def _first_page(content: bytes) -> bytes:
    try:
        document = pypdfium2.PdfDocument(content)
        page = document[0]
        longest = max(page.get_size())
        if longest <= 0:
            return b""
        return preview_of(page.render(scale=LIMITS.preview_edge / longest).to_pil())
    except (pypdfium2.PdfiumError, ValueError, OSError):
        return b""
