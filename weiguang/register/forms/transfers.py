"""What the receiving town answers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from weiguang.register.forms.conflicts import ConflictField


class AnswerForm(forms.Form):
    """Received, with what stands between the receiver and the family; or sent back for a reason."""

    answer = forms.ChoiceField(choices=[("receive", ""), ("return", "")])
    near = ConflictField(required=False)
    remark = forms.CharField(max_length=300, required=False, label=_("退回的原因"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["near"].ask()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("answer") == "return" and not said.get("remark"):
            self.add_error("remark", _("退回请写明原因。"))
        if said.get("answer") == "receive" and not said.get("near"):
            self.add_error("near", _("接收以前，请先说明有没有利害关系。"))
        return said
