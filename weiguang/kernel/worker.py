"""The worker's round: seal what was written, deliver what is owed; safe to run several at once."""

import logging
import threading
from typing import Final

from django.db import OperationalError, close_old_connections

from weiguang.kernel import chain, clock, heads, outbox
from weiguang.kernel.rounds import run_due

PAUSE_S: Final = 1.0
DELIVERIES_PER_ROUND: Final = 500

logger = logging.getLogger(__name__)


def run_once(stopped: threading.Event | None = None) -> int:
    """One round; returns how many deliveries were attempted.

    What time brings first, so that what follows from it is delivered in the same round. Told to
    stop, it delivers nothing more: what is owed stays owed.
    """
    stopped = stopped or threading.Event()
    run_due(clock.now())
    attempted = 0
    while not stopped.is_set() and attempted < DELIVERIES_PER_ROUND and outbox.deliver_one():
        attempted += 1
    chain.seal_block()
    heads.keep()
    return attempted


def run_until(stopped: threading.Event) -> None:
    """Rounds until told to stop; a database that is away is waited for, not died of."""
    while not stopped.is_set():
        attempted = 0
        try:
            close_old_connections()
            attempted = run_once(stopped)
        except OperationalError as error:
            logger.warning("worker: database away (%s), trying again", type(error).__name__)
        if attempted < DELIVERIES_PER_ROUND:
            stopped.wait(PAUSE_S)
