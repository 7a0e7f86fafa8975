"""A day of the past or today, picked from the browser's own calendar."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from weiguang.kernel import clock


class DayField(forms.DateField):
    """A day; one that has not come yet is refused unless `may_come`."""

    def __init__(self, *, may_come: bool = False, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(widget=widget, **kwargs)
        self._may_come = may_come

    def clean(self, value: Any) -> date | None:
        """The day, or None."""
        said = super().clean(value)
        if said and said > clock.today() and not self._may_come:
            raise forms.ValidationError(_("日期不能晚于今天。"))
        return said
