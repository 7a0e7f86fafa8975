"""The sections of casework on a child's file."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from weiguang.cases.queries.pages import cases_of_child
from weiguang.network.authority import Actor, may
from weiguang.network.verbs import Verb
from weiguang.register.models import Child
from weiguang.register.sections import ChildPanel
from weiguang.web.panels import Panel


def _cases(actor: Actor, child: Child) -> Mapping[str, Any]:
    found = cases_of_child(child)
    can_open = not any(each.is_open for each in found)
    return {
        "cases": found,
        "can_open": can_open and bool(may(actor, Verb.CASE_OPEN, child.subject)),
    }


CHILD_PANELS: Final[tuple[ChildPanel, ...]] = (
    Panel("cases", _("个案"), Verb.CASE_READ, "cases/child_cases.html", _cases),
)
