"""The child's own view as a section of its file."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from weiguang.network.authority import Actor
from weiguang.network.verbs import Verb
from weiguang.register.models import Child
from weiguang.register.sections import ChildPanel
from weiguang.voice.queries.views import views_of
from weiguang.web.panels import Panel

NEWEST: Final = 4


def _views(actor: Actor, child: Child) -> Mapping[str, Any]:
    found = views_of(actor, child)
    return {"views": found[:NEWEST], "has_more": len(found) > NEWEST}


CHILD_PANELS: Final[tuple[ChildPanel, ...]] = (
    Panel("voice", _("孩子的意见"), Verb.VOICE_HEAR, "voice/child_voice.html", _views),
)
