"""Finding children by what a person typed."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from weiguang.kernel.crypto import provider
from weiguang.network.authority import Actor
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for
from weiguang.register.engine.names import Query, loose, name_keys, parse_query
from weiguang.register.models import ID_INDEX, ID_TAIL_INDEX, PHONE_INDEX, Child

Keys: TypeAlias = dict[str, Any]


def search(actor: Actor, text: str) -> QuerySet[Child]:
    """The actor's children that the text may mean, the nearest first.

    Order: same characters, the characters within the name, the same sound, a sound alike.
    """
    query = parse_query(text)
    rows = children_for(actor, Verb.CHILD_LIST)
    if query.is_empty:
        return rows.none().annotate(nearness=Value(0))
    return _nearest(rows, _readings(query))


def search_by(actor: Actor, kind: str, keys: Keys) -> QuerySet[Child]:
    """The same for a text whose keys `keys_of` has found: a statement that can be made once."""
    return _nearest(children_for(actor, Verb.CHILD_LIST), READINGS[kind](keys))


def keys_of(query: Query) -> tuple[str, Keys] | None:
    """By which keys of a name a text is sought; None where it is no name, or one sign alone."""
    if query.is_one_sign or query.id_number or query.id_tail or query.phone:
        return None
    if query.characters:
        keys = name_keys(query.characters)
        return "characters", {
            "sort_key": keys.sort_key, "grams": list(keys.grams), "pinyin": keys.pinyin,
            "sounds": keys.loose_pinyin,
        }  # fmt: skip
    if not query.pinyin:
        return None
    return "letters", {
        "initials": query.initials, "pinyin": query.pinyin, "sounds": loose(query.pinyin)
    }  # fmt: skip


def _nearest(rows: QuerySet[Child], readings: Sequence[Q]) -> QuerySet[Child]:
    ranks = [When(condition, then=Value(rank)) for rank, condition in enumerate(readings)]
    nearness = Case(*ranks, default=None, output_field=IntegerField())
    wanted = Q()
    for condition in readings:
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
    if (found := keys_of(query)) is not None:
        kind, keys = found
        return READINGS[kind](keys)
    if query.characters:
        sign = name_keys(query.characters)
        return [Q(sort_key=sign.sort_key), Q(grams__contains=list(sign.grams))]
    return _by_letters({
        "initials": query.initials, "pinyin": query.pinyin, "sounds": loose(query.pinyin)
    })  # fmt: skip


def _by_characters(keys: Keys) -> list[Q]:
    return [Q(sort_key=keys["sort_key"]), Q(grams__holds=keys["grams"]),
            Q(pinyin=keys["pinyin"]), Q(loose_pinyin=keys["sounds"])]  # fmt: skip


def _by_letters(keys: Keys) -> list[Q]:
    return [Q(initials=keys["initials"]), Q(pinyin__startswith=keys["pinyin"]),
            Q(initials__startswith=keys["initials"]), Q(loose_pinyin=keys["sounds"])]  # fmt: skip


# How the keys of a text are read, the nearest first.
READINGS: Final[Mapping[str, Callable[[Keys], list[Q]]]] = {
    "characters": _by_characters,
    "letters": _by_letters,
}
