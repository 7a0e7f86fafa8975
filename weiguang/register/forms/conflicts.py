"""The question that every assignment asks: what stands between a worker and the family."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from weiguang.register.forms.words import choices_of
from weiguang.register.queries.lead_words import NO_CONFLICT, RELATIONS


class ConflictField(forms.ChoiceField):
    """Relative, neighbour, another interest, or none; must be answered, and nothing is preset."""

    def __init__(self, *, may_be_none: bool = True, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("和这家人是不是亲友、邻居，或有其他利害关系？"))
        super().__init__(widget=forms.RadioSelect, **kwargs)
        self._may_be_none = may_be_none

    def ask(self) -> None:
        """Fill in the pack's answers; called once the form is there."""
        answers = choices_of(RELATIONS)[1:]
        self.choices = [each for each in answers if self._may_be_none or each[0] != NO_CONFLICT]


class NearnessForm(forms.Form):
    """The question alone, about one child."""

    answer = ConflictField(label=_("您与这个孩子是否亲友、邻居或有其他利害关系？"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"].ask()  # type: ignore[attr-defined]
