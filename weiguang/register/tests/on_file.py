"""A child on file, and the people who keep it, as several tests begin."""

from datetime import date

from weiguang.network.authority import Actor
from weiguang.network.models import Holding, Place
from weiguang.network.queries import actor_for, the_system
from weiguang.register.actions import children
from weiguang.register.actions.children import Identity
from weiguang.register.models import Child
from weiguang.register.rules.identity import check_character

TODAY, BEFORE = date(2024, 12, 31), date(2024, 6, 1)
SYSTEM = the_system(on=TODAY)


def holder(role: str, place: Place | None) -> Actor:
    held = Holding.objects.filter(post__role=role, post__place=place, during__contains=TODAY)
    return actor_for(held.order_by("id")[0].person, on=TODAY)


def number(sequence: int, born: str = "20160229") -> str:
    body = f"329583{born}{sequence:03d}"
    return body + check_character(body)


def enter(name: str, village: Place, *, sequence: int | None = None) -> Child:
    identity = Identity(
        name=name, sex="female", birth_date=date(2016, 2, 29),
        id_number=number(sequence) if sequence is not None else None,
        no_id_reason="" if sequence is not None else "not_given",
    )  # fmt: skip
    return children.register(
        identity=identity, hukou=village, residence=village, since=BEFORE, by=SYSTEM
    )
