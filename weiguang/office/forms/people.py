"""The form by which an account comes into being."""

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from weiguang.office.rules.logins import SHAPE, SHAPE_IN_WORDS

LOGIN = RegexValidator(SHAPE, SHAPE_IN_WORDS)


class NewAccount(forms.Form):
    """A login and a name; the first password is made by the system."""

    login = forms.CharField(
        label=_("登录名"), max_length=40, validators=[LOGIN],
        help_text=_("小写字母、数字、点和横线，例如 zhang.min。建立后不能修改。"),
    )  # fmt: skip
    name = forms.CharField(label=_("姓名"), max_length=40)
