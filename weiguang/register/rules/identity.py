"""Identity numbers, disability certificates and phones as they are written in China.

Says what a number itself can tell. Whose number it is, and whether it is registered, is the
register's question (`queries`), and what a list may do with it is the import engine's.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import mul

MALE = "male"
FEMALE = "female"
ADULT_AGE = 18

DAMAGED = "damaged"
CHECKSUM = "checksum"
DATE_INVALID = "date_invalid"
MALFORMED = "malformed"

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_EIGHTEEN = re.compile(r"[0-9]{17}[0-9X]")
_FIFTEEN = re.compile(r"[0-9]{15}")
_SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?E\+?[0-9]{1,3}", re.IGNORECASE)
_CERTIFICATE = re.compile(r"([0-9]{17}[0-9X])([1-7])([1-4])")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"0[0-9]{2,3}-?[0-9]{7,8}")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f"))
_QUOTES = dict.fromkeys(map(ord, "'\"`´‘’“”′″"))
_NUMBER_SIGNS = _FULL_WIDTH | _INVISIBLE | _QUOTES | dict.fromkeys((0xFF02, 0xFF07, 0xFF40))


@dataclass(frozen=True, slots=True)
class IdentityNumber:
    """A valid number in its 18 characters, and what it says about the person."""

    text: str
    birth_date: date
    sex: str
    was_15: bool


def bare_number(text: str) -> str:
    """The number without what people and spreadsheets put around it.

    >>> bare_number("'３２９５８３ 2021\\u30000501238x")
    '32958320210501238X'
    """
    if text.isascii() and text.isalnum():
        return text.upper()
    return "".join(text.translate(_NUMBER_SIGNS).split()).upper()


def check_character(body: str) -> str:
    """The eighteenth character for the first seventeen digits (GB 11643, ISO 7064 MOD 11-2).

    >>> check_character("34052419800101001")
    'X'
    """
    total = sum(map(mul, map(int, body), _WEIGHTS))
    return _CHECK_CHARACTERS[total % 11]


def upgraded(fifteen: str) -> str:
    """An old 15-digit number in 18 characters: its holder was born in 19xx.

    >>> upgraded("329583960309011")
    '329583199603090116'
    """
    body = f"{fifteen[:6]}19{fifteen[6:]}"
    return body + check_character(body)


@lru_cache(maxsize=1_024)
def identity_number(text: str) -> IdentityNumber | None:
    """The number if it is valid in 18 characters or in the old 15, else None.

    The area is not looked up: abolished and unknown codes must pass (they name where the number
    was first given, not where the person lives).

    >>> identity_number("32058320160229002x").birth_date
    datetime.date(2016, 2, 29)
    """
    number = bare_number(text)
    was_15 = _FIFTEEN.fullmatch(number) is not None
    if was_15:
        number = upgraded(number)
    if not _EIGHTEEN.fullmatch(number) or check_character(number[:17]) != number[17]:
        return None
    birth = _date_of(number[6:14])
    if birth is None:
        return None
    sex = MALE if int(number[16]) % 2 else FEMALE
    return IdentityNumber(text=number, birth_date=birth, sex=sex, was_15=was_15)


def flaw(text: str) -> str | None:
    """What is wrong with a number that is given, the first of damaged, checksum, date, form.

    >>> flaw("320583201602290000"), flaw("3.29583E+17"), flaw("E12345678")
    ('damaged', 'damaged', 'malformed')
    """
    number = bare_number(text)
    if identity_number(number):
        return None
    if _FIFTEEN.fullmatch(number):
        return DATE_INVALID
    if _SCIENTIFIC.fullmatch(number):
        return DAMAGED
    if not _EIGHTEEN.fullmatch(number):
        return MALFORMED
    if check_character(number[:17]) == number[17]:
        return DATE_INVALID
    return DAMAGED if _was_rounded(number) else CHECKSUM


def age_on(birth: date, day: date) -> int:
    """Full years on a day; the birthday itself counts.

    Who was born on 29 February completes a year on 28 February where there is no 29th: the
    month's last day stands for a missing one (Civil Code, Article 202).

    >>> age_on(date(2006, 10, 15), date(2024, 10, 15))
    18
    >>> age_on(date(2006, 10, 16), date(2024, 10, 15))
    17
    """
    birthday = min(birth.day, monthrange(day.year, birth.month)[1])
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birthday))


def is_minor_on(birth: date, day: date) -> bool:
    """Whether the person is under 18 on that day."""
    return age_on(birth, day) < ADULT_AGE


@dataclass(frozen=True, slots=True)
class DisabilityCertificate:
    """A disability certificate's number: its holder's identity number, type 1-7 and grade 1-4."""

    identity: str
    kind: str
    grade: str

    @property
    def is_severe(self) -> bool:
        """Grade 1 or 2, or an intellectual or psychiatric disability of any grade."""
        return self.grade in "12" or self.kind in "56"


def disability_certificate(text: str) -> DisabilityCertificate | None:
    """The certificate if the number is one, else None; it may be another person's.

    >>> disability_certificate("32958320170805674X52").is_severe
    True
    """
    parts = _CERTIFICATE.fullmatch(bare_number(text))
    if parts is None or identity_number(parts[1]) is None:
        return None
    return DisabilityCertificate(identity=parts[1], kind=parts[2], grade=parts[3])


@lru_cache(maxsize=1_024)
def bare_phone(text: str) -> str:
    """The phone without spaces, quotes, country prefix, and without hyphens in a mobile number.

    >>> bare_phone("+86 138-0013-8000"), bare_phone("（0512）57301234")
    ('13800138000', '0512-57301234')
    """
    number = bare_number(text)
    if _MOBILE.fullmatch(number):
        return number
    number = number.replace("—", "-").replace("–", "-")
    number = re.sub(r"^\((0[0-9]{2,3})\)-?", r"\1-", number)
    mobile = re.sub(r"^(\+|00)86", "", number.replace("-", ""))
    return mobile if _MOBILE.fullmatch(mobile) else number


def is_phone(text: str) -> bool:
    """Whether it is a Chinese mobile number or a land line with its area code."""
    number = bare_phone(text)
    return bool(_MOBILE.fullmatch(number) or _LANDLINE.fullmatch(number))


def _date_of(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def _was_rounded(number: str) -> bool:
    """Whether a spreadsheet kept 15 digits: the rest are zeros, or their echo as a binary float."""
    if not number.isdigit():
        return False
    nearest = round(int(number), -3)
    return int(number) in {nearest, int(float(nearest))}
