"""What a worker did, for her own eyes: by day, and by year to print and sign.

It protects her: what she tried, found and reported, with the moment at which it was sealed. It
counts no time on line, reads nobody else's work, and sets her beside nobody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Final
from uuid import UUID

from django.db.models import Count, QuerySet

from weiguang.kernel.clock import CHINA
from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.kernel.models import Block, Event, Leaf
from weiguang.network.authority import Actor
from weiguang.network.models import Holding, Post
from weiguang.network.roles import ROLES
from weiguang.network.verb_labels import LABELS, label_of
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for
from weiguang.register.models import LeadStep
from weiguang.tasks.models import Signature

PAGE_SIZE: Final = 50
FIRST_YEAR: Final = 2021
V = Verb
# Coming and going, looking and reading are no work done: nobody is to be measured by them.
NO_WORK: Final = frozenset(
    {
        V.HOME_OPEN, V.ACCOUNT_OWN, V.SESSION_OPEN, V.SESSION_END, V.PASSWORD_CHANGE, V.FACTOR_SET,
        V.FACTOR_REMOVE, V.NOTICE_SET, V.DILIGENCE_OWN, V.CHILD_LIST, V.CHILD_OPEN, V.CHILD_REVEAL,
        V.CASE_LIST, V.CASE_READ,
        V.READERS_LIST, V.IMPORT_LIST, V.TASK_LIST, V.LEAD_LIST, V.SURVEY_LIST, V.DOCUMENT_SHOW,
        V.PLACE_LIST, V.ACCOUNT_LIST, V.EVENT_LIST, V.MATRIX_SHOW, V.OPERATIONS_SHOW,
        V.VOICE_READ, V.CONFERENCE_READ,
    }
)  # fmt: skip
WORK: Final = tuple(verb for verb in Verb if verb not in NO_WORK)
ANSWERS: Final[Mapping[str, object]] = dict(Signature.Answer.choices)
# Tried, not met, reported, assigned: what was done about a lead, however it ended.
STEPS: Final[Mapping[str, object]] = dict(LeadStep.Kind.choices)


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing the worker did; `about` is empty for what she may not see any more."""

    number: int
    at: datetime
    what: str
    more: str
    about: str
    post: str
    sealed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Deeds:
    """One page of a worker's own record, by day, the newest first."""

    days: tuple[tuple[date, tuple[Deed, ...]], ...]
    next_key: int | None


@dataclass(frozen=True, slots=True)
class YearRecord:
    """A worker's year: her posts, how often she did what, and how far it is sealed."""

    year: int
    posts: tuple[str, ...]
    counts: tuple[tuple[str, int], ...]
    unsealed: int
    seal_number: int | None
    seal: str


def own_deeds(actor: Actor, after: int | None = None, *, size: int = PAGE_SIZE) -> Deeds:
    """What the actor did, the newest first; four queries."""
    done = _done(actor)
    if after is not None:
        done = done.filter(pk__lt=after)
    found = list(done.order_by("-id")[: size + 1])
    shown = found[:size]
    deeds = _deeds(actor, shown)
    days = groupby(deeds, key=lambda deed: deed.at.astimezone(CHINA).date())
    return Deeds(
        days=tuple((day, tuple(each)) for day, each in days),
        next_key=shown[-1].pk if len(found) > size else None,
    )


def own_year(actor: Actor, year: int) -> YearRecord:
    """The actor's year in numbers, in the order of the verbs; four queries.

    Raises `NotFoundOrRefused` for a year that has not come, or lies before the system.
    """
    if not FIRST_YEAR <= year <= actor.on.year:
        raise NotFoundOrRefused
    begin, end = datetime(year, 1, 1, tzinfo=CHINA), datetime(year + 1, 1, 1, tzinfo=CHINA)
    done = _done(actor).filter(at__gte=begin, at__lt=end)
    numbers = dict(done.order_by().values_list("verb").annotate(Count("pk")))
    unsealed = done.exclude(pk__in=Leaf.objects.values("event_id")).count()
    last = Block.objects.order_by("-id").first()
    return YearRecord(
        year=year,
        posts=_posts_in(actor, year),
        counts=tuple((label_of(verb), numbers[verb]) for verb in LABELS if verb in numbers),
        unsealed=unsealed,
        seal_number=last.pk if last else None,
        seal=bytes(last.digest).hex()[:16] if last else "",
    )


def years_of(actor: Actor) -> list[int]:
    """The years in which the actor did anything, the newest first; two queries."""
    done = _done(actor)
    first = done.order_by("id").values_list("at", flat=True).first()
    if first is None:
        return []
    return list(range(actor.on.year, first.astimezone(CHINA).year - 1, -1))


def _done(actor: Actor) -> QuerySet[Event]:
    return Event.objects.filter(
        person_id=actor.person_id, was_refused=False, part_of=None, verb__in=WORK
    )


def _deeds(actor: Actor, events: Sequence[Event]) -> list[Deed]:
    about = {e.about_id for e in events if e.about_kind == "child" and e.about_id is not None}
    names: dict[UUID, str] = dict(
        children_for(actor, Verb.CHILD_LIST).filter(pk__in=about).values_list("pk", "name")
    )
    sealed = dict(
        Leaf.objects.filter(event_id__in=[each.pk for each in events]).values_list(
            "event_id", "block__sealed_at"
        )
    )
    posts = {post.id: f"{post.place_name} · {post.role.label}" for post in actor.posts}
    return [
        Deed(
            number=each.pk,
            at=each.at,
            what=label_of(each.verb),
            more=_more(each),
            about=names.get(each.about_id, "") if each.about_id else "",
            post=posts.get(each.post_id, "") if each.post_id else "",
            sealed_at=sealed.get(each.pk),
        )
        for each in events
    ]


def _more(event: Event) -> str:
    """What was done or came of it, where the event says so by a code."""
    said = ANSWERS.get(event.detail.get("answer", "")) or STEPS.get(event.detail.get("step", ""))
    return str(said or "")


def _posts_in(actor: Actor, year: int) -> tuple[str, ...]:
    held = Holding.objects.filter(
        person=actor.person_id,
        during__overlap=(date(year, 1, 1), date(year + 1, 1, 1)),
    ).select_related("post__place", "post__organisation")
    return tuple(_post_words(each.post) for each in held.order_by("during", "id"))


def _post_words(post: Post) -> str:
    names = dict.fromkeys((post.organisation.name, post.place.name, str(ROLES[post.role].label)))
    return " · ".join(names)
