"""Rounds: what is done because time has passed, listed in `config.maps` like reactions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from weiguang.kernel.models import RoundRun

ALWAYS: Final = timedelta(0)


@dataclass(frozen=True, slots=True)
class Round:
    """Something the worker does again and again, at most once in `every`; by its code.

    `run` gets this moment and returns how much it did. It claims its own rows under a lock, one
    transaction each, may be killed anywhere and begun again.
    """

    code: str
    run: Callable[[datetime], int]
    every: timedelta = ALWAYS


@cache
def rounds() -> Sequence[Round]:
    """What the worker does on every round, in its order."""
    listed: Sequence[Round] = import_string(settings.WEIGUANG_ROUNDS)
    return listed


def run_due(now: datetime) -> int:
    """Run each round that is due; of several workers one. Returns how much was done."""
    return sum(each.run(now) for each in rounds() if each.every == ALWAYS or _is_mine(each, now))


def _is_mine(each: Round, now: datetime) -> bool:
    """Whether this worker is the one to run it now; then nobody else does until it is due again."""
    with transaction.atomic():
        RoundRun.objects.get_or_create(code=each.code)
        row = RoundRun.objects.select_for_update(skip_locked=True).filter(code=each.code).first()
        if row is None or (row.at is not None and now < row.at + each.every):
            return False
        row.at = now
        row.save(update_fields=["at"])
    return True
