"""Leads as lists show them: narrowed by codes and places, the newest first, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from weiguang.kernel import clock
from weiguang.kernel.compiled import Statement
from weiguang.kernel.counting import counts_where
from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.kernel.events import Author, Subject, remember_refusal
from weiguang.network.authority import Actor
from weiguang.network.compiled import ForActor
from weiguang.network.verbs import Verb
from weiguang.register.access import leads_for
from weiguang.register.models import Lead
from weiguang.register.queries.lead_words import SOURCES
from weiguang.register.queries.listing import COUNTED_TO, counted
from weiguang.register.queries.words import word
from weiguang.register.rules.identity import age_on
from weiguang.register.rules.leads import OPEN
from weiguang.tasks.models import Task

PAGE_SIZE: Final = 50
OPEN_ONES: Final = "open"
EVERY_ONE: Final = "all"


@dataclass(frozen=True, slots=True)
class LeadWish:
    """Which leads are wanted; `state` is a state, `open` or `all`."""

    state: str = OPEN_ONES
    source: str = ""
    place_path: str = ""
    is_late: bool = False
    round_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class LeadRow:
    """One lead of a list. Nothing sensitive: neither what was seen nor who lives there."""

    id: UUID
    name: str
    sex_label: str
    age: int | None
    place: str
    source: str
    state: str
    state_label: str
    is_neutral: bool
    entered_at: datetime
    due_at: datetime | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class LeadPage:
    """One page of leads; `count` is None above a thousand, `next_key` begins the next page."""

    rows: tuple[LeadRow, ...]
    next_key: str | None
    count: int | None


@dataclass(frozen=True, slots=True)
class LeadCount:
    """A number of a home page, with the wish behind it."""

    code: str
    title: str | Promise
    number: int | None
    wish: LeadWish


COUNTS: Final[tuple[tuple[str, str | Promise, LeadWish], ...]] = (
    ("open", _("没办完的线索"), LeadWish()),
    ("late", _("逾期的线索"), LeadWish(is_late=True)),
    ("unreachable", _("联系不上的"), LeadWish(state="unreachable")),
)


def lead_of(actor: Actor, verb: Verb, lead_id: UUID) -> Lead:
    """The lead, if the actor's rows for the verb hold it; one query.

    Raises `NotFoundOrRefused` for one elsewhere as for one that does not exist, and leaves the
    refusal in the memory.
    """
    found = (
        leads_for(actor, verb)
        .select_related("place__parent", "post__place", "entered_by", "child", "round")
        .defer("child__id_number")
        .filter(pk=lead_id)
        .first()
    )
    if found is None:
        about = Subject("lead", lead_id)
        remember_refusal(verb, by=Author(actor.person_id, None), about=about)
        raise NotFoundOrRefused
    return found


def leads_page(
    actor: Actor, wish: LeadWish, after: str | None = None, *, size: int = PAGE_SIZE
) -> LeadPage:
    """One page of the actor's leads that fit the wish, the newest first; two queries."""
    wanted = leads_wished(actor, wish)
    page = _slim(wanted).order_by("-id")
    if after is not None:
        page = page.filter(pk__lt=after)
    found = list(page[: size + 1])
    shown, has_more = found[:size], len(found) > size
    return LeadPage(
        rows=rows_of(shown, actor.on),
        next_key=str(shown[-1].pk) if has_more else None,
        count=counted(wanted),
    )


def every_row(actor: Actor, wish: LeadWish, *, most: int) -> tuple[LeadRow, ...]:
    """The first so many of the actor's leads that fit the wish, the newest first; one query."""
    return rows_of(list(_slim(leads_wished(actor, wish)).order_by("-id")[:most]), actor.on)


def leads_wished(actor: Actor, wish: LeadWish) -> QuerySet[Lead]:
    """The actor's leads that fit the wish, in no order."""
    return leads_for(actor, Verb.LEAD_LIST).filter(_fits(wish, clock.now()))


def _fits(wish: LeadWish, now: datetime) -> Q:
    condition = Q(state__in=OPEN) if wish.state == OPEN_ONES else Q()
    if wish.state not in (OPEN_ONES, EVERY_ONE):
        condition &= Q(state=wish.state)
    if wish.source:
        condition &= Q(source=wish.source)
    if wish.place_path:
        condition &= Q(path__startswith=wish.place_path)
    if wish.round_id:
        condition &= Q(round=wish.round_id)
    if wish.is_late:
        condition &= Q(Exists(_tasks().filter(due_at__lt=now)))
    return condition


def counts_of(actor: Actor) -> tuple[LeadCount, ...]:
    """The numbers of the actor's home page; one query, and three more for who has many leads."""
    every, *exact = _counted(actor, now=clock.now())[0]
    numbers: list[int | None] = [*exact]
    if every > COUNTED_TO:
        numbers = [counted(leads_wished(actor, wish)) for _code, _title, wish in COUNTS]
    return tuple(
        LeadCount(code, title, number, wish)
        for (code, title, wish), number in zip(COUNTS, numbers, strict=True)
    )


@ForActor
def _counted(actor: Actor, *, now: datetime) -> Statement[tuple[int, ...]]:
    wishes = (_fits(wish, now) for _code, _title, wish in COUNTS)
    return counts_where(leads_for(actor, Verb.LEAD_LIST), *wishes, most=COUNTED_TO)


def rows_of(leads: Sequence[Lead], on: date) -> tuple[LeadRow, ...]:
    """Leads as rows of a list."""
    return tuple(_row(each, on) for each in leads)


def about_age(lead: Lead, on: date) -> int | None:
    """How old the child is, or may be; None when nobody knows."""
    if lead.birth_date is not None:
        return age_on(lead.birth_date, on)
    return None if lead.birth_year is None else max(on.year - lead.birth_year, 0)


def _slim(leads: QuerySet[Lead]) -> QuerySet[Lead]:
    due = _tasks().order_by("due_at").values("due_at")[:1]
    return leads.select_related("place").annotate(due_at=Subquery(due)).only(
        "source", "name", "sex", "birth_date", "birth_year", "state", "is_neutral", "entered_at",
        "place__name",
    )  # fmt: skip


def _tasks() -> QuerySet[Task]:
    return Task.objects.filter(about_id=OuterRef("pk"), state=Task.State.OPEN)


def _row(lead: Lead, on: date) -> LeadRow:
    due: datetime | None = getattr(lead, "due_at", None)
    return LeadRow(
        id=lead.pk, name=lead.name, sex_label=lead.get_sex_display() if lead.sex else "",
        age=about_age(lead, on), place=lead.place.name, source=word(SOURCES, lead.source),
        state=lead.state, state_label=lead.get_state_display(), is_neutral=lead.is_neutral,
        entered_at=lead.entered_at, due_at=due, is_late=due is not None and due < clock.now(),
    )  # fmt: skip
