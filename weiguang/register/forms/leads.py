"""What a person says when a lead is entered, given to somebody, verified and decided on."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from weiguang.network.authority import Actor
from weiguang.network.models import Place
from weiguang.network.queries import villages_below
from weiguang.network.verbs import Verb
from weiguang.register.actions.leads import NewLead
from weiguang.register.forms.child import FLAWS, NewChildForm
from weiguang.register.forms.conflicts import ConflictField
from weiguang.register.forms.days import DayField
from weiguang.register.forms.places import VillageField, label_of
from weiguang.register.forms.words import choices_of
from weiguang.register.models import Lead, Sex
from weiguang.register.queries.lead_alike import Alike
from weiguang.register.queries.lead_places import every_place
from weiguang.register.queries.lead_rights import posts_to_verify
from weiguang.register.queries.lead_words import REASONS, SIGNS, SOURCES
from weiguang.register.queries.leads import EVERY_ONE, OPEN_ONES, LeadWish
from weiguang.register.rules.identity import flaw, is_phone

ANY = ("", _("不限"))
MYSELF, THE_TOWN = "myself", "town"
LONGEST = 1_000


def words_field(label: Any, *, required: bool = False, help_text: Any = "") -> forms.CharField:
    """Free words, with room for a few sentences."""
    area = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(
        required=required, max_length=LONGEST, label=label, help_text=help_text, widget=area
    )


class NewLeadForm(forms.Form):
    """One short page: a place, one way to find the child, and what was noticed."""

    place = VillageField(label=_("孩子在哪里（村、社区或者镇）"))
    name = forms.CharField(required=False, max_length=60, label=_("孩子叫什么"))
    sex = forms.ChoiceField(
        required=False, choices=[("", _("不清楚")), *Sex.choices], label=_("性别")
    )
    about_age = forms.IntegerField(required=False, min_value=0, max_value=17, label=_("大约几岁"))
    guardian_name = forms.CharField(required=False, max_length=60, label=_("家长或者照看的人"))
    guardian_phone = forms.CharField(
        required=False, max_length=30, label=_("电话"), widget=forms.TextInput({"type": "tel"})
    )
    address = forms.CharField(required=False, max_length=120, label=_("住在哪里"))
    signs = forms.MultipleChoiceField(
        required=False, label=_("看到或者听到的情形"), widget=forms.CheckboxSelectMultiple
    )
    words = words_field(
        _("再说几句"), help_text=_("只写看到、听到的。不写服刑、戒毒、疾病的名称。")
    )
    source = forms.ChoiceField(label=_("线索从哪里来"))
    birth_date = DayField(required=False, label=_("出生日期"))
    id_number = forms.CharField(required=False, max_length=30, label=_("身份证号码"))
    verifier = forms.ChoiceField(
        required=False, widget=forms.RadioSelect, label=_("谁去核实"),
        choices=[
            (MYSELF, _("我去核实。我和这家人不是亲友、邻居，也没有其他利害关系")),
            (THE_TOWN, _("请镇里分派")),
        ],
    )  # fmt: skip
    goes_on = forms.BooleanField(required=False, label=_("不是同一个孩子，或者还要再核实"))

    def __init__(self, *args: Any, places: list[Place], asks_who: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places, self.asks_who = places, asks_who
        self.fields["place"].villages = places  # type: ignore[attr-defined]
        self.fields["signs"].choices = choices_of(SIGNS)[1:]  # type: ignore[attr-defined]
        self.fields["source"].choices = choices_of(SOURCES)  # type: ignore[attr-defined]
        self.fields["verifier"].required = asks_who
        if len(places) == 1:
            self.fields["place"].initial = label_of(places[0])

    def clean(self) -> dict[str, Any]:
        """One way to find the child, and a number and phone that can be some."""
        said = super().clean() or {}
        number, phone = said.get("id_number"), said.get("guardian_phone")
        if number and (found := flaw(number)):
            self.add_error("id_number", FLAWS[found])
        if phone and not is_phone(phone):
            self.add_error("guardian_phone", _("这不像电话号码，请再看一遍。"))
        if not self.errors and not self.new_lead().names_a_child:
            self.add_error(
                None, _("姓名、家长、电话、住址、身份证号码，请至少写一样，才找得到孩子。")
            )
        return said

    def new_lead(self) -> NewLead:
        """What was said."""
        said = self.cleaned_data
        return NewLead(
            **{name: said[name] for name in (
                "source", "place", "name", "sex", "birth_date", "about_age", "id_number",
                "guardian_name", "guardian_phone", "address", "words",
            )},
            signs=tuple(said["signs"]),
        )  # fmt: skip

    @property
    def verifies_herself(self) -> bool:
        """Whether who entered it goes there."""
        return self.asks_who and self.cleaned_data.get("verifier") == MYSELF


class LeadWishForm(forms.Form):
    """What a list of leads can be narrowed by: codes and places, no words."""

    state = forms.ChoiceField(
        required=False, label=_("办到哪一步"),
        choices=[(OPEN_ONES, _("没办完的")), *Lead.State.choices, (EVERY_ONE, _("全部"))],
    )  # fmt: skip
    source = forms.ChoiceField(required=False, label=_("来源"))
    place = forms.ChoiceField(required=False, label=_("地方"))
    late = forms.BooleanField(required=False, label=_("只看逾期的"))
    round = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, places: list[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = [ANY, *choices_of(SOURCES)[1:]]  # type: ignore[attr-defined]
        self.fields["place"].choices = [ANY, *((p.path, p.name) for p in places)]  # type: ignore[attr-defined]

    def wish(self) -> LeadWish:
        """The wish; what could not be understood is left out."""
        self.is_valid()
        said = self.cleaned_data
        return LeadWish(
            said.get("state") or OPEN_ONES, said.get("source", ""), said.get("place", ""),
            bool(said.get("late")), said.get("round"),
        )  # fmt: skip


class StepForm(forms.Form):
    """A step of a lead as its actor saw it; subclasses ask what belongs to it."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, lead: Lead, actor: Actor, alike: Alike, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lead, self.actor, self.alike = lead, actor, alike
        self.fields["seen"].initial = lead.moves
        self.prepare()

    def prepare(self) -> None:
        """Fill in choices and what the lead says."""

    def choose(self, name: str, choices: Any) -> None:
        """Give a field its choices."""
        self.fields[name].choices = choices  # type: ignore[attr-defined]


class AssignForm(StepForm):
    """Who verifies, and whether anything stands between her and the family."""

    post = forms.ChoiceField(label=_("请谁去核实"))
    relation = ConflictField(
        label=_("这个人和这家人是不是亲友、邻居，或有其他利害关系？"),
        help_text=_("有关系就换人，这条线索也不再给他看。不清楚的，先打电话问一声。"),
    )

    def prepare(self) -> None:
        """The posts that can be given the lead."""
        self.fields["relation"].ask()  # type: ignore[attr-defined]
        posts = posts_to_verify(self.lead, self.actor.on)
        self.choose("post", [("", _("请选择")), *((str(each.id), each.label) for each in posts)])


class ConflictForm(StepForm):
    """Why somebody cannot verify this family."""

    relation = ConflictField(may_be_none=False, label=_("和这家人是什么关系"))

    def prepare(self) -> None:
        """The pack's relations."""
        self.fields["relation"].ask()  # type: ignore[attr-defined]


class MoveForm(StepForm):
    """Where the child really is."""

    place = VillageField(label=_("转到哪个村（社区）或者镇"), help_text=_("打几个字，从列表里选。"))
    words = words_field(_("为什么转"))

    def prepare(self) -> None:
        """Any place of the city."""
        self.fields["place"].villages = every_place()  # type: ignore[attr-defined]


class NoteForm(StepForm):
    """A few words about what was done."""

    words = words_field(_("怎么联系的、谁说了什么"))


class MustNoteForm(StepForm):
    """Words without which the next person would not understand."""

    words = words_field(_("原因"), required=True)


class PoliceForm(StepForm):
    """That the police were told, with what proves it."""

    receipt = forms.CharField(
        max_length=60,
        label=_("公安回执号或者接警编号"),
        help_text=_("没有编号的，写派出所和民警姓名。"),
    )
    words = words_field(_("民警怎么说"))


class AskForm(StepForm):
    """Nothing to say: only to be confirmed."""


class FoundForm(StepForm):
    """What verifying has shown."""

    finding = forms.ChoiceField(
        widget=forms.RadioSelect, choices=Lead.Finding.choices[1:], label=_("核实下来")
    )
    reason = forms.ChoiceField(required=False, label=_("不符合的原因"))
    words = words_field(_("见到了谁，情况怎样"), required=True)

    def prepare(self) -> None:
        """The pack's reasons; that nobody was found is none."""
        self.choose("reason", choices_of(REASONS))

    def clean(self) -> dict[str, Any]:
        """A reason where the child is not to be registered."""
        said = super().clean() or {}
        if said.get("finding") == Lead.Finding.NOT_ELIGIBLE and not said.get("reason"):
            self.add_error("reason", _("不符合的，请选一个原因。"))
        return said


class DuplicateForm(StepForm):
    """Which child or lead it is that we know already."""

    same = forms.ChoiceField(widget=forms.RadioSelect, label=_("和哪一个是同一个孩子"))

    def prepare(self) -> None:
        """Those that look alike, of the actor's own rows."""
        children = [
            (f"child:{c.id}", f"{c.name} · {c.sex_label} · {c.residence}")
            for c in self.alike.children
        ]
        leads = [
            (f"lead:{each.id}", _("线索 %(who)s") % {"who": f"{each.name} · {each.place}"})
            for each in self.alike.leads
        ]
        self.choose("same", [*children, *leads])


class RegisterForm(NewChildForm):
    """A child as it is entered from a lead: what the lead knows is there already."""

    address = forms.CharField(required=False, max_length=120, label=_("居住的门牌地址"))
    guardian_name = forms.CharField(required=False, max_length=60, label=_("监护人姓名"))
    relation = forms.ChoiceField(required=False, label=_("是孩子的什么人"))
    guardian_phone = forms.CharField(required=False, max_length=30, label=_("监护人电话"))
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, lead: Lead, actor: Actor, **kwargs: Any) -> None:
        villages = villages_below(actor, Verb.CHILD_REGISTER)
        super().__init__(*args, villages=villages, initial=_known(lead), **kwargs)
        self.villages = villages
        self.fields["relation"].choices = choices_of("relations")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A relation for the guardian, and a phone that can be one."""
        said = super().clean()
        if said.get("guardian_name") and not said.get("relation"):
            self.add_error("relation", _("请选监护人是孩子的什么人。"))
        if said.get("guardian_phone") and not is_phone(said["guardian_phone"]):
            self.add_error("guardian_phone", _("这不像电话号码，请再看一遍。"))
        return said


def _known(lead: Lead) -> dict[str, Any]:
    """What the lead says, as the form asks it."""
    place = label_of(lead.place) if lead.place.level == Place.Level.VILLAGE else ""
    return {
        "name": lead.name, "id_number": lead.id_number or "", "sex": lead.sex,
        "birth_date": lead.birth_date, "hukou": place, "address": lead.address or "",
        "guardian_name": lead.guardian_name or "", "guardian_phone": lead.guardian_phone or "",
        "seen": lead.moves,
    }  # fmt: skip
