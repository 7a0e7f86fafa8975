"""Who hands over to whom, why and from which day; and to whom who takes over is near."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from weiguang.kernel import clock
from weiguang.register.forms.days import DayField
from weiguang.register.forms.words import choices_of
from weiguang.register.models import Handover
from weiguang.register.queries.handovers import ItemLine, Seat
from weiguang.register.queries.lead_words import NO_CONFLICT, RELATIONS


class HandoverForm(forms.Form):
    """The two people and the reason."""

    giver = forms.ChoiceField(label=_("谁交出"))
    taker = forms.ChoiceField(
        label=_("谁接手"),
        help_text=_("接手的人要先由安全管理员安排到岗（任职或代理）；还没有人时，由督导员先接。"),
    )
    reason = forms.ChoiceField(label=_("原因"), choices=Handover.Reason.choices)
    on = DayField(label=_("从哪天起"), may_come=True, initial=clock.today)

    def __init__(self, *args: Any, seats: Sequence[Seat], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(seat.key, seat.label) for seat in seats]
        for name in ("giver", "taker"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        giver, taker = said.get("giver", ""), said.get("taker", "")
        if giver and giver.split(".")[1] == taker.split(".")[-1]:
            self.add_error("taker", _("交出和接手要是两个人。"))
        return said


class TakingForm(forms.Form):
    """What who takes over must answer before she signs: to whom of the list she is near, and how.

    Nothing is preset; a list without children asks nothing.
    """

    is_near = forms.ChoiceField(
        label=_("清单上的孩子，您和哪一家是亲友、邻居，或有其他利害关系吗？"),
        choices=[("none", _("都没有")), ("some", _("有，已经在清单里选了关系"))],
        widget=forms.RadioSelect,
        help_text=_("有关系的孩子由别人办：签字以后您看不到他们的档案，手上的事转给别人。"),
    )

    def __init__(self, *args: Any, lines: Sequence[ItemLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._children = {near_name(line): line.child_id for line in lines}
        relations = [each for each in choices_of(RELATIONS)[1:] if each[0] != NO_CONFLICT]
        for line in lines:
            chosen = forms.ChoiceField(
                label=_("和您的关系"), required=False, choices=[("", _("没有关系")), *relations]
            )
            chosen.widget.attrs |= {"form": "sign", "aria-label": f"{chosen.label} {line.name}"}
            self.fields[near_name(line)] = chosen
        if not lines:
            del self.fields["is_near"]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("is_near") == "none" and self.near():
            self.add_error("is_near", _("选了“都没有”，可是清单里有孩子选了关系，请核对。"))
        if said.get("is_near") == "some" and not self.near():
            self.add_error("is_near", _("请在清单里给有关系的孩子选上是什么关系。"))
        return said

    def near(self) -> dict[UUID, str]:
        """To which child she is near, and how."""
        said = {key: self.cleaned_data.get(name) for name, key in self._children.items()}
        return {key: str(answer) for key, answer in said.items() if answer}


def near_name(line: ItemLine) -> str:
    """The name of the field about one child of the list."""
    return f"near-{line.id}"
