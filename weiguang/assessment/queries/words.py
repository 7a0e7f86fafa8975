"""Coded lists of the pack that assessments use, in the reader's language."""

from django.conf import settings

from weiguang.assessment.queries.instruments import said
from weiguang.kernel import packs


def words_in(list_name: str) -> list[tuple[str, str]]:
    """A list as codes and words, in its order."""
    found = packs.words(settings.WEIGUANG_PACK, list_name)
    return [(each.code, said(each.label)) for each in found]


def views_in_words() -> list[tuple[str, str]]:
    """How a child may have been heard."""
    return words_in("child_views")
