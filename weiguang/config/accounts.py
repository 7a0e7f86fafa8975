"""Which accounts of a demonstration to try: one person of each role, around one village.

The same city gives the same list. What the people may do stands in `network.roles`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import check_password
from django.db.models import Count, QuerySet
from django.utils.functional import Promise

from weiguang.network.models import Account, Grant, Holding, Place
from weiguang.network.roles import ROLES, Level, Reach, Role
from weiguang.register.models import Child


@dataclass(frozen=True, slots=True)
class TrialAccount:
    """One person to log in as."""

    role: str | Promise
    place: str
    name: str
    login: str


def trial_accounts(*, on: date) -> tuple[TrialAccount, ...]:
    """One holder of each role that is filled on that day, in the order of the roles.

    Village and town posts are those over the village with most children among the manned ones, so
    that every desk of the list shows the same children.
    """
    village = village_to_show(on)
    chosen = ((role, _holding_to_show(role, village, on)) for role in ROLES.values())
    return tuple(
        TrialAccount(role.label, held.post.place.name, held.person.name, held.person.login)
        for role, held in chosen
        if held is not None
    )


def has_password(account: TrialAccount, password: str) -> bool:
    """Whether this account still has that password; costs one hash."""
    return check_password(password, Account.objects.get(login=account.login).password)


def village_to_show(on: date) -> Place | None:
    """The village with most children among those with a director; None in an empty city."""
    manned = _holdings(on).filter(post__role="child_director").values("post__place_id")
    counted = (
        Child.objects.filter(residence_place_id__in=manned)
        .values("residence_place_id")
        .annotate(children=Count("id"))
        .order_by("-children", "residence_place__sort_key")
        .first()
    )
    return Place.objects.get(pk=counted["residence_place_id"]) if counted else None


def _holding_to_show(role: Role, village: Place | None, on: date) -> Holding | None:
    held = _holdings(on).filter(post__role=role.code)
    if role.level in {Level.VILLAGE, Level.TOWN} and village is not None:
        held = held.filter(post__place__path__in=_and_above(village.path))
    if role.level is Level.PROVIDER and role.reach is Reach.GRANTS:
        granted = Grant.objects.filter(during__contains=on).values("person_id")
        return held.filter(person_id__in=granted).first() or held.first()
    return held.first()


def _holdings(on: date) -> QuerySet[Holding]:
    return (
        Holding.objects.filter(
            kind=Holding.Kind.HOLDER,
            during__contains=on,
            post__during__contains=on,
            person__is_active=True,
        )
        .select_related("post__place", "person")
        .order_by("post_id")  # as they were established
    )


def _and_above(path: str) -> Iterable[str]:
    """The path and those of the places above it.

    >>> list(_and_above("/1/4/9/"))
    ['/1/', '/1/4/', '/1/4/9/']
    """
    parts = path.strip("/").split("/")
    return ["/" + "/".join(parts[: n + 1]) + "/" for n in range(len(parts))]
