"""Why two files are put together, or taken apart."""

from django import forms
from django.utils.translation import gettext_lazy as _


class OtherFileForm(forms.Form):
    """What is typed to find the other file."""

    text = forms.CharField(required=False, max_length=40)


class MergeForm(forms.Form):
    """The reason, in words."""

    reason = forms.CharField(
        label=_("为什么"), max_length=300,
        help_text=_("例如：同一个孩子，残联名单和村里各登记了一次。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
