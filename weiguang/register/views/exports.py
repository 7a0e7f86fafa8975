"""Doors to what goes out: lists and files, one's own exports, and the result itself."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from weiguang.network.verbs import Verb
from weiguang.register.actions import exports as actions
from weiguang.register.addresses import PARAMETER, list_address, wish_of
from weiguang.register.forms.exports import ExportForm, PrintForm
from weiguang.register.models import Export
from weiguang.register.queries import exports as queries
from weiguang.register.queries.files import child_of
from weiguang.register.queries.headline import headline_of
from weiguang.register.queries.listing import counted, wished
from weiguang.web.attachments import attachment
from weiguang.web.guard import WorkRequest, page

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCUMENT = "application/pdf"


@page(Verb.EXPORT_MASKED)
def exports(request: WorkRequest) -> HttpResponse:
    """One's own exports, the newest first."""
    return render(request, "register/exports.html", {"rows": queries.exports_of(request.actor)})


@page(Verb.EXPORT_MASKED, methods=("GET", "POST"))
def new(request: WorkRequest) -> HttpResponse:
    """Ask what a list goes out for, and let it go out."""
    wish, _after = wish_of(request.actor, request.GET.get(PARAMETER, ""))
    form = ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        export = actions.export_batch if form.wants_files else actions.export_list
        made = export(wish=wish, asked=form.asked(), by=request.actor)
        return _told(request, made)
    shown = {
        "form": form, "count": counted(wished(request.actor, wish)),
        "here": request.get_full_path(), "back": list_address(request.actor, wish),
    }  # fmt: skip
    return render(request, "register/export_new.html", shown)


@page(Verb.EXPORT_PRINT, methods=("GET", "POST"))
def print_file(request: WorkRequest, child_id: UUID) -> HttpResponse:
    """Ask what a child's file is printed for, and make the document."""
    child = child_of(request.actor, Verb.EXPORT_PRINT, child_id)
    form = PrintForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = actions.print_file(child=child, asked=form.asked(), by=request.actor)
        return _told(request, made)
    file = headline_of(request.actor, child)
    return render(request, "register/child_print.html", {"form": form, "file": file})


@page(Verb.EXPORT_MASKED)
def show(request: WorkRequest, export_id: UUID) -> HttpResponse:
    """One export: how far it is, and the result when it is there."""
    story = queries.story_of(request.actor, export_id)
    return render(request, "register/export.html", {"story": story, "states": Export.State})


@page(Verb.EXPORT_FETCH, methods=("POST",))
def fetch(request: WorkRequest, export_id: UUID) -> HttpResponse:
    """The result itself; its name says the number and nobody's name."""
    export = queries.export_of(request.actor, export_id)
    found = actions.fetch(export=export, by=request.actor)
    name = f"weiguang-{export.number}.{'pdf' if found.is_document else 'xlsx'}"
    media = DOCUMENT if found.is_document else WORKBOOK
    return attachment(found.content, name=name, media=media)


@page(Verb.EXPORT_FETCH, methods=("POST",))
def password(request: WorkRequest, export_id: UUID) -> HttpResponse:
    """The result's password, this once."""
    export = queries.export_of(request.actor, export_id)
    words = actions.password_once(export=export, by=request.actor)
    shown = {"words": words, "export": export}
    return render(request, "register/export_password.html", shown)


def _told(request: HttpRequest, made: Export) -> HttpResponse:
    if made.state == Export.State.DONE:
        messages.success(request, _("已经做好，可以下载。"), "good")
    else:
        messages.success(request, _("已提交，等另一个人同意以后再做。"), "good")
    return redirect("export", made.pk)
