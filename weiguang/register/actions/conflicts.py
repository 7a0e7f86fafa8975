"""A person says that she is near to a family; she is kept from it at once, and another takes over.

Her word is enough to keep her away; to let her back takes who answers for the child.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Final
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from weiguang.kernel import clock, packs
from weiguang.kernel.errors import Conflict, Invalid, NotFoundOrRefused
from weiguang.kernel.events import Subject
from weiguang.kernel.history import amend
from weiguang.network.actions import bars
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.models import Holding, Post
from weiguang.network.queries import the_system
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for
from weiguang.register.models import Child, ConflictDeclaration
from weiguang.tasks.actions.tasks import finish_about, hand_over_within, open_task
from weiguang.tasks.models import Task
from weiguang.tasks.queries.posts import post_for, post_with
from weiguang.tasks.rules.periods import Period

DECIDE: Final = "conflict.decide"
NONE: Final = "none"
# Where it is not known what she is to the family.
UNNAMED: Final = "interest"
# Who takes over what a post leaves when nobody else is on it: the next who dispatches.
TAKE_OVER: Final = (
    "child_supervisor", "town_civil_affairs", "town_leader", "city_officer", "city_approver",
)  # fmt: skip
State = ConflictDeclaration.State


class AlreadyDeclared(Conflict):
    """The person has said so already, and it has not been decided otherwise."""

    code = "conflict_declared"
    default_what = _("您已经说明过了。")
    default_to_what = _("这次没有再记一遍。")
    default_what_next = _("已经换人办理；有变化请找镇里的儿童督导员。")


def declare(*, child: Child, answer: str, by: Actor) -> ConflictDeclaration | None:
    """Keep the answer to "are you near to this child?"; None for no.

    Otherwise she loses the file, and those of the other children of the household, at once; her
    tasks about them go to who stands in for her, or a level up; and it is to be decided. Raises
    `Invalid` for an answer that the pack does not have.
    """
    require_answer(answer)
    if by.person_id is None:
        raise Invalid
    with act(Verb.CONFLICT_DECLARE, by=by, about=child.subject) as event:
        event.detail = {"answer": "none" if answer == NONE else "near"}
        if answer == NONE:
            return None
        # The child's row is the lock: the same answer given twice at once is one.
        Child.objects.select_for_update(of=("self",)).only("pk").get(pk=child.pk)
        said = ConflictDeclaration(
            child=child, person_id=by.person_id, answer=answer, at=clock.now()
        )
        if _is_declared(said):
            raise AlreadyDeclared
        _keep_away(said, by)
        event.detail["declaration"] = str(said.pk)
    return said


def declare_among(*, near: Mapping[UUID, str], by: Actor) -> int:
    """Keep to which of several children somebody is near, inside her own act; how many are new.

    Whom she no longer sees meanwhile is left out, so that the answer betrays nothing.
    """
    said = 0
    seen = children_for(by, Verb.CONFLICT_DECLARE).filter(pk__in=near)
    for child in seen.defer("id_number").order_by("pk"):
        try:
            declare(child=child, answer=near[child.pk], by=by)
            said += 1
        except AlreadyDeclared:
            # She is kept away from this one already.
            continue
    return said


def require_answer(answer: str) -> None:
    """Raise `Invalid` for what is no answer that the pack knows; silence is none."""
    known = {each.code for each in packs.words(settings.WEIGUANG_PACK, "conflict_relations")}
    if answer not in known:
        raise Invalid


def keep_near_away(
    *, child: Child, people: Iterable[UUID], by: Actor, answer: str = UNNAMED
) -> None:
    """Keep from a child's file who said that she is near to the family before she could see it.

    Inside the caller's own act; each is decided about like one who said so on the file.
    """
    for person_id in people:
        said = ConflictDeclaration(child=child, person_id=person_id, answer=answer, at=clock.now())
        if not _is_declared(said):
            _keep_away(said, by)


def decide(*, declaration: ConflictDeclaration, is_kept_away: bool, by: Actor) -> None:
    """Confirm that she is kept away, or let her go on; by who answers for the child, never herself.

    Who was kept away may be let back later. Raises `NotFoundOrRefused` for herself, and `Conflict`
    when it was decided meanwhile.
    """
    if by.person_id is None or by.person_id == declaration.person_id:
        raise NotFoundOrRefused
    with act(Verb.ACCESS_APPROVE, by=by, about=declaration.child.subject) as event:
        current = ConflictDeclaration.objects.select_for_update().get(pk=declaration.pk)
        state = State.KEPT_AWAY if is_kept_away else State.LIFTED
        if current.state in (State.LIFTED, state):
            raise Conflict
        amend(current, state=state, decided_by_id=by.person_id, decided_at=clock.now())
        if not is_kept_away:
            bars.lift(origin=current.pk, by=the_system(on=by.on))
        finish_about(kind=DECIDE, about_id=current.pk, by=by, outcome=state.value)
        event.detail = {"declaration": str(current.pk), "answer": state.value}


def _is_declared(said: ConflictDeclaration) -> bool:
    same = ConflictDeclaration.objects.filter(person=said.person_id, child=said.child)
    return same.exclude(state=State.LIFTED).exists()


def _keep_away(said: ConflictDeclaration, by: Actor) -> None:
    """Bar the person from the household's children, pass on her tasks, and ask for a decision."""
    said.save(force_insert=True)
    children = [said.child_id]
    if said.child.household_id is not None:
        family = Child.objects.filter(household_id=said.child.household_id)
        children += family.exclude(pk=said.child_id).values_list("pk", flat=True)
    for child_id in children:
        bars.bar(
            person_id=said.person_id, subject_kind="child", subject_id=child_id,
            reason="conflict", origin=said.pk, by=the_system(on=by.on),
        )  # fmt: skip
    held = Holding.objects.filter(person=said.person_id, during__contains=by.on)
    for post_id in sorted(set(held.values_list("post_id", flat=True))):
        pass_on(post_id=post_id, children=children, people=[said.person_id], on=by.on)
    _open_decision(said, by.on)


def pass_on(*, post_id: UUID, children: Iterable[UUID], people: Collection[UUID], on: date) -> None:
    """Give the open tasks of a post about these children a level up, inside the caller's own act;
    unless somebody besides these people sits on it.
    """
    others = Holding.objects.filter(post=post_id, during__contains=on, person__is_active=True)
    waiting = Task.objects.filter(post=post_id, child_id__in=children, state=Task.State.OPEN)
    if others.exclude(person__in=people).exists() or not waiting.exists():
        return
    post = Post.objects.select_related("place").get(pk=post_id)
    above = post_for(post.place.path, *TAKE_OVER, on=on, but=people)
    if above is not None and above.pk != post_id:
        hand_over_within(waiting, above)


def _open_decision(said: ConflictDeclaration, on: date) -> None:
    """The task for who decides; none where nobody but herself answers for the child."""
    path = said.child.residence_path or said.child.hukou_path
    decider = post_with(path, Verb.ACCESS_APPROVE, on=on, but=[said.person_id])
    if decider is None:
        return
    length = packs.deadline(settings.WEIGUANG_PACK, DECIDE).length
    open_task(
        kind=DECIDE, about=Subject("conflict", said.pk), post_id=decider.pk,
        within=Period(**length), by=the_system(on=on), child_id=said.child_id,
    )  # fmt: skip
