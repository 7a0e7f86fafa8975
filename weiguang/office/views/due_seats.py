"""The lists behind the numbers of a security administrator's home page."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from weiguang.network.authority import Actor
from weiguang.network.verbs import Verb
from weiguang.office.queries.due_seats import DuePage, ending_page, vacant_page
from weiguang.office.views.wishes import address_of, wish_of
from weiguang.web.guard import WorkRequest, page


@page(Verb.POST_FILL)
def vacant(request: WorkRequest) -> HttpResponse:
    """The villages and communities without a child director."""
    words = {
        "title": _("空缺的儿童主任"),
        "under": _("没有人任职的村（社区）；有人代理的也在内，代理总有到期的一天。"),
        "nothing": _("每个村（社区）都有儿童主任。"),
    }
    return _listed(request, "office_vacant", vacant_page, words)


@page(Verb.POST_FILL)
def ending(request: WorkRequest) -> HttpResponse:
    """The people whose time on a post ends within 30 days."""
    words = {
        "title": _("30 天内到期的任职"),
        "under": _("到期后自动不能再使用这个岗位；要续任，请另安排到期以后的任职。"),
        "nothing": _("30 天内没有任职到期。"),
    }
    return _listed(request, "office_ending", ending_page, words)


def _listed(
    request: WorkRequest,
    name: str,
    page_of: Callable[[Actor, list[str]], DuePage],
    words: dict[str, Any],
) -> HttpResponse:
    after = wish_of(request, name).get("after", [])
    found = page_of(request.actor, after)
    addresses = {
        "first": address_of(request, name, {}) if after else "",
        "next": address_of(request, name, {"after": found.next_after}) if found.next_after else "",
    }
    return render(request, "office/due_seats.html", {"found": found, **words, **addresses})
