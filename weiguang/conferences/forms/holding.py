"""The shared record, a decision, a signature with an objection, and what came of a decision."""

from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from weiguang.conferences.actions.holding import Decided, Minutes
from weiguang.conferences.queries.conferences import Shown

LONGEST: Final = 8_000


class RecordForm(forms.Form):
    """Who was there, and what was said in each section that the writer sees."""

    attended = forms.MultipleChoiceField(
        required=False, label=_("谁到会了"), widget=forms.CheckboxSelectMultiple
    )
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, conference: Shown, **kwargs: Any) -> None:
        written = {part.section: part.words for part in conference.parts}
        initial: dict[str, Any] = {code: written.get(code, "") for code, _l in conference.sections}
        initial |= {
            "attended": [str(each.id) for each in conference.people if each.attended],
            "seen": conference.saves,
        }  # fmt: skip
        super().__init__(*args, **{"initial": initial, **kwargs})
        attended: Any = self.fields["attended"]
        attended.choices = [(str(each.id), _called(each)) for each in conference.people]
        self._sections = [code for code, _label in conference.sections]
        for code, label in conference.sections:
            self.fields[code] = forms.CharField(
                required=False, max_length=LONGEST, label=label,
                widget=forms.Textarea(attrs={"rows": 5}),
            )  # fmt: skip

    def seen_again(self, saves: int) -> None:
        """Let it be sent once more, over what somebody else wrote and the writer was told of."""
        data: Any = self.data
        self.data = data.copy()
        self.data["seen"] = str(saves)  # type: ignore[index]

    def minutes(self) -> Minutes:
        """What was written; call after `is_valid`."""
        said = self.cleaned_data
        return Minutes(
            attended=frozenset(UUID(each) for each in said["attended"]),
            parts={code: said[code] for code in self._sections}, seen=said["seen"],
        )  # fmt: skip


class DecideForm(forms.Form):
    """One decision, whose it is and by when."""

    words = forms.CharField(
        max_length=500, label=_("决定做什么"), widget=forms.Textarea(attrs={"rows": 2})
    )
    section = forms.ChoiceField(label=_("属于哪一部分"))
    owner = forms.ChoiceField(
        label=_("谁负责"), help_text=_("定稿以后进入这个人的待办，到期提醒。")
    )
    due_on = forms.DateField(
        label=_("哪天以前办完"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, conference: Shown, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        section: Any = self.fields["section"]
        owner: Any = self.fields["owner"]
        section.choices = conference.sections
        inside = [each for each in conference.people if not each.is_outside]
        owner.choices = [("", _("请选择")), *((str(each.id), _called(each)) for each in inside)]

    def decided(self) -> Decided:
        """What was stated; call after `is_valid`."""
        said = self.cleaned_data
        return Decided(said["words"], UUID(said["owner"]), said["due_on"], said["section"])


class SignForm(forms.Form):
    """One's own signature, with what one does not agree with."""

    objection = forms.CharField(
        required=False, max_length=500, label=_("有不同意见的写在这里"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


class OutcomeForm(forms.Form):
    """What came of a decision."""

    outcome = forms.CharField(
        max_length=1_000, label=_("办得怎么样"), widget=forms.Textarea(attrs={"rows": 3})
    )


def _called(person: Any) -> str:
    return " · ".join(part for part in (person.name, person.role, person.organisation) if part)
