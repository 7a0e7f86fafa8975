"""What follows an event: deliveries owed to reactions, claimed and carried out by the worker.

A reaction is a function of an event, listed in the map that `config` provides. It runs in its own
transaction as the system, must be idempotent, and is tried again with growing pauses; after the
last try the delivery is dead and stands on the operations page until a person decides.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import cache
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from weiguang.kernel import clock
from weiguang.kernel.errors import whereabouts
from weiguang.kernel.models import Delivery, Event

Reaction = Callable[[Event], None]

PAUSES: Final = tuple(timedelta(seconds=s) for s in (1, 10, 60, 600, 3600, 6 * 3600))


@cache
def reactions() -> Mapping[str, Sequence[Reaction]]:
    """The map from verb to reactions, as `config.maps` lists them."""
    loaded: Mapping[str, Sequence[Reaction]] = import_string(settings.WEIGUANG_REACTIONS)
    return loaded


def name_of(reaction: Reaction) -> str:
    """The reaction's full name: it stands in the delivery, so renaming one is a migration."""
    return f"{reaction.__module__}.{reaction.__qualname__}"


def owe(event: Event) -> None:
    """Write one delivery for each reaction to the event, in the event's own transaction."""
    if event.was_refused:
        return
    owed = [
        Delivery(event=event, reaction=name_of(reaction), next_at=event.at)
        for reaction in reactions().get(event.verb, ())
    ]
    if owed:
        Delivery.objects.bulk_create(owed)


def deliver_one() -> bool:
    """Claim one due delivery and carry it out; False when none is due.

    The claim, the reaction's writes and the mark of success are one transaction: a worker killed
    in between leaves the delivery as it was.
    """
    with transaction.atomic():
        delivery = (
            Delivery.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("event")
            .filter(done_at=None, dead_at=None, next_at__lte=clock.now())
            .order_by("next_at", "id")
            .first()
        )
        if delivery is None:
            return False
        _attempt(delivery)
    return True


def retry(delivery: Delivery) -> None:
    """Bring a dead delivery back to life, as the operator decided."""
    delivery.dead_at, delivery.attempts, delivery.next_at = None, 0, clock.now()
    delivery.save(update_fields=["dead_at", "attempts", "next_at"])


def _attempt(delivery: Delivery) -> None:
    try:
        with transaction.atomic():
            _reaction_named(delivery)(delivery.event)
    except Exception as error:  # the one place that answers for whatever a reaction raises
        _postpone(delivery, error)
    else:
        delivery.done_at = clock.now()
        delivery.attempts += 1
        delivery.save(update_fields=["done_at", "attempts"])


def _reaction_named(delivery: Delivery) -> Reaction:
    for reaction in reactions().get(delivery.event.verb, ()):
        if name_of(reaction) == delivery.reaction:
            return reaction
    raise LookupError("no such reaction")


def _postpone(delivery: Delivery, error: Exception) -> None:
    delivery.error = whereabouts(error)
    if delivery.attempts >= len(PAUSES):
        delivery.dead_at = clock.now()
    else:
        delivery.next_at = clock.now() + PAUSES[delivery.attempts]
    delivery.attempts += 1
    delivery.save(update_fields=["error", "dead_at", "next_at", "attempts"])
