"""What a person says when a survey is announced, signed, and opened again."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from weiguang.kernel import clock
from weiguang.network.models import Place
from weiguang.register.forms.days import DayField
from weiguang.register.forms.words import choices_of
from weiguang.register.queries.lead_words import LOOKED


class AnnounceForm(forms.Form):
    """A round: its name, its days, the sources to look at; every source is ticked beforehand."""

    place = forms.ChoiceField(label=_("范围"))
    title = forms.CharField(
        max_length=60, label=_("名称"), help_text=_("例如：上半年困境儿童摸排。")
    )
    since = DayField(may_come=True, label=_("从哪天起"), initial=clock.today)
    until = DayField(may_come=True, label=_("到哪天止"))
    sources = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, label=_("每个村（社区）要看的来源")
    )

    def __init__(self, *args: Any, places: list[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_key = {str(place.pk): place for place in places}
        self.fields["place"].choices = [(key, p.name) for key, p in self.by_key.items()]  # type: ignore[attr-defined]
        listed = choices_of(LOOKED)[1:]
        self.fields["sources"].choices = listed  # type: ignore[attr-defined]
        self.fields["sources"].initial = [code for code, _label in listed]

    def clean_place(self) -> Place:
        """The place meant."""
        return self.by_key[self.cleaned_data["place"]]

    def clean(self) -> dict[str, Any]:
        """A round that ends after it begins, and not before today."""
        said = super().clean() or {}
        since, until = said.get("since"), said.get("until")
        if since and until and until < max(since, clock.today()):
            self.add_error("until", _("结束日期不能早于开始日期和今天。"))
        return said


class SignForm(forms.Form):
    """Which of the round's sources were looked at; nothing is ticked beforehand."""

    looked = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, label=_("看过的来源"),
        error_messages={"required": _("请勾选看过的来源。一个都没有看，不能签。")},
    )  # fmt: skip

    def __init__(self, *args: Any, sources: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["looked"].choices = [  # type: ignore[attr-defined]
            each for each in choices_of(LOOKED)[1:] if each[0] in sources
        ]


class ReopenForm(forms.Form):
    """Why a signed sheet goes back."""

    why = forms.CharField(max_length=500, label=_("退回的原因"), widget=forms.Textarea({"rows": 2}))
