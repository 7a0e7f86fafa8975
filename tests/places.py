"""A place that changes, as the stage of `tests.world` needs it."""

from datetime import date

from weiguang.kernel import clock
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.models import Place
from weiguang.network.queries import the_system
from weiguang.network.verbs import Verb
from weiguang.register.models import PlaceChange


def change_of(place: Place, kind: str, state: str, by: Actor) -> PlaceChange:
    """The place is to be renamed, or was split."""
    change = PlaceChange(
        kind=kind, place=place, name=f"新{place.name}", on=date(2021, 1, 1),
        document="某政发〔2021〕1号", state=state, proposed_by_id=by.person_id,
        proposed_at=clock.now(),
    )  # fmt: skip
    with act(Verb.PLACE_AMEND, by=the_system(on=clock.today())):
        change.save(force_insert=True)
    return change
