"""Doors by which lists besides that of the children go out: what for, and at once the workbook."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from weiguang.network.queries import places_below
from weiguang.network.verbs import Verb
from weiguang.register.actions.tables import take_out
from weiguang.register.forms.exports import TakeOutForm
from weiguang.register.forms.leads import LeadWishForm
from weiguang.register.queries.surveys import round_of
from weiguang.register.queries.tables import Table, leads_table, sheets_table
from weiguang.register.views.exports import WORKBOOK
from weiguang.web.guard import WorkRequest, page


@page(Verb.EXPORT_MASKED, methods=("GET", "POST"))
def leads_out(request: WorkRequest) -> HttpResponse:
    """The leads that fit the address's wish, as a workbook."""
    form = LeadWishForm(request.GET, places=places_below(request.actor, Verb.LEAD_LIST))
    table = leads_table(request.actor, form.wish())
    back = f"{reverse('leads')}?{urlencode(request.GET.dict())}"
    return _out(request, table, back)


@page(Verb.EXPORT_MASKED, methods=("GET", "POST"))
def survey_out(request: WorkRequest, round_id: UUID) -> HttpResponse:
    """The villages of a round, as a workbook."""
    found = round_of(request.actor, round_id)
    return _out(request, sheets_table(request.actor, found), reverse("survey", args=[round_id]))


def _out(request: WorkRequest, table: Table, back: str) -> HttpResponse:
    form = TakeOutForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        shown = {"form": form, "table": table, "here": request.get_full_path(), "back": back}
        return render(request, "register/table_out.html", shown)
    content, number = take_out(table=table, why=form.why(), by=request.actor)
    answer = HttpResponse(content, content_type=WORKBOOK)
    answer["Content-Disposition"] = f'attachment; filename="weiguang-{number}.xlsx"'
    return answer
