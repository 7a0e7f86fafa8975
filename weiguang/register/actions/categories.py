"""A category is proposed by one person and confirmed by another; nothing else makes it a fact."""

from collections.abc import Iterable
from datetime import date

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from weiguang.kernel.errors import Conflict, NotFoundOrRefused
from weiguang.kernel.history import Amendment, amend, amend_many
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for
from weiguang.register.models import Child, ChildCategory


def propose(
    *, child: Child, category: str, since: date, evidence: str, legal_basis: str, by: Actor
) -> ChildCategory:
    """Propose a category from a day on; raises `Conflict` when the child has it then already."""
    with act(Verb.CATEGORY_PROPOSE, by=by, about=child.subject):
        proposal = ChildCategory(
            child=child, category=category, evidence=evidence, legal_basis=legal_basis,
            during=DateRange(since, None), proposed_by_id=by.person_id,
        )  # fmt: skip
        try:
            with transaction.atomic():
                proposal.save(force_insert=True)
        except IntegrityError as error:
            raise Conflict from error
    return proposal


def decide(*, proposal: ChildCategory, is_confirmed: bool, by: Actor) -> None:
    """Confirm or decline a proposal; never by the one who made it, never twice.

    Of two people who decide at once the first wins and the other is told (`Conflict`).
    """
    if by.person_id is None or by.person_id == proposal.proposed_by_id:
        raise NotFoundOrRefused
    with act(Verb.CATEGORY_CONFIRM, by=by, about=proposal.child.subject):
        current = ChildCategory.objects.select_for_update().get(pk=proposal.pk)
        if current.status != ChildCategory.Status.PROPOSED:
            raise Conflict
        status = ChildCategory.Status.CONFIRMED if is_confirmed else ChildCategory.Status.DECLINED
        amend(current, about_id=current.child_id, status=status, decided_by_id=by.person_id)
    proposal.status, proposal.decided_by_id = current.status, current.decided_by_id


def decide_many(*, proposals: Iterable[ChildCategory], is_confirmed: bool, by: Actor) -> int:
    """Confirm or decline many proposals in one act; returns their number.

    All or none: a proposal of one's own or outside one's places is `NotFoundOrRefused`, one that
    was decided meanwhile a `Conflict`.
    """
    with act(Verb.CATEGORY_CONFIRM, by=by) as event:
        keys = {proposal.pk for proposal in proposals}
        rows = ChildCategory.objects.select_for_update(of=("self",)).filter(
            pk__in=keys, child__in=children_for(by, Verb.CATEGORY_CONFIRM)
        )
        current = list(rows.order_by("pk"))
        own = any(each.proposed_by_id == by.person_id for each in current)
        if by.person_id is None or own or len(current) != len(keys):
            raise NotFoundOrRefused
        if any(each.status != ChildCategory.Status.PROPOSED for each in current):
            raise Conflict
        status = ChildCategory.Status.CONFIRMED if is_confirmed else ChildCategory.Status.DECLINED
        values = {"status": status, "decided_by_id": by.person_id}
        amend_many(Amendment(each, each.child_id, values) for each in current)
        event.detail["proposals"] = len(current)
    return len(current)
