"""What a person says when a file is kept true: one short form for each part of it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from weiguang.kernel import clock
from weiguang.network.models import Place
from weiguang.network.queries import every_village
from weiguang.register.forms.child import FLAWS
from weiguang.register.forms.days import DayField
from weiguang.register.forms.places import VillageField
from weiguang.register.forms.words import choices_of, situation_choices
from weiguang.register.models import Child, Sex, Tie
from weiguang.register.queries.family import Relative
from weiguang.register.rules.identity import disability_certificate, flaw, is_phone

ANY_SEX = [("", _("不清楚")), *Sex.choices]


class PartForm(forms.Form):
    """A form about one part of one child's file; knows the child and its family."""

    def __init__(
        self, *args: Any, child: Child, relatives: tuple[Relative, ...], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.child = child
        self.relatives = relatives
        self.prepare()

    def prepare(self) -> None:
        """Fill in choices and what the file says today."""

    def choose(self, name: str, choices: Any) -> None:
        """Give a field its choices."""
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def villages(self) -> list[Place]:
        """Villages to suggest; none where no place is asked for."""
        return next(
            (field.villages for field in self.fields.values() if isinstance(field, VillageField)),
            [],
        )


class NameForm(PartForm):
    """Another official name."""

    name = forms.CharField(
        max_length=60, label=_("新的姓名"), help_text=_("原来的姓名作为曾用名保留。")
    )
    since = DayField(label=_("从哪天起"), initial=clock.today)


class IdentityForm(PartForm):
    """Sex, birth date, ethnicity and number, as corrected."""

    id_number = forms.CharField(
        required=False,
        max_length=30,
        label=_("身份证号码"),
        help_text=_("不改就空着；补录号码也在这里。"),
    )
    sex = forms.ChoiceField(choices=Sex.choices, label=_("性别"))
    birth_date = DayField(label=_("出生日期"))
    ethnicity = forms.ChoiceField(required=False, label=_("民族"))

    def prepare(self) -> None:
        """What the file says today, the number apart."""
        self.choose("ethnicity", choices_of("ethnicities"))
        for name in ("sex", "birth_date", "ethnicity"):
            self.fields[name].initial = getattr(self.child, name)

    def clean_id_number(self) -> str:
        """A number that can be one, or none."""
        said: str = self.cleaned_data["id_number"]
        found = flaw(said) if said else None
        if found:
            raise forms.ValidationError(FLAWS[found])
        return said


class PlaceForm(PartForm):
    """Where the child moved; an empty village means outside the city."""

    place = VillageField(
        required=False,
        label=_("搬到哪个村（社区）"),
        help_text=_("打几个字，从列表里选；搬到市外就空着。"),
    )
    address = forms.CharField(required=False, max_length=120, label=_("门牌地址"))
    since = DayField(label=_("从哪天起"), initial=clock.today)

    def prepare(self) -> None:
        """Any village of the city may be the next one."""
        self.fields["place"].villages = every_village()  # type: ignore[attr-defined]


class PersonForm(PartForm):
    """A relative, guardian or carer who is new to the file."""

    name = forms.CharField(max_length=60, label=_("姓名"))
    relation = forms.ChoiceField(label=_("是孩子的什么人"))
    kind = forms.ChoiceField(
        choices=Tie.Kind.choices, label=_("登记为"), widget=forms.RadioSelect, initial=Tie.Kind.KIN
    )
    is_entrusted = forms.BooleanField(required=False, label=_("受父母委托照护孩子"))
    since = DayField(required=False, label=_("从哪天起"))
    sex = forms.ChoiceField(required=False, choices=ANY_SEX, label=_("性别"))
    phone = forms.CharField(required=False, max_length=30, label=_("电话"))
    id_number = forms.CharField(required=False, max_length=30, label=_("身份证号码"))

    def prepare(self) -> None:
        """The pack's relations."""
        self.choose("relation", choices_of("relations"))

    def clean_phone(self) -> str:
        """A phone that can be one, or none."""
        return _phone(self.cleaned_data["phone"])

    def clean_id_number(self) -> str:
        """A number that can be one, or none."""
        said: str = self.cleaned_data["id_number"]
        if said and flaw(said):
            raise forms.ValidationError(_("身份证号码有误，请核对；不清楚就空着。"))
        return said


class OneRelativeForm(PartForm):
    """A form about one adult of the family."""

    who = forms.ChoiceField(label=_("哪一位家人"))

    def prepare(self) -> None:
        """The adults of the file."""
        adults = [(str(r.adult_id), r.name) for r in self.relatives if r.adult_id]
        self.choose("who", [("", _("请选择")), *adults])


class SituationForm(OneRelativeForm):
    """What became true of a parent."""

    situation = forms.ChoiceField(label=_("情形"))
    since = DayField(label=_("从哪天起"))
    evidence = forms.ChoiceField(required=False, label=_("佐证材料"))
    expected_end = DayField(
        required=False,
        may_come=True,
        label=_("预计哪天结束"),
        help_text=_("例如刑期届满的那天。"),
    )

    def prepare(self) -> None:
        """The family, the situations of the law, and the papers that prove them."""
        super().prepare()
        self.choose("situation", situation_choices())
        self.choose("evidence", choices_of("evidence"))


class PhoneForm(OneRelativeForm):
    """Another phone of an adult."""

    phone = forms.CharField(
        required=False, max_length=30, label=_("新的电话"), help_text=_("空着表示没有电话。")
    )

    def clean_phone(self) -> str:
        """A phone that can be one, or none."""
        return _phone(self.cleaned_data["phone"])


class TieEndForm(PartForm):
    """From which day somebody is no longer guardian or carer."""

    tie = forms.ChoiceField(label=_("谁"))
    on = DayField(label=_("从哪天起不再是"), initial=clock.today)

    def prepare(self) -> None:
        """The guardians and carers of today."""
        held = [
            (str(bond.id), f"{r.name} · {bond.kind_label}")
            for r in self.relatives
            for bond in r.bonds
            if bond.span.is_now and bond.kind != Tie.Kind.KIN
        ]
        self.choose("tie", [("", _("请选择")), *held])


class SchoolForm(PartForm):
    """Where the child goes to school, and whether it goes."""

    stage = forms.ChoiceField(label=_("学段"))
    attendance = forms.ChoiceField(label=_("就学状况"))
    school = forms.CharField(required=False, max_length=80, label=_("学校"))
    grade = forms.CharField(required=False, max_length=30, label=_("年级、班级"))
    is_boarding = forms.BooleanField(required=False, label=_("住校"))
    since = DayField(label=_("从哪天起"), initial=clock.today)

    def prepare(self) -> None:
        """The pack's stages."""
        self.choose("stage", choices_of("school_stages"))
        self.choose("attendance", choices_of("school_attendance"))


class HealthForm(PartForm):
    """An illness or disability."""

    kind = forms.ChoiceField(label=_("健康情况"))
    detail = forms.ChoiceField(required=False, label=_("哪种重病"))
    disability_number = forms.CharField(required=False, max_length=30, label=_("残疾人证号"))
    since = DayField(required=False, label=_("从哪天起"))

    def prepare(self) -> None:
        """The pack's kinds and illnesses."""
        self.choose("kind", choices_of("health_kinds"))
        self.choose("detail", choices_of("severe_illnesses"))

    def clean_disability_number(self) -> str:
        """A certificate's number that can be one, or none."""
        said: str = self.cleaned_data["disability_number"]
        if said and disability_certificate(said) is None:
            raise forms.ValidationError(_("残疾人证号应为 20 位：身份证号码加类别和等级。"))
        return said


def _phone(said: str) -> str:
    if said and not is_phone(said):
        raise forms.ValidationError(_("电话应为 11 位手机号，或者带区号的固定电话。"))
    return said
