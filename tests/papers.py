"""Papers made on the spot, as people hand them in and as an attacker would: no file is kept."""

import io
import zipfile
from typing import Any

import pikepdf
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

WHERE = "暗记-拍摄地点"
# Latitude and longitude of nowhere in particular, and the words around them.
GPS = {1: "N", 2: (IFDRational(31), IFDRational(23), IFDRational(7)), 3: "E",
       4: (IFDRational(120), IFDRational(58), IFDRational(9))}  # fmt: skip
TYPES = "application/vnd.openxmlformats-officedocument"
CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
    'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>{who}</dc:creator>'
    "</cp:coreProperties>"
)


def photo(*, size: tuple[int, int] = (64, 48), form: str = "JPEG", turned: bool = False) -> bytes:
    """A photograph that says where and by whom it was taken."""
    image = Image.new("RGB", size, "navy")
    image.paste("yellow", (0, 0, size[0] // 2, size[1] // 2))
    exif = Image.Exif()
    exif[0x010F], exif[0x013B] = "Phone", "PHOTOGRAPHER"
    if turned:
        exif[0x0112] = 6
    exif.get_ifd(0x8825).update(GPS)
    into = io.BytesIO()
    image.save(into, form, exif=exif, **({"comment": b"COMMENT"} if form == "JPEG" else {}))
    return into.getvalue()


def pdf(*, pages: int = 1, picture: bytes = b"", text: str = "words", **catalogue: Any) -> bytes:
    """A PDF with a title, an author and XMP; `catalogue` entries are added to its root."""
    made = pikepdf.Pdf.new()
    for _ in range(pages):
        page = made.add_blank_page(page_size=(300, 400))
        page.contents_add(f"BT /F1 12 Tf 20 200 Td ({text}) Tj ET".encode())
    if picture:
        image = pikepdf.Stream(made, picture)
        image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        image.Width, image.Height, image.BitsPerComponent = 64, 48, 8
        image.ColorSpace, image.Filter = pikepdf.Name.DeviceRGB, pikepdf.Name.DCTDecode
        name = made.pages[0].add_resource(image, pikepdf.Name.XObject)
        made.pages[0].contents_add(f"q 64 0 0 48 0 0 cm {name} Do Q".encode())
    made.docinfo["/Author"], made.docinfo["/Title"] = "AUTHOR", "TITLE"
    with made.open_metadata() as told:
        told["dc:description"] = "XMPWORDS"
    for key, value in catalogue.items():
        made.Root[f"/{key}"] = made.make_indirect(value) if isinstance(value, dict) else value
    into = io.BytesIO()
    made.save(into)
    return into.getvalue()


def docx(text: str = "words", *, who: str = "AUTHOR", **parts: bytes | str) -> bytes:
    """A Word document; `parts` are further members by a name with `__` for slashes."""
    return ooxml("word/document.xml", f"{TYPES}.wordprocessingml.document.main+xml",
                 f"<w:document xmlns:w='w'><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p>"
                 "</w:body></w:document>", who, parts)  # fmt: skip


def xlsx(text: str = "words", *, who: str = "AUTHOR", **parts: bytes | str) -> bytes:
    """A workbook, as `docx`."""
    return ooxml("xl/workbook.xml", f"{TYPES}.spreadsheetml.sheet.main+xml",
                 f"<workbook xmlns='w'><t>{text}</t></workbook>", who, parts)  # fmt: skip


def ooxml(main: str, kind: str, body: str, who: str, parts: dict[str, bytes | str]) -> bytes:
    members: dict[str, bytes | str] = {
        "[Content_Types].xml": f"<Types><Override PartName='/{main}' "
                               f"ContentType='{kind}'/></Types>",
        "_rels/.rels": f"<Relationships><Relationship Id='a' Type='x/officeDocument' "
                       f"Target='{main}'/></Relationships>",
        main: body,
        "docProps/core.xml": CORE.format(who=who),
        "docProps/app.xml": f"<Properties><Company>{who}</Company></Properties>",
    } | {name.replace("__", "/"): content for name, content in parts.items()}  # fmt: skip
    return zipped(members)


def zipped(members: dict[str, bytes | str]) -> bytes:
    """An archive of these members."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return into.getvalue()


def related(target: str, kind: str = "x/image", mode: str = "") -> str:
    """A part of relations that names one target."""
    said = f" TargetMode='{mode}'" if mode else ""
    one = f"<Relationship Id='r1' Type='{kind}' Target='{target}'{said}/>"
    return f"<Relationships>{one}</Relationships>"
