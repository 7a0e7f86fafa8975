"""Papers of a file: taken after they were cleaned, opened one by one and remembered, voided.

What is kept is the cleaned copy; the original stays with whoever handed it in.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from weiguang.kernel import clock
from weiguang.kernel.errors import Conflict, Invalid, TooLarge, Unreadable
from weiguang.kernel.history import amend
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.verbs import Verb
from weiguang.papers import scanner
from weiguang.register.actions.marks import mark_made
from weiguang.register.actions.reading import purpose_for, purpose_in_use
from weiguang.register.engine.documents.refusals import RefusedDocumentError
from weiguang.register.engine.documents.sandbox import Cleaned, clean
from weiguang.register.models import Child, Document, DocumentPart
from weiguang.register.queries.documents import (
    document_of,
    index_of,
    is_openable,
    sealed_kinds,
    visible,
)

PART_BYTES: Final = 256 * 1024
LONGEST_NAME: Final = 120
# Characters that no name needs: control, direction, and what separates folders.
_UNSPEAKABLE: Final = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2066-\u2069/\\]")
WHY: Final[Mapping[str, str | Promise]] = {
    "too_large": _("文件太大。请拍照时选小一些的尺寸，或者分成几份上传。"),
    "empty": _("这是一个空文件。请核对后重新选。"),
    "unknown": _("这种文件不收。请存成 PDF、照片（JPG、PNG）、docx 或 xlsx 再上传。"),
    "program": _("这是程序，不是材料，没有收下。请核对是不是选错了。"),
    "markup": _("这是网页或图形代码，没有收下。请打印成 PDF 再上传。"),
    "archive": _("这是压缩包，没有收下。请解开以后把材料逐份上传。"),
    "old_office": _("这是旧格式的文档（doc、xls 或 rtf），没有收下。请另存为 docx、xlsx 或 PDF。"),
    "heic": _("这是苹果手机的 HEIC 照片，没有收下。请在手机里存成 JPG 再上传。"),
    "polyglot": _("文件里藏着另一种文件，没有收下。请重新拍照或者打印成 PDF 再上传。"),
    "broken": _("文件损坏或者没有传完，没有收下。请打开看一下，另存后再上传。"),
    "locked": _("文件加了密码，没有收下。请去掉密码再上传。"),
    "bomb": _("文件展开后大得不正常，没有收下。请重新拍照或者打印成 PDF 再上传。"),
    "macro": _("文件里有宏，没有收下。请另存为不含宏的 docx、xlsx 或 PDF。"),
    "embedded": _("文件里嵌着别的文件，没有收下。请打印成 PDF 再上传，嵌着的文件单独上传。"),
    "linked": _("文件要从别处取内容，没有收下。请打印成 PDF 再上传。"),
    "script": _("文件里有会自己运行的内容，没有收下。请打印成新的 PDF 再上传。"),
    "moving": _("这是会动的图，没有收下。请截成一张照片再上传。"),
    "too_many": _("页数太多，没有收下。请分成几份上传。"),
    "virus": _("文件里发现病毒，没有收下。请给电脑杀毒，换一份干净的再上传。"),
}


class DocumentRefused(Unreadable):
    """A paper that is not taken; `what` says why and what to do."""

    code = "document_refused"


class AlreadyFiled(Conflict):
    """The same paper is in the file already."""

    code = "already_filed"
    default_what = _("这份文件已经在档案里了。")
    default_to_what = _("没有再存一份。")
    default_what_next = _("请在“文件”里查看。")


class NotOpenable(Conflict):
    """A paper that was voided, or that waits for the scanner, or did not pass it."""

    code = "not_openable"
    default_what = _("这份文件现在不能打开。")
    default_to_what = _("它已作废，或者还没有通过病毒扫描。")
    default_what_next = _("请稍后再看；急用的请向交材料的人再要一份。")


@dataclass(frozen=True, slots=True)
class OfferedDocument:
    """A file as it was handed in, and what a person says it is; `until` is its last day."""

    content: bytes
    file_name: str
    kind: str
    since: date | None = None
    until: date | None = None


def add(*, child: Child, offered: OfferedDocument, by: Actor) -> Document:
    """Clean a paper and keep it in the child's file.

    Raises `TooLarge`, `DocumentRefused` with the reason in words, or `AlreadyFiled`.
    """
    try:
        cleaned = clean(offered.content, largest=settings.WEIGUANG_LARGEST_DOCUMENT)
    except RefusedDocumentError as error:
        refused = TooLarge if error.reason == "too_large" else DocumentRefused
        raise refused(what=WHY[error.reason]) from error
    return keep(child=child, offered=offered, cleaned=cleaned, scan=scanned(offered.content), by=by)


def scanned(content: bytes) -> str:
    """What a new paper's scan comes to; raises `DocumentRefused` for a virus."""
    if not settings.WEIGUANG_CLAMD:
        return Document.Scan.NONE
    try:
        verdict = scanner.scan(content, settings.WEIGUANG_CLAMD)
    except scanner.ScannerDownError:
        return Document.Scan.WAITING
    if verdict is scanner.Verdict.INFECTED:
        raise DocumentRefused(what=WHY["virus"])
    return Document.Scan.CLEAN


def keep(
    *, child: Child, offered: OfferedDocument, cleaned: Cleaned, scan: str, by: Actor
) -> Document:
    """Keep a cleaned paper; of the same paper handed in twice the second is `AlreadyFiled`."""
    offered_index, is_sealed = index_of(offered.content), offered.kind in sealed_kinds()
    with act(Verb.DOCUMENT_ADD, by=by, about=child.subject) as event:
        # The lock that two who hand in the same paper wait for.
        Child.objects.select_for_update().only("pk").get(pk=child.pk)
        # Only what she may see: a sealed paper must not show by being there already.
        same = visible(by, child).filter(offered_index=offered_index, voided_at=None)
        if same.exists():
            raise AlreadyFiled
        document = Document(
            child=child, is_sealed=is_sealed, kind="" if is_sealed else offered.kind,
            sealed_kind=offered.kind if is_sealed else None,
            file_name=speakable(offered.file_name), media=cleaned.media, pages=cleaned.pages,
            size=len(cleaned.content), offered_index=offered_index,
            kept_index=index_of(cleaned.content), during=_during(offered), scan=scan,
            added_by_id=by.person_id, added_at=clock.now(),
        )  # fmt: skip
        document.save(force_insert=True)
        _keep_parts(document, DocumentPart.Of.CONTENT, cleaned.content)
        _keep_parts(document, DocumentPart.Of.PICTURE, cleaned.picture)
        mark_made(event, document)
    return document


def look_at(*, child: Child, document_id: UUID, by: Actor, how: str = "page") -> Document:
    """One of the child's papers, its opening remembered with the purpose of the file.

    Raises `NotFoundOrRefused` as `document_of`, `PurposeNeeded` as opening the file does, and
    `NotOpenable` for a download of what may not be opened.
    """
    document = document_of(by, Verb.DOCUMENT_SHOW, child, document_id)
    if how == "download" and not is_openable(document):
        raise NotOpenable
    said = purpose_in_use(by, child, now=clock.now())
    purpose = purpose_for(child, said, by)
    with act(Verb.DOCUMENT_SHOW, by=by, about=child.subject, purpose=purpose) as event:
        event.detail = {"document": str(document.pk), "how": how}
    return document


def void(*, child: Child, document_id: UUID, reason: str, by: Actor) -> None:
    """Let a paper count no longer; it stays, and nobody opens it. Twice is a `Conflict`."""
    document = document_of(by, Verb.DOCUMENT_VOID, child, document_id)
    with act(Verb.DOCUMENT_VOID, by=by, about=child.subject):
        current = Document.objects.select_for_update().get(pk=document.pk)
        if current.voided_at is not None:
            raise Conflict
        amend(
            current, about_id=child.pk, voided_at=clock.now(), void_reason=reason,
            voided_by_id=by.person_id,
        )  # fmt: skip


def speakable(file_name: str) -> str:
    """A file's name as it may be shown: no folders, and nothing that turns or hides letters."""
    bare = file_name.replace("\\", "/").rpartition("/")[2]
    return _UNSPEAKABLE.sub("", bare)[:LONGEST_NAME] or "-"


def _during(offered: OfferedDocument) -> DateRange | None:
    since, until = offered.since, offered.until
    if since is None and until is None:
        return None
    if since and until and until < since:
        raise Invalid(what=_("有效期的结束早于开始。"))
    return DateRange(since, until, "[]")


def _keep_parts(document: Document, of: str, content: bytes) -> None:
    for number, at in enumerate(range(0, len(content), PART_BYTES)):
        part = DocumentPart(
            document=document, of=of, number=number, content=content[at : at + PART_BYTES]
        )
        part.save(force_insert=True)
