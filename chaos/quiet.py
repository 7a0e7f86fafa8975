"""The worker at work until nothing is owed and everything is sealed, or until it died."""

import time
from typing import Final

from django.db import InterfaceError, OperationalError, connection

from chaos.programs import Worker
from chaos.site import PATIENCE_S, POLL_S, Site
from weiguang.kernel.models import Delivery

AWAY: Final = (OperationalError, InterfaceError)
_LEFT: Final = """
    SELECT (SELECT count(*) FROM kernel_delivery WHERE done_at IS NULL AND dead_at IS NULL)
    + (SELECT count(*) FROM kernel_event e
       WHERE NOT EXISTS (SELECT FROM kernel_leaf l WHERE l.event_id = e.id))
"""


def work_until_quiet(site: Site) -> bool:
    """Start a worker and wait; whether it was still running at the end.

    A database that dies meanwhile is started again, the worker not: it must wait and go on. There
    may be much to do: patience ends when nothing of it gets done.
    """
    worker, before, give_up_at = Worker(site), None, time.monotonic() + PATIENCE_S
    try:
        while worker.is_alive() and (now := _left(site)) != 0:
            if now != before:
                before, give_up_at = now, time.monotonic() + PATIENCE_S
            if time.monotonic() > give_up_at:
                raise TimeoutError("the worker does not come to rest")
            time.sleep(2 * POLL_S)
        return worker.is_alive()
    finally:
        worker.stop()


def owed() -> int:
    """How many deliveries wait, now or later."""
    return Delivery.objects.filter(done_at=None, dead_at=None).count()


def left() -> int:
    """How many deliveries wait, and events that no block holds: asked all the time, so at once."""
    with connection.cursor() as cursor:
        cursor.execute(_LEFT)
        return int(cursor.fetchone()[0])


def _left(site: Site) -> int | None:
    """The same, or None while the database is away."""
    try:
        return left()
    except AWAY:
        connection.close()
        site.heal()
        return None
