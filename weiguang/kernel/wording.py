"""How words and sentences follow each other in the reader's language."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _


def in_a_row(*sentences: str | Promise) -> str:
    """Whole sentences one after another; a space stands between them where the language has it."""
    gap = "" if (get_language() or "zh-hans").startswith("zh") else " "
    return gap.join(said for sentence in sentences if (said := str(sentence)))


def listed(words: Iterable[str | Promise]) -> str:
    """Words of one kind inside a sentence."""
    return _("、").join(str(word) for word in words)


def clauses(parts: Iterable[str | Promise]) -> str:
    """Parts of a sentence that are longer than words."""
    return _("；").join(str(part) for part in parts)
