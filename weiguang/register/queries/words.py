"""Codes of the register in the reader's language; an unknown code stands for itself."""

from collections.abc import Mapping
from functools import cache
from typing import Final

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy

from weiguang.kernel import packs
from weiguang.kernel.packs import Label

# What a grant's reason begins with.
BROKEN_OPEN: Final = "access.break"
LEAVE: Final[Mapping[str, Promise]] = {
    "access.blind": gettext_lazy("经批准查阅"),
    BROKEN_OPEN: gettext_lazy("紧急查阅"),
}
GRANTED: Final = gettext_lazy("专门授权")


def word(list_name: str, code: str) -> str:
    """The word of a coded list; empty for an empty code."""
    return _said(_listed(list_name).get(code), code)


def category_word(code: str) -> str:
    """The name of a category of children."""
    return _said(_categories().get(code), code)


def situation_word(code: str) -> str:
    """What is true of a parent."""
    return _said(_situations().get(code), code)


def leave_word(reason: str) -> str:
    """Why a grant was given, from its code: by which door, and for what."""
    door, _separator, code = reason.partition(":")
    opened = LEAVE.get(door)
    if opened is None:
        return str(GRANTED)
    said = word("access_emergencies" if door == BROKEN_OPEN else "access_purposes", code)
    return f"{opened} · {said}" if said else str(opened)


def _said(label: Label | None, code: str) -> str:
    return label.text(get_language() or "zh-hans") if label else code


@cache
def _listed(list_name: str) -> dict[str, Label]:
    return {word.code: word.label for word in packs.words(settings.WEIGUANG_PACK, list_name)}


@cache
def _categories() -> dict[str, Label]:
    return {each.code: each.label for each in packs.categories(settings.WEIGUANG_PACK)}


@cache
def _situations() -> dict[str, Label]:
    return {each.code: each.label for each in packs.situations(settings.WEIGUANG_PACK)}
