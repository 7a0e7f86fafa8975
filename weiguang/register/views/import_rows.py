"""One doubtful row of a list: looked at whole, put right, decided, or left out."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from weiguang.network.queries import villages_below
from weiguang.network.verbs import Verb
from weiguang.register.actions import lists
from weiguang.register.actions.lists_reading import open_row
from weiguang.register.engine.report import SAME_CHILD, TWO_CHILDREN
from weiguang.register.forms.imports import LeaveOutForm, RowForm
from weiguang.register.models import ImportedRow
from weiguang.register.queries.list_pages import lines_of, original_of, reasons_of
from weiguang.register.queries.lists import row_for
from weiguang.web.guard import WorkRequest, page

INLINE = "register/import_row_inline.html"
# The doubt that each decision answers, and how a person says it.
DECISIONS = {TWO_CHILDREN: "possible_duplicate", SAME_CHILD: "name_conflict"}


@page(Verb.IMPORT_RESOLVE, methods=("GET", "POST"))
def row(request: WorkRequest, row_id: UUID) -> HttpResponse:
    """The row as the file says it, with a form to put it right; opening it is remembered."""
    found = row_for(request.actor, row_id)
    villages = villages_below(request.actor, Verb.IMPORT_RESOLVE)
    # Several rows may stand open on one page: each form's fields have ids of their own.
    form = RowForm(request.POST or None, row=found, villages=villages, auto_id=f"row-{found.pk}-%s")
    if request.method == "POST" and form.is_valid():
        after = lists.resolve(
            row=found, values=form.corrections(), decision=found.decision, by=request.actor
        )
        return _answered(request, after)
    open_row(row=found, by=request.actor)
    return render(
        request,
        INLINE if request.headers.get("HX-Request") else "register/import_row.html",
        {
            "row": found,
            "form": form,
            "leave": LeaveOutForm(auto_id=f"leave-{found.pk}-%s"),
            "reasons": reasons_of(found),
            "decisions": [d for d, doubt in DECISIONS.items() if doubt in found.reasons],
            "original": original_of(found),
            "villages": villages,
        },
    )


@page(Verb.IMPORT_RESOLVE, methods=("POST",))
def decide(request: WorkRequest, row_id: UUID) -> HttpResponse:
    """Answer a doubt: two children, or the same child under another name."""
    found = row_for(request.actor, row_id)
    after = lists.resolve(
        row=found, values=found.corrections or {}, decision=request.POST.get("decision", ""),
        by=request.actor,
    )  # fmt: skip
    return _answered(request, after)


@page(Verb.IMPORT_RESOLVE, methods=("POST",))
def leave_out(request: WorkRequest, row_id: UUID) -> HttpResponse:
    """Leave the row out, for a reason."""
    found = row_for(request.actor, row_id)
    form = LeaveOutForm(request.POST)
    if not form.is_valid():
        return redirect("import_row", row_id)
    return _answered(
        request, lists.leave_out(row=found, reason=form.cleaned_data["reason"], by=request.actor)
    )


def _answered(request: WorkRequest, row: ImportedRow) -> HttpResponse:
    """Back to the list, or to the row when it is still doubted."""
    line = lines_of(row.imported, [row])[0]
    if row.review == ImportedRow.Review.OPEN:
        messages.warning(request, _("还有要核对的地方，请看下面的说明。"), "lamp")
        return redirect("import_row", row.pk)
    messages.success(
        request,
        _("第 %(n)s 行：%(what)s。") % {"n": row.number, "what": line.outcome_label},
        "good",
    )
    return redirect(f"{reverse('import', args=[row.imported_id])}?outcome=review#row-{row.pk}")
