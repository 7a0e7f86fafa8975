"""The fonts of every document, and which characters they have: what has none is refused.

The typesetter leaves a character out where no font has it, and says nothing. So nothing is set
before every character of it was looked up here.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import typst
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from fontTools.ttLib import TTFont

from weiguang.kernel.errors import WeiguangError

# Marks that direct the text and are no text: joiners, directions, the byte order mark.
DIRECTS: Final = "Cf"
BREAKS: Final = frozenset("\n\t ")


@dataclass(frozen=True, slots=True)
class _Font:
    family: str
    characters: frozenset[int]


class CharacterMissing(WeiguangError):  # noqa: N818 - names what is missing, as its siblings do
    """No font has a character of the text; the document was not made."""

    code = "character_missing"
    http_status = 422
    default_what = _("字库里没有这些字：%(codes)s。")
    default_to_what = _("为了不漏字，这份文件没有做。")
    default_what_next = _("请把编码告诉系统管理员，补装字库以后再做。")


def directories() -> tuple[Path, ...]:
    """Where fonts lie on this machine, those that the system carries first."""
    return tuple(path for path in settings.WEIGUANG_FONTS if path.is_dir())


def whole(text: str) -> str:
    """The text without marks that are not written, such as joiners copied from a web page."""
    return "".join(each for each in text if unicodedata.category(each) != DIRECTS)


def require_characters(texts: Iterable[str]) -> None:
    """Raise `CharacterMissing`, naming code points alone, unless the fonts have every character."""
    missing = missing_in(texts)
    if missing:
        raise CharacterMissing(codes=" ".join(f"U+{ord(each):04X}" for each in sorted(missing)))


def missing_in(texts: Iterable[str]) -> frozenset[str]:
    """The characters of these texts that no font has."""
    said: set[str] = set().union(*map(whole, texts))
    return frozenset(each for each in said - BREAKS if ord(each) not in characters())


@cache
def characters() -> frozenset[int]:
    """The code points of all the fonts."""
    return frozenset[int]().union(*(font.characters for font in _read()))


@cache
def families() -> tuple[str, ...]:
    """The families of all the fonts, ours first: the others step in character by character."""
    return tuple(dict.fromkeys(font.family for font in _read()))


def read_again() -> None:
    """Forget the fonts, after others were put there."""
    for kept in (_read, characters, families):
        kept.cache_clear()


@cache
def _read() -> tuple[_Font, ...]:
    """Every font that the typesetter takes; read in a third of a second, so it is done once.

    It is asked first: of a font that it does not take, no character counts.
    """
    given = [str(path) for path in directories()]
    taken = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=given
    ).fonts()
    # In the order of the directories: the system's own sets the text.
    found = sorted(
        ((font.path, font) for font in taken if font.path), key=lambda each: _place(each[0])
    )
    return tuple(_Font(font.family, _characters_of(path, font.index)) for path, font in found)


def _place(path: str) -> int:
    return next(n for n, each in enumerate(directories()) if Path(path).is_relative_to(each))


def _characters_of(path: str, index: int) -> frozenset[int]:
    with TTFont(path, fontNumber=index, lazy=True) as font:
        return frozenset(font.getBestCmap() or ())
