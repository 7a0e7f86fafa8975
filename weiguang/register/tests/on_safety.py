"""A child that is to be moved for safety, for tests of what is seen of it afterwards."""

from datetime import date

from tests.cast import Cast, actor, system
from tests.world import id_number
from weiguang.network.models import Holding
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for
from weiguang.register.actions import children
from weiguang.register.actions.children import Identity
from weiguang.register.models import Child

NUMBER = id_number(22)


def child_in_danger(cast: Cast, name: str = "康无踪", number: str | None = NUMBER) -> Child:
    """A child of the cast's village, with a number unless none is wanted."""
    who = Identity(
        name=name, sex="female", birth_date=date(2016, 2, 29), id_number=number,
        no_id_reason="" if number else "not_given",
    )  # fmt: skip
    return children.register(
        identity=who, hukou=cast.village, residence=cast.village, since=date(2021, 1, 1),
        by=system(),
    )  # fmt: skip


def sees(who: Holding) -> bool:
    """Whether she may open any child's file at all."""
    return children_for(actor(who.person), Verb.CHILD_OPEN).exists()
