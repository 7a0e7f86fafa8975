"""An organisation that works for a place: what it is called and what it is."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from stdnum.cn import uscc

# Codes of `Organisation.kind`, as the synthetic city and the glossary use them.
KINDS: Final = (
    ("department", pgettext_lazy("one", "市级部门")),
    ("rescue_centre", _("未成年人救助保护中心")),
    ("welfare_home", _("儿童福利机构")),
    ("coordination_body", _("协调机制办公室")),
    ("hotline", _("热线")),
    ("protection_station", _("未成年人保护工作站")),
    ("village_committee", _("村（居）民委员会")),
    ("provider", pgettext_lazy("one", "承接机构")),
    ("operations", _("系统运行单位")),
)


class NewOrganisation(forms.Form):
    """A name nobody else has at this place, a kind, and the social credit code where it has one."""

    name = forms.CharField(max_length=80, label=_("机构名称"), help_text=_("写全称，和公章一样。"))
    kind = forms.ChoiceField(choices=KINDS, label=_("机构类型"))
    credit_code = forms.CharField(required=False, max_length=18, label=_("统一社会信用代码"))

    def __init__(self, *args: Any, taken: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._taken = taken

    def clean_name(self) -> str:
        """A name that is not there yet."""
        name = "".join(str(self.cleaned_data["name"]).split())
        if name in self._taken:
            raise forms.ValidationError(_("这里已经有这个机构。"))
        return name

    def clean_credit_code(self) -> str:
        """A valid code (GB 32100), or none."""
        code = str(self.cleaned_data["credit_code"]).strip().upper()
        if code and not uscc.is_valid(code):
            raise forms.ValidationError(_("统一社会信用代码应为 18 位，请核对。"))
        return code
