"""A case as its page shows it to one reader: no more than is hers."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet

from weiguang.cases.access import Sight, cases_for, sight_of
from weiguang.cases.models import Case, CaseNote, CaseStep, Section, TeamMember
from weiguang.cases.queries.words import action_word
from weiguang.cases.rules.transitions import CARRIED, can
from weiguang.kernel import clock
from weiguang.kernel.compiled import Compiled
from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.kernel.events import Author, Subject, remember_refusal
from weiguang.network.authority import Actor, may
from weiguang.network.verbs import Verb
from weiguang.register.models import Child
from weiguang.register.queries.headline import headline_of
from weiguang.register.queries.shelter import grants_of
from weiguang.register.queries.words import word
from weiguang.tasks.models import Task

NOTES_SHOWN: Final = 50
STATE_LABELS: Final = dict(Case.State.choices)


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step of the case's way; `words` only for who reads the record."""

    label: str
    state: str
    reason: str
    words: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NoteLine:
    """One note that is the reader's to read."""

    label: str
    section: str
    words: str
    who: str
    at: datetime
    kind: str


@dataclass(frozen=True, slots=True)
class MemberLine:
    """Somebody of the team."""

    id: UUID
    name: str
    role: str
    role_code: str
    sections: tuple[str, ...]
    since: date
    # Her leave was taken back meanwhile, as when the child was moved for safety.
    has_lost_sight: bool


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case among others of one child."""

    id: UUID
    state: str
    state_label: str
    is_open: bool
    is_emergency: bool
    is_suspended: bool
    lead: str
    opened_on: date
    closed_on: date | None


def case_of(actor: Actor, verb: Verb, case_id: UUID) -> Case:
    """The case, if the actor's rows for the verb hold it; one query.

    Raises `NotFoundOrRefused` for one elsewhere as for one that does not exist, and leaves the
    refusal in the memory.
    """
    found = cases_for(actor, verb).select_related(
        "child__residence_place", "child__hukou_place", "lead", "lead_post__organisation",
        "opened_by",
    ).defer("child__id_number").filter(pk=case_id).first()  # fmt: skip
    if found is None:
        remember_refusal(verb, by=Author(actor.person_id, None), about=Subject("case", case_id))
        raise NotFoundOrRefused
    return found


def shown(actor: Actor, case: Case) -> dict[str, Any]:
    """Everything that the case's page shows to this reader; nine queries at most."""
    sight, about = sight_of(actor, case), case.child.subject
    return {
        "case": case, "file": headline_of(actor, case.child), "sight": sight,
        "reason": word("case_reasons", case.reason),
        "words": (case.words or "") if sight.is_whole else "", "steps": steps_of(case, sight),
        "notes": notes_of(actor, case, sight), "team": team_of(case), "due": due_of(case),
        "can": actions_by_hand(actor, case), "label": action_word,
        "may_name": bool(may(actor, Verb.CASE_TEAM, about)),
        "may_note": bool(may(actor, Verb.CASE_NOTE, about) or may(actor, Verb.CASE_COMMENT, about)),
        "may_open_file": bool(may(actor, Verb.CHILD_OPEN, about)),
    }  # fmt: skip


def actions_by_hand(actor: Actor, case: Case) -> tuple[str, ...]:
    """The steps that the actor may ask for now; what is still missing is told when she does."""
    if not may(actor, Verb.CASE_LEAD, case.child.subject):
        return ()
    return tuple(action.value for action in can(case.where) if action not in CARRIED)


def steps_of(case: Case, sight: Sight) -> tuple[StepLine, ...]:
    """The way of the case, the newest step first; one query."""
    return tuple(
        StepLine(
            action_word(each.action), str(STATE_LABELS.get(each.to_state, "")),
            _reason(each) if sight.is_whole else "", (each.words or "") if sight.is_whole else "",
            each.person.name if each.person else "", each.at,
        )
        for each in _steps(case_id=case.pk)
    )  # fmt: skip


def notes_of(actor: Actor, case: Case, sight: Sight) -> tuple[NoteLine, ...]:
    """The notes of the reader's sections and her own, the newest first; one query."""
    return tuple(
        NoteLine(
            str(each.get_kind_display()), str(Section(each.section).label),
            each.sealed_words or each.words or "", each.written_by.name, each.at, each.kind,
        )
        for each in _notes(case_id=case.pk, sections=sorted(sight.sections) or [""])
    )  # fmt: skip


def team_of(case: Case) -> tuple[MemberLine, ...]:
    """The team, the lead worker first; one query, and one of a child moved for safety."""
    now = clock.now()
    # A post that reached the child before it was moved for safety reaches it no more.
    sheltered = case.child.is_sheltered
    named = set(grants_of(case.child).values_list("person", flat=True)) if sheltered else None
    found = sorted(_team(case_id=case.pk), key=lambda each: (each.role != "lead", each.pk))
    return tuple(
        MemberLine(
            each.pk, each.account.name, word("case_roles", each.role), each.role,
            tuple(str(Section(one).label) for one in each.sections if one != Section.GENERAL),
            each.since,
            bool(each.grant and each.grant.until and each.grant.until <= now)
            or (each.grant is None and named is not None and each.account_id not in named),
        )
        for each in found
    )  # fmt: skip


def cases_of_child(child: Child) -> tuple[CaseLine, ...]:
    """Every case of a child, the newest first; one query. For who may read them."""
    return tuple(
        CaseLine(
            each.pk,
            each.state,
            each.get_state_display(),
            each.is_open,
            each.is_emergency,
            each.is_suspended,
            each.lead.name,
            each.opened_on,
            each.closed_on,
        )
        for each in _cases(child_id=child.pk)
    )


def due_of(case: Case) -> list[Task]:
    """What is due about the case, the most urgent first; one query."""
    return list(_due(case_id=case.pk))


def _reason(step: CaseStep) -> str:
    listed = "case_reasons" if step.action == "open" else "case_closings"
    return word(listed, step.reason)


@Compiled
def _steps(*, case_id: UUID) -> QuerySet[CaseStep]:
    return CaseStep.objects.filter(case_id=case_id).select_related("person").order_by("-id")


@Compiled
def _notes(*, case_id: UUID, sections: list[str]) -> QuerySet[CaseNote]:
    found = CaseNote.objects.filter(case_id=case_id, section__among=sections)
    return found.select_related("written_by").order_by("-id")[:NOTES_SHOWN]


@Compiled
def _team(*, case_id: UUID) -> QuerySet[TeamMember]:
    found = TeamMember.objects.filter(case_id=case_id, ended_at=None)
    return found.select_related("account", "grant")


@Compiled
def _cases(*, child_id: UUID) -> QuerySet[Case]:
    found = Case.objects.filter(child_id=child_id).select_related("lead")
    return found.defer("words").order_by("-id")


@Compiled
def _due(*, case_id: UUID) -> QuerySet[Task]:
    return Task.objects.filter(about_id=case_id, state=Task.State.OPEN).order_by("due_at", "id")
