"""Why two files are put together, or taken apart."""

from collections.abc import Collection
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _


class OtherFileForm(forms.Form):
    """What is typed to find the other file."""

    text = forms.CharField(required=False, max_length=40)


TAKES: Final = {
    "name": _("姓名"),
    "birth": _("出生日期和性别"),
    "number": _("身份证号码"),
}


class MergeForm(forms.Form):
    """The reason, in words."""

    reason = forms.CharField(
        label=_("为什么"), max_length=300,
        help_text=_("例如：同一个孩子，残联名单和村里各登记了一次。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


class ProposalForm(MergeForm):
    """Which values the kept file takes from the other, of those in which they differ; and why."""

    takes = forms.MultipleChoiceField(
        label=_("哪些以并入的那份为准"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("不勾的，以留下的这份为准。两种说法都会保留，拆回时各归各的。"),
    )  # fmt: skip
    field_order = ("takes", "reason")

    def __init__(self, *args: Any, differing: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(code, label) for code, label in TAKES.items() if code in differing]
        if offered:
            self.fields["takes"].choices = offered  # type: ignore[attr-defined]
        else:
            del self.fields["takes"]
