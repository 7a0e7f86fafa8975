"""Looks for words in raw bytes, as they stand or in another encoding: UTF-8, UTF-16, base64, hex.

At every place that could begin such a word a few bytes are compared, then the whole word: thousands
of words are looked for in one pass.
"""

import base64
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

DIGITS: Final = re.compile(r"\d{10,}X?\d*")
CHINESE: Final = re.compile(r"[\u3400-\u9fff\uff08]{3}.*", re.DOTALL)
NOTHING: Final = re.compile(rb"\0{64,}")
# How a place looks where a word of digits, or one that begins with three characters, may begin.
PLACES: Final = {
    ("digits", "utf-8"): (rb"(?=([0-9]{10}))", 10),
    ("digits", "utf-16-le"): (rb"(?=((?:[0-9]\0){10}))", 20),
    ("digits", "utf-16-be"): (rb"(?=((?:\0[0-9]){10}))", 20),
    ("digits", "hex"): (rb"(?=((?:3[0-9]){10}))", 20),
    ("digits", "base64"): (rb"(?=([A-Za-z0-9+/]{12}))", 12),
    ("chinese", "utf-8"): (rb"(?=((?:[\xe3-\xe9\xef][\x80-\xbf]{2}){3}))", 9),
    ("chinese", "utf-16-le"): (rb"(?=((?:[\0-\xff][\x34-\x9f\xff]){3}))", 6),
    ("chinese", "utf-16-be"): (rb"(?=((?:[\x34-\x9f\xff][\0-\xff]){3}))", 6),
    ("chinese", "base64"): (rb"(?=([A-Za-z0-9+/]{12}))", 12),
}


@dataclass(frozen=True, slots=True)
class Trace:
    """How a word was spelled, and how far into the written stretch; never the word."""

    encoding: str
    place: int


def is_sought(word: str) -> bool:
    """Whether a search looks for such a word: a number that begins with ten digits, or a text
    that begins with three Chinese characters. What is shorter stands anywhere by chance."""
    return bool(DIGITS.fullmatch(word) or CHINESE.fullmatch(word))


class Search:
    """Words to look for, as far as `is_sought`."""

    def __init__(self, words: Iterable[str]) -> None:
        self._passes: list[tuple[str, re.Pattern[bytes], dict[bytes, set[bytes]]]] = []
        kinds = {"digits": DIGITS, "chinese": CHINESE}
        words = set(words)
        for (kind, encoding), (pattern, width) in PLACES.items():
            keys: dict[bytes, set[bytes]] = defaultdict(set)
            for word in words:
                if kinds[kind].fullmatch(word):
                    for spelled in spellings(word, encoding):
                        if len(spelled) >= width:
                            keys[spelled[:width]].add(spelled)
            self._passes.append((encoding, re.compile(pattern, re.DOTALL), dict(keys)))

    def in_bytes(self, data: bytes) -> Iterator[Trace]:
        """Every place where one of the words stands."""
        # A database is half air; no word lies in it.
        for stretch in NOTHING.split(data):
            yield from self._in_stretch(stretch)

    def _in_stretch(self, data: bytes) -> Iterator[Trace]:
        for encoding, pattern, keys in self._passes:
            for place in pattern.finditer(data) if keys else ():
                for word in keys.get(place[1], ()):
                    if data.startswith(word, place.start()):
                        yield Trace(encoding, place.start())


def spellings(word: str, encoding: str) -> list[bytes]:
    """How a word may stand in bytes; base64 has three, by what stands before it."""
    if encoding == "hex":
        return [word.encode().hex().encode()]
    if encoding != "base64":
        return [word.encode(encoding)]
    spelled = []
    for before in range(3):
        data = bytes(before) + word.encode()
        # Only what no neighbour has a share in: whole groups, without those of what stands before.
        whole = base64.b64encode(data[: len(data) // 3 * 3])
        spelled.append(whole[4:] if before else whole)
    return spelled
