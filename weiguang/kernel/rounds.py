"""Rounds: what is done because time has passed, listed in `config.maps` like reactions."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import TypeAlias

from django.conf import settings
from django.utils.module_loading import import_string

# Called by the worker again and again with this moment; returns how much it did. Each claims its
# own rows under a lock, one transaction each, and is cheap when nothing is due.
Round: TypeAlias = Callable[[datetime], int]


@cache
def rounds() -> Sequence[Round]:
    """What the worker does on every round, in its order."""
    listed: Sequence[Round] = import_string(settings.WEIGUANG_ROUNDS)
    return listed
