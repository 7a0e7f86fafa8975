"""Finding children by what a person typed."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from weiguang.kernel.crypto import provider
from weiguang.network.authority import Actor
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for
from weiguang.register.engine.names import Query, loose, name_keys, parse_query
from weiguang.register.models import ID_INDEX, ID_TAIL_INDEX, PHONE_INDEX, Child


def search(actor: Actor, text: str) -> QuerySet[Child]:
    """The actor's children that the text may mean, the nearest first.

    Order: same characters, the characters within the name, the same sound, a sound alike.
    """
    query = parse_query(text)
    rows = children_for(actor, Verb.CHILD_LIST)
    if query.is_empty:
        return rows.none().annotate(nearness=Value(0))
    ranks = [When(condition, then=Value(rank)) for rank, condition in enumerate(_readings(query))]
    nearness = Case(*ranks, default=None, output_field=IntegerField())
    wanted = Q()
    for condition in _readings(query):
        wanted |= condition
    return rows.filter(wanted).annotate(nearness=nearness).order_by("nearness", "sort_key", "id")


def first_of_each(
    query: Query, rows: QuerySet[Child], after: Sequence[str | int] | None, count: int
) -> QuerySet[Any]:
    """The ids of the first so many of these rows under each reading, beyond a key of the search.

    Together they hold the first so many of the whole search. A common character fits every fiftieth
    child: each reading alone is read in the order of names and left as soon as there are enough,
    while all at once would have to be sorted before the first is known.
    """
    readings = _readings(query)
    parts: list[QuerySet[Any]] = []
    for rank, reading in enumerate(readings):
        if after is not None and rank < int(after[0]):
            continue
        nearer = Q()
        for earlier in readings[:rank]:
            nearer |= earlier
        found = rows.filter(reading).exclude(nearer) if nearer else rows.filter(reading)
        if after is not None and rank == int(after[0]):
            name, key = after[1:]
            found = found.filter(sort_key__gte=name).filter(
                Q(sort_key__gt=name) | Q(sort_key=name, pk__gt=key)
            )
        parts.append(found.order_by("sort_key", "id").values("pk")[:count])
    if not parts:
        return rows.none().values("pk")
    return parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]


def _readings(query: Query) -> list[Q]:
    if query.id_number:
        return [Q(id_index=provider().blind_index(query.id_number, purpose=ID_INDEX))]
    if query.id_tail:
        return [Q(id_tail_index=provider().blind_index(query.id_tail, purpose=ID_TAIL_INDEX))]
    if query.phone:
        index = provider().blind_index(query.phone, purpose=PHONE_INDEX)
        return [Q(pk__in=Child.objects.filter(ties__adult__phone_index=index).values("pk"))]
    if query.characters:
        return _by_characters(query.characters)
    sounds = loose(query.pinyin)
    return [Q(initials=query.initials), Q(pinyin__startswith=query.pinyin),
            Q(initials__startswith=query.initials), Q(loose_pinyin=sounds)]  # fmt: skip


def _by_characters(characters: str) -> list[Q]:
    keys = name_keys(characters)
    readings = [Q(sort_key=keys.sort_key), Q(grams__contains=list(keys.grams))]
    if len(characters) > 1:
        readings += [Q(pinyin=keys.pinyin), Q(loose_pinyin=keys.loose_pinyin)]
    return readings
