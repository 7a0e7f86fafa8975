"""Whom somebody must see, why, and for how long; typed without knowing whether there is a file."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from weiguang.kernel import packs
from weiguang.register.actions.access import Plea
from weiguang.register.actions.purposes import purposes
from weiguang.register.forms.child import FLAWS
from weiguang.register.forms.conflicts import ConflictField
from weiguang.register.forms.days import DayField
from weiguang.register.forms.words import PICK, choices_of, said_by
from weiguang.register.queries.matching import Sought
from weiguang.register.rules.identity import bare_phone, flaw, identity_number, is_phone

WORDS = forms.Textarea(attrs={"rows": 3})


class BreakForm(forms.Form):
    """Name, number, the emergency, and a sentence."""

    name = forms.CharField(max_length=60, label=_("孩子的姓名"))
    id_number = forms.CharField(max_length=30, label=_("身份证号码"))
    purpose = forms.ChoiceField(label=_("什么紧急情况"))
    words = forms.CharField(
        max_length=500, widget=WORDS, label=_("写一句经过"),
        help_text=_("谁告诉您的，现在要做什么。复核的人会看到。"),
    )  # fmt: skip

    near = ConflictField(
        label=_("您和这家人是不是亲友、邻居，或有其他利害关系？"),
        help_text=_("有关系就由别人来看，您看不到。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["near"].ask()  # type: ignore[attr-defined]
        self.fields["purpose"].choices = self.reasons()  # type: ignore[attr-defined]

    def reasons(self) -> list[tuple[str, object]]:
        """The reasons that the pack knows."""
        return choices_of("access_emergencies")

    def clean_id_number(self) -> str:
        """The number in its 18 characters; what is wrong with it says nothing about any file."""
        typed: str = self.cleaned_data["id_number"]
        number = identity_number(typed) if typed else None
        if typed and number is None:
            raise forms.ValidationError(FLAWS[flaw(typed) or "malformed"])
        return number.text if number else ""

    def sought(self) -> Sought:
        """Whom the cleaned form means."""
        said = self.cleaned_data
        return Sought(
            said["name"], said["id_number"], said.get("birth_date"), said.get("phone", "")
        )

    def plea(self) -> Plea:
        """Why, as cleaned."""
        said = self.cleaned_data
        return Plea(
            said["purpose"], said["words"], said["near"], int(said.get("days", 0)),
            bool(said.get("asks_reveal", False)),
        )  # fmt: skip


class RequestForm(BreakForm):
    """Name and number, or name, birth date and a guardian's phone; the reason; the time."""

    id_number = forms.CharField(
        required=False, max_length=30, label=_("身份证号码"),
        help_text=_("不知道号码，就填下面的出生日期和家长电话。"),
    )  # fmt: skip
    birth_date = DayField(required=False, label=_("出生日期"))
    phone = forms.CharField(required=False, max_length=30, label=_("家长电话"))
    purpose = forms.ChoiceField(label=_("用途"))
    words = forms.CharField(
        max_length=500, widget=WORDS, label=_("为什么需要看"),
        help_text=_("写一句话。答复的人会看到。"),
    )  # fmt: skip
    days = forms.ChoiceField(label=_("需要看多久"))
    asks_reveal = forms.BooleanField(
        required=False, label=_("还要看身份证号码、电话、住址等遮盖的内容")
    )
    field_order = (
        "name", "id_number", "birth_date", "phone", "purpose", "words", "days", "asks_reveal",
        "near",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"].choices = [  # type: ignore[attr-defined]
            (str(n), ngettext("%(n)s 天", "%(n)s 天", n) % {"n": n})
            for n in packs.access_limits(settings.WEIGUANG_PACK).request_days
        ]

    def reasons(self) -> list[tuple[str, object]]:
        """The purposes of the pack that need no more words than the sentence."""
        return [PICK, *((each.code, said_by(each.label)) for each in purposes())]

    def clean_phone(self) -> str:
        """The phone as it is stored."""
        typed: str = self.cleaned_data["phone"]
        if typed and not is_phone(typed):
            raise forms.ValidationError(_("电话号码有误。"))
        return bare_phone(typed) if typed else ""

    def clean(self) -> dict[str, Any]:
        """Ask for a number, or for birth date and phone."""
        said = super().clean() or {}
        has_number = said.get("id_number") or "id_number" in self.errors
        has_rest = said.get("birth_date") and said.get("phone")
        if not (has_number or has_rest or {"birth_date", "phone"} & set(self.errors)):
            self.add_error("id_number", _("请填身份证号码，或者把出生日期和家长电话都填上。"))
        return said
