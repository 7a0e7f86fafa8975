"""A child, who assesses it, and answers to send, as the tests of assessment begin."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tests.cast import actor
from weiguang.assessment.actions import assessments
from weiguang.assessment.actions.assessments import Filled
from weiguang.assessment.engine.instruments import Kind
from weiguang.assessment.models import Assessment
from weiguang.assessment.queries.instruments import current
from weiguang.kernel import clock
from weiguang.kernel.sensitivity import Tier
from weiguang.network.authority import Actor
from weiguang.register.tests.home import Home, make_home, name

Texts = Mapping[str, list[str]]
# Ten years old on any day of the tests.
TEN = date(clock.today().year - 10, 1, 1)


def make_work(born: date = TEN) -> Home:
    """A home with a social worker named for the child, a leader, and the centre's duty officer."""
    home = make_home(born=born)
    for role, place in (
        ("social_worker", home.cast.county), ("duty_officer", home.cast.county),
        ("city_approver", home.cast.county),
    ):  # fmt: skip
        home.accounts[role] = home.cast.seated(role, place).person
    name(home, "social_worker", Tier.SENSITIVE)
    return home


def sample(**changed: str) -> Texts:
    """Answers to the sample scale: every item at its mildest, but those that are named."""
    instrument = current("sample19")
    said = {
        item.name: [min(item.choices, key=lambda choice: choice.points or 0).code]
        for item in instrument.items
        if item.kind is Kind.SINGLE
    }
    return {**said, "guardianship": ["0"], **{name: [text] for name, text in changed.items()}}


def needs(**changed: list[str]) -> Texts:
    """Answers to the professional judgement of a child that needs nothing, but what is named."""
    domains = [each.domain for each in current("needs").items if each.name.startswith("need_")]
    said = {f"need_{domain}": ["met"] for domain in domains}
    return {
        **said, "left_alone": ["no"], "lives_away": ["no"], "cared_by": ["parents"],
        "capacity": ["enough"], "overall": ["家里照料得好"], **changed,
    }  # fmt: skip


def filled(texts: Texts, **more: Any) -> Filled:
    said = {"assessed_on": clock.today(), "setting": "home", "child_view": "said",
            "child_words": "想和妈妈住"} | more  # fmt: skip
    return Filled(texts=texts, **said)


def assessed(
    home: Home, texts: Texts, code: str = "sample19", by: Actor | None = None, **more: Any
) -> Assessment:
    """A submitted assessment, by the social worker unless somebody else is named."""
    by = by or home.on("social_worker")
    draft = assessments.begin(child=home.child, instrument=current(code), by=by)
    said = filled(texts, **{"seen": draft.saves, **more})
    return assessments.submit(assessment=draft, filled=said, by=by)


__all__ = ["Home", "actor", "assessed", "filled", "make_work", "name", "needs", "sample"]
