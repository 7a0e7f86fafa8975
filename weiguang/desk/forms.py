"""Why a file is opened, as its reader says it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from weiguang.register.actions.reading import purposes
from weiguang.register.queries.words import word


class PurposeForm(forms.Form):
    """One purpose of the pack's list."""

    purpose = forms.ChoiceField(widget=forms.RadioSelect, label=_("这次查阅的用途"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"].choices = [  # type: ignore[attr-defined]
            (each.code, word("access_purposes", each.code)) for each in purposes()
        ]
