"""A confirmed category ends as it began: one person proposes the day, another decides."""

from datetime import date

from django.conf import settings
from django.db.backends.postgresql.psycopg_any import DateRange

from weiguang.kernel import packs
from weiguang.kernel.errors import Conflict, Invalid, NotFoundOrRefused
from weiguang.kernel.history import amend
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.verbs import Verb
from weiguang.register.models import ChildCategory


def propose_end(*, held: ChildCategory, on: date, reason: str, by: Actor) -> None:
    """Propose that a category ends; `on` is the first day on which it no longer holds.

    Raises `Invalid` for a reason the pack does not know, and `Conflict` when the category is not
    confirmed, has ended, begins later, or its end is proposed already.
    """
    if reason not in {
        word.code for word in packs.words(settings.WEIGUANG_PACK, "category_endings")
    }:
        raise Invalid
    with act(Verb.CATEGORY_PROPOSE, by=by, about=held.child.subject):
        current = ChildCategory.objects.select_for_update().get(pk=held.pk)
        is_open = current.status == ChildCategory.Status.CONFIRMED and current.during.upper is None
        begins_before = current.during.lower is None or current.during.lower < on
        if current.ending_on is not None or not (is_open and begins_before):
            raise Conflict
        amend(
            current, about_id=current.child_id, ending_on=on, end_reason=reason,
            end_proposed_by_id=by.person_id, end_decided_by_id=None,
        )  # fmt: skip
    held.refresh_from_db()


def decide_end(*, held: ChildCategory, is_confirmed: bool, by: Actor) -> None:
    """Let a category end as proposed, or keep it; never by the one who proposed the end.

    Of two people who decide at once the first wins and the other is told (`Conflict`).
    """
    if by.person_id is None or by.person_id == held.end_proposed_by_id:
        raise NotFoundOrRefused
    with act(Verb.CATEGORY_CONFIRM, by=by, about=held.child.subject):
        current = ChildCategory.objects.select_for_update().get(pk=held.pk)
        if current.ending_on is None or current.end_proposed_by_id == by.person_id:
            raise Conflict
        if is_confirmed:
            amend(
                current, about_id=current.child_id, ending_on=None, end_decided_by_id=by.person_id,
                during=DateRange(current.during.lower, current.ending_on),
            )  # fmt: skip
        else:
            amend(
                current, about_id=current.child_id, ending_on=None, end_reason="",
                end_proposed_by_id=None,
            )  # fmt: skip
    held.refresh_from_db()
