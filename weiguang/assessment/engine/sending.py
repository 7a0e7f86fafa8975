"""What the browser needs of an instrument to do what `evaluating` does, as plain JSON.

Labels stay on the page; points are whole hundredths; the order in which items are decided is ours.
"""

from typing import Any

from weiguang.assessment.engine.evaluating import Outcome, ordered
from weiguang.assessment.engine.instruments import Instrument, Item


def sent(instrument: Instrument) -> dict[str, Any]:
    """The instrument as the browser's engine takes it."""
    conditions = {section.code: section.relevant for section in instrument.sections}
    return {
        "code": instrument.code,
        "version": instrument.version,
        "adds_up": instrument.adds_up,
        "order": [item.name for item in ordered(instrument)],
        "items": [_item(item, conditions[item.section]) for item in instrument.items],
        "screens": [
            {"code": each.code, "when": each.when, "level": each.level}
            for each in instrument.screens
        ],
        "bands": [
            {"code": each.code, "level": each.level, "low": each.low, "below": each.below}
            for each in instrument.bands
        ],
    }


def outcome_sent(outcome: Outcome) -> dict[str, Any]:
    """An outcome as plain JSON: what both sides must come to."""
    return {
        "relevant": list(outcome.relevant),
        "missing": list(outcome.missing),
        "points": dict(outcome.points),
        "total": outcome.total,
        "screens": list(outcome.screens),
        "band": outcome.band,
        "level": outcome.level,
    }


def _item(item: Item, section: str) -> dict[str, Any]:
    return {
        "name": item.name,
        "kind": item.kind.value,
        "unit": item.unit,
        "relevant": [text for text in (section, item.relevant) if text],
        "required": item.required,
        "score": item.score,
        "points": {each.code: each.points for each in item.choices},
    }
