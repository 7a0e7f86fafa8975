"""Panels: how an app shows a section of its own on a page that another app owns.

The lists stand in `config.maps`, in the order of the page. A panel is shown to whoever has its verb
for the thing at hand, and only when it has something to show.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.utils.functional import Promise

from weiguang.kernel.events import NOTHING, Subject
from weiguang.network.authority import Actor, may
from weiguang.network.verbs import Verb

Of = TypeVar("Of")


@dataclass(frozen=True, slots=True)
class Panel(Generic[Of]):
    """A section of a page about an `Of` (a child, say; None on a desk).

    `context` gives what the template needs, for an actor who has the verb; None shows nothing. A
    bare panel consists of cards and stands in none.
    """

    code: str
    title: str | Promise
    verb: Verb
    template: str
    context: Callable[[Actor, Of], Mapping[str, Any] | None]
    is_aside: bool = False
    is_bare: bool = False


@dataclass(frozen=True, slots=True)
class ShownPanel:
    """A panel with what it says to this reader."""

    code: str
    title: str | Promise
    template: str
    context: Mapping[str, Any]
    is_aside: bool
    is_bare: bool


def panels_for(
    actor: Actor, panels: Iterable[Panel[Of]], of: Of, *, about: Subject = NOTHING
) -> list[ShownPanel]:
    """The panels this actor may see and that have something to show, in their order."""
    allowed = (panel for panel in panels if may(actor, panel.verb, about))
    said = ((panel, panel.context(actor, of)) for panel in allowed)
    return [
        ShownPanel(panel.code, panel.title, panel.template, context, panel.is_aside, panel.is_bare)
        for panel, context in said
        if context is not None
    ]
