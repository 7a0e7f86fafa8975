"""Lets the social workers of a synthetic city see some children: those they serve, and nobody else.

A social worker reaches children by leave for each of them; without any, her pages stand empty.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Final
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateRange

from weiguang.kernel.sensitivity import Tier
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.models import Grant, Holding
from weiguang.network.verbs import Verb
from weiguang.register.access import children_below

EACH_SERVES: Final = 6
REASON: Final = "service"
MAY: Final = (Verb.CHILD_LIST, Verb.CHILD_OPEN, Verb.CHILD_REVEAL)


def load_services(*, by: Actor) -> int:
    """Give each social worker leave for a few children who live in the place of her post; how many.

    Two of one place serve different children.
    """
    with act(Verb.CITY_SEED, by=by) as event:
        given = Grant.objects.bulk_create(list(_grants(by)))
        event.detail = {"grants": len(given)}
    return len(given)


def _grants(by: Actor) -> Iterator[Grant]:
    serving = Holding.objects.filter(
        post__role="social_worker", kind=Holding.Kind.HOLDER, during__contains=by.on
    ).select_related("post__place")
    left: dict[str, Iterator[UUID]] = {}
    for held in serving.order_by("post__place__path", "person__login"):
        path = held.post.place.path
        if path not in left:
            living = children_below(path).filter(residence_path__startswith=path)
            left[path] = iter(living.order_by("sort_key", "pk").values_list("pk", flat=True))
        for child in islice(left[path], EACH_SERVES):
            yield Grant(
                person_id=held.person_id, subject_kind="child", subject_id=child,
                verbs=sorted(MAY), sees=int(Tier.SENSITIVE), during=DateRange(by.on, None),
                reason=REASON,
            )  # fmt: skip
