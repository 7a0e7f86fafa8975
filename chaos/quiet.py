"""The worker at work until nothing is owed and everything is sealed, or until it died."""

import time
from typing import Final

from django.db import InterfaceError, OperationalError, connection

from chaos.programs import Worker
from chaos.site import PATIENCE_S, POLL_S, Site
from weiguang.kernel.models import Delivery

AWAY: Final = (OperationalError, InterfaceError)
_QUIET: Final = """
    SELECT NOT EXISTS (SELECT FROM kernel_delivery WHERE done_at IS NULL AND dead_at IS NULL)
    AND NOT EXISTS (SELECT FROM kernel_event e
                    WHERE NOT EXISTS (SELECT FROM kernel_leaf l WHERE l.event_id = e.id))
"""


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


def is_quiet() -> bool:
    """Whether nothing is owed and all is sealed: one statement, since it is asked all the time."""
    with connection.cursor() as cursor:
        cursor.execute(_QUIET)
        return bool(cursor.fetchone()[0])


def _is_quiet(site: Site) -> bool:
    try:
        return is_quiet()
    except AWAY:
        connection.close()
        site.heal()
        return False
