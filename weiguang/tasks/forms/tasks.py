"""What is said about a task: why it is paused, and to whom it goes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from weiguang.network.authority import Actor
from weiguang.tasks.queries.posts import posts_below


class PauseForm(forms.Form):
    """Why the clock stops."""

    reason = forms.CharField(
        label=_("为什么暂停"), max_length=200,
        help_text=_("例如：等公安回复；家里没人，约了下周一。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


class ErrandForm(forms.Form):
    """Something that a dispatcher asks somebody below to do."""

    words = forms.CharField(
        label=_("要办的事"), max_length=200,
        help_text=_("一两句话说清楚。不要写孩子的病情、案情；说孩子的事，请到档案里写。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    post = forms.ChoiceField(label=_("谁来办"))
    days = forms.IntegerField(label=_("几个工作日内办结"), min_value=1, max_value=60, initial=5)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"].choices = posts_below(actor)  # type: ignore[attr-defined]


class HandOverForm(forms.Form):
    """To which post; the reader's own places and those below."""

    post = forms.ChoiceField(label=_("转给"))

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"].choices = posts_below(actor)  # type: ignore[attr-defined]
