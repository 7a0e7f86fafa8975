"""A child that was heard, as the stage of `tests.world` needs it."""

from datetime import date
from typing import Any

from weiguang.network.authority import Actor
from weiguang.register.models import Child
from weiguang.voice.actions.views import Heard, Sentence, hear
from weiguang.voice.models import MayTell


def heard_things(child: Child, by: Actor) -> dict[str, Any]:
    """What the child said to who entered it, of which the team may be told."""
    said = Heard("daily", "said", date(2021, 1, 1), (Sentence("想去看海", MayTell.TEAM),))
    return {"view": hear(child=child, about=child.subject, said=said, by=by)}
