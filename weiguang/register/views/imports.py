"""Lists of children: handed in, looked through, confirmed in one act, undone whole."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from weiguang.kernel.errors import TooLarge, Unreadable
from weiguang.network.queries import places_of, villages_below
from weiguang.network.verbs import Verb
from weiguang.register.actions import lists
from weiguang.register.actions.lists_confirm import confirm as confirm_list
from weiguang.register.actions.lists_export import export_rows
from weiguang.register.actions.lists_undo import undo as undo_list
from weiguang.register.engine.sheets import LARGEST_FILE
from weiguang.register.forms.imports import ColumnsForm, UploadForm
from weiguang.register.models import ImportedList
from weiguang.register.queries.import_words import outcome_words, reason_words
from weiguang.register.queries.judging import OfferedList
from weiguang.register.queries.list_pages import OUTCOMES, RowWish, rows_page
from weiguang.register.queries.lists import (
    earlier_same_file,
    list_for,
    lists_for,
    reason_counts,
)
from weiguang.web.attachments import attachment
from weiguang.web.guard import WorkRequest, page
from weiguang.web.tokens import seal, unseal

PAGE_SIZE = 50
# The largest list, and what a form says around it.
LARGEST_UPLOAD = LARGEST_FILE + 2**20
USE = "imports"
PURPOSE = "registration"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page(Verb.IMPORT_LIST)
def imports(request: WorkRequest) -> HttpResponse:
    """The lists of the reader's places, the latest first."""
    person, token = request.actor.person_id, request.GET.get("after", "")
    found = lists_for(request.actor).defer("sheets")
    if token:
        found = found.filter(pk__lt=unseal(token, use=USE, person_id=person))
    shown = list(found[: PAGE_SIZE + 1])
    has_more = len(shown) > PAGE_SIZE
    last = seal(str(shown[PAGE_SIZE - 1].pk), use=USE, person_id=person) if has_more else ""
    return render(
        request,
        "register/imports.html",
        {
            "lists": shown[:PAGE_SIZE],
            "next": f"?after={last}" if last else "",
            "first": reverse("imports") if token else "",
        },
    )


@page(Verb.IMPORT_UPLOAD, methods=("GET", "POST"), largest_body=LARGEST_UPLOAD)
def upload(request: WorkRequest) -> HttpResponse:
    """Take a file, judge it, and lead to its report; nothing is registered yet."""
    form = UploadForm(
        request.POST or None, request.FILES or None,
        places=places_of(request.actor, Verb.IMPORT_UPLOAD),
        villages=villages_below(request.actor, Verb.IMPORT_UPLOAD),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            kept = lists.upload(offered=_offered(form.cleaned_data), by=request.actor)
        except (Unreadable, TooLarge) as error:
            form.add_error("file", error.what)
        else:
            return redirect("import", kept.pk)
    villages = form.fields["default_place"].villages  # type: ignore[attr-defined]
    return render(request, "register/upload.html", {"form": form, "villages": villages})


@page(Verb.IMPORT_LIST)
def show(request: WorkRequest, list_id: UUID) -> HttpResponse:
    """A list's report: how many of what, and row by row why."""
    imported = list_for(request.actor, list_id)
    wish = RowWish(request.GET.get("outcome", ""), request.GET.get("reason", ""))
    after = [int(part) for part in request.GET.get("after", "").split("-") if part.isdecimal()]
    found = rows_page(request.actor, imported, wish, after=after if len(after) == 2 else None)
    return render(
        request,
        "register/import.html",
        {
            "imported": imported,
            "wish": wish,
            "found": found,
            "outcomes": [(code, outcome_words()[code]) for code in OUTCOMES],
            "reasons": [(reason_words()[c], n) for c, n in reason_counts(imported).items()],
            "same_file": earlier_same_file(imported),
            "states": ImportedList.State,
            "villages": villages_below(request.actor, Verb.IMPORT_RESOLVE),
        },
    )


@page(Verb.IMPORT_RESOLVE, methods=("GET", "POST"))
def columns(request: WorkRequest, list_id: UUID) -> HttpResponse:
    """What each column was taken for, to be corrected."""
    imported = list_for(request.actor, list_id)
    form = ColumnsForm(request.POST or None, sheets=imported.sheets)
    if request.method == "POST" and form.is_valid():
        lists.correct_columns(imported=imported, columns=form.changed(), by=request.actor)
        messages.success(request, _("已按改过的列重新检查整份名单。"), "good")
        return redirect("import", list_id)
    return render(request, "register/import_columns.html", {"imported": imported, "form": form})


@page(Verb.IMPORT_CONFIRM, methods=("POST",))
def confirm(request: WorkRequest, list_id: UUID) -> HttpResponse:
    """Write the list into the register, all of it or nothing."""
    done = confirm_list(imported=list_for(request.actor, list_id), by=request.actor)
    words = _("已导入：新增 %(new)s 人，更新 %(changed)s 人。类别待另一个人核定。")
    messages.success(request, words % done.summary, "good")
    return redirect("import", list_id)


@page(Verb.IMPORT_UNDO, methods=("POST",))
def undo(request: WorkRequest, list_id: UUID) -> HttpResponse:
    """Take a confirmed list out of the register again."""
    undo_list(imported=list_for(request.actor, list_id), by=request.actor)
    messages.success(request, _("已整份撤销，档案恢复到导入以前。"), "good")
    return redirect("import", list_id)


@page(Verb.IMPORT_RESOLVE, methods=("POST",))
def discard(request: WorkRequest, list_id: UUID) -> HttpResponse:
    """Give up a list that was not confirmed."""
    lists.discard(imported=list_for(request.actor, list_id), by=request.actor)
    messages.success(request, _("已放弃这份名单，档案没有改动。"), "good")
    return redirect("imports")


@page(Verb.IMPORT_EXPORT, methods=("POST",))
def download(request: WorkRequest, list_id: UUID) -> HttpResponse:
    """The rows to correct as a workbook, reasons beside them; masked but for who uploaded them."""
    imported = list_for(request.actor, list_id)
    is_mine = imported.uploaded_by_id == request.actor.person_id
    content = export_rows(
        imported=imported, by=request.actor, purpose=PURPOSE, is_masked=not is_mine
    )
    return attachment(content, name="rows-to-correct.xlsx", media=WORKBOOK)


def _offered(said: dict[str, Any]) -> OfferedList:
    file = said["file"]
    return OfferedList(
        content=file.read(), file_name=file.name, place=said["place"], as_of=said["as_of"],
        default_place=said["default_place"],
    )  # fmt: skip
