"""A child, its town, and a social worker of a provider who leads its case."""

from dataclasses import replace
from datetime import date
from typing import Any

from tests.cast import actor, system
from weiguang.assessment.tests.at_work import assessed as judge_needs
from weiguang.assessment.tests.at_work import needs
from weiguang.cases.actions import cases
from weiguang.cases.actions.cases import Opening, Said
from weiguang.cases.models import Case
from weiguang.cases.rules.transitions import Action
from weiguang.kernel import clock
from weiguang.kernel.history import amend
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.models import Holding
from weiguang.network.verbs import Verb
from weiguang.register.tests.home import Home, make_home

# Ten years old on any day of the tests.
TEN = date(clock.today().year - 10, 1, 1)
SEATS = (
    ("social_worker", "county"), ("duty_officer", "county"), ("city_approver", "county"),
    ("town_civil_affairs", "town"), ("department_liaison", "county"),
)  # fmt: skip


def make_work(born: date = TEN) -> Home:
    """A home with the people of casework on their posts."""
    home = make_home(born=born)
    for role, place in SEATS:
        seat = home.cast.seated(role, getattr(home.cast, place))
        home.accounts[role] = seat.person
    home.accounts["colleague"] = home.cast.seated(
        "social_worker", home.cast.county, "colleague"
    ).person
    return home


def holding(home: Home, name: str) -> Holding:
    """On which post somebody sits."""
    return Holding.objects.select_related("post__place").get(person=home.accounts[name])


def opened(home: Home, by: str = "child_supervisor", lead: str = "social_worker") -> Case:
    """A case that the town's supervisor opened; the social worker leads it."""
    opening = Opening("guardianship", holding(home, lead), words="父母都不在家")
    return cases.open_case(child=home.child, opening=opening, by=home.on(by))


def assessed(home: Home) -> None:
    """The child is assessed by the social worker, who works on its case."""
    judge_needs(home, needs(), "needs")


def taken(home: Home, case: Case, action: Action, words: str = "", **more: Any) -> Case:
    """A step by the lead worker, unless somebody else is named."""
    by: Actor = home.on(more.pop("by", "social_worker"))
    current = Case.objects.get(pk=case.pk)
    said = replace(Said(current.moves, words), **more)
    return cases.take_step(case=current, action=action, said=said, by=by)


def at(case: Case, state: str, **flags: bool) -> Case:
    """The case as it stands in a state; what led there is not asked."""
    values: dict[str, Any] = {"state": state, **flags}
    if state in ("closed", "follow_up", "archived"):
        values["closed_on"] = clock.today()
    with act(Verb.CASE_CARRY, by=system()):
        amend(Case.objects.get(pk=case.pk), **values)
    return Case.objects.get(pk=case.pk)


__all__ = ["Home", "actor", "assessed", "at", "holding", "make_work", "opened", "taken"]
