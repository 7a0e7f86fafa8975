"""An instrument as its administrators see it: how it asks, its rules, and what changed."""

from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weiguang.assessment.engine.answers import Given
from weiguang.assessment.engine.differences import Changed, Differences, Part
from weiguang.assessment.engine.evaluating import evaluate
from weiguang.assessment.engine.instruments import Band, Choice, Instrument, Screen
from weiguang.assessment.engine.points import points_shown
from weiguang.assessment.models import Assessment
from weiguang.assessment.queries.instruments import said
from weiguang.assessment.queries.levels import level_word
from weiguang.assessment.queries.outcomes import Reckoned
from weiguang.assessment.queries.pages import FormPart, form_of
from weiguang.kernel.packs import Label

# Of a child that does not exist, with which an instrument is tried.
AGE: Final = 10
PARTS: Final = {
    "label": gettext_lazy("名称"), "help": gettext_lazy("说明"),
    "kind": gettext_lazy("题型"), "relevant": gettext_lazy("什么时候问"),
    "required": gettext_lazy("什么时候必填"), "score": gettext_lazy("怎么计分"),
    "low": gettext_lazy("最小"), "high": gettext_lazy("最大"), "step": gettext_lazy("级差"),
    "decimals": gettext_lazy("小数位"), "is_sealed": gettext_lazy("是否封存"),
    "domain": gettext_lazy("需要的方面"), "section": gettext_lazy("所在的节"),
    "when": gettext_lazy("什么时候成立"), "level": gettext_lazy("等级"),
    "basis": gettext_lazy("依据"), "below": gettext_lazy("到（不含）"),
    "whole": gettext_lazy("整项"),
}  # fmt: skip


def parts_of(instrument: Instrument) -> tuple[FormPart, ...]:
    """The form of an instrument with nothing filled in."""
    empty = evaluate(instrument, {}, age=AGE)
    found = Reckoned(Assessment(), instrument, {}, Given({}, ()), empty, sees_sealed=True)
    return form_of(found, marks_missing=False)


def rules_of(instrument: Instrument) -> tuple[tuple[str, str, str], ...]:
    """Every rule: whose it is, what for, and its text."""
    owners = {item.name: said(item.label) for item in instrument.items}
    owners |= {f"section {each.code}": said(each.label) for each in instrument.sections}
    owners |= {f"screen {each.code}": said(each.label) for each in instrument.screens}
    return tuple(
        (owners[owner], str(PARTS[part]), text)
        for owner, part, text in instrument.expressions()
        if text and text != "true"
    )


def bands_of(instrument: Instrument) -> tuple[tuple[str, str, str, str], ...]:
    """Every band: from, to before, name, level's code."""
    return tuple(
        (_points(each.low), _points(each.below), said(each.label), each.level)
        for each in instrument.bands
    )


def changes_in_words(found: Differences) -> tuple[tuple[str, str, str, str], ...]:
    """Everything that changed: of what, which part, before, after."""
    rows = [(said(each.label), _("新增"), "", said(each.label)) for each in found.added]
    rows += [(said(each.label), _("删去"), said(each.label), "") for each in found.removed]
    for changed in (*found.changed, *found.screens, *found.bands):
        rows += _rows(changed)
    return tuple(rows)


def _rows(changed: Changed) -> Iterator[tuple[str, str, str, str]]:
    for part in changed.parts:
        yield said(changed.label), _named(part), _value(part.before), _value(part.after)


def _named(part: Part) -> str:
    if part.part.startswith("choice "):
        label = (part.after or part.before).label
        return _("选项“%(name)s”") % {"name": said(label)}
    return str(PARTS.get(part.part, part.part))


def _value(value: Any) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, Label):
        return f"{value.zh} / {value.en}"
    if isinstance(value, Choice):
        points = "" if value.points is None else f" ({points_shown(value.points)})"
        return said(value.label) + points
    if isinstance(value, Band):
        return f"{_points(value.low)}–{_points(value.below)} {level_word(value.level)}"
    if isinstance(value, Screen):
        return f"{value.when} → {level_word(value.level)}"
    return str(value)


def _points(hundredths: int | None) -> str:
    return "" if hundredths is None else points_shown(hundredths)
