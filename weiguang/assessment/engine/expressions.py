"""Expressions of instruments: CEL, in the part in which both sides agree to the last case.

An expression sees every item by its name, always with a value: a single choice is its code, several
a list of codes, a number a whole number of its smallest unit, a date `2024-05-31`, a text itself.
What is not answered, or does not count, is `""`, `[]` or `0`; `'name' in answered` tells it from an
answer. Hence no expression can fail for want of an answer, and skip logic needs no third truth.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final, TypeAlias

import cel

from weiguang.assessment.engine.instruments import ANSWERED

Value: TypeAlias = str | int | list[str]
Answers: TypeAlias = Mapping[str, Value]

# Division differs in its rounding from what people expect, and comprehensions differ in detail:
# neither is needed, so neither is let in.
ALLOWED: Final = frozenset(
    {
        "@in", "_&&_", "_||_", "!_", "_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_", "_?_:_",
        "_+_", "_-_", "_*_", "-_", "size",
    }
)  # fmt: skip
LONGEST: Final = 1_000
_FRACTION: Final = re.compile(r"\d\.\d|\d[uU]\b|\d[eE]\d|0[xX]|\d{8}")
_TEXT: Final = re.compile(r"'[^']*'|\"[^\"]*\"")
_COMPARED: Final = re.compile(r"\b([a-z]\w*)\s*(?:[=!]=|[<>]=?)\s*('[^']*'|\"[^\"]*\"|-?\d+)")
_ONE_OF: Final = re.compile(r"\b([a-z]\w*)\s+in\s+\[([^\]]*)\]")
_CONTAINS: Final = re.compile(r"('[^']*'|\"[^\"]*\")\s+in\s+([a-z]\w*)")


class RuleError(ValueError):
    """An expression cannot be used; `reason` is a code, `detail` the name or text it is about."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


@lru_cache(maxsize=4_096)
def compiled(text: str) -> cel.Program:
    """The expression, ready to be evaluated; raises `RuleError` for what is not let in."""
    if len(text) > LONGEST:
        raise RuleError("long")
    if found := _FRACTION.search(_TEXT.sub("''", text)):
        raise RuleError("number", found.group())
    try:
        program = cel.compile(text)
    except ValueError as error:
        raise RuleError("syntax", _where(str(error))) from error
    strange = sorted(set(program.functions()) - ALLOWED)
    if strange:
        raise RuleError("function", strange[0].strip("_@"))
    return program


def names_in(text: str) -> frozenset[str]:
    """The names that an expression uses."""
    return frozenset(compiled(text).variables())


def names_quoted(text: str) -> frozenset[str]:
    """What stands in quotes where it is asked what is answered: that must be decided before."""
    if ANSWERED not in names_in(text):
        return frozenset()
    return frozenset(quoted[1:-1] for quoted in _TEXT.findall(text))


def holds(text: str, context: Mapping[str, object], *, otherwise: bool) -> bool:
    """Whether a condition holds; `otherwise` where it cannot be told (a sum out of all range)."""
    found = _value(text, context)
    return found if isinstance(found, bool) else otherwise


def number(text: str, context: Mapping[str, object]) -> int:
    """What an expression counts, in hundredths; nothing where it cannot be told."""
    found = _value(text, context)
    return found if isinstance(found, int) and not isinstance(found, bool) else 0


def result_type(text: str, context: Mapping[str, object]) -> str:
    """`bool`, `int`, `other`, or `error`: what the expression comes to here."""
    found = _value(text, context)
    if isinstance(found, bool):
        return "bool"
    if isinstance(found, int):
        return "int"
    return "error" if found is None else "other"


def compared_with(text: str) -> Iterable[tuple[str, str]]:
    """What each name is compared with, as written: `("alone", "'yes'")`, `("age", "8")`."""
    for found in _COMPARED.finditer(text):
        yield found.group(1), found.group(2)
    for found in _ONE_OF.finditer(text):
        for each in found.group(2).split(","):
            yield found.group(1), each.strip()
    for found in _CONTAINS.finditer(text):
        yield found.group(2), found.group(1)


def _value(text: str, context: Mapping[str, object]) -> object:
    try:
        return compiled(text).execute(dict(context))
    except (TypeError, RuntimeError, OverflowError, ValueError):
        return None


def _where(said: str) -> str:
    """The position in an error of the parser, as `column`; its words are for programmers."""
    found = re.search(r"<input>:\d+:(\d+)", said)
    return found.group(1) if found else ""
