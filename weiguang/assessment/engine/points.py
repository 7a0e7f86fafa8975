"""Points in whole hundredths: exact, negative or fractional, and the same in Python and JavaScript.

No sum of points is ever a floating number: 0.1 + 0.2 would cross a band that it does not reach.
"""

import re
from decimal import Decimal
from typing import Final

HUNDREDTHS: Final = 100
# More would be no points of a questionnaire, and a thousand such items still add up exactly in
# JavaScript.
MOST: Final = 100_000 * HUNDREDTHS
_WRITTEN: Final = re.compile(r"-?\d{1,6}(\.\d{1,2})?")


def points_of(written: str) -> int | None:
    """Hundredths from a number as it is written; None for what is no number of two decimals.

    >>> points_of("-0.5"), points_of("26"), points_of("1.005")
    (-50, 2600, None)
    """
    if not _WRITTEN.fullmatch(written.strip()):
        return None
    hundredths = int(Decimal(written.strip()) * HUNDREDTHS)
    return hundredths if abs(hundredths) <= MOST else None


def points_shown(hundredths: int) -> str:
    """The number as people write it.

    >>> points_shown(-50), points_shown(2600), points_shown(125)
    ('-0.5', '26', '1.25')
    """
    sign, rest = ("-" if hundredths < 0 else ""), abs(hundredths)
    whole, part = divmod(rest, HUNDREDTHS)
    return f"{sign}{whole}" + (f".{part:02d}".rstrip("0") if part else "")
