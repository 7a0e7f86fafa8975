"""The questions of the door and of one's own account, in our words; allauth judges the answers."""

from typing import Any, Final

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as FactorAgainForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from weiguang.kernel.crypto import provider

LOGIN_MAX: Final = 150
PASSWORD_MAX: Final = 128


class EnterForm(LoginForm):
    """Login and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label=_("登录名"), max_length=LOGIN_MAX,
            widget=forms.TextInput(
                attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
            ),
        )  # fmt: skip
        self.fields["password"] = _password(_("密码"), "current-password")
        self.order_fields(["login", "password"])


class AgainForm(ReauthenticateForm):
    """The password once more, before something that an intruder would like to do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"] = _password(_("密码"), "current-password")


class NewPasswordForm(ChangePasswordForm):
    """The password that was, and twice the one to come."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"] = _password(_("现在的密码"), "current-password")
        for name, label in (("password1", _("新密码")), ("password2", _("再输一次新密码"))):
            self.fields[name].label = label
            self.fields[name].help_text = ""
            self.fields[name].widget.attrs.pop("placeholder", None)
        self.fields["password1"].help_text = _("至少 10 个字，不要全用数字，不要用名字或登录名。")

    def clean_password1(self) -> str:
        """Another password than the one that was: who has seen that one must not know this one."""
        chosen: str = self.cleaned_data["password1"]
        if chosen == self.cleaned_data.get("oldpassword"):
            raise forms.ValidationError(_("新密码不能和现在的密码一样。"))
        return chosen


class FactorForm(ActivateTOTPForm):
    """The first code, which proves that the phone has the secret."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = _code(_("手机上显示的六位数字"))


class _OnlyOnce(forms.Form):
    """A code is accepted once.

    allauth remembers a used code for one period; with a tolerance it is good for three.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = _code(_("六位数字，或者一个备用码"))

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        factor: Authenticator = self.authenticator  # type: ignore[attr-defined]
        periods = 2 * app_settings.TOTP_TOLERANCE + 1
        given = f"{factor.pk} {''.join(code.split())}"
        used = provider().blind_index(given, purpose="used code").hex()
        if not cache.add(used, value=True, timeout=periods * app_settings.TOTP_PERIOD):
            raise get_adapter().validation_error("incorrect_code")
        return code


class CodeForm(_OnlyOnce, AuthenticateForm):
    """A code, to finish logging in."""


class CodeAgainForm(_OnlyOnce, FactorAgainForm):
    """A code, to go on when logged in."""


class ReadingForm(forms.Form):
    """How one reads: the language, and whether large; what is not sent stays.

    Optional, because the door sends one at a time; shown as one form, each has an answer.
    """

    language = forms.ChoiceField(
        label=_("语言"), choices=settings.LANGUAGES, required=False, widget=forms.RadioSelect
    )
    view = forms.ChoiceField(
        label=_("字号"), required=False, widget=forms.RadioSelect,
        choices=[("plain", _("标准")), ("elder", _("大字版（字和按钮都更大）"))],
    )  # fmt: skip
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class EndSessionsForm(forms.Form):
    """One session by its number, or all but this one."""

    session = forms.IntegerField(required=False)


def _password(label: Any, autocomplete: str) -> forms.CharField:
    return forms.CharField(
        label=label, strip=False, max_length=PASSWORD_MAX,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
    )  # fmt: skip


def _code(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "num"}
        ),
    )  # fmt: skip
