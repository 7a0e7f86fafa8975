"""What may be said of a value that is not shown: enough to recognise it, not enough to use it."""

from dataclasses import dataclass

HIDDEN = "****"
SHORTEST_IDENTITY_NUMBER = 15
MOBILE_LENGTH = 11


@dataclass(frozen=True, slots=True)
class Masked:
    """A value that is there and not shown.

    `field` is what to ask for (see `actions.reading.reveal`); empty when this reader may not ask.
    """

    field: str
    hint: str

    @property
    def can_be_asked_for(self) -> bool:
        """Whether this reader may have it shown."""
        return bool(self.field)


def masked_number(number: str) -> str:
    """An identity number with its first four and last two characters.

    >>> masked_number("32958320160229002X"), masked_number("E1234567")
    ('3295 **** **** **2X', '****67')
    """
    if len(number) < SHORTEST_IDENTITY_NUMBER:
        return _ending(number)
    return f"{number[:4]} {HIDDEN} {HIDDEN} **{number[-2:]}"


def masked_phone(phone: str) -> str:
    """A mobile number with its first three and last four digits; of a land line the last two.

    >>> masked_phone("13800138000"), masked_phone("0512-57301234")
    ('138****8000', '****34')
    """
    if len(phone) != MOBILE_LENGTH or not phone.isdigit():
        return _ending(phone)
    return f"{phone[:3]}{HIDDEN}{phone[-4:]}"


def masked_address(village: str) -> str:
    """An address as far as its village, which lists show anyway.

    >>> masked_address("新华社区"), masked_address("")
    ('新华社区****', '****')
    """
    return village + HIDDEN


def _ending(text: str) -> str:
    # What is short enough to be guessed from its end keeps nothing.
    return HIDDEN + text[-2:] if len(text) > len(HIDDEN) + 2 else HIDDEN
