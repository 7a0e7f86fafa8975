"""Search keys of names, and what a person may have meant by a few typed signs.

Names are found by characters, variants, full pinyin, initials and sound-alikes; surnames that
dictionaries misread come from a table first.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from opencc import OpenCC
from pypinyin import Style, lazy_pinyin
from pypinyin.constants import PHRASES_DICT, RE_HANS

# Surnames read otherwise than the same character elsewhere.
SURNAMES: Final = {
    "单": "shan", "仇": "qiu", "曾": "zeng", "解": "xie", "查": "zha", "任": "ren", "华": "hua",
    "区": "ou", "朴": "piao", "盖": "ge", "缪": "miao", "乐": "yue", "覃": "qin", "翟": "zhai",
    "宓": "mi", "员": "yun", "种": "chong", "繁": "po", "折": "she", "黑": "he", "秘": "bi",
    "冼": "xian", "尹": "yin", "召": "shao", "燕": "yan", "车": "che", "隗": "kui", "訾": "zi",
    "尉迟": "yuchi", "长孙": "zhangsun", "万俟": "moqi", "澹台": "tantai", "令狐": "linghu",
    "诸葛": "zhuge", "欧阳": "ouyang", "上官": "shangguan", "司马": "sima", "夏侯": "xiahou",
    "皇甫": "huangfu", "慕容": "murong", "宇文": "yuwen", "公孙": "gongsun", "端木": "duanmu",
}  # fmt: skip

# Sounds that southern speakers type one for the other; the right side stands for both.
ACCENTS: Final = (
    ("zh", "z"), ("ch", "c"), ("sh", "s"), ("ang", "an"), ("eng", "en"), ("ing", "in"),
)  # fmt: skip

SEPARATORS: Final = re.compile(r"[\s·•．・.]+")
TAIL: Final = re.compile(r"[0-9]{3}[0-9Xx]")
ID_NUMBER: Final = re.compile(r"[0-9]{17}[0-9Xx]")
PHONE: Final = re.compile(r"1[3-9][0-9]{9}")
LATIN: Final = re.compile(r"[a-zü]+")

# Longer ones are read as a whole.
LONGEST_NAME: Final = 4

_simplify: Final = OpenCC("t2s")


@dataclass(frozen=True, slots=True)
class NameKeys:
    """What is stored beside a name so that it can be found and sorted."""

    plain: str
    pinyin: str
    loose_pinyin: str
    initials: str
    sort_key: str
    grams: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """The readings of what was typed; several may apply, empty ones do not."""

    characters: str = ""
    pinyin: str = ""
    initials: str = ""
    id_tail: str = ""
    id_number: str = ""
    phone: str = ""

    @property
    def is_one_sign(self) -> bool:
        """One character or letter, which fits many."""
        return len(self.characters) == 1 or len(self.pinyin) == 1

    @property
    def is_empty(self) -> bool:
        """Nothing that could be searched for."""
        return self == Query()


@lru_cache(maxsize=20_000)
def name_keys(name: str) -> NameKeys:
    """The keys of a name; separators and letter case do not matter.

    >>> name_keys("單小雨").pinyin, name_keys("单小雨").initials
    ('shanxiaoyu', 'sxy')
    """
    plain = plain_name(name)
    syllables = _syllables(plain)
    pinyin = "".join(syllables)
    return NameKeys(
        plain=plain,
        pinyin=pinyin,
        loose_pinyin=loose("".join(syllables)),
        initials="".join(syllable[:1] for syllable in syllables),
        sort_key=" ".join(syllables) + "\t" + plain,
        grams=_grams(plain),
    )


def plain_name(name: str) -> str:
    """The name in simplified characters and lower case, without separators."""
    return SEPARATORS.sub("", str(_simplify.convert(name))).lower()


def loose(pinyin: str) -> str:
    """Pinyin with the sounds folded that are often typed one for the other.

    >>> loose("zhangjing") == loose("zanjin")
    True
    """
    for full, folded in ACCENTS:
        pinyin = pinyin.replace(full, folded)
    return pinyin


def parse_query(text: str) -> Query:
    """What a person may have meant: characters, sounds, a number's tail, a number, a phone.

    >>> parse_query("wxy").initials, parse_query("wxy").pinyin
    ('wxy', 'wxy')
    >>> parse_query("002x").id_tail
    '002X'
    """
    bare = "".join(text.split())
    if ID_NUMBER.fullmatch(bare):
        return Query(id_number=bare.upper())
    if PHONE.fullmatch(bare):
        return Query(phone=bare)
    if TAIL.fullmatch(bare):
        return Query(id_tail=bare.upper())
    letters = bare.lower().replace("'", "")
    if LATIN.fullmatch(letters):
        sounds = letters.replace("ü", "v")
        return Query(pinyin=sounds, initials=sounds)
    return Query(characters=plain_name(bare)) if any(c.isalpha() for c in bare) else Query()


def _syllables(plain: str) -> list[str]:
    for length in (2, 1):
        surname = plain[:length]
        if surname in SURNAMES and len(plain) > length:
            return [SURNAMES[surname], *_read(plain[length:])]
    return _read(plain)


def _read(text: str) -> list[str]:
    """The syllables; characters that form no word of the dictionary are read one by one.

    So are nearly all names, and looking for words through the library costs ten times as much.
    """
    if len(text) <= LONGEST_NAME and RE_HANS.match(text) and PHRASES_DICT.keys().isdisjoint(
        text[first:last] for first in range(len(text)) for last in range(first + 2, len(text) + 1)
    ):  # fmt: skip
        return [syllable for character in text for syllable in _read_alone(character)]
    return _read_whole(text)


@lru_cache(maxsize=10_000)
def _read_alone(character: str) -> list[str]:
    return _read_whole(character)


def _read_whole(text: str) -> list[str]:
    return [s.replace("ü", "v").lower() for s in lazy_pinyin(text, style=Style.NORMAL)]


def _grams(plain: str) -> tuple[str, ...]:
    singles = list(dict.fromkeys(plain))
    pairs = [plain[i : i + 2] for i in range(len(plain) - 1)]
    return tuple(dict.fromkeys([*singles, *pairs]))
