"""Bars on contact: set and lifted by two people; in danger by one, and the other within a day."""

from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from weiguang.kernel import clock
from weiguang.kernel.errors import Conflict, Invalid, NotFoundOrRefused
from weiguang.kernel.history import amend
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.queries import the_system
from weiguang.network.verbs import Verb
from weiguang.register.models import Child, ContactBar, Tie
from weiguang.register.queries.bars import index_of
from weiguang.tasks.actions.approvals import ask

KIND: Final = "bar.contact"
SET: Final = "set"
LIFT: Final = "lift"
State = ContactBar.State


class AlreadyBarred(Conflict):
    """There is a bar about this adult and child already."""

    code = "already_barred"
    default_what = _("这个人已经设置过，或者正在等第二人同意。")
    default_to_what = _("没有再设一次。")
    default_what_next = _("请在档案的“暂不联系的人”里查看。")


def set_bar(
    *, child: Child, adult_id: UUID, reason: str, is_immediate: bool, by: Actor
) -> ContactBar:
    """Bar contact with an adult of the child's family; another person agrees.

    `is_immediate` puts it in force at once and asks within a day. Raises `AlreadyBarred`, and
    `NotFoundOrRefused` for an adult of another family.
    """
    with act(Verb.BAR_SET, by=by, about=child.subject):
        if not Tie.objects.filter(child=child, adult_id=adult_id).exists():
            raise NotFoundOrRefused
        bar = ContactBar(
            child=child, said={"adult": str(adult_id), "reason": reason},
            adult_index=index_of(adult_id), state=State.IN_FORCE if is_immediate else State.ASKED,
            since=clock.today(), asked_by_id=by.person_id,
        )  # fmt: skip
        try:
            with transaction.atomic():
                bar.save(force_insert=True)
        except IntegrityError as error:
            raise AlreadyBarred from error
        _ask(bar, SET, by, is_emergency=is_immediate)
    return bar


def propose_lifting(*, bar: ContactBar, by: Actor) -> None:
    """Propose that a bar is lifted; it stays in force until another person agrees."""
    with act(Verb.BAR_SET, by=by, about=bar.child.subject):
        current = _locked(bar.pk)
        if current.state != State.IN_FORCE:
            raise Conflict
        amend(current, about_id=current.child_id, state=State.LIFTING, asked_by_id=by.person_id)
        _ask(current, LIFT, by)


def carry_out(*, bar_id: UUID, what: str, is_approved: bool, caused_by: int) -> None:
    """Do what was decided; done already, nothing."""
    system = the_system(on=clock.today())
    with transaction.atomic():
        bar = _locked(bar_id)
        after = _after(State(bar.state), what, is_approved=is_approved)
        if after is None:
            return
        is_over = after in (State.LIFTED, State.DECLINED)
        with act(Verb.BAR_CARRY, by=system, about=bar.subject, caused_by=caused_by):
            amend(
                bar, about_id=bar.child_id, state=after,
                ended_on=clock.today() if is_over else None,
            )  # fmt: skip


def _after(state: State, what: str, *, is_approved: bool) -> State | None:
    """The state after a decision; None where it changes nothing."""
    if what == LIFT:
        lifted = {True: State.LIFTED, False: State.IN_FORCE}[is_approved]
        return lifted if state is State.LIFTING else None
    if state is State.ASKED:
        return State.IN_FORCE if is_approved else State.DECLINED
    # In force at once: an approval changes nothing, a refusal ends it.
    return State.DECLINED if state is State.IN_FORCE and not is_approved else None


def _ask(bar: ContactBar, what: str, by: Actor, *, is_emergency: bool = False) -> None:
    if bar.child.subject.paths == ():
        raise Invalid
    ask(
        kind=KIND, about=bar.subject, verb=Verb.BAR_APPROVE, by=by, says={"what": what},
        child_id=bar.child_id, is_emergency=is_emergency,
    )  # fmt: skip


def _locked(key: UUID) -> ContactBar:
    bars = ContactBar.objects.select_related("child").select_for_update(of=("self",))
    return bars.get(pk=key)
