"""What stands around the answers of an assessment, and the answers as they were sent."""

from collections.abc import Mapping
from typing import Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from weiguang.assessment.actions.assessments import Filled
from weiguang.assessment.actions.levels import Decided
from weiguang.assessment.models import Assessment
from weiguang.assessment.queries.instruments import levels
from weiguang.assessment.queries.levels import level_word
from weiguang.assessment.queries.words import views_in_words, words_in

# Before the name of each item, so that no item can be taken for a field of the page.
PREFIX: Final = "a-"
LONGEST_WORDS: Final = 4_000


class FillForm(forms.Form):
    """When and where, and how the child was heard."""

    assessed_on = forms.DateField(
        label=_("评估日期"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    setting = forms.ChoiceField(label=_("在哪里"), required=False)
    child_view = forms.ChoiceField(
        label=_("孩子自己怎么说"), required=False, widget=forms.RadioSelect,
        help_text=_("每次评估都要听孩子的；不能问的，选一个原因。"),
    )  # fmt: skip
    child_words = forms.CharField(
        label=_("孩子的话"), required=False, max_length=LONGEST_WORDS,
        help_text=_("尽量用孩子的原话。受侵害的经过不在这里写，也不追问。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, data: QueryDict | None = None, *, draft: Assessment) -> None:
        initial = {
            "assessed_on": draft.assessed_on, "setting": draft.setting,
            "child_view": draft.child_view, "child_words": draft.child_words or "",
        }  # fmt: skip
        super().__init__(data, initial=initial)
        self.draft = draft
        setting, view = self.fields["setting"], self.fields["child_view"]
        setting.choices = [("", _("请选择")), *words_in("assessment_settings")]  # type: ignore[attr-defined]
        view.choices = views_in_words()  # type: ignore[attr-defined]

    def filled(self, data: QueryDict) -> Filled:
        """What was filled in, with the draft's own value for what cannot be read."""
        said = self.cleaned_data
        return Filled(
            texts=texts_of(data),
            assessed_on=said.get("assessed_on") or self.draft.assessed_on,
            setting=said.get("setting", self.draft.setting),
            child_view=said.get("child_view", self.draft.child_view),
            child_words=said.get("child_words", self.draft.child_words or ""),
            seen=said.get("seen", -1),
        )


class LevelForm(forms.Form):
    """A level, why, and what the village is asked to watch."""

    level = forms.ChoiceField(label=_("等级"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("理由"), required=False, max_length=2_000,
        help_text=_("和建议的等级不一样的，必须写理由，并由第二人同意后才生效。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    watch = forms.CharField(
        label=_("请村里留意什么"), required=False, max_length=500,
        help_text=_("儿童主任只看到等级和这一句。只写看什么，不写为什么。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, data: QueryDict | None = None, *, proposed: str = "") -> None:
        super().__init__(data, initial={"level": proposed})
        choices = [(code, level_word(code)) for code in levels()]
        self.fields["level"].choices = choices  # type: ignore[attr-defined]

    def decided(self) -> Decided:
        """What was stated."""
        return Decided(**self.cleaned_data)


def texts_of(data: QueryDict) -> Mapping[str, list[str]]:
    """The answers of a form by the names of their items."""
    return {
        key.removeprefix(PREFIX): [text for text in data.getlist(key) if text.strip()]
        for key in data
        if key.startswith(PREFIX)
    }
