"""Numbers that pass every check and belong to nobody."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Final

from stdnum.cn import ric, uscc

# No county has this code: whoever carries such a number is invented.
AREA: Final = "329583"

# No operator has been given mobile numbers that begin with 154.
_MOBILE_PREFIX: Final = "154"
_MOBILE_STEP: Final = 7_368_787  # coprime to 10**8, so that numbers differ in every digit

Sex = str
MALE: Final = "male"
FEMALE: Final = "female"


class IdentityNumbers:
    """Gives each person the next number of the birth date and sex, so that twins' are close."""

    def __init__(self) -> None:
        self._given: defaultdict[tuple[date, Sex], int] = defaultdict(int)

    def following(self, born: date, sex: Sex) -> str:
        """The next 18-character number. Raises ValueError once a day's numbers are exhausted."""
        place = self._given[(born, sex)]
        self._given[(born, sex)] = place + 1
        if place >= 499:
            raise ValueError("more than 499 people of one sex share a birth date")
        start = born.toordinal() * 37 % 499
        order = (start + place) % 499 * 2 + (1 if sex == MALE else 2)
        number = f"{AREA}{born:%Y%m%d}{order:03d}"
        return number + ric.calc_check_digit(number + "0")


def mobile_numbers(offset: int = 0) -> Iterator[str]:
    """Endless different mobile numbers in a range that no operator uses."""
    count = offset
    while True:
        yield f"{_MOBILE_PREFIX}{count * _MOBILE_STEP % 10**8:08d}"
        count += 1


def disability_number(id_number: str, kind: str, grade: str) -> str:
    """A disability certificate's number: identity number, type 1-7, grade 1-4."""
    return f"{id_number}{kind}{grade}"


def credit_code(serial: int) -> str:
    """A unified social credit code of a social organisation in the area that does not exist."""
    body = f"52{AREA}MJ{serial:07d}"
    return body + uscc.calc_check_digit(body)


def household_number(serial: int) -> str:
    """A household register's number in the area that does not exist."""
    return f"{AREA}{serial:09d}"
