"""A list that was taken out, as the stage of `tests.world` needs it."""

from weiguang.kernel import clock
from weiguang.kernel.history import amend
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.models import Account
from weiguang.network.queries import the_system
from weiguang.network.verbs import Verb
from weiguang.register.actions import exports
from weiguang.register.actions.purposes import Why
from weiguang.register.models import Child, Export, ExportPassword
from weiguang.register.queries.listing import ListWish


def export_of(child: Child, by: Actor) -> Export:
    """A list of one child that lies ready, with a password that nobody has seen."""
    export = exports.export_list(
        wish=ListWish(text=child.name), asked=exports.Outgoing(Why("supervision")), by=by
    )
    with act(Verb.EXPORT_MAKE, by=the_system(on=clock.today())):
        ExportPassword(export=export, words="abcd-efgh").save(force_insert=True)
    return export


def hand_over(export: Export, person: Account, path: str) -> None:
    """Let somebody of the stage have asked for it, from her post."""
    with act(Verb.EXPORT_MAKE, by=the_system(on=clock.today())):
        amend(export, requested_by=person, path=path)
