"""What the team writes down, and what a supervisor says to it."""

from dataclasses import dataclass

from weiguang.cases.access import sight_of
from weiguang.cases.actions.clocks import REVISE, wind
from weiguang.cases.models import Case, CaseNote, Section
from weiguang.kernel import clock
from weiguang.kernel.errors import Invalid, NotFoundOrRefused
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.verbs import Verb
from weiguang.register.actions.marks import mark_made

Kind = CaseNote.Kind


@dataclass(frozen=True, slots=True)
class Noted:
    """What is written down, in which section."""

    words: str
    section: str = Section.GENERAL
    kind: str = Kind.NOTE


def note(*, case: Case, noted: Noted, by: Actor) -> CaseNote:
    """Keep a note, a supervisor's comment, or her request to revise: that one becomes a task.

    Raises `NotFoundOrRefused` for a section that is not the writer's.
    """
    if by.person_id is None or not noted.words.strip() or noted.section not in Section.values:
        raise Invalid
    is_note = noted.kind == Kind.NOTE
    if not is_note and noted.section != Section.GENERAL:
        raise Invalid
    if is_note and noted.section not in {*sight_of(by, case).sections, Section.GENERAL}:
        raise NotFoundOrRefused
    verb = Verb.CASE_NOTE if is_note else Verb.CASE_COMMENT
    with act(verb, by=by, about=case.child.subject) as event:
        is_sealed = noted.section == Section.JUDICIAL
        made = CaseNote(
            case=case, kind=noted.kind, section=noted.section, written_by_id=by.person_id,
            words=None if is_sealed else noted.words.strip(),
            sealed_words=noted.words.strip() if is_sealed else None, at=clock.now(),
        )  # fmt: skip
        made.save(force_insert=True)
        if noted.kind == Kind.REVISE:
            wind(case, REVISE)
        mark_made(event, made)
        event.detail["case"] = str(case.pk)
    return made
