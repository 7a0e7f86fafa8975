"""The instruments of the installation's pack, in the reader's language."""

from functools import cache

from django.conf import settings
from django.utils.translation import get_language

from weiguang.assessment.engine import shelf
from weiguang.assessment.engine.instruments import Instrument
from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.kernel.packs import Label, words


def usable() -> tuple[Instrument, ...]:
    """The version in use of every instrument; those that judge before those that only show."""
    found = shelf.newest(settings.WEIGUANG_PACK)
    return tuple(sorted(found, key=lambda each: each.is_sample))


def current(code: str) -> Instrument:
    """The version in use of one instrument; raises `NotFoundOrRefused`."""
    found = next((each for each in usable() if each.code == code), None)
    if found is None:
        raise NotFoundOrRefused
    return found


def version_of(code: str, version: str) -> Instrument | None:
    """One version of an instrument, or None where the pack has it no more."""
    return shelf.by_version(settings.WEIGUANG_PACK).get((code, version))


def versions(code: str) -> tuple[Instrument, ...]:
    """Every version of an instrument, the newest first; raises `NotFoundOrRefused`."""
    found = shelf.versions_of(settings.WEIGUANG_PACK, code)
    if not found:
        raise NotFoundOrRefused
    return found


def label_of(code: str, version: str) -> str:
    """The instrument's name; its code where the pack has it no more."""
    found = version_of(code, version)
    return said(found.label) if found else code


def said(label: Label | None) -> str:
    """A label in the reader's language; nothing for none."""
    return label.text(get_language() or "zh-hans") if label else ""


@cache
def levels() -> tuple[str, ...]:
    """The codes of the levels, the most urgent first."""
    return tuple(each.code for each in words(settings.WEIGUANG_PACK, shelf.LEVELS))


def more_urgent(one: str, other: str) -> str:
    """The more urgent of two levels; of a level and none the level."""
    order = {code: place for place, code in enumerate(levels())}
    return min((one, other), key=lambda code: order.get(code, len(order)))
