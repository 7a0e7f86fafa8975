"""Opening a case, taking a step, naming people, writing something down."""

from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from weiguang.cases.actions.cases import Opening, Said
from weiguang.cases.actions.notes import Noted
from weiguang.cases.actions.team import LEAD, Joining
from weiguang.cases.forms.words import PICK, choices_of
from weiguang.cases.models import CaseNote, Section
from weiguang.cases.queries.places import Candidate
from weiguang.cases.rules.transitions import Action, Fact
from weiguang.register.queries.conflicts import relations

LONGEST: Final = 4000
# What each step asks in words; the others are a button and no more.
ASKED: Final[dict[str, Any]] = {
    Action.ASSESS: _("预估下来，孩子最需要什么，家里能做什么"),
    Action.PREPARE_CLOSING: _("说明"),
    Action.STAY_OPEN: _("为什么暂不结案"),
    Action.REOPEN: _("为什么重新接案"),
    Action.RAISE_EMERGENCY: _("出了什么事，已经做了什么"),
    Action.END_EMERGENCY: _("孩子现在怎样，为什么可以解除"),
    Action.SUSPEND: _("为什么暂停"),
}


def long_words(label: Any, **more: Any) -> forms.CharField:
    """A field for some sentences."""
    widget = forms.Textarea(attrs={"rows": more.pop("rows", 4)})
    return forms.CharField(label=label, max_length=LONGEST, widget=widget, **more)


class _WithSomebody(forms.Form):
    """A form in which somebody is picked, and answers how near she is to the family."""

    who = forms.ChoiceField(label=_("谁"))
    near = forms.ChoiceField(
        label=_("问过本人，和这家人是"), help_text=_("亲友、邻居或者有利害关系的，请换一个人。"),
    )  # fmt: skip

    def __init__(self, *args: Any, people: Iterable[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._people = {each.key: each for each in people}
        listed = [(key, each.called) for key, each in self._people.items()]
        self.fields["who"].choices = [PICK, *listed]  # type: ignore[attr-defined]
        self.fields["near"].choices = [PICK, *relations()]  # type: ignore[attr-defined]

    def picked(self) -> Candidate:
        """Who was picked."""
        return self._people[self.cleaned_data["who"]]


class OpenForm(_WithSomebody):
    """Why a case is opened, and who leads it."""

    reason = forms.ChoiceField(label=_("为什么接案"))
    words = long_words(_("说明"), required=False)
    field_order = ("reason", "words", "who", "near")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = choices_of("case_reasons")  # type: ignore[attr-defined]
        self.fields["who"].label = _("个案负责人")

    def opening(self) -> Opening:
        """What was said."""
        said = self.cleaned_data
        return Opening(said["reason"], self.picked().holding, said["words"], said["near"])


class LeadForm(_WithSomebody):
    """Who leads the case from now on."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def joining(self) -> Joining:
        """Who was named."""
        return Joining(self.picked().holding, LEAD, near=self.cleaned_data["near"])


class JoinForm(_WithSomebody):
    """Who comes into the team, as what, for which sections."""

    role = forms.ChoiceField(label=_("身份"))
    sections = forms.MultipleChoiceField(
        required=False, label=_("可以看"), widget=forms.CheckboxSelectMultiple,
        choices=Section.choices,
        help_text=_("不勾的，只能看到个案办到哪一步、要自己做的事。医疗、司法只给必须知道的人。"),
    )  # fmt: skip
    field_order = ("who", "role", "sections", "near")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = [each for each in choices_of("case_roles") if each[0] != LEAD]
        self.fields["role"].choices = listed  # type: ignore[attr-defined]

    def joining(self) -> Joining:
        """Who was named."""
        said = self.cleaned_data
        return Joining(self.picked().holding, said["role"], tuple(said["sections"]), said["near"])


class StepForm(forms.Form):
    """Why a step is taken, and which number of steps the reader saw."""

    reason = forms.ChoiceField(label=_("原因"))
    words = long_words("")
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, action: Action, missing: Iterable[Fact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if action is Action.PREPARE_CLOSING:
            listed = choices_of("case_closings")
            self.fields["reason"].choices = listed  # type: ignore[attr-defined]
            self.fields["reason"].help_text = _("找不到孩子不能结案：请公安查找，问学校。")
        else:
            del self.fields["reason"]
        if action in ASKED:
            self.fields["words"].label = ASKED[action]
            self.fields["words"].required = Fact.REASON in missing
        else:
            del self.fields["words"]

    def said(self) -> Said:
        """What was said."""
        given = self.cleaned_data
        return Said(given["seen"], given.get("words", ""), given.get("reason", ""))


class NoteForm(forms.Form):
    """A note of the team, or what a supervisor says."""

    kind = forms.ChoiceField(label=_("这是"))
    section = forms.ChoiceField(label=_("写到"))
    words = long_words(_("内容"), rows=6)

    def __init__(
        self, *args: Any, sections: Iterable[str], kinds: Iterable[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        names, labels = set(sections), dict(CaseNote.Kind.choices)
        listed = [each for each in Section.choices if each[0] in names]
        self.fields["section"].choices = listed  # type: ignore[attr-defined]
        self.fields["kind"].choices = [(each, labels[each]) for each in kinds]  # type: ignore[attr-defined]
        for name in ("section", "kind"):
            if len(self.fields[name].choices) == 1:  # type: ignore[attr-defined]
                self.fields[name].widget = forms.HiddenInput()
                self.fields[name].initial = self.fields[name].choices[0][0]  # type: ignore[attr-defined]

    def noted(self) -> Noted:
        """What was written."""
        said = self.cleaned_data
        return Noted(said["words"], said["section"], said["kind"])


class FilterForm(forms.Form):
    """Which cases a list shows."""

    state = forms.ChoiceField(required=False, label=_("办到哪一步"))
    mine = forms.BooleanField(required=False, label=_("我主责的"))
    late = forms.BooleanField(required=False, label=_("有逾期的"))
    emergency = forms.BooleanField(required=False, label=_("紧急的"))
