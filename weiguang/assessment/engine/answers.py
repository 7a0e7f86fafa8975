"""Answers as they are sent, made into values or refused item by item; nothing is dropped unseen."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from weiguang.assessment.engine.evaluating import is_answer
from weiguang.assessment.engine.expressions import Value
from weiguang.assessment.engine.instruments import Instrument, Item, Kind

LONGEST_TEXT: Final = 4_000
_NUMBER: Final = re.compile(r"-?\d{1,9}(\.\d{1,4})?")
# Where an item names no limits of its own.
WIDEST: Final = 999_999_999


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an answer is not accepted: the item, a code, and what the code speaks of."""

    name: str
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """Answers that hold, and what is wrong with the others."""

    values: Mapping[str, Value]
    problems: tuple[Problem, ...]


def given(instrument: Instrument, said: Mapping[str, Sequence[str]]) -> Given:
    """The answers of a form, by item; what names no item of the instrument is a problem too."""
    values: dict[str, Value] = {}
    problems = [Problem(name, "unknown") for name in said if name not in instrument.by_name]
    for item in instrument.items:
        texts = [text.strip() for text in said.get(item.name, ()) if text.strip()]
        found = _value(item, texts)
        if isinstance(found, Problem):
            problems.append(found)
        elif found is not None:
            values[item.name] = found
    return Given(values, tuple(problems))


def checked(instrument: Instrument, values: Mapping[str, Value]) -> tuple[Problem, ...]:
    """What is wrong with answers that claim to be values already (a phone's, another system's)."""
    problems = []
    for name, value in values.items():
        item = instrument.by_name.get(name)
        if item is None:
            problems.append(Problem(name, "unknown"))
        elif is_answer(value):
            again = _value(item, shown_in_form(item, value))
            if isinstance(again, Problem):
                problems.append(again)
            elif again != value:
                problems.append(Problem(name, "type"))
    return tuple(problems)


def shown_in_form(item: Item, value: Value) -> list[str]:
    """A value as the texts that a form would send for it.

    >>> from weiguang.kernel.packs import Label
    >>> hours = Item("hours", Kind.NUMBER, Label("", ""), "", decimals=1)
    >>> shown_in_form(hours, 75)
    ['7.5']
    """
    if isinstance(value, list):
        return [str(each) for each in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return [f"{Decimal(value) / item.unit:f}"]
    return [str(value)]


def _value(item: Item, texts: Sequence[str]) -> Value | Problem | None:
    if not texts:
        return None
    if item.kind is Kind.SEVERAL:
        return _several(item, texts)
    if len(texts) > 1:
        return Problem(item.name, "one")
    return {
        Kind.SINGLE: _single, Kind.NUMBER: _number, Kind.RANGE: _number, Kind.DATE: _date,
        Kind.TEXT: _text,
    }[item.kind](item, texts[0])  # fmt: skip


def _several(item: Item, texts: Sequence[str]) -> Value | Problem:
    if any(item.choice(text) is None for text in texts):
        return Problem(item.name, "choice")
    # In the order of the choices, each once: one set of answers is one value.
    return [each.code for each in item.choices if each.code in texts]


def _single(item: Item, text: str) -> Value | Problem:
    return text if item.choice(text) is not None else Problem(item.name, "choice")


def _number(item: Item, text: str) -> Value | Problem:
    if not _NUMBER.fullmatch(text):
        return Problem(item.name, "number")
    exact = Decimal(text) * item.unit
    if exact != int(exact):
        return Problem(item.name, "decimals", str(item.decimals))
    value = int(exact)
    if not lowest(item) <= value <= highest(item):
        limits = (shown_in_form(item, each)[0] for each in (lowest(item), highest(item)))
        return Problem(item.name, "limits", "–".join(limits))
    if item.kind is Kind.RANGE and (value - lowest(item)) % item.step:
        return Problem(item.name, "step", shown_in_form(item, item.step)[0])
    return value


def lowest(item: Item) -> int:
    """The least a number may be, in its smallest unit."""
    return -WIDEST if item.low is None else item.low


def highest(item: Item) -> int:
    """The most a number may be, in its smallest unit."""
    return WIDEST if item.high is None else item.high


def _date(item: Item, text: str) -> Value | Problem:
    try:
        return date.fromisoformat(text).isoformat() if len(text) == 10 else _no_date(item)
    except ValueError:
        return _no_date(item)


def _no_date(item: Item) -> Problem:
    return Problem(item.name, "date")


def _text(item: Item, text: str) -> Value | Problem:
    return text if len(text) <= LONGEST_TEXT else Problem(item.name, "long", str(LONGEST_TEXT))
