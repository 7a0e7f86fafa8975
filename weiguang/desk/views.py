"""Doors to the home page and to a child's file."""

from django.http import HttpResponse
from django.shortcuts import render

from weiguang.network.verbs import Verb
from weiguang.web.guard import WorkRequest, page


@page(Verb.HOME_OPEN)
def home(request: WorkRequest) -> HttpResponse:
    """What is due, for whom, why: the first page of every worker."""
    return render(request, "desk/home.html", {})
