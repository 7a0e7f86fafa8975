"""Cases as lists show them: one's own first of all, the newest first, page by page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from weiguang.cases.access import cases_for
from weiguang.cases.models import Case
from weiguang.cases.models.cases import OPEN
from weiguang.kernel import clock
from weiguang.network.authority import Actor
from weiguang.network.verbs import Verb
from weiguang.register.queries.listing import counted
from weiguang.register.queries.words import word
from weiguang.register.rules.identity import age_on
from weiguang.tasks.models import Task

PAGE_SIZE: Final = 50
OPEN_ONES: Final = "open"
EVERY_ONE: Final = "all"


@dataclass(frozen=True, slots=True)
class CaseWish:
    """Which cases are wanted; `state` is a state, `open` or `all`."""

    state: str = OPEN_ONES
    is_mine: bool = False
    is_late: bool = False
    is_emergency: bool = False


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case of a list; nothing sensitive."""

    id: UUID
    name: str
    sex_label: str
    age: int
    place: str
    reason: str
    state: str
    state_label: str
    is_emergency: bool
    is_suspended: bool
    lead: str
    due_at: datetime | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class CasePage:
    """One page of cases; `count` is None above a thousand, `next_key` begins the next page."""

    rows: tuple[CaseRow, ...]
    next_key: str | None
    count: int | None


def cases_page(
    actor: Actor, wish: CaseWish, after: str | None = None, *, size: int = PAGE_SIZE
) -> CasePage:
    """One page of the actor's cases that fit the wish, the newest first; two queries."""
    wanted = cases_for(actor, Verb.CASE_LIST).filter(_fits(actor, wish, clock.now()))
    page = _slim(wanted).order_by("-id")
    if after is not None:
        page = page.filter(pk__lt=after)
    found = list(page[: size + 1])
    shown, has_more = found[:size], len(found) > size
    return CasePage(
        rows=tuple(_row(each, actor) for each in shown),
        next_key=str(shown[-1].pk) if has_more else None, count=counted(wanted),
    )  # fmt: skip


def _fits(actor: Actor, wish: CaseWish, now: datetime) -> Q:
    condition = Q(state__in=OPEN) if wish.state == OPEN_ONES else Q()
    if wish.state not in (OPEN_ONES, EVERY_ONE):
        condition &= Q(state=wish.state)
    if wish.is_mine:
        condition &= Q(lead=actor.person_id)
    if wish.is_emergency:
        condition &= Q(is_emergency=True)
    if wish.is_late:
        late = Task.objects.filter(state=Task.State.OPEN, due_at__lt=now, kind__startswith="case.")
        condition &= Q(pk__in=late.values("about_id"))
    return condition


def _slim(cases: QuerySet[Case]) -> QuerySet[Case]:
    due = Task.objects.filter(about_id=OuterRef("pk"), state=Task.State.OPEN).order_by("due_at")
    return (
        cases.select_related("child__residence_place", "lead")
        .annotate(due_at=Subquery(due.values("due_at")[:1]))
        .only(
            "reason", "state", "is_emergency", "is_suspended", "lead__name", "child__name",
            "child__sex", "child__birth_date", "child__residence_place__name",
        )
    )  # fmt: skip


def _row(case: Case, actor: Actor) -> CaseRow:
    child = case.child
    due: datetime | None = getattr(case, "due_at", None)
    return CaseRow(
        id=case.pk, name=child.name, sex_label=child.get_sex_display(),
        age=age_on(child.birth_date, actor.on),
        place=child.residence_place.name if child.residence_place else "",
        reason=word("case_reasons", case.reason), state=case.state,
        state_label=case.get_state_display(), is_emergency=case.is_emergency,
        is_suspended=case.is_suspended, lead=case.lead.name, due_at=due,
        is_late=due is not None and due < clock.now(),
    )  # fmt: skip
