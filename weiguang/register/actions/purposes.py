"""What a file is opened or a paper taken out for: a purpose of the pack, and a sentence where the
pack asks for one.
"""

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from weiguang.kernel import packs
from weiguang.kernel.errors import Invalid
from weiguang.kernel.packs import Word
from weiguang.register.models import StatedPurpose


@dataclass(frozen=True, slots=True)
class Why:
    """A purpose by its code, and in a sentence of one's own where the code asks for it."""

    code: str
    words: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether the pack has the purpose, and the sentence is there where it must be."""
        known = _by_code().get(self.code)
        return known is not None and bool(self.words.strip() or not known.traits["stated"])


def require_whole(why: Why) -> None:
    """Raise `Invalid` for a purpose that the pack has not, or that lacks its sentence."""
    if not why.is_whole:
        raise Invalid(what=_("请选择用途；选“其他”时请写明。"))


def purposes() -> tuple[Word, ...]:
    """The purposes of the pack, in its order."""
    return packs.words(settings.WEIGUANG_PACK, "access_purposes")


def needs_words(code: str) -> bool:
    """Whether a purpose says nothing without a sentence."""
    known = _by_code().get(code)
    return known is not None and bool(known.traits["stated"])


def kept_words(why: Why) -> StatedPurpose | None:
    """The sentence as a record, written inside the caller's act; None where none is asked for."""
    if not needs_words(why.code) or not why.words.strip():
        return None
    stated = StatedPurpose(words=why.words.strip())
    stated.save(force_insert=True)
    return stated


@cache
def _by_code() -> dict[str, Word]:
    return {each.code: each for each in purposes()}
