"""Survey rounds and their sheets: who has signed, in the order of codes, and why others have not.

Nobody is ever ranked: the list says for each village what stands in the way, and no more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.kernel.events import Author, Subject, remember_refusal
from weiguang.network.authority import Actor, may
from weiguang.network.compiled import ForActor
from weiguang.network.models import Holding, Place
from weiguang.network.verbs import Verb
from weiguang.register.access import rounds_for, sheets_for
from weiguang.register.models import Lead, SurveyRound, SurveySheet
from weiguang.register.queries.lead_words import LOOKED, words_of
from weiguang.tasks.models import Task

PAGE_SIZE: Final = 50
DIRECTOR: Final = "child_director"
# What a list of villages says of a sheet that is not signed yet.
VACANT: Final = "vacant"
SUBSTITUTE: Final = "substitute"
PAUSED: Final = "paused"


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A round as a list shows it, counted within the reader's own villages."""

    id: UUID
    title: str
    place: str
    since: date
    until: date
    villages: int
    done: int
    is_running: bool
    # The reader's own sheet, where she has just one.
    sheet_id: UUID | None


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A village of a round: whether it has signed, how many leads, or what is in the way."""

    id: UUID
    sort_key: str
    place: str
    town: str
    state: str
    state_label: str
    number: int | None
    signed_at: datetime | None
    hindrance: str


@dataclass(frozen=True, slots=True)
class SheetFile:
    """One sheet, as its page and its print show it."""

    id: UUID
    round_id: UUID
    title: str
    place: str
    town: str
    since: date
    until: date
    state: str
    state_label: str
    looked: tuple[str, ...]
    number: int
    since_signed: int
    signed_by: str
    signed_at: datetime | None
    second_by: str
    second_at: datetime | None
    reopened: int


def running_round(place: Place, on: date) -> SurveyRound | None:
    """The round that runs in a village on that day, the last one to begin; one query."""
    return (
        SurveyRound.objects.filter(sheets__place=place, since__lte=on, until__gte=on)
        .order_by("-since", "-id")
        .first()
    )


def rounds_of(actor: Actor, *, size: int = PAGE_SIZE) -> list[RoundRow]:
    """The rounds in which the actor's villages take part, the latest first; three queries."""
    mine, found = sheets_for(actor, Verb.SURVEY_LIST), _latest(actor, size)
    if not found:
        return []
    counts: dict[UUID, tuple[int, int]] = {
        key: (villages, done)
        for key, villages, done in mine.filter(round__in=found)
        .values_list("round")
        .annotate(villages=Count("pk"), done=Count("pk", filter=Q(state="done")))
    }
    single = {
        round_id: key
        for round_id, key in mine.filter(round__in=found).values_list("round", "pk")
        if counts[round_id][0] == 1
    }
    return [
        RoundRow(
            id=each.pk, title=each.title, place=each.place.name, since=each.since,
            until=each.until, villages=counts[each.pk][0], done=counts[each.pk][1],
            is_running=each.since <= actor.on <= each.until, sheet_id=single.get(each.pk),
        )
        for each in found
    ]  # fmt: skip


@ForActor
def _latest(actor: Actor, size: int) -> QuerySet[SurveyRound]:
    rounds = rounds_for(actor, Verb.SURVEY_LIST).select_related("place")
    return rounds.order_by("-since", "-id")[:size]


def round_of(actor: Actor, round_id: UUID) -> SurveyRound:
    """One round of the actor's villages; raises `NotFoundOrRefused`, and remembers the refusal."""
    found = rounds_for(actor, Verb.SURVEY_LIST).select_related("place").filter(pk=round_id).first()
    if found is None:
        about = Subject("survey", round_id)
        remember_refusal(Verb.SURVEY_LIST, by=Author(actor.person_id, None), about=about)
        raise NotFoundOrRefused
    return found


def sheet_of(actor: Actor, verb: Verb, sheet_id: UUID) -> SurveySheet:
    """One sheet of the actor's villages; raises `NotFoundOrRefused`, and remembers the refusal."""
    found = (
        sheets_for(actor, verb)
        .select_related("round", "place__parent", "signed_by", "second_by")
        .filter(pk=sheet_id)
        .first()
    )
    if found is None:
        about = Subject("sheet", sheet_id)
        remember_refusal(verb, by=Author(actor.person_id, None), about=about)
        raise NotFoundOrRefused
    return found


def sheets_of(actor: Actor, of: SurveyRound, *, after: str = "") -> list[SheetRow]:
    """The villages of a round in the order of codes, from a code on; three queries.

    One more row than a page holds says that there are more.
    """
    return every_sheet(actor, of, after=after, most=PAGE_SIZE + 1)


def every_sheet(actor: Actor, of: SurveyRound, *, most: int, after: str = "") -> list[SheetRow]:
    """The first so many villages of a round, as `sheets_of` lists them; three queries."""
    found = list(
        sheets_for(actor, Verb.SURVEY_LIST)
        .filter(round=of, place__sort_key__gt=after)
        .select_related("place__parent")
        .order_by("place__sort_key")[:most]
    )
    hindered = _hindrances(found, actor.on)
    return [
        SheetRow(
            id=each.pk, sort_key=each.place.sort_key, place=each.place.name,
            town=each.place.parent.name if each.place.parent else "", state=each.state,
            state_label=each.get_state_display(), number=each.number, signed_at=each.signed_at,
            hindrance="" if each.state == "done" else hindered.get(each.pk, ""),
        )
        for each in found
    ]  # fmt: skip


def counts_of_round(actor: Actor, of: SurveyRound) -> dict[str, int]:
    """How many of the actor's villages have signed, wait for the second name, have not; one query.

    Nothing is said of who was first.
    """
    mine = sheets_for(actor, Verb.SURVEY_LIST).filter(round=of)
    found = dict(mine.values_list("state").annotate(number=Count("pk")))
    return {state: found.get(state, 0) for state in SurveySheet.State.values}


def leads_of_sheet(sheet: SurveySheet) -> QuerySet[Lead]:
    """The leads that a village found in a round: hers, and those her posts entered for the town."""
    own = Q(path=sheet.path, is_neutral=False) | Q(entered_post__place_id=sheet.place_id)
    return Lead.objects.filter(own, round_id=sheet.round_id)


def sheet_file(sheet: SurveySheet) -> SheetFile:
    """The sheet in words; one query."""
    now = leads_of_sheet(sheet).count()
    town = sheet.place.parent
    return SheetFile(
        id=sheet.pk, round_id=sheet.round_id, title=sheet.round.title, place=sheet.place.name,
        town=town.name if town else "", since=sheet.round.since, until=sheet.round.until,
        state=sheet.state, state_label=sheet.get_state_display(),
        looked=words_of(LOOKED, sheet.looked), number=now if sheet.number is None else sheet.number,
        since_signed=0 if sheet.number is None else now - sheet.number,
        signed_by=sheet.signed_by.name if sheet.signed_by else "", signed_at=sheet.signed_at,
        second_by=sheet.second_by.name if sheet.second_by else "", second_at=sheet.second_at,
        reopened=sheet.reopened,
    )  # fmt: skip


def may_sign(actor: Actor, sheet: SurveySheet) -> bool:
    """Whether the actor may say what was looked at: whoever verifies leads there."""
    return all(may(actor, verb, sheet.subject) for verb in (Verb.SURVEY_SIGN, Verb.LEAD_VERIFY))


def _hindrances(sheets: Sequence[SurveySheet], on: date) -> dict[UUID, str]:
    """What stands in the way of sheets: nobody on the post, somebody standing in, a pause."""
    places = [each.place_id for each in sheets]
    held = Holding.objects.filter(
        post__role=DIRECTOR, post__place__in=places, during__contains=on,
        person__is_active=True,
    )  # fmt: skip
    holders: set[UUID] = set()
    substitutes: set[UUID] = set()
    for place, kind in held.values_list("post__place", "kind"):
        (holders if kind == Holding.Kind.HOLDER else substitutes).add(place)
    paused = set(
        Task.objects.filter(
            about_id__in=[each.pk for each in sheets], state=Task.State.OPEN,
            paused_at__isnull=False,
        ).values_list("about_id", flat=True)
    )  # fmt: skip
    said = {}
    for each in sheets:
        if each.pk in paused:
            said[each.pk] = PAUSED
        elif each.place_id in substitutes:
            said[each.pk] = SUBSTITUTE
        elif each.place_id not in holders:
            said[each.pk] = VACANT
    return said
