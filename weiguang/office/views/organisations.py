"""Entering an organisation at its place, so that posts can belong to it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from weiguang.network.actions import posts
from weiguang.network.verbs import Verb
from weiguang.office.access import place_for
from weiguang.office.forms.organisations import NewOrganisation
from weiguang.office.queries.places import organisations_at
from weiguang.web.guard import WorkRequest, page


@page(Verb.ORGANISATION_AMEND, methods=("GET", "POST"))
def new(request: WorkRequest, place_id: UUID) -> HttpResponse:
    """Enter an organisation."""
    place = place_for(request.actor, Verb.ORGANISATION_AMEND, place_id)
    taken = {each.name for each in organisations_at(place)}
    form = NewOrganisation(request.POST or None, taken=taken)
    if request.method == "POST" and form.is_valid():
        posts.add_organisation(place=place, by=request.actor, **form.cleaned_data)
        messages.success(request, _("机构已录入，可以在它名下设立岗位了。"))
        return redirect("office_place", place_id=place.pk)
    return render(request, "office/organisation.html", {"place": place, "form": form})
