"""What follows in the register when something was asked, or decided: each looks at its own kind."""

from uuid import UUID

from weiguang.kernel.models import Event
from weiguang.register.actions import (
    access_answers,
    bars,
    exports,
    exports_making,
    merges,
    place_changes,
    shelter,
    shelter_people,
    shelter_refused,
)
from weiguang.register.actions.surveys import ask_to_sign
from weiguang.register.models import SurveySheet
from weiguang.tasks.models import Approval

ACCESS_KINDS = frozenset(access_answers.ASKED.values())


def end_safety_move(event: Event) -> None:
    """After the end of a safety move was decided. The review of its beginning changes nothing.

    A refusal of what was done in an emergency must not show the child again by itself: those who
    are named end it, with a second person.
    """
    if event.detail["kind"] == shelter.END_KIND and event.detail["decision"] != "returned":
        approval = Approval.objects.get(pk=UUID(event.detail["approval"]))
        is_approved = event.detail["decision"] == "approved"
        shelter.end(move_id=approval.about_id, is_approved=is_approved, caused_by=event.pk)


def name_for_safety(event: Event) -> None:
    """After a second person agreed to more people for a child moved for safety."""
    if event.detail["kind"] == shelter_people.KIND and event.detail["decision"] == "approved":
        approval = Approval.objects.get(pk=UUID(event.detail["approval"]))
        shelter_people.add_people(approval=approval, caused_by=event.pk)


def tell_refused_move(event: Event) -> None:
    """After the review of a safety move: a no, or a return, is told; a yes ends what was told."""
    if event.detail["kind"] == shelter.KIND:
        approval = Approval.objects.get(pk=UUID(event.detail["approval"]))
        shelter_refused.tell(
            approval=approval, decision=event.detail["decision"], caused_by=event.pk
        )


def owe_reviews(event: Event) -> None:
    """After a child was moved for safety: reviews that were dropped with the old places go on."""
    if event.about_kind == "child" and event.about_id is not None:
        access_answers.owe_reviews(child_id=event.about_id, caused_by=event.pk)


def carry_out_merge(event: Event) -> None:
    """After an approval about a merge: put together, take apart, or leave as it is."""
    if event.detail["kind"] != merges.KIND or event.detail["decision"] == "returned":
        return
    approval = Approval.objects.get(pk=UUID(event.detail["approval"]))
    key = approval.about_id
    if event.detail["decision"] != "approved":
        merges.decline(merge_id=key, caused_by=event.pk)
    elif approval.says["what"] == "undo":
        merges.take_apart(merge_id=key, caused_by=event.pk)
    else:
        merges.carry_out(merge_id=key, caused_by=event.pk)


def ask_villages(event: Event) -> None:
    """After a round was announced every village's director has its sheet to sign."""
    sheets = SurveySheet.objects.filter(round_id=event.about_id).select_related("round")
    for sheet in sheets.order_by("place__sort_key"):
        ask_to_sign(sheet=sheet, caused_by=event.pk)


def pass_on_request(event: Event) -> None:
    """After somebody asked for access, or broke a file open: ask who answers for the child."""
    if "request" in event.detail:
        access_answers.pass_on(request_id=UUID(event.detail["request"]), caused_by=event.pk)


def carry_out_access(event: Event) -> None:
    """After access was decided: give it, or end it."""
    if event.detail.get("kind") not in ACCESS_KINDS:
        return
    approval = Approval.objects.get(pk=event.detail["approval"])
    access_answers.answer(
        request_id=UUID(approval.says["request"]), decision=event.detail["decision"],
        caused_by=event.pk,
    )  # fmt: skip


def carry_out_bar(event: Event) -> None:
    """After an approval about a bar on contact: put it in force, lift it, or leave it."""
    if event.detail["kind"] != bars.KIND or event.detail["decision"] == "returned":
        return
    approval = Approval.objects.get(pk=UUID(event.detail["approval"]))
    bars.carry_out(
        bar_id=approval.about_id, what=approval.says["what"],
        is_approved=event.detail["decision"] == "approved", caused_by=event.pk,
    )  # fmt: skip


def begin_export(event: Event) -> None:
    """After an approval of what goes out: let the making begin, or keep that it was refused."""
    decision = event.detail["decision"]
    if event.detail["kind"] not in (exports.FULL_KIND, exports.BATCH_KIND):
        return
    approval = Approval.objects.get(pk=UUID(event.detail["approval"]))
    if decision == "approved":
        exports_making.begin(export_id=approval.about_id, caused_by=event.pk)
    elif decision == "refused":
        exports_making.refuse(export_id=approval.about_id, caused_by=event.pk)


def go_on_with_export(event: Event) -> None:
    """After each step of the making: the next one."""
    if event.about_id is not None:
        exports_making.go_on(export_id=event.about_id, caused_by=event.pk)


def carry_out_place_change(event: Event) -> None:
    """After an approval about a change of places; what is returned is proposed anew."""
    if event.detail["kind"] == place_changes.KIND:
        approval = Approval.objects.get(pk=UUID(event.detail["approval"]))
        is_approved = event.detail["decision"] == "approved"
        place_changes.decide(
            change_id=approval.about_id, is_approved=is_approved, caused_by=event.pk
        )
