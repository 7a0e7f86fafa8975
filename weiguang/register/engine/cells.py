"""What a cell says, whatever the spreadsheet made of it."""

import re
from datetime import date, datetime, time, timedelta
from typing import Final

from weiguang.register.engine.words import bare

Cell = str | float | int | bool | date | datetime | time | timedelta | None

EPOCH: Final = date(1899, 12, 30)
SERIALS: Final = range(10_000, 80_000)  # 1927 to 2119; shorter numbers are no dates
EXACT_DIGITS: Final = 15
DATE: Final = re.compile(r"(\d{4})[年.\-/](\d{1,2})[月.\-/](\d{1,2})日?(?:\d{1,2}:\d{2}.*)?")
COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
QUOTES: Final = "'\"‘’“”`＇"
SEPARATORS: Final = re.compile(r"[•．・‧∙⋅]")
BETWEEN_CHARACTERS: Final = re.compile(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])")


def text_of(cell: Cell) -> str:
    """The cell as text: whole numbers without a point, days as ISO, nothing as ''."""
    if isinstance(cell, str):
        return cell.strip()
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return str(cell).strip()


def is_rounded_number(cell: Cell) -> bool:
    """Whether a numeric cell has more digits than a spreadsheet keeps."""
    numeric = isinstance(cell, int | float) and not isinstance(cell, bool)
    return numeric and len(text_of(cell).lstrip("-").split(".")[0]) > EXACT_DIGITS


def name_of(cell: Cell) -> str:
    """A name with one kind of separator, and without spaces between Chinese characters.

    >>> name_of("熊　一诺"), name_of("阿依 • 古丽"), name_of("Anna  Li")
    ('熊一诺', '阿依·古丽', 'Anna Li')
    """
    text = SEPARATORS.sub("·", text_of(cell).strip(QUOTES))
    text = re.sub(r"\s*·\s*", "·", text.replace("\u200b", "").replace("\ufeff", ""))
    return " ".join(BETWEEN_CHARACTERS.sub("", text).split())


def holds_a_character(name: str) -> bool:
    """Whether there is a letter or a Chinese character, private-use and newest ones included.

    Offices still write rare names in private-use characters; Python knows no letter in them.

    >>> holds_a_character("12"), holds_a_character("\ue815"), holds_a_character("\U00031350")
    (False, True, True)
    """
    return any(
        sign.isalpha() or "\ue000" <= sign <= "\uf8ff" or sign >= "\U00020000" for sign in name
    )


def date_of(cell: Cell) -> date | None:
    """The day a cell means in any of the notations of lists; None when it means none.

    >>> date_of("2015年2月3日") == date_of("20150203") == date_of(42038.0) == date(2015, 2, 3)
    True
    >>> date_of("2015.13.2") is None
    True
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = bare(text_of(cell)).strip(QUOTES)
    if text.isdigit() and int(text) in SERIALS:
        return EPOCH + timedelta(days=int(text))
    parts = DATE.fullmatch(text) or COMPACT.fullmatch(text)
    return _real_date(parts) if parts else None


def date_within(text: str) -> date | None:
    """The first real day that a line of text names, as a title does."""
    found = re.search(r"(\d{4})[年.\-/](\d{1,2})[月.\-/](\d{1,2})", bare(text))
    return _real_date(found) if found else None


def _real_date(parts: re.Match[str]) -> date | None:
    try:
        return date(int(parts[1]), int(parts[2]), int(parts[3]))
    except ValueError:
        return None
