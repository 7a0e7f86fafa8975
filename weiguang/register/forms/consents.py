"""A consent as it was given, its withdrawal, and whom not to contact."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from weiguang.kernel import clock
from weiguang.kernel.wording import listed
from weiguang.register.actions.consents import Agreement, Withdrawal
from weiguang.register.forms.days import DayField
from weiguang.register.forms.words import PICK, choices_of
from weiguang.register.models import Consent, Document
from weiguang.register.queries.consents import Askable
from weiguang.register.queries.documents import kind_of
from weiguang.register.queries.family import Relative
from weiguang.register.rules.consents import Giver

CHILD = "child"


class ConsentForm(forms.Form):
    """What is agreed to, by whom, how the child was heard, on what paper or before whom."""

    matter = forms.ChoiceField(label=_("同意什么"))
    given_by = forms.ChoiceField(label=_("哪位监护人同意"))
    heard = forms.ChoiceField(
        label=_("孩子知道吗、愿意吗"),
        help_text=_("用孩子听得懂的话告诉孩子。孩子不愿意的，不登记。"),
    )
    how = forms.ChoiceField(
        choices=Consent.How.choices, label=_("怎么同意的"), widget=forms.RadioSelect,
        initial=Consent.How.PAPER,
    )  # fmt: skip
    witness = forms.CharField(
        required=False, max_length=60, label=_("在场的人"), help_text=_("口头同意的要写。")
    )
    document = forms.ChoiceField(
        required=False, label=_("签字的文件"), help_text=_("已经上传到“文件”里的，可以选上。")
    )
    given_on = DayField(label=_("哪天同意的"), initial=clock.today)
    until = DayField(required=False, may_come=True, label=_("同意到哪天为止"))

    def __init__(self, *args: Any, asked: Askable, papers: list[Document], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "matter", choices_of("consent_matters"))
        _choose(self, "heard", choices_of("child_heard"))
        _choose(self, "document", papers_to_pick(papers))
        if asked.whose is Giver.CHILD:
            del self.fields["given_by"], self.fields["heard"]
        else:
            named = [(str(each.pk), each.name) for each in asked.guardians]
            _choose(self, "given_by", [PICK, *named])
            self.fields["given_by"].help_text = not_now(asked.not_now)

    def clean(self) -> dict[str, Any] | None:
        """Spoken words need a witness; a term does not end before it begins."""
        said = super().clean() or {}
        if said.get("how") == Consent.How.SPOKEN and not said.get("witness"):
            self.add_error("witness", _("口头同意要写明在场的人。"))
        if said.get("until") and said.get("given_on") and said["until"] < said["given_on"]:
            self.add_error("until", _("结束的日期早于开始的日期。"))
        return said

    def agreement(self) -> Agreement:
        """What was stated."""
        said = self.cleaned_data
        return Agreement(
            matter=said["matter"], given_by=key_of(said.get("given_by")),
            heard=said.get("heard", ""), how=said["how"], given_on=said["given_on"],
            until=said["until"], witness=said["witness"], document_id=key_of(said["document"]),
        )  # fmt: skip


class WithdrawalForm(forms.Form):
    """Who takes a consent back; a reason is not needed."""

    who = forms.ChoiceField(label=_("谁撤回"), widget=forms.RadioSelect, initial=CHILD)
    on = DayField(label=_("哪天撤回的"), initial=clock.today)
    reason = forms.ChoiceField(label=_("原因"), initial="none", help_text=_("不用说原因也能撤回。"))

    def __init__(self, *args: Any, asked: Askable, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(str(each.pk), each.name) for each in asked.guardians]
        _choose(self, "who", [(CHILD, _("孩子本人")), *named])
        _choose(self, "reason", choices_of("consent_withdrawals")[1:])
        self.fields["who"].help_text = not_now(asked.not_now)

    def withdrawal(self) -> Withdrawal:
        """What was stated."""
        said = self.cleaned_data
        by_adult = None if said["who"] == CHILD else UUID(said["who"])
        return Withdrawal(on=said["on"], by_adult=by_adult, reason=said["reason"])


class BarForm(forms.Form):
    """Whom not to contact about the child, and why."""

    adult = forms.ChoiceField(label=_("哪一位家人"))
    reason = forms.ChoiceField(
        label=_("原因"), help_text=_("原因封存：村里只看到“暂不能由其办理”，看不到原因。")
    )
    is_immediate = forms.BooleanField(
        required=False, initial=True, label=_("马上执行，一天内由第二人补签")
    )

    def __init__(self, *args: Any, relatives: tuple[Relative, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(str(each.adult_id), each.name) for each in relatives if each.adult_id]
        _choose(self, "adult", [PICK, *named])
        _choose(self, "reason", choices_of("bar_reasons"))


def key_of(said: str | None) -> UUID | None:
    """The id of what was chosen; None where nothing was."""
    return UUID(said) if said else None


def papers_to_pick(papers: list[Document]) -> list[tuple[str, object]]:
    """Papers by kind and day; their names are not read."""
    said = _("%(kind)s，%(day)s上传")
    return [
        ("", _("没有")),
        *(
            (str(each.pk), said % {"kind": kind_of(each), "day": each.added_at.date().isoformat()})
            for each in papers
        ),
    ]


def not_now(names: tuple[str, ...]) -> str:
    """That these people cannot act just now; why is told nobody."""
    return gettext("%(who)s：暂不能由其办理。") % {"who": listed(names)} if names else ""


def _choose(form: forms.Form, name: str, choices: Any) -> None:
    form.fields[name].choices = choices  # type: ignore[attr-defined]
