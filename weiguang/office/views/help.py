"""The guides, where the work is: the reader's own first, in her language."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from markupsafe import Markup

from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.network.verbs import Verb
from weiguang.office.rules import guides as rules
from weiguang.web.guard import WorkRequest, page


@page(Verb.HOME_OPEN)
def guides(request: WorkRequest) -> HttpResponse:
    """The list of guides."""
    roles = {post.role.code for post in request.actor.posts}
    shown = [
        {
            "name": guide.name,
            "title": rules.title_of(guide.name, _language()),
            "is_own": bool(guide.roles & roles),
        }
        for guide in rules.guides_for(roles)
    ]
    return render(request, "office/guides.html", {"guides": shown})


@page(Verb.HOME_OPEN)
def guide(request: WorkRequest, name: str) -> HttpResponse:
    """One guide."""
    if name not in {each.name for each in rules.GUIDES}:
        raise NotFoundOrRefused
    title = rules.title_of(name, _language())
    text = rules.page_of(name, _language(), address=_address)
    # Made by a renderer that lets no HTML of the source through.
    return render(request, "office/guide.html", {"title": title, "text": Markup(text)})  # noqa: S704


def _language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh"


def _address(name: str) -> str:
    return reverse("guide", kwargs={"name": name})
