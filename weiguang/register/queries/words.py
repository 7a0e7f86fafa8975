"""Codes of the register in the reader's language; an unknown code stands for itself."""

from functools import cache

from django.conf import settings
from django.utils.translation import get_language

from weiguang.kernel import packs
from weiguang.kernel.packs import Label


def word(list_name: str, code: str) -> str:
    """The word of a coded list; empty for an empty code."""
    return _said(_listed(list_name).get(code), code)


def category_word(code: str) -> str:
    """The name of a category of children."""
    return _said(_categories().get(code), code)


def situation_word(code: str) -> str:
    """What is true of a parent."""
    return _said(_situations().get(code), code)


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
