"""A child that was assessed, as the stage of `tests.world` needs it."""

from typing import Any

from weiguang.assessment.actions import assessments, levels
from weiguang.assessment.queries.instruments import current
from weiguang.kernel import clock
from weiguang.network.authority import Actor
from weiguang.register.models import Child


def assessed_things(child: Child, by: Actor) -> dict[str, Any]:
    """An assessment of the child, a draft of nobody on the stage, and a level that waits."""
    needs = current("needs")
    domains = [item.name for item in needs.items if item.name.startswith("need_")]
    texts = {name: ["met"] for name in domains} | {
        "left_alone": ["no"], "lives_away": ["no"], "cared_by": ["parents"],
        "capacity": ["enough"], "overall": ["家里照料得好"],
    }  # fmt: skip
    begun = assessments.begin(child=child, instrument=needs, by=by)
    filled = assessments.Filled(texts, clock.today(), "home", "said", "想和妈妈住")
    done = assessments.submit(assessment=begun, filled=filled, by=by)
    levels.set_level(child=child, decided=levels.Decided("low", "照料得好"), by=by)
    waiting = levels.set_level(child=child, decided=levels.Decided("medium", "有新情况"), by=by)
    draft = assessments.begin(child=child, instrument=current("sample19"), by=by)
    return {"assessment": done, "draft": draft, "level": waiting}
