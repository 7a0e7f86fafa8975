"""The part of a form in which a worker says how the child was heard.

It stands outside `forms` because every app above embeds it, under a prefix of its own, in the form
of the decision that the view belongs to; `voice/heard.html` draws it.
"""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from weiguang.kernel import clock
from weiguang.voice.actions.views import SPOKE, Heard, Sentence
from weiguang.voice.models import MayTell, View
from weiguang.voice.queries.words import MATTERS, WHY_NOT, choices_of

SENTENCES: Final = 4
LONGEST: Final = 1_000


class HeardForm(forms.Form):
    """How the child was heard, sentence by sentence whom each may be told, or why it was not.

    With `matter` the app says itself what it is about, and it is not asked.
    """

    how = forms.ChoiceField(
        choices=View.How.choices, label=_("孩子自己怎么说"), widget=forms.RadioSelect,
        help_text=_("受侵害的经过不追问，只记孩子主动说的原话。"),
    )  # fmt: skip
    why_not = forms.ChoiceField(required=False, label=_("没有问成的原因"))
    is_alone = forms.BooleanField(required=False, label=_("单独和孩子谈的，家里人不在旁边"))
    heard_on = forms.DateField(
        label=_("哪天听的"), initial=clock.today,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )  # fmt: skip
    answer = forms.CharField(
        required=False, max_length=LONGEST, label=_("当场怎么答复孩子的"),
        help_text=_("还没有结果的先不填，有了结果再告诉孩子。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    is_sealed = forms.BooleanField(
        required=False, label=_("这次谈话不让别人知道"),
        help_text=_("涉及受侵害、安置去处等，勾上以后只有您和被指定的人看得到这一条。"),
    )  # fmt: skip

    def __init__(self, *args: Any, matter: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._matter = matter
        why: Any = self.fields["why_not"]
        why.choices = choices_of(WHY_NOT)
        if not matter:
            asked = forms.ChoiceField(label=_("关于什么"), choices=choices_of(MATTERS))
            self.fields = {"matter": asked, **self.fields}
        for number in range(SENTENCES):
            self.fields |= _sentence(number)

    @property
    def sentences(self) -> list[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        """The rows of sentences: its words, whom it may be told, and who is named."""
        return [
            (self[f"words{n}"], self[f"may_tell{n}"], self[f"names{n}"]) for n in range(SENTENCES)
        ]

    @property
    def others(self) -> list[forms.BoundField]:
        """What is asked besides the sentences and before them."""
        names = ("matter", "how", "why_not", "is_alone")
        return [self[name] for name in names if name in self.fields]

    @property
    def last(self) -> list[forms.BoundField]:
        """What is asked after the sentences."""
        return [self[name] for name in ("heard_on", "answer", "is_sealed")]

    def clean(self) -> dict[str, Any]:
        """Words where the child spoke, a reason where it was not asked, a day that has come."""
        said = super().clean() or {}
        if (said.get("heard_on") or clock.today()) > clock.today():
            self.add_error("heard_on", _("日期不能晚于今天。"))
        if said.get("how") == View.How.NOT_ASKED and not said.get("why_not"):
            self.add_error("why_not", _("没有问成的，请选一个原因。"))
        spoken = [n for n in range(SENTENCES) if said.get(f"words{n}", "").strip()]
        if said.get("how") in SPOKE and not spoken:
            self.add_error("words0", _("请写孩子的话，尽量用原话。"))
        for n in spoken:
            if said.get(f"may_tell{n}") == MayTell.NAMED and not said.get(f"names{n}", "").strip():
                self.add_error(f"names{n}", _("请写孩子点名的人。"))
        return said

    def heard(self) -> Heard:
        """What was stated; call after `is_valid`."""
        said = self.cleaned_data
        rows = (
            (said[f"words{n}"], said[f"may_tell{n}"], said[f"names{n}"]) for n in range(SENTENCES)
        )
        return Heard(
            matter=self._matter or said["matter"], how=said["how"], heard_on=said["heard_on"],
            sentences=tuple(Sentence(*row) for row in rows if row[0].strip()),
            why_not=said["why_not"], is_alone=said["is_alone"], is_sealed=said["is_sealed"],
            answer=said["answer"],
        )  # fmt: skip


def _sentence(number: int) -> dict[str, forms.Field]:
    return {
        f"words{number}": forms.CharField(
            required=False, max_length=LONGEST, label=_("孩子的一句话"),
            widget=forms.Textarea(attrs={"rows": 2}),
        ),
        f"may_tell{number}": forms.ChoiceField(
            choices=MayTell.choices, initial=MayTell.NOBODY_ELSE, required=False,
            label=_("这句可以告诉谁"),
        ),
        f"names{number}": forms.CharField(
            required=False, max_length=100, label=_("孩子点名的人")
        ),
    }  # fmt: skip
