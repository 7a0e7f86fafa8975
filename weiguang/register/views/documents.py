"""The papers of a file: handed in, looked at one by one, fetched, voided."""

from base64 import b64encode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from weiguang.kernel.errors import Conflict, TooLarge, Unreadable
from weiguang.network.authority import may
from weiguang.network.verbs import Verb
from weiguang.register.actions import documents
from weiguang.register.actions.reading import PurposeNeeded
from weiguang.register.forms.documents import DocumentForm, VoidForm
from weiguang.register.models import Child, DocumentPart
from weiguang.register.queries.documents import MEDIA, content_of, is_openable, kind_of, last_day
from weiguang.register.queries.files import child_of
from weiguang.register.queries.headline import headline_of
from weiguang.register.queries.words import word
from weiguang.web.attachments import attachment
from weiguang.web.guard import WorkRequest, page

LARGEST_UPLOAD = settings.WEIGUANG_LARGEST_DOCUMENT + 2**20
# Whatever it is, a browser that opens it runs nothing and loads nothing.


@page(Verb.DOCUMENT_ADD, methods=("GET", "POST"), largest_body=LARGEST_UPLOAD)
def add(request: WorkRequest, child_id: UUID) -> HttpResponse:
    """Hand in a paper; what is not taken is told beside the file."""
    child = child_of(request.actor, Verb.DOCUMENT_ADD, child_id)
    form = DocumentForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and _added(request, child, form):
        messages.success(request, _("已存入档案。"), "good")
        return redirect("child", child_id)
    shown = {"form": form, "file": headline_of(request.actor, child)}
    return render(request, "register/document_add.html", shown)


@page(Verb.DOCUMENT_SHOW)
def show(request: WorkRequest, child_id: UUID, document_id: UUID) -> HttpResponse:
    """One paper, with a small picture of it; every look is remembered."""
    child = child_of(request.actor, Verb.DOCUMENT_SHOW, child_id)
    try:
        found = documents.look_at(child=child, document_id=document_id, by=request.actor)
    except PurposeNeeded:
        return redirect("child_purpose", child_id=child_id)
    can_open = is_openable(found)
    picture = content_of(found, DocumentPart.Of.PICTURE) if can_open else b""
    shown = {
        "document": found, "kind": kind_of(found), "media": MEDIA[found.media],
        "picture": b64encode(picture).decode(), "can_open": can_open,
        "void_reason": word("document_voids", found.void_reason), "last_day": last_day(found),
        "can_void": not found.voided_at and may(request.actor, Verb.DOCUMENT_VOID, child.subject),
        "form": VoidForm(), "file": headline_of(request.actor, child),
    }  # fmt: skip
    return render(request, "register/document.html", shown)


@page(Verb.DOCUMENT_SHOW, methods=("POST",))
def download(request: WorkRequest, child_id: UUID, document_id: UUID) -> HttpResponse:
    """The cleaned paper as an attachment under a name that names nobody."""
    child = child_of(request.actor, Verb.DOCUMENT_SHOW, child_id)
    try:
        found = documents.look_at(
            child=child, document_id=document_id, by=request.actor, how="download"
        )
    except PurposeNeeded:
        return redirect("child_purpose", child_id=child_id)
    content = content_of(found, DocumentPart.Of.CONTENT)
    ending = {"jpeg": "jpg"}.get(found.media, found.media)
    return attachment(content, name=f"document.{ending}", media="application/octet-stream")


@page(Verb.DOCUMENT_VOID, methods=("POST",))
def void(request: WorkRequest, child_id: UUID, document_id: UUID) -> HttpResponse:
    """Let a paper count no longer."""
    child = child_of(request.actor, Verb.DOCUMENT_VOID, child_id)
    form = VoidForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    if not reason:
        documents.document_of(request.actor, Verb.DOCUMENT_VOID, child, document_id)
        messages.error(request, _("请选择为什么作废。"), "bad")
        return redirect("document", child_id, document_id)
    documents.void(child=child, document_id=document_id, reason=reason, by=request.actor)
    messages.success(request, _("已作废，不能再打开；记录仍保留。"), "good")
    return redirect("child", child_id)


def _added(request: WorkRequest, child: Child, form: DocumentForm) -> bool:
    said = form.cleaned_data
    offered = documents.OfferedDocument(
        said["file"].read(), said["file"].name, said["kind"], said["since"], said["until"]
    )
    try:
        documents.add(child=child, offered=offered, by=request.actor)
    except (Unreadable, TooLarge, Conflict) as error:
        form.add_error("file", error.what)
        return False
    return True
