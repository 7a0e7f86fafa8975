"""Keeping a file true, part by part: the form of a part, and the action behind it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weiguang.kernel.errors import Conflict, Invalid
from weiguang.network.authority import Actor, may
from weiguang.network.verbs import Verb
from weiguang.register.actions import children, family, files, health, schooling, transfers
from weiguang.register.forms import amend as forms
from weiguang.register.models import Adult, Child, ChildPlace
from weiguang.register.queries.family import family_of
from weiguang.register.queries.files import child_of
from weiguang.register.queries.headline import headline_of
from weiguang.web.guard import WorkRequest, page

Said = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a file: what it is called, its form, and what is done with the answer."""

    label: str | Promise
    form: type[forms.PartForm]
    apply: Callable[[Child, Said, Actor], object]


@page(Verb.CHILD_AMEND, methods=("GET", "POST"))
def amend(request: WorkRequest, child_id: UUID, part: str) -> HttpResponse:
    """The form of one part; what the register refuses is told above the form, nothing is lost."""
    if part not in PARTS:
        raise Http404
    child = child_of(request.actor, Verb.CHILD_AMEND, child_id)
    relatives = family_of(request.actor, child)
    form = PARTS[part].form(request.POST or None, child=child, relatives=relatives)
    if request.method == "POST" and form.is_valid() and _applied(request, child, part, form):
        messages.success(request, _("已保存，改动记入档案。"), "good")
        stays = may(request.actor, Verb.CHILD_OPEN, child.subject)
        return redirect("child", child_id) if stays else redirect("children")
    return render(
        request,
        "register/amend.html",
        {"form": form, "part": part, "label": PARTS[part].label,
         "file": headline_of(request.actor, child), "villages": form.villages},
    )  # fmt: skip


@page(Verb.RESIDENCE_CONFIRM, methods=("POST",))
def confirm_residence(request: WorkRequest, child_id: UUID) -> HttpResponse:
    """That the reader saw the child live where the file says."""
    child = child_of(request.actor, Verb.RESIDENCE_CONFIRM, child_id)
    files.confirm_residence(child=child, by=request.actor)
    messages.success(request, _("已确认居住地。"), "good")
    return redirect("child", child_id)


def _applied(request: WorkRequest, child: Child, part: str, form: forms.PartForm) -> bool:
    try:
        PARTS[part].apply(child, form.cleaned_data, request.actor)
    except Conflict:
        form.add_error(
            None, _("和档案里已有的记录冲突：同一时间已有记录，或者日期早于现有记录。请核对日期。")
        )
        return False
    except Invalid as error:
        form.add_error(None, error.what)
        return False
    return True


def _rename(child: Child, said: Said, by: Actor) -> None:
    children.rename(child=child, name=said["name"], since=said["since"], by=by)


def _correct(child: Child, said: Said, by: Actor) -> None:
    files.correct_identity(child=child, to=files.Correction(**said), by=by)


def _move(kind: str) -> Callable[[Child, Said, Actor], object]:
    def move(child: Child, said: Said, by: Actor) -> object:
        return transfers.relocate(child=child, to=files.Move(kind=kind, **said), by=by)

    return move


def _add_person(child: Child, said: Said, by: Actor) -> None:
    who = family.Person(
        name=said["name"], sex=said["sex"], phone=said["phone"], id_number=said["id_number"]
    )
    bond = family.NewBond(said["kind"], said["relation"], said["since"], said["is_entrusted"])
    family.add_adult_tie(child=child, who=who, bond=bond, by=by)


def _end_tie(child: Child, said: Said, by: Actor) -> None:
    family.end_tie(tie=child.ties.get(pk=said["tie"]), on=said["on"], by=by)


def _state(child: Child, said: Said, by: Actor) -> None:
    stated = family.Stated(said["situation"], said["since"], said["evidence"], said["expected_end"])
    family.state_situation(child=child, adult=_adult(said), stated=stated, by=by)


def _change_phone(child: Child, said: Said, by: Actor) -> None:
    family.change_phone(child=child, adult=_adult(said), phone=said["phone"], by=by)


def _record_school(child: Child, said: Said, by: Actor) -> None:
    schooling.record_school(child=child, schooling=schooling.Schooling(**said), by=by)


def _record_health(child: Child, said: Said, by: Actor) -> None:
    health.record_health(child=child, health=health.Health(**said), by=by)


def _adult(said: Said) -> Adult:
    # The form offers the child's own family only; the action asks once more.
    return Adult.objects.get(pk=said["who"])


PARTS: Final[dict[str, Part]] = {
    "residence": Part(
        gettext_lazy("搬家（居住地）"), forms.PlaceForm, _move(ChildPlace.Kind.RESIDENCE)
    ),
    "hukou": Part(gettext_lazy("迁户口（户籍地）"), forms.PlaceForm, _move(ChildPlace.Kind.HUKOU)),
    "person": Part(gettext_lazy("添一位家人"), forms.PersonForm, _add_person),
    "situation": Part(gettext_lazy("父母的情形"), forms.SituationForm, _state),
    "phone": Part(gettext_lazy("换电话"), forms.PhoneForm, _change_phone),
    "tie": Part(gettext_lazy("不再监护或照料"), forms.TieEndForm, _end_tie),
    "school": Part(gettext_lazy("上学"), forms.SchoolForm, _record_school),
    "health": Part(gettext_lazy("健康"), forms.HealthForm, _record_health),
    "identity": Part(gettext_lazy("更正身份、补录号码"), forms.IdentityForm, _correct),
    "name": Part(gettext_lazy("改名"), forms.NameForm, _rename),
}
