"""Forms by which a child enters the register and its identity is corrected."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from weiguang.kernel import clock
from weiguang.network.models import Place
from weiguang.register.actions.children import Identity
from weiguang.register.forms.days import DayField
from weiguang.register.forms.places import VillageField
from weiguang.register.forms.words import choices_of
from weiguang.register.models import Sex
from weiguang.register.rules.identity import flaw, identity_number, is_minor_on

FLAWS = {
    "damaged": _("号码后几位成了 0，是表格软件弄坏的。请照证件重新输入。"),
    "checksum": _("号码和校验位对不上，请照证件再核对一遍。"),
    "date_invalid": _("号码里的出生日期不存在，请照证件再核对一遍。"),
    "malformed": _("这不是身份证号码（应为 18 位）。没有号码请空着，并选择原因。"),
}


class NewChildForm(forms.Form):
    """Who the child is and where it belongs; asks nothing that the number already says."""

    name = forms.CharField(
        max_length=60, label=_("姓名"), help_text=_("照户口簿写；少数民族姓名中间用“·”。")
    )
    id_number = forms.CharField(
        required=False, max_length=30, label=_("身份证号码"),
        help_text=_("填了号码，性别和出生日期不用再填。"),
    )  # fmt: skip
    no_id_reason = forms.ChoiceField(required=False, label=_("没有号码的原因"))
    sex = forms.ChoiceField(
        required=False, choices=[("", _("请选择")), *Sex.choices], label=_("性别")
    )
    birth_date = DayField(required=False, label=_("出生日期"))
    ethnicity = forms.ChoiceField(required=False, label=_("民族"))
    hukou = VillageField(label=_("户籍地（村、社区）"), help_text=_("打几个字，从列表里选。"))
    residence = VillageField(
        required=False,
        label=_("居住地（村、社区）"),
        help_text=_("和户籍地一样就空着；见到孩子后再确认。"),
    )

    def __init__(self, *args: Any, villages: list[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["no_id_reason"].choices = choices_of("no_id_reasons")  # type: ignore[attr-defined]
        self.fields["ethnicity"].choices = choices_of("ethnicities")  # type: ignore[attr-defined]
        for name in ("hukou", "residence"):
            self.fields[name].villages = villages  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Take sex and birth date from the number; without one ask for the reason and for both."""
        said = super().clean() or {}
        if said.get("id_number"):
            self._read_number(said)
        else:
            self._ask_without_number(said)
        born = said.get("birth_date")
        if born and not is_minor_on(born, clock.today()):
            self.add_error("birth_date", _("已满 18 周岁，不能登记为儿童。"))
        return said

    def identity(self) -> Identity:
        """The cleaned identity."""
        said = self.cleaned_data
        return Identity(
            name=said["name"], sex=said["sex"], birth_date=said["birth_date"],
            id_number=said["id_number"] or None, ethnicity=said["ethnicity"],
            no_id_reason="" if said["id_number"] else said["no_id_reason"],
        )  # fmt: skip

    def _read_number(self, said: dict[str, Any]) -> None:
        number = identity_number(said["id_number"])
        if number is None:
            self.add_error("id_number", FLAWS[flaw(said["id_number"]) or "malformed"])
            return
        if said.get("birth_date") not in (None, number.birth_date):
            self.add_error("birth_date", _("和身份证号码里的出生日期不一样，请核对。"))
        if said.get("sex") not in ("", number.sex):
            self.add_error("sex", _("和身份证号码里的性别不一样，请核对。"))
        said |= {"id_number": number.text, "birth_date": number.birth_date, "sex": number.sex}

    def _ask_without_number(self, said: dict[str, Any]) -> None:
        for name, words in (
            ("no_id_reason", _("没有身份证号码，请选一个原因。")),
            ("sex", _("没有身份证号码，请选性别。")),
            ("birth_date", _("没有身份证号码，请填出生日期。")),
        ):
            if not said.get(name) and name not in self.errors:
                self.add_error(name, words)
