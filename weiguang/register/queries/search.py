"""Finding children by what a person typed."""

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
