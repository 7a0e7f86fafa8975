"""A case in every place of the stage, and marked text in all that a case keeps in words."""

from typing import Any, Final

from weiguang.cases.actions import cases, notes, team
from weiguang.cases.models import Case
from weiguang.cases.rules.transitions import Action
from weiguang.kernel import clock
from weiguang.kernel.history import amend
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.models import Holding
from weiguang.network.queries import actor_for, the_system
from weiguang.network.verbs import Verb
from weiguang.register.models import Child

CASE_MARKERS: Final[dict[str, str]] = {
    "cases.case.words": "暗记-case-words",
    "cases.casestep.words": "暗记-case-step",
    "cases.casenote.words": "暗记-case-note",
    "cases.casenote.sealed_words": "暗记-case-sealed",
}
# A case as who reads its record reads it; the judicial section is only for those named for it.
ITS_CASE: Final = frozenset({"cases.case.words", "cases.casestep.words", "cases.casenote.words"})


def case_things(child: Child, holding: Holding, by: Actor) -> dict[str, Any]:
    """A case of the child that the city's officer leads, and somebody on its team."""
    assert by.person_id is not None
    lead = Holding.objects.get(person=by.person_id)
    case = cases.open_case(child=child, opening=cases.Opening("guardianship", lead), by=by)
    member = team.join(case=case, who=team.Joining(holding, "other"), by=by)
    return {"case": case, "member": member}


def plant_case(of: Case) -> None:
    """A case that says why it was opened, with a step in words, a note and a judicial one."""
    case = Case.objects.select_related("child", "lead").get(pk=of.pk)
    by = actor_for(case.lead, on=clock.today())
    said = cases.Said(case.moves, CASE_MARKERS["cases.casestep.words"])
    case = cases.take_step(case=case, action=Action.RAISE_EMERGENCY, said=said, by=by)
    for section, column in (("general", "words"), ("judicial", "sealed_words")):
        noted = notes.Noted(CASE_MARKERS[f"cases.casenote.{column}"], section)
        notes.note(case=case, noted=noted, by=by)
    with act(Verb.CASE_CARRY, by=the_system(on=clock.today())):
        amend(case, words=CASE_MARKERS["cases.case.words"])
