"""One lead as its page shows it: what is known, what was done, and what can be done next.

What was seen and where the family lives is shown in words to who may see sensitive matters there,
because opening a lead is remembered; its numbers stay masked until asked for.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from weiguang.kernel.sensitivity import Tier
from weiguang.network.authority import Actor, may
from weiguang.network.roles import ROLES
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for
from weiguang.register.models import Lead, LeadStep
from weiguang.register.queries.files import masked
from weiguang.register.queries.lead_rights import offered
from weiguang.register.queries.lead_words import REASONS, RELATIONS, SIGNS, SOURCES, words_of
from weiguang.register.queries.leads import about_age
from weiguang.register.queries.words import word
from weiguang.register.rules.leads import Step
from weiguang.register.rules.masking import HIDDEN, Masked, masked_number, masked_phone
from weiguang.tasks.models import Task


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step of a lead's history, in words."""

    kind: str
    label: str
    at: datetime
    who: str
    post: str
    to_post: str
    code: str
    words: str
    receipt: str


@dataclass(frozen=True, slots=True)
class LeadFile:
    """One lead for one reader; what she may not see is empty or hidden."""

    id: UUID
    seen: int
    name: str
    sex_label: str
    age: int | None
    birth_date: date | None
    place: str
    town: str
    source: str
    state: str
    state_label: str
    is_open: bool
    is_neutral: bool
    verifier: str
    round: str
    signs: tuple[str, ...]
    words: str
    guardian_name: str
    address: str
    id_number: Masked | None
    guardian_phone: Masked | None
    finding: str
    finding_label: str
    reason: str
    child_id: UUID | None
    due_at: datetime | None
    steps: tuple[StepLine, ...]
    can: frozenset[Step]


def lead_file(actor: Actor, lead: Lead) -> LeadFile:
    """The lead's page; four queries."""
    shows = may(actor, Verb.LEAD_LIST, lead.subject).sees >= Tier.SENSITIVE
    asks = may(actor, Verb.LEAD_VERIFY, lead.subject).sees >= Tier.SENSITIVE
    post, town = lead.post, lead.place.parent
    return LeadFile(
        id=lead.pk, seen=lead.moves, name=lead.name,
        sex_label=lead.get_sex_display() if lead.sex else "", age=about_age(lead, actor.on),
        birth_date=lead.birth_date, place=lead.place.name, town=town.name if town else "",
        source=word(SOURCES, lead.source), state=lead.state, state_label=lead.get_state_display(),
        is_open=lead.is_open, is_neutral=lead.is_neutral,
        verifier=f"{post.place.name} {ROLES[post.role].label}" if post else "",
        round=lead.round.title if lead.round else "",
        signs=words_of(SIGNS, lead.signs) if shows else (),
        words=(lead.words or "") if shows else "",
        guardian_name=_said(lead.guardian_name, shows), address=_said(lead.address, shows),
        id_number=_number(lead, asks), guardian_phone=_phone(lead, asks), finding=lead.finding,
        finding_label=lead.get_finding_display(), reason=word(REASONS, lead.reason),
        child_id=_child_of(actor, lead), due_at=_due(lead),
        steps=_steps(lead, shows), can=offered(actor, lead),
    )  # fmt: skip


def _said(value: str | None, shows: bool) -> str:
    return (value if shows else HIDDEN) if value else ""


def _number(lead: Lead, asks: bool) -> Masked | None:
    if not lead.id_number:
        return None
    return masked("id_number", masked_number(lead.id_number), asks=asks)


def _phone(lead: Lead, asks: bool) -> Masked | None:
    if not lead.guardian_phone:
        return None
    return masked("guardian_phone", masked_phone(lead.guardian_phone), asks=asks)


def _child_of(actor: Actor, lead: Lead) -> UUID | None:
    """The child it came to, for who may see that child."""
    if lead.child_id is None:
        return None
    seen = children_for(actor, Verb.CHILD_OPEN).filter(pk=lead.child_id).exists()
    return lead.child_id if seen else None


def _due(lead: Lead) -> datetime | None:
    waiting = Task.objects.filter(about_id=lead.pk, state=Task.State.OPEN)
    return waiting.order_by("due_at").values_list("due_at", flat=True).first()


def _steps(lead: Lead, shows: bool) -> tuple[StepLine, ...]:
    found = lead.steps.select_related("person", "post__place", "to_post__place").order_by("-id")
    return tuple(_step(each, shows) for each in found)


def _step(each: LeadStep, shows: bool) -> StepLine:
    return StepLine(
        kind=each.kind, label=each.get_kind_display(), at=each.at,
        who=each.person.name if each.person else "", post=_post(each.post),
        to_post=_post(each.to_post), code=_code(each),
        words=_said(each.words, shows), receipt=_said(each.receipt, shows),
    )  # fmt: skip


def _post(post: object) -> str:
    place, role = getattr(post, "place", None), getattr(post, "role", "")
    return f"{place.name} {ROLES[role].label}" if place else ""


def _code(each: LeadStep) -> str:
    if each.kind == LeadStep.Kind.FOUND:
        return str(Lead.Finding(each.code).label)
    return word(RELATIONS, each.code) if each.kind == LeadStep.Kind.CONFLICT else ""
