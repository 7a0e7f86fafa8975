"""A conference as it is called, who is asked to it, and why it is called off."""

from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from weiguang.conferences.actions.calling import Call, Invited
from weiguang.conferences.models import Section
from weiguang.conferences.queries.people import Candidate
from weiguang.conferences.queries.words import AS_WHAT, KINDS, choices_of

ITEMS: Final = 6


class CallForm(forms.Form):
    """What kind of conference, when and where, and what there is to talk over."""

    kind = forms.ChoiceField(label=_("哪一种会商"))
    title = forms.CharField(
        max_length=100, label=_("题目"),
        help_text=_("只给参加的人看；待办和提醒里不写题目。"),
    )  # fmt: skip
    starts_at = forms.DateTimeField(
        label=_("什么时候开"),
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )  # fmt: skip
    where = forms.CharField(max_length=200, label=_("在哪里开"))
    purpose = forms.CharField(
        required=False, max_length=500, label=_("要解决什么"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["kind"]
        kind.choices = choices_of(KINDS)
        for number in range(ITEMS):
            self.fields |= _item(number)

    @property
    def items(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The rows of the agenda: the words and the section."""
        return [(self[f"item{n}"], self[f"section{n}"]) for n in range(ITEMS)]

    @property
    def first(self) -> list[forms.BoundField]:
        """What is asked before the agenda."""
        return [self[name] for name in ("kind", "title", "starts_at", "where", "purpose")]

    def call(self) -> Call:
        """What was stated; call after `is_valid`."""
        said = self.cleaned_data
        rows = [(said[f"section{n}"] or Section.GENERAL, said[f"item{n}"]) for n in range(ITEMS)]
        return Call(
            kind=said["kind"], title=said["title"], starts_at=said["starts_at"],
            where=said["where"], purpose=said["purpose"],
            agenda=tuple((section, words) for section, words in rows if words.strip()),
        )  # fmt: skip


class InviteForm(forms.Form):
    """Who takes part: somebody of the system, or somebody from outside by name."""

    holding = forms.ChoiceField(required=False, label=_("请谁参加"))
    name = forms.CharField(
        required=False, max_length=60, label=_("系统外的人，写姓名"),
        help_text=_("系统外的人在纸上签字，看不到系统里的内容。"),
    )  # fmt: skip
    organisation = forms.CharField(required=False, max_length=100, label=_("单位"))
    role = forms.ChoiceField(label=_("以什么身份参加"))
    sections = forms.MultipleChoiceField(
        required=False, choices=Section.choices[1:], label=_("可以看哪些部分"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("“一般情况”人人都看得到；其余的，工作用不着就不要勾。"),
    )  # fmt: skip
    is_chair = forms.BooleanField(required=False, label=_("由这个人主持"))

    def __init__(self, *args: Any, people: tuple[Candidate, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        holding: Any = self.fields["holding"]
        role: Any = self.fields["role"]
        by_organisation: dict[str, list[tuple[str, str]]] = {}
        for each in people:
            named = (str(each.holding_id), f"{each.name} · {each.role}")
            by_organisation.setdefault(each.organisation, []).append(named)
        holding.choices = [("", _("请选择")), *by_organisation.items()]
        role.choices = choices_of(AS_WHAT)

    def clean(self) -> dict[str, Any]:
        """Exactly one of both ways to name somebody."""
        said = super().clean() or {}
        if bool(said.get("holding")) == bool(said.get("name", "").strip()):
            self.add_error("holding", _("选一个人，或者写一个系统外的人，不要都填。"))
        return said

    def invited(self) -> Invited:
        """What was stated; call after `is_valid`."""
        said = self.cleaned_data
        return Invited(
            role=said["role"], sections=tuple(said["sections"]),
            holding_id=UUID(said["holding"]) if said["holding"] else None, name=said["name"],
            organisation=said["organisation"], is_chair=said["is_chair"],
        )  # fmt: skip


class CancelForm(forms.Form):
    """Why the conference is called off."""

    reason = forms.CharField(
        max_length=300, label=_("为什么取消"), widget=forms.Textarea(attrs={"rows": 2})
    )


def _item(number: int) -> dict[str, forms.Field]:
    return {
        f"item{number}": forms.CharField(required=False, max_length=200, label=_("议什么")),
        f"section{number}": forms.ChoiceField(
            required=False, choices=Section.choices, label=_("属于哪一部分"),
            help_text=_("没有开放这一部分的人看不到这一条。"),
        ),
    }  # fmt: skip
