"""A delivery that the worker gave up is tried again because a person decided so."""

from weiguang.kernel import outbox
from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.kernel.events import Subject
from weiguang.kernel.models import Delivery
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.verbs import Verb


def retry(*, number: int, by: Actor) -> None:
    """Hand a dead delivery back to the worker; raises `NotFoundOrRefused` for any other."""
    with act(Verb.DELIVERY_RETRY, by=by, about=Subject("delivery")) as event:
        dead = Delivery.objects.select_for_update().filter(pk=number, dead_at__isnull=False).first()
        if dead is None:
            raise NotFoundOrRefused
        event.detail = {"delivery": dead.pk, "event": dead.event_id}
        outbox.retry(dead)
