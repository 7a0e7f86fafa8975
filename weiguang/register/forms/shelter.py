"""A move for safety as the person in charge states it, and why it ends."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from weiguang.network.models import Account
from weiguang.register.actions.shelter import Refuge
from weiguang.register.forms.conflicts import ConflictField
from weiguang.register.queries.lead_words import NO_CONFLICT


def choices_of_people(people: Sequence[tuple[Account, str]]) -> list[tuple[str, str]]:
    """People as choices, with their role."""
    return [(str(person.pk), f"{person.name} · {role}") for person, role in people]


class SafetyForm(forms.Form):
    """Where the child is now, why, and who may know."""

    reason = forms.CharField(
        label=_("为什么转移"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    whereabouts = forms.CharField(
        label=_("现在住在哪里"), max_length=300,
        help_text=_("加密保存，只有下面指定的人能看到。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    school = forms.CharField(
        label=_("新学校"), max_length=100, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    safe_phone = forms.CharField(
        label=_("安全的联系电话"), max_length=40, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    people = forms.MultipleChoiceField(
        label=_("只有谁能看到这个孩子"), widget=forms.CheckboxSelectMultiple,
        help_text=_("没有勾选的人，包括原来的村、镇和您自己，都看不到，也查不到。"),
    )  # fmt: skip

    near = ConflictField(
        label=_("指定的人和这家人是不是亲友、邻居，或有其他利害关系？"),
        help_text=_("有关系就换人。不清楚的，先打电话问一声。"),
    )

    def __init__(self, *args: Any, people: Sequence[tuple[Account, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._people = {str(person.pk): person for person, _role in people}
        self.fields["people"].choices = choices_of_people(people)  # type: ignore[attr-defined]
        self.fields["near"].ask()  # type: ignore[attr-defined]

    def clean_near(self) -> str:
        """That nothing stands between them and the family; else another must be named."""
        said: str = self.cleaned_data["near"]
        if said != NO_CONFLICT:
            raise forms.ValidationError(_("有关系的人不能指定，请换人。"))
        return said

    def refuge(self) -> Refuge:
        """What was stated of the place."""
        said = self.cleaned_data
        return Refuge(said["reason"], said["whereabouts"], said["school"], said["safe_phone"])

    def named(self) -> list[Account]:
        """Who was ticked."""
        return [self._people[key] for key in self.cleaned_data["people"]]


class PeopleForm(forms.Form):
    """Who may see the child too, and why."""

    people = forms.MultipleChoiceField(
        label=_("再指定谁"), widget=forms.CheckboxSelectMultiple,
        help_text=_("只列出市里可以指定的人。"),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("为什么要增加"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("不要写孩子的名字和去处。"),
    )  # fmt: skip

    def __init__(self, *args: Any, people: Sequence[tuple[Account, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._people = {str(person.pk): person for person, _role in people}
        self.fields["people"].choices = choices_of_people(people)  # type: ignore[attr-defined]

    def named(self) -> list[Account]:
        """Who was ticked."""
        return [self._people[key] for key in self.cleaned_data["people"]]


class EndForm(forms.Form):
    """Why it is safe again."""

    reason = forms.CharField(
        label=_("为什么可以结束"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
