"""What the child was told came of its words."""

from django import forms
from django.utils.translation import gettext_lazy as _

from weiguang.kernel import clock


class AnswerForm(forms.Form):
    """The answer in words for a child, and the day on which it was given."""

    words = forms.CharField(
        max_length=1_000, label=_("怎么告诉孩子的"), widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("孩子的话起了什么作用；没有照孩子说的做，也讲清楚为什么。用孩子听得懂的话。"),
    )  # fmt: skip
    told_on = forms.DateField(
        label=_("哪天告诉的"), initial=clock.today,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )  # fmt: skip
