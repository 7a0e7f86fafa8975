"""A category as one person proposes it, and its end."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from weiguang.kernel import clock
from weiguang.register.forms.days import DayField
from weiguang.register.forms.words import category_choices, choices_of


class ProposalForm(forms.Form):
    """Which category, since when, on what evidence."""

    category = forms.ChoiceField(label=_("类别"))
    since = DayField(label=_("从哪天起"), initial=clock.today)
    evidence = forms.ChoiceField(
        label=_("佐证材料"), help_text=_("您看到的材料；原件由核定的人再核。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = category_choices()  # type: ignore[attr-defined]
        self.fields["evidence"].choices = choices_of("evidence")  # type: ignore[attr-defined]


class EndingForm(forms.Form):
    """From which day a category no longer holds, and why."""

    on = DayField(label=_("从哪天起不再属于"), initial=clock.today)
    reason = forms.ChoiceField(label=_("原因"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = choices_of("category_endings")  # type: ignore[attr-defined]
