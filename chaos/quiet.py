"""The worker at work until nothing is owed and everything is sealed, or until it died."""

import time
from typing import Final

from django.db import InterfaceError, OperationalError, connection

from chaos.programs import Worker
from chaos.site import PATIENCE_S, POLL_S, Site
from weiguang.kernel.models import Delivery, Event, Leaf

AWAY: Final = (OperationalError, InterfaceError)


def work_until_quiet(site: Site) -> bool:
    """Start a worker and wait; whether it was still running at the end.

    A database that dies meanwhile is started again, the worker not: it must wait and go on.
    """
    worker, give_up_at = Worker(site), time.monotonic() + PATIENCE_S
    try:
        while worker.is_alive() and not _is_quiet(site):
            if time.monotonic() > give_up_at:
                raise TimeoutError("the worker does not come to rest")
            time.sleep(2 * POLL_S)
        return worker.is_alive()
    finally:
        worker.stop()


def owed() -> int:
    """How many deliveries wait, now or later."""
    return Delivery.objects.filter(done_at=None, dead_at=None).count()


def unsealed() -> int:
    """How many events no block holds."""
    return Event.objects.exclude(id__in=Leaf.objects.values("event_id")).count()


def _is_quiet(site: Site) -> bool:
    try:
        return not owed() and not unsealed()
    except AWAY:
        connection.close()
        site.heal()
        return False
