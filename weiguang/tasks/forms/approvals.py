"""A signer's answer, and to whom a signature is passed on."""

from django import forms
from django.utils.translation import gettext_lazy as _

from weiguang.tasks.models import Signature


class SignForm(forms.Form):
    """One of the three answers; two of them say why."""

    answer = forms.ChoiceField(choices=Signature.Answer.choices, widget=forms.HiddenInput)
    remark = forms.CharField(
        label=_("意见"), max_length=500, required=False,
        help_text=_("同意可以不写；退回或不同意，请写明原因。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
