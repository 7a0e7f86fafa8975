"""What is there already of what the steps of a case rest on."""

from datetime import timedelta
from typing import Final

from django.conf import settings

from weiguang.assessment.models import Assessment
from weiguang.cases.models import Case
from weiguang.cases.rules.transitions import Fact
from weiguang.kernel import clock, packs

# For how long an assessment from before the case was opened is still one to begin with.
HOLDS: Final = "case.assessment"


def facts_of(case: Case) -> set[Fact]:
    """The facts that hold of a case; what a person says with a step is added by the caller."""
    facts: set[Fact] = set()
    if is_assessed(case):
        facts.add(Fact.ASSESSMENT)
    return facts


def is_assessed(case: Case) -> bool:
    """Whether the child was assessed for this case, or not long before it was opened."""
    days = packs.deadline(settings.WEIGUANG_PACK, HOLDS).length["days"]
    since = case.counted_from.astimezone(clock.CHINA).date() - timedelta(days=days)
    done = Assessment.objects.filter(child=case.child_id, state=Assessment.State.SUBMITTED)
    return done.filter(assessed_on__gte=since).exists()
