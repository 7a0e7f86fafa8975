"""A conference about a child, as the stage of `tests.world` needs it."""

from datetime import timedelta
from typing import Any

from weiguang.conferences.actions.calling import Call, call
from weiguang.conferences.actions.holding import Decided, Minutes, conclude, decide, save_record
from weiguang.kernel import clock
from weiguang.network.authority import Actor
from weiguang.register.models import Child


def conferred_things(child: Child, by: Actor) -> dict[str, Any]:
    """A conference whose record is final, to which nobody of the stage was asked."""
    said = Call("case", "上学的事", clock.now() + timedelta(days=1), "镇未保站")
    conference = call(child=child, about=child.subject, said=said, by=by)
    caller = conference.participants.get()
    minutes = Minutes(frozenset({caller.pk}), {"general": "孩子想继续上学"}, 0)
    conference = save_record(conference=conference, minutes=minutes, by=by)
    decided = Decided("家访一次", caller.pk, clock.today())
    decision = decide(conference=conference, decided=decided, by=by)
    return {
        "conference": conclude(conference=conference, by=by), "decision": decision,
        "participant": caller,
    }  # fmt: skip
