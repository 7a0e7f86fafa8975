"""An agreement to entrust care, as it was signed, and its end."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from weiguang.kernel import clock
from weiguang.register.actions.entrustments import Terms
from weiguang.register.forms.consents import key_of, not_now, papers_to_pick
from weiguang.register.forms.days import DayField
from weiguang.register.forms.words import PICK, choices_of
from weiguang.register.models import Document
from weiguang.register.queries.entrustments import Parties


class EntrustmentForm(forms.Form):
    """Who entrusts whom, for how long, with what; each exclusion of the law asked by itself."""

    guardian = forms.ChoiceField(label=_("委托的监护人"))
    other_guardian = forms.ChoiceField(required=False, label=_("另一位委托的监护人"))
    carer = forms.ChoiceField(
        label=_("受托照护的人"), help_text=_("名单里没有的，先到“添一位家人”登记。")
    )
    cleared = forms.MultipleChoiceField(
        label=_("逐条问过，受托的人没有下列情形（没有就打勾）"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("未成年人保护法第二十二条：有一条的，不得作为被委托人。"),
    )  # fmt: skip
    reason = forms.ChoiceField(label=_("为什么委托"))
    first_day = DayField(may_come=True, label=_("从哪天起"), initial=clock.today)
    last_day = DayField(may_come=True, label=_("到哪天为止"))
    duties = forms.MultipleChoiceField(label=_("受托的人负责"), widget=forms.CheckboxSelectMultiple)
    heard = forms.ChoiceField(
        label=_("孩子知道吗、愿意吗"), help_text=_("先听孩子的意见，再签。孩子的原话不写在这里。")
    )
    told = forms.MultipleChoiceField(
        required=False, label=_("父母已经书面告知"), widget=forms.CheckboxSelectMultiple
    )
    witness = forms.CharField(max_length=60, label=_("村里在场的人"))
    document = forms.ChoiceField(
        required=False, label=_("签字的协议"), help_text=_("可以先登记，打印签字以后再上传。")
    )

    def __init__(self, *args: Any, parties: Parties, papers: list[Document], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        guardians = [(str(each.pk), each.name) for each in parties.guardians]
        self._choose("guardian", [PICK, *guardians])
        self._choose("other_guardian", [("", _("没有")), *guardians])
        self._choose("carer", [PICK, *((str(each.pk), each.name) for each in parties.carers)])
        for name, listed in (("reason", "entrustment_reasons"), ("heard", "child_heard")):
            self._choose(name, choices_of(listed))
        for name in ("exclusions", "duties", "told"):
            self._choose(
                {"exclusions": "cleared"}.get(name, name), choices_of(f"entrustment_{name}")[1:]
            )
        self._choose("document", papers_to_pick(papers))
        self.fields["guardian"].help_text = not_now(parties.not_now)

    def terms(self) -> Terms:
        """What was stated."""
        said = self.cleaned_data
        guardians = filter(None, (said["guardian"], said["other_guardian"]))
        return Terms(
            guardians=tuple(map(UUID, guardians)), carer=UUID(said["carer"]),
            reason=said["reason"], first_day=said["first_day"],
            last_day=said["last_day"], duties=tuple(said["duties"]),
            cleared=frozenset(said["cleared"]), heard=said["heard"], witness=said["witness"],
            told=tuple(said["told"]), document_id=key_of(said["document"]),
        )  # fmt: skip

    def _choose(self, name: str, choices: Any) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]


class EntrustmentEndForm(forms.Form):
    """From which day care is no longer entrusted, and why."""

    on = DayField(label=_("从哪天起不再委托"), initial=clock.today)
    ending = forms.ChoiceField(label=_("原因"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ending"].choices = choices_of("entrustment_endings")  # type: ignore[attr-defined]
