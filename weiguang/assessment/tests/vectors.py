"""Writes the shared vectors of every instrument that is shipped: contracts/instruments/*.json.

`python -m weiguang.assessment.tests.vectors` after a change of an instrument; what it writes is
reviewed like code, and held against both engines by `test_vectors`.
"""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from weiguang.assessment.engine.evaluating import evaluate
from weiguang.assessment.engine.expressions import Value
from weiguang.assessment.engine.instruments import Instrument, Item, Kind
from weiguang.assessment.engine.sending import outcome_sent, sent
from weiguang.assessment.engine.shelf import shipped

ROOT: Final = Path(__file__).parents[3]
CONTRACTS: Final = ROOT / "contracts" / "instruments"
PACKS: Final = ("cn", "cn_js_kunshan", "demo")
CASES: Final = 40


def golden(instrument: Instrument) -> dict[str, Any]:
    """An instrument as it is sent, with answers and what they come to; the same on every run."""
    chance = random.Random(f"{instrument.code} {instrument.version}")
    return {
        "instrument": sent(instrument),
        "cases": [_case(instrument, chance, number / CASES) for number in range(CASES)],
    }


def all_shipped() -> Iterator[Instrument]:
    """Every version of every instrument of every pack, each once."""
    for pack in PACKS:
        yield from shipped(pack, inherited=False)


def path_of(instrument: Instrument) -> Path:
    """Where the vectors of an instrument stand."""
    return CONTRACTS / f"{instrument.code}-{instrument.version}.json"


def written(vectors: dict[str, Any]) -> str:
    """The vectors as their file holds them: a case on a line."""
    cases = ",\n".join(json.dumps(each, ensure_ascii=False) for each in vectors["cases"])
    instrument = json.dumps(vectors["instrument"], ensure_ascii=False, indent=1)
    return f'{{"instrument": {instrument},\n"cases": [\n{cases}\n]}}\n'


def _case(instrument: Instrument, chance: random.Random, fullness: float) -> dict[str, Any]:
    answers = {
        item.name: _answer(item, chance)
        for item in instrument.items
        if chance.random() < 0.25 + fullness * 0.75
    }
    age = chance.randint(0, 17)
    found = evaluate(instrument, answers, age=age)
    return {"answers": answers, "age": age, "expect": outcome_sent(found)}


def _answer(item: Item, chance: random.Random) -> Value:
    if item.kind is Kind.SINGLE:
        return chance.choice(item.choices).code
    if item.kind is Kind.SEVERAL:
        # Mostly few: where a screen asks for any, both sides of it must be met.
        chosen = chance.sample(item.choices, chance.choice((0, 0, 0, 1, 2)))
        return [each.code for each in item.choices if each in chosen]
    if item.kind in {Kind.NUMBER, Kind.RANGE}:
        low, high = item.low or 0, 99 if item.high is None else item.high
        return chance.randrange(low, high + 1, item.step)
    return "2024-02-29" if item.kind is Kind.DATE else chance.choice(("说了一句", '一句话，"引号"'))


if __name__ == "__main__":
    for each in all_shipped():
        path_of(each).write_text(written(golden(each)), encoding="utf-8")
