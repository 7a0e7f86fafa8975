"""Gauges: how an app shows a figure of its own on the page of the installation.

The list stands in `config.maps`. A gauge tells a number and nobody's name.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class Gauge:
    """A figure that is nought while all is well; `read` costs one query."""

    title: str | Promise
    read: Callable[[], int]


@cache
def gauges() -> Sequence[Gauge]:
    """The gauges as `config.maps` lists them."""
    listed: Sequence[Gauge] = import_string(settings.WEIGUANG_GAUGES)
    return listed
