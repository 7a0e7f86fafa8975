"""Leads and surveys in the words of the pack: sources, signs, reasons, relations."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

from django.conf import settings

from weiguang.kernel import packs
from weiguang.register.queries.words import word

SOURCES: Final = "lead_sources"
SIGNS: Final = "lead_signs"
REASONS: Final = "lead_not_eligible"
RELATIONS: Final = "conflict_relations"
LOOKED: Final = "survey_sources"
NO_CONFLICT: Final = "none"


def is_neutral(source: str, signs: Iterable[str]) -> bool:
    """Whether a lead must not pass through the village: by its source or by a sign."""
    return source in _neutral(SOURCES) or bool(_neutral(SIGNS) & set(signs))


def words_of(list_name: str, codes: Sequence[str]) -> tuple[str, ...]:
    """Several codes of a list, in words."""
    return tuple(word(list_name, code) for code in codes)


@cache
def _neutral(list_name: str) -> frozenset[str]:
    listed = packs.words(settings.WEIGUANG_PACK, list_name)
    return frozenset(each.code for each in listed if each.traits["neutral"])
