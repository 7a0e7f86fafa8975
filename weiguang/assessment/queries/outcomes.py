"""What an assessment comes to, as one reader may see it; reckoned anew from what was answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from weiguang.assessment.access import sees_sealed_of
from weiguang.assessment.engine.answers import Given, given
from weiguang.assessment.engine.evaluating import Outcome, evaluate
from weiguang.assessment.engine.expressions import Value, names_in
from weiguang.assessment.engine.instruments import Instrument, Screen
from weiguang.assessment.models import Assessment
from weiguang.assessment.queries.instruments import version_of
from weiguang.network.authority import Actor
from weiguang.register.rules.identity import age_on

Texts = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Reckoned:
    """An assessment with its instrument, the answers one may see, and what they come to.

    `instrument` and `outcome` are None where the pack has the version no more.
    """

    assessment: Assessment
    instrument: Instrument | None
    texts: Texts
    given: Given
    outcome: Outcome | None
    sees_sealed: bool

    @property
    def values(self) -> Mapping[str, Value]:
        """The answers that hold."""
        return self.given.values


def reckoned(actor: Actor, assessment: Assessment) -> Reckoned:
    """The assessment as this actor may see it: without what is sealed, where that is not hers."""
    return reckon(assessment, with_sealed=sees_sealed_of(actor, assessment))


def reckon(assessment: Assessment, *, with_sealed: bool) -> Reckoned:
    """The assessment with or without what is sealed."""
    instrument = version_of(assessment.instrument, assessment.version)
    texts = dict(assessment.answers)
    if with_sealed and assessment.sealed_answers:
        texts |= assessment.sealed_answers
    if instrument is None:
        return Reckoned(assessment, None, texts, Given({}, ()), None, with_sealed)
    found = given(instrument, texts)
    outcome = evaluate(instrument, found.values, age=age_then(assessment))
    return Reckoned(assessment, instrument, texts, found, outcome, with_sealed)


def reckon_again(found: Reckoned, texts: Texts) -> Reckoned:
    """The same with other answers: what was just sent and is not kept."""
    if found.instrument is None:
        return found
    said = given(found.instrument, texts)
    outcome = evaluate(found.instrument, said.values, age=age_then(found.assessment))
    return replace(found, texts=texts, given=said, outcome=outcome)


def age_then(assessment: Assessment) -> int:
    """The child's full years on the day of the assessment."""
    return age_on(assessment.child.birth_date, assessment.assessed_on)


def open_proposal(assessment: Assessment) -> str:
    """The level that the answers which everybody may see propose; empty for none."""
    found = reckon(assessment, with_sealed=False).outcome
    return found.level if found else ""


def sealed_proposal(assessment: Assessment) -> str:
    """The level that only what is sealed proposes; empty where it changes nothing."""
    found = reckon(assessment, with_sealed=True).outcome
    if found is None or found.level == open_proposal(assessment):
        return ""
    return found.level if found.screens else ""


def is_sealed_screen(instrument: Instrument, screen: Screen) -> bool:
    """Whether a screen asks about what is sealed."""
    sealed = {item.name for item in instrument.items if item.is_sealed}
    return bool(names_in(screen.when) & sealed)
