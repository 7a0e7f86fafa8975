"""The papers of a child's file: which there are for a reader, and what one of them holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from weiguang.kernel import packs
from weiguang.kernel.compiled import Compiled
from weiguang.kernel.crypto import provider
from weiguang.kernel.errors import NotFoundOrRefused, UndecryptableToken
from weiguang.kernel.events import Author, remember_refusal
from weiguang.kernel.sensitivity import Tier
from weiguang.network.authority import Actor, may
from weiguang.network.verbs import Verb
from weiguang.register.models import DOCUMENT_INDEX, Child, Document, DocumentPart
from weiguang.register.queries.words import word

KINDS: Final = "document_kinds"
OPENABLE: Final = (Document.Scan.NONE, Document.Scan.CLEAN)
# What a reader calls each kind of file.
MEDIA: Final = {"jpeg": "JPG", "png": "PNG", "pdf": "PDF", "docx": "Word", "xlsx": "Excel"}


@dataclass(frozen=True, slots=True)
class Paper:
    """A line of the list of papers; the file's name is not in it."""

    id: UUID
    kind: str
    is_sealed: bool
    media: str
    pages: int
    added_at: datetime
    added_by: str
    last_day: date | None
    is_over: bool
    scan: str
    scan_label: str
    is_void: bool
    void_reason: str


def papers_of(actor: Actor, child: Child) -> tuple[Paper, ...]:
    """The child's papers that the actor may see, the newest first; one query."""
    sees = may(actor, Verb.DOCUMENT_SHOW, child.subject).sees
    if sees < Tier.SENSITIVE:
        return ()
    found = (_every_paper if sees >= Tier.SEALED else _unsealed_papers)(child_id=child.pk)
    return tuple(_paper(each, actor.on) for each in found)


@Compiled
def _every_paper(*, child_id: UUID) -> QuerySet[Document]:
    papers = Document.objects.filter(child_id=child_id)
    return papers.select_related("added_by").defer("file_name").order_by("-id")


@Compiled
def _unsealed_papers(*, child_id: UUID) -> QuerySet[Document]:
    papers = Document.objects.filter(child_id=child_id, is_sealed=False)
    return papers.select_related("added_by").defer("file_name").order_by("-id")


def visible(actor: Actor, child: Child) -> QuerySet[Document]:
    """The papers that the actor may see: none below `sensitive`, sealed ones only with `sealed`."""
    sees = may(actor, Verb.DOCUMENT_SHOW, child.subject).sees
    if sees < Tier.SENSITIVE:
        return Document.objects.none()
    papers = Document.objects.filter(child=child)
    return papers if sees >= Tier.SEALED else papers.filter(is_sealed=False)


def document_of(actor: Actor, verb: Verb, child: Child, document_id: UUID) -> Document:
    """One of the child's papers that the actor may see.

    Raises `NotFoundOrRefused` for another child's as for one that does not exist, and leaves the
    refusal in the memory.
    """
    found = visible(actor, child).select_related("added_by").filter(pk=document_id).first()
    if found is None or not may(actor, verb, child.subject):
        remember_refusal(verb, by=Author(actor.person_id, None), about=child.subject)
        raise NotFoundOrRefused
    return found


def content_of(document: Document, of: str) -> bytes:
    """A paper's content or picture, put together; empty where there is no picture.

    Raises `UndecryptableToken` when the content is not what was kept.
    """
    parts: Iterable[DocumentPart] = document.parts.filter(of=of).order_by("number")
    content = b"".join(bytes(part.content) for part in parts)
    is_whole = of != DocumentPart.Of.CONTENT or index_of(content) == bytes(document.kept_index)
    if not is_whole:
        raise UndecryptableToken
    return content


def index_of(content: bytes) -> bytes:
    """By which equal content is found."""
    return provider().blind_index(sha256(content).hexdigest(), purpose=DOCUMENT_INDEX)


def kind_of(document: Document) -> str:
    """What a paper is, in words; for a reader who may see it."""
    return word(KINDS, document.sealed_kind if document.is_sealed else document.kind)


def is_openable(document: Document) -> bool:
    """Whether it counts and no scanner has a word against it."""
    return document.voided_at is None and document.scan in OPENABLE


def last_day(document: Document) -> date | None:
    """The last day for which a paper speaks; None where it says none."""
    upper: date | None = document.during.upper if document.during else None
    return upper - timedelta(days=1) if upper else None


@cache
def sealed_kinds() -> frozenset[str]:
    """The kinds that are kept apart."""
    listed = packs.words(settings.WEIGUANG_PACK, KINDS)
    return frozenset(each.code for each in listed if each.traits["is_sealed"])


def _paper(document: Document, on: date) -> Paper:
    last = last_day(document)
    return Paper(
        id=document.pk,
        kind=kind_of(document),
        is_sealed=document.is_sealed,
        media=MEDIA[document.media],
        pages=document.pages,
        added_at=document.added_at,
        added_by=document.added_by.name if document.added_by else "",
        last_day=last,
        is_over=last is not None and last < on,
        scan=document.scan,
        scan_label=document.get_scan_display(),
        is_void=document.voided_at is not None,
        void_reason=word("document_voids", document.void_reason),
    )
