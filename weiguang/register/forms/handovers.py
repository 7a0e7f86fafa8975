"""Who hands over to whom, why and from which day."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from weiguang.kernel import clock
from weiguang.register.forms.days import DayField
from weiguang.register.models import Handover
from weiguang.register.queries.handovers import Seat


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
