"""The conferences about a child as a section of its file."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from weiguang.conferences.queries.conferences import conferences_of, may_call
from weiguang.network.authority import Actor
from weiguang.network.verbs import Verb
from weiguang.register.models import Child
from weiguang.register.sections import ChildPanel
from weiguang.web.panels import Panel

NEWEST: Final = 4


def _conferences(actor: Actor, child: Child) -> Mapping[str, Any] | None:
    found = conferences_of(actor, child)
    can_call = may_call(actor, child)
    if not found and not can_call:
        return None
    return {"conferences": found[:NEWEST], "has_more": len(found) > NEWEST, "can_call": can_call}


CHILD_PANELS: Final[tuple[ChildPanel, ...]] = (
    Panel(
        "conferences", _("会商"), Verb.CONFERENCE_READ, "conferences/child_conferences.html",
        _conferences,
    ),
)  # fmt: skip
