"""What the receiving town answers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class AnswerForm(forms.Form):
    """Received, or sent back with a reason."""

    answer = forms.ChoiceField(choices=[("receive", ""), ("return", "")])
    remark = forms.CharField(max_length=300, required=False, label=_("退回的原因"))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("answer") == "return" and not said.get("remark"):
            self.add_error("remark", _("退回请写明原因。"))
        return said
