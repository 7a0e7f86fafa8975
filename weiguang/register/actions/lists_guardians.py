"""The guardians that a list names: found again, or entered.

One row of the register stands for the guardians of several children only where name, number and
phone all agree; whether two rows mean one person is otherwise nothing a list can decide.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from weiguang.kernel.crypto import provider
from weiguang.register.access import children_below
from weiguang.register.engine.report import Row
from weiguang.register.models import ADULT_ID_INDEX, PHONE_INDEX, Adult, Tie
from weiguang.register.rules.identity import identity_number

Named = tuple[str, str | None, str | None]
NOTHING_KNOWN: Final[Mapping[str, Any]] = {
    "sex": "", "birth_date": None, "id_number": None, "id_index": None, "phone": None,
    "phone_index": None,
}  # fmt: skip


class Guardians:
    """The adults of one import, by name, number and phone; of others only those below the path."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._found: dict[Named, str] = {}

    def look_up(self, rows: Iterable[Row]) -> None:
        """Learn which of the guardians named here are registered already; one query."""
        keys = provider()
        numbers = {row.facts.get("guardian_id_number") for row in rows} - {None}
        indexes = [keys.blind_index(str(n), purpose=ADULT_ID_INDEX) for n in numbers]
        within = children_below(self._path)
        known = Adult.objects.filter(
            id_index__in=indexes, pk__in=Tie.objects.filter(child__in=within).values("adult")
        )
        for adult in known.order_by("pk"):
            self._found.setdefault((adult.name, adult.id_number, adult.phone), str(adult.pk))

    def adult(
        self, facts: Mapping[str, str], new_id: Callable[[], str]
    ) -> tuple[str, dict[str, Any] | None]:
        """The guardian's id, with the new row's columns when there is none yet."""
        named = (
            facts["guardian_name"], facts.get("guardian_id_number"), facts.get("phone"),
        )  # fmt: skip
        known = self._found.get(named)
        if known is not None:
            return known, None
        adult = new_id()
        if named[1] or named[2]:
            self._found[named] = adult
        return adult, {**NOTHING_KNOWN, **_columns(*named), "id": adult}


def number_columns(number: str) -> dict[str, object]:
    """The columns of an adult that say an identity number."""
    said = identity_number(number)
    return {
        "id_number": number,
        "id_index": number_index(number),
        "sex": said.sex if said else "",
        "birth_date": said.birth_date if said else None,
    }


def phone_columns(phone: str) -> dict[str, object]:
    """The columns of an adult that say a phone."""
    return {"phone": phone, "phone_index": phone_index(phone)}


def number_index(number: str | None) -> bytes | None:
    """By what an adult's identity number is found; None for none."""
    return provider().blind_index(number, purpose=ADULT_ID_INDEX) if number else None


def phone_index(phone: str | None) -> bytes | None:
    """By what an adult's phone is found; None for none."""
    return provider().blind_index(phone, purpose=PHONE_INDEX) if phone else None


def _columns(name: str, number: str | None, phone: str | None) -> dict[str, object]:
    said = number_columns(number) if number else {}
    return {"name": name} | said | (phone_columns(phone) if phone else {})
