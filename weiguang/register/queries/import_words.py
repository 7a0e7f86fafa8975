"""The words for what became of a row and why, in Chinese and English, with what to do next."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.conf import settings

from weiguang.kernel.packs import Label, read_yaml

FILE = "import/reasons.yaml"


@dataclass(frozen=True, slots=True)
class ReasonWord:
    """A reason of the import contract as people read it; `next` says what a person can do."""

    code: str
    label: Label
    next: Label


@cache
def reason_words() -> Mapping[str, ReasonWord]:
    """Every reason by its code, in the contract's order."""
    return {
        raw["code"]: ReasonWord(
            raw["code"], Label(raw["zh"], raw["en"]), Label(raw["next"]["zh"], raw["next"]["en"])
        )
        for raw in read_yaml(settings.WEIGUANG_PACK, FILE)["reasons"]
    }


@cache
def outcome_words() -> Mapping[str, Label]:
    """The six outcomes by their code."""
    return _labels("outcomes")


@cache
def left_out_reasons() -> Mapping[str, Label]:
    """Why a person may leave a row out, by code."""
    return _labels("left_out")


@cache
def column_words() -> Mapping[str, Label]:
    """What a column may be, by identifier, in the contract's order."""
    return _labels("columns")


def _labels(section: str) -> Mapping[str, Label]:
    rows = read_yaml(settings.WEIGUANG_PACK, FILE)[section]
    return {raw["code"]: Label(raw["zh"], raw["en"]) for raw in rows}
