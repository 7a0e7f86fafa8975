"""What is no paper, or more than one, is refused for a reason; what is one loses what it tells."""

import io
import re
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pikepdf
import pytest
from PIL import Image

from tests.papers import CORE, docx, ooxml, pdf, photo, related, xlsx, zipped
from weiguang.register.actions.documents import WHY
from weiguang.register.engine.documents import cleaning, images, office
from weiguang.register.engine.documents import pdf as pdf_cleaning
from weiguang.register.engine.documents.refusals import LIMITS, REASONS, RefusedDocumentError
from weiguang.register.engine.documents.sandbox import Cleaned, clean

JS: Final = {"/S": pikepdf.Name.JavaScript, "/JS": "app.alert(1)"}
LAUNCH: Final = {"/S": pikepdf.Name.Launch, "/F": "cmd.exe"}
FIELD: Final = "<w:document xmlns:w='w'><w:p>{}</w:p></w:document>"
LAUGHS: Final = (
    "<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'>]><w:p xmlns:w='w'>&b;</w:p>"
)


def png(*, size: tuple[int, int] = (4, 4), more: bytes = b"") -> bytes:
    """A PNG; `more` are chunks before its end."""
    into = io.BytesIO()
    Image.new("RGB", size, "green").save(into, "PNG")
    content = into.getvalue()
    return content[:-12] + more + content[-12:]


def chunk(kind: bytes, content: bytes) -> bytes:
    return len(content).to_bytes(4) + kind + content + zlib.crc32(kind + content).to_bytes(4)


def vast_png() -> bytes:
    """A few bytes that declare fifty thousand by fifty thousand pixels."""
    head = (50_000).to_bytes(4) * 2 + bytes((8, 2, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(99)))
        + chunk(b"IEND", b"")
    )  # fmt: skip


def moving_png() -> bytes:
    into = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(into, "PNG", save_all=True, append_images=frames[1:])
    return into.getvalue()


def locked_pdf() -> bytes:
    into = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as made:
        made.save(into, encryption=pikepdf.Encryption(owner="a", user="b"))
    return into.getvalue()


def pdf_with(change: Callable[[pikepdf.Pdf], None]) -> bytes:
    into = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as made:
        change(made)
        made.save(into)
    return into.getvalue()


def annotated(**said: Any) -> Callable[[pikepdf.Pdf], None]:
    def change(made: pikepdf.Pdf) -> None:
        mark = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Rect=[0, 0, 9, 9], **said)
        made.pages[0].obj["/Annots"] = made.make_indirect([made.make_indirect(mark)])

    return change


def attached(made: pikepdf.Pdf) -> None:
    made.attachments["list.xlsx"] = b"PK\x03\x04 names"


def acting_page(made: pikepdf.Pdf) -> None:
    made.pages[0].obj["/AA"] = pikepdf.Dictionary(O=pikepdf.Dictionary(JS))


def form_of_xml(made: pikepdf.Pdf) -> None:
    made.Root["/AcroForm"] = pikepdf.Dictionary(XFA=pikepdf.Stream(made, b"<xdp/>"), Fields=[])


def deep(made: pikepdf.Pdf) -> None:
    inner = pikepdf.Array([])
    for _ in range(200):
        inner = pikepdf.Array([inner])
    made.Root["/Deep"] = inner


def doubled() -> bytes:
    into = io.BytesIO(docx())
    with (
        pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(into, "a") as archive
    ):  # fmt: skip
        archive.writestr("word/document.xml", "<other/>")
    return into.getvalue()


def flagged() -> bytes:
    """An archive whose members say that they are encrypted."""
    content = bytearray(docx())
    for at in (found.start() for found in re.finditer(rb"PK\x01\x02", bytes(content))):
        content[at + 8] |= 1
    return bytes(content)


def field(*runs: str) -> bytes:
    said = "".join(f"<w:r><w:instrText>{run}</w:instrText></w:r>" for run in runs)
    return docx(**{"word__footer1.xml": FIELD.format(said)})


HOSTILE: Final[dict[str, tuple[Callable[[], bytes], str]]] = {
    "nothing": (lambda: b"", "empty"),
    "only zeros": (lambda: bytes(4_096), "empty"),
    "a program for Windows": (lambda: b"MZ\x90\x00" + bytes(99), "program"),
    "a program for Linux": (lambda: b"\x7fELF\x02" + bytes(99), "program"),
    "a program for a Mac": (lambda: b"\xcf\xfa\xed\xfe" + bytes(99), "program"),
    "a shell script": (lambda: b"#!/bin/sh\nrm -rf /", "program"),
    "a batch file": (lambda: b"@Echo off\r\ndel *", "program"),
    "a shortcut": (lambda: b"L\x00\x00\x00\x01\x14\x02\x00" + bytes(99), "program"),
    "a Java class": (lambda: b"\xca\xfe\xba\xbe\x00\x00" + bytes(99), "program"),
    "an app": (lambda: zipped({"AndroidManifest.xml": "x", "classes.dex": "dex"}), "program"),
    "a Java archive": (lambda: zipped({"META-INF/MANIFEST.MF": "Main-Class: x"}), "program"),
    "an SVG": (lambda: b"<svg xmlns='x' onload='alert(1)'/>", "markup"),
    "an SVG behind a declaration": (lambda: b"<?xml version='1.0'?><svg/>", "markup"),
    "a page": (lambda: b"\xef\xbb\xbf \n<!DOCTYPE html><html>", "markup"),
    "a page behind a comment": (lambda: b"<!-- x --><HTML><script>", "markup"),
    "PHP": (lambda: b"<?php system($_GET['x']);", "markup"),
    "a saved mail": (lambda: b"MIME-Version: 1.0\r\nContent-Type: text/html", "markup"),
    "an archive": (lambda: zipped({"a.pdf": pdf()}), "archive"),
    "an archive of nothing": (lambda: zipped({}), "archive"),
    "a RAR": (lambda: b"Rar!\x1a\x07\x01\x00", "archive"),
    "a 7z": (lambda: b"7z\xbc\xaf\x27\x1c" + bytes(9), "archive"),
    "a gzip": (lambda: b"\x1f\x8b\x08" + bytes(9), "archive"),
    "an OpenDocument text": (lambda: zipped({"mimetype": "x", "content.xml": "<x/>"}), "archive"),
    "an old Word document": (lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(99), "old_office"),
    "an RTF": (lambda: rb"{\rtf1\ansi {\object}}", "old_office"),
    "a HEIC": (lambda: b"\x00\x00\x00\x18ftypheic" + bytes(99), "heic"),
    "a film": (lambda: b"\x00\x00\x00\x18ftypisom" + bytes(99), "unknown"),
    "plain text": (lambda: "姓名,身份证号码".encode(), "unknown"),
    "a GIF": (lambda: b"GIF89a" + bytes(99), "unknown"),
    "a presentation": (lambda: ooxml("ppt/presentation.xml", "presentationml", "<p/>", "", {}),
                       "unknown"),
    "a photo that is an archive": (lambda: photo() + zipped({"x": "y"}), "polyglot"),
    "a picture that is an archive": (lambda: png() + zipped({"x": "y"}), "polyglot"),
    "a PDF that is an archive": (lambda: pdf() + zipped({"x": "y"}), "polyglot"),
    "a photo that is a page": (lambda: photo() + b"<SCRIPT>alert(1)</SCRIPT>", "polyglot"),
    "a photo that is a PDF": (lambda: photo() + pdf(), "polyglot"),
    "a picture that is PHP": (lambda: png(more=chunk(b"tEXt", b"c\0<?php x")), "polyglot"),
    "half a photo": (lambda: photo(size=(800, 600))[:-900], "broken"),
    "half a picture": (lambda: png(size=(300, 300))[:80], "broken"),
    "a PDF of one line": (lambda: b"%PDF-1.7\nnothing", "broken"),
    "a PDF without pages": (lambda: pdf(pages=0), "broken"),
    "half a document": (lambda: docx()[:-40], "broken"),
    "a document that laughs": (lambda: docx(**{"word__styles.xml": LAUGHS}), "broken"),
    "a document with a part twice": (doubled, "broken"),
    "a document that climbs out": (lambda: docx(**{"..__..__evil.xml": "<x/>"}), "broken"),
    "a document that is not XML": (lambda: docx(**{"word__styles.xml": "<w:a>"}), "broken"),
    "a document whose photo is none": (lambda: docx(**{"word__media__a.jpeg": b"MZ"}), "broken"),
    "a PDF with a password": (locked_pdf, "locked"),
    "a document with a password": (flagged, "locked"),
    "a vast picture": (vast_png, "bomb"),
    "a document that unpacks to 200 MB": (lambda: docx(**{"word__a.xml": b" " * 200_000_000}),
                                          "bomb"),
    "a PDF that goes down for ever": (lambda: pdf_with(deep), "bomb"),
    "a PDF of 501 pages": (lambda: pdf(pages=501), "too_many"),
    "a Word document with macros": (lambda: docx(**{"word__vbaProject.bin": b"x"}), "macro"),
    "a workbook with macros": (lambda: xlsx(**{"xl__macrosheets__sheet1.xml": "<x/>"}), "macro"),
    "a document that calls itself macro-enabled": (
        lambda: ooxml("word/document.xml", "application/vnd.ms-word.document.macroEnabled.main+xml",
                      "<w/>", "", {}), "macro"),
    "a document with a control": (lambda: docx(**{"word__activeX__a.xml": "<x/>"}), "macro"),
    "a document with a file inside": (
        lambda: docx(**{"word__embeddings__o.bin": b"x"}), "embedded"),
    "a document with a program among its pictures": (
        lambda: docx(**{"word__media__a.exe": b"MZ"}), "embedded"),
    "a document with an OLE object": (
        lambda: docx(**{"word__header1.xml": FIELD.format("<w:object/>")}), "embedded"),
    "a PDF with a file inside": (lambda: pdf_with(attached), "embedded"),
    "a PDF with a file pinned on": (
        lambda: pdf_with(annotated(Subtype=pikepdf.Name.FileAttachment)), "embedded"),
    "a PDF with a film": (lambda: pdf_with(annotated(Subtype=pikepdf.Name.RichMedia)), "embedded"),
    "a document with a template elsewhere": (
        lambda: docx(**{"word___rels__settings.xml.rels": related(
            "http://evil/x.dotm", "x/attachedTemplate", "External")}), "linked"),
    "a document with a picture elsewhere": (
        lambda: docx(**{"word___rels__document.xml.rels": related(
            "http://evil/seen.png", "x/image", "External")}), "linked"),
    "a document with a link that runs": (
        lambda: docx(**{"word___rels__document.xml.rels": related(
            "javascript:x", "x/hyperlink", "External")}), "linked"),
    "a document with a link to a share": (
        lambda: docx(**{"word___rels__document.xml.rels": related(
            "file://evil/share", "x/hyperlink", "External")}), "linked"),
    "a document with a DDE field cut in two": (lambda: field("DDEA", "UTO cmd.exe"), "linked"),
    "a document that fetches a picture": (lambda: field(" INCLUDEPICTURE http://evil"), "linked"),
    "a workbook that reads another": (
        lambda: xlsx(**{"xl__externalLinks__externalLink1.xml": "<x/>"}), "linked"),
    "a PDF that runs when opened": (lambda: pdf(OpenAction=pikepdf.Dictionary(JS)), "script"),
    "a PDF that starts a program": (lambda: pdf(OpenAction=pikepdf.Dictionary(LAUNCH)), "script"),
    "a PDF with a script by name": (
        lambda: pdf(Names=pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=[]))), "script"),
    "a PDF with a script on a mark": (
        lambda: pdf_with(annotated(Subtype=pikepdf.Name.Link, A=pikepdf.Dictionary(JS))), "script"),
    "a PDF with a page that acts": (lambda: pdf_with(acting_page), "script"),
    "a PDF with a form of XML": (lambda: pdf_with(form_of_xml), "script"),
    "a moving picture": (moving_png, "moving"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_paper_is_refused_for_its_reason(name: str) -> None:
    make, reason = HOSTILE[name]

    with pytest.raises(RefusedDocumentError) as refused:
        clean(make())

    assert refused.value.reason == reason


def test_there_are_enough_of_them_and_each_reason_has_a_sentence() -> None:
    tried = {reason for _make, reason in HOSTILE.values()} | {"too_large"}

    assert len(HOSTILE) > 60
    assert tried == REASONS
    assert set(WHY) == REASONS | {"virus"}


def test_what_is_too_large_is_refused_before_anything_reads_it() -> None:
    with pytest.raises(RefusedDocumentError, match="too_large"):
        clean(photo() + bytes(LIMITS.file_bytes))


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_a_photograph_loses_where_and_by_whom_it_was_taken(form: str) -> None:
    offered = photo(form=form)
    assert Image.open(io.BytesIO(offered)).getexif().get_ifd(0x8825)[1] == "N"
    assert b"PHOTOGRAPHER" in offered

    cleaned = clean(offered)

    for content in (cleaned.content, cleaned.picture):
        kept = Image.open(io.BytesIO(content))
        assert dict(kept.getexif()) == {}
        assert not kept.getexif().get_ifd(0x8825)
        assert not {"exif", "comment", "icc_profile"} & set(kept.info)
        assert [word for word in (b"PHOTOGRAPHER", b"COMMENT", b"Phone") if word in content] == []


def test_a_photograph_taken_sideways_stands_upright_afterwards() -> None:
    kept = Image.open(io.BytesIO(clean(photo(size=(64, 48), turned=True)).content))

    assert kept.size == (48, 64)
    # What was at the left top is at the right top now: the pixels were turned, not a note kept.
    assert kept.getpixel((44, 4))[0] > 200
    assert kept.getpixel((4, 4))[0] < 60


def test_what_follows_a_photograph_and_hides_in_a_picture_is_gone() -> None:
    assert b"TAIL" not in clean(photo() + b"TAIL" * 9).content
    assert b"NOTE" not in clean(png(more=chunk(b"tEXt", b"Comment\0NOTE"))).content


def test_a_pdf_keeps_its_pages_and_loses_what_it_says_about_itself() -> None:
    offered = pdf(pages=3, picture=photo())
    assert b"PHOTOGRAPHER" in offered

    cleaned = clean(offered)

    with pikepdf.open(io.BytesIO(cleaned.content)) as kept:
        said = str([dict(kept.docinfo), list(kept.Root.keys())])
        raw = b"".join(each.read_raw_bytes() for each in kept.objects if is_stream(each))
        for page in kept.pages:
            page.contents_coalesce()
        pages = b"".join(page.Contents.read_bytes() for page in kept.pages)
    assert (cleaned.media, cleaned.pages) == ("pdf", 3)
    assert "(words) Tj" in pages.decode()
    assert [w for w in ("AUTHOR", "TITLE", "/Metadata", "/Names") if w in said] == []
    assert [w for w in (b"PHOTOGRAPHER", b"COMMENT", b"XMPWORDS") if w in raw] == []
    assert Image.open(io.BytesIO(cleaned.picture)).format == "JPEG"


def is_stream(each: Any) -> bool:
    return isinstance(each, pikepdf.Stream)


def test_a_pdf_loses_its_links_and_keeps_what_was_written_on_it() -> None:
    def noted(made: pikepdf.Pdf) -> None:
        look = pikepdf.Stream(made, b"BT (noted) Tj ET")
        look.Type, look.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
        look.BBox = [0, 0, 9, 9]
        annotated(Subtype=pikepdf.Name.FreeText, AP=pikepdf.Dictionary(N=look),
                  A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI="http://evil/"))(made)  # fmt: skip

    cleaned = clean(pdf_with(noted))

    with pikepdf.open(io.BytesIO(cleaned.content)) as kept:
        assert "/Annots" not in kept.pages[0].obj
        drawn = b"".join(each.read_bytes() for each in kept.objects if is_stream(each))
    assert b"(noted)" in drawn
    assert b"evil" not in cleaned.content + drawn


@pytest.mark.parametrize(("make", "media"), [(docx, "docx"), (xlsx, "xlsx")])
def test_an_office_document_keeps_its_words_and_loses_who_wrote_it(make: Any, media: str) -> None:
    offered = make(
        "words", who="AUTHOR",
        **{
            "word__comments.xml": "<w:c xmlns:w='w'><w:comment w:author=\"AUTHOR\"/></w:c>",
            "xl__comments1.xml": "<comments><authors><author>AUTHOR</author></authors></comments>",
            "word__media__image1.jpeg": photo(), "word__media__image2.png": photo(form="PNG"),
            "docProps__thumbnail.jpeg": photo(),
            "docProps__custom.xml": "<Properties>AUTHOR</Properties>",
            "xl__printerSettings__printerSettings1.bin": "AUTHOR-PRINTER",
            "word___rels__document.xml.rels": related(
                "http://a.example/", "x/hyperlink", "External"),
        },
    )  # fmt: skip

    cleaned = clean(offered)

    assert cleaned.media == media
    with zipfile.ZipFile(io.BytesIO(cleaned.content)) as kept:
        assert kept.testzip() is None
        everything = b"".join(kept.read(name) for name in kept.namelist())
        assert {member.date_time for member in kept.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        pictures = [Image.open(io.BytesIO(kept.read(f"word/media/image{n}")))
                    for n in ("1.jpeg", "2.png")]  # fmt: skip
    assert b"words" in everything
    assert [w for w in (b"AUTHOR", b"PHOTOGRAPHER", b"COMMENT") if w in everything] == []
    assert [dict(picture.getexif()) for picture in pictures] == [{}, {}]


def test_a_real_workbook_can_be_opened_after_cleaning() -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book, into = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["顾念安", 12])
    book.properties.creator = "AUTHOR"
    book.save(into)

    cleaned = clean(into.getvalue())

    again = openpyxl.load_workbook(io.BytesIO(cleaned.content))
    assert [cell.value for cell in again.active[1]] == ["顾念安", 12]
    assert again.properties.creator != "AUTHOR"


def test_a_very_large_photograph_is_kept_smaller_and_its_picture_is_small() -> None:
    cleaned = clean(photo(size=(9_000, 400)))

    assert Image.open(io.BytesIO(cleaned.content)).size[0] == LIMITS.edge
    assert max(Image.open(io.BytesIO(cleaned.picture)).size) == LIMITS.preview_edge


@pytest.mark.parametrize(
    ("size", "kept"),
    [((6_000, 4_000), (4_000, 2_667)), ((8_000, 6_000), (4_000, 3_000)),
     ((12_000, 9_000), (3_000, 2_250)), ((4_000, 3_000), (4_000, 3_000))],
)  # fmt: skip
def test_a_photograph_of_a_good_telephone_is_kept_large_enough_to_read(
    size: tuple[int, int], kept: tuple[int, int]
) -> None:
    content = clean(photo(size=size)).content

    assert Image.open(io.BytesIO(content)).size == kept


def test_a_photograph_in_thousands_of_passes_is_refused() -> None:
    into = io.BytesIO()
    Image.new("RGB", (64, 64)).save(into, "JPEG", progressive=True)
    content = into.getvalue()
    last = content.rindex(b"\xff\xda")

    assert clean(content).media == "jpeg"
    with pytest.raises(RefusedDocumentError, match="bomb"):
        clean(content[:last] + content[last:-2] * 200 + b"\xff\xd9")


def test_the_process_apart_can_write_no_file_and_sees_no_secret(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    """Told from inside, by a reason that stands for each thing that would be wrong."""
    monkeypatch.setenv("WEIGUANG_KEYS", "secret")
    package = tmp_path / "weiguang_astray.py"
    package.write_text(
        "import os, sys\n"
        f"sys.path.insert(0, {str(Path(__file__).parents[3])!r})\n"
        "from weiguang.register.engine.documents import cleaning\n"
        "cleaning._confine()\n"
        "said = 'macro' if 'WEIGUANG_KEYS' in os.environ else 'moving'\n"
        "try:\n"
        f"    os.write(os.open({str(tmp_path / 'out')!r}, os.O_CREAT | os.O_WRONLY), b'words')\n"
        "    said = 'script'\n"
        "except OSError:\n"
        "    pass\n"
        "try:\n"
        "    bytearray(2**33)\n"
        "    said = 'bomb'\n"
        "except MemoryError:\n"
        "    pass\n"
        "print('{\"refused\": \"' + said + '\"}')\n"
    )
    monkeypatch.setattr("weiguang.register.engine.documents.sandbox.MODULE", "weiguang_astray")
    monkeypatch.setattr("weiguang.register.engine.documents.sandbox.ROOT", tmp_path)

    with pytest.raises(RefusedDocumentError, match="moving"):
        clean(photo())

    assert (tmp_path / "out").read_bytes() == b""


@pytest.mark.parametrize("make", [photo, png, pdf, docx, xlsx])
def test_what_was_cleaned_is_itself_a_paper(make: Any) -> None:
    once: Cleaned = clean(make())

    again = clean(once.content)

    assert (again.media, again.pages) == (once.media, once.pages)


def test_several_photographs_in_one_are_the_first_of_them() -> None:
    into = io.BytesIO()
    first, second = (Image.new("RGB", (32, 32), colour) for colour in ("red", "blue"))
    first.save(into, "MPO", save_all=True, append_images=[second])

    kept = Image.open(io.BytesIO(clean(into.getvalue()).content))

    assert (kept.format, getattr(kept, "n_frames", 1)) == ("JPEG", 1)
    assert kept.getpixel((9, 9))[0] > 200


def test_every_module_of_the_process_apart_refuses_by_itself_what_is_not_its_own() -> None:
    for refuses in (
        lambda: images.cleaned_image(b"\xff\xd8\xff", "jpeg"),
        lambda: pdf_cleaning.cleaned_pdf(b"%PDF-"),
        lambda: office.cleaned_office(zipped({"a": CORE})),
        lambda: cleaning.cleaned(b"GIF89a"),
    ):
        with pytest.raises(RefusedDocumentError):
            refuses()
