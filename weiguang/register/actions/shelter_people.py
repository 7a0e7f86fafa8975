"""Who is named for a child moved for safety: one more, one no longer, and somebody where nobody is
left. Whoever is added is agreed to by a second person; taking a name away holds at once.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from weiguang.kernel import clock, packs
from weiguang.kernel.errors import Conflict, Invalid, NotFoundOrRefused
from weiguang.network.actions import grants
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.models import Account
from weiguang.network.queries import the_system
from weiguang.network.verbs import Verb
from weiguang.register.actions.shelter import open_to
from weiguang.register.models import Child, SafetyMove
from weiguang.register.queries.shelter import grants_of, may_name, post_of_named, who_may_be_named
from weiguang.tasks.actions.approvals import ask
from weiguang.tasks.actions.tasks import Origin, finish_about, hand_over_within, open_task
from weiguang.tasks.models import Approval, Task
from weiguang.tasks.queries.posts import post_with
from weiguang.tasks.rules.periods import Period

KIND: Final = "move.safety.people"
NOBODY: Final = "move.safety.nobody"


class LastOfAll(Conflict):
    """Nobody who still works there would be left for the child."""

    code = "last_named"
    default_what = _("至少要留一位在岗的人。")
    default_to_what = _("名单没有改动。")
    default_what_next = _("请先增加一位，等另一个人同意以后再去掉这一位。")


def propose_people(*, move: SafetyMove, people: Sequence[Account], reason: str, by: Actor) -> None:
    """Propose that these may see the child too; a second person of the city agrees.

    Whoever is named proposes; where nobody is left, anybody of the city who acts on moves. Raises
    `Invalid` without people or a reason, and `NotFoundOrRefused` for anybody else.
    """
    if not people or not reason.strip():
        raise Invalid
    with act(Verb.MOVE_SAFETY, by=by, about=move.subject):
        current = SafetyMove.objects.select_for_update().get(pk=move.pk)
        if not may_name(by, current):
            raise NotFoundOrRefused
        # The system asks in the person's name, as for the move itself.
        ask(
            kind=KIND, about=move.subject, verb=Verb.MOVE_SAFETY, by=the_system(on=by.on),
            says={"people": [str(each.pk) for each in people], "reason": reason.strip()},
            on_behalf_of=by.person_id,
        )  # fmt: skip


def add_people(*, approval: Approval, caused_by: int) -> None:
    """Open the file to those who were agreed to and still may be named; once."""
    system = the_system(on=clock.today())
    with transaction.atomic():
        move = SafetyMove.objects.select_for_update().get(pk=approval.about_id)
        if move.state == SafetyMove.State.ENDED:
            return
        child = Child.objects.get(pk=move.child_id)
        wanted = {UUID(each) for each in approval.says["people"]}
        wanted -= set(grants_of(child).values_list("person", flat=True))
        may_be = [person for person, _role in who_may_be_named(child, by=system)]
        with act(Verb.SHELTER_NAME, by=system, about=move.subject, caused_by=caused_by):
            open_to(child, [person for person in may_be if person.pk in wanted])
            finish_about(kind=NOBODY, about_id=move.pk, by=system)
            _bring_tasks(child)


def take_name(*, move: SafetyMove, person_id: UUID, by: Actor) -> None:
    """Close the file to one who is named, at this moment.

    Raises `NotFoundOrRefused` for who is not named herself or a person who is not, and `LastOfAll`.
    """
    with act(Verb.MOVE_SAFETY, by=by, about=move.subject):
        current = SafetyMove.objects.select_for_update().get(pk=move.pk)
        child = Child.objects.get(pk=current.child_id)
        held = grants_of(child)
        if not held.filter(person=by.person_id).exists():
            raise NotFoundOrRefused
        gone = list(held.filter(person=person_id))
        if not gone:
            raise NotFoundOrRefused
        for grant in gone:
            grants.end_at_once(grant=grant, by=the_system(on=by.on))
        if post_of_named(child, on=by.on) is None:
            raise LastOfAll
        _bring_tasks(child)


def nobody_left(now: datetime) -> int:
    """Tell the city of every child for whom nobody is left who is named; returns how many."""
    on, opened = now.astimezone(clock.CHINA).date(), 0
    lasting = SafetyMove.objects.exclude(state=SafetyMove.State.ENDED).select_related("child")
    for move in lasting.order_by("pk"):
        if post_of_named(move.child, on=on) is None:
            opened += _told(move, on=now)
    return opened


def _told(move: SafetyMove, *, on: datetime) -> bool:
    before = Task.objects.filter(kind=NOBODY, about_id=move.pk)
    post = post_with(move.city_path, Verb.MOVE_SAFETY, on=on.astimezone(clock.CHINA).date())
    if post is None or before.filter(state=Task.State.OPEN).exists():
        return False
    within = Period(**packs.deadline(settings.WEIGUANG_PACK, "safety.nobody").length)
    open_task(
        kind=NOBODY, about=move.subject, post_id=post.pk, within=within,
        by=the_system(on=clock.today()), origin=Origin(key=f"{NOBODY}:{move.pk}:{before.count()}"),
    )  # fmt: skip
    return True


def _bring_tasks(child: Child) -> None:
    """Inside the caller's own act: what waits about the child lies with those who are named now."""
    post = post_of_named(child, on=clock.today())
    if post is not None:
        waiting = Task.objects.filter(child_id=child.pk, state=Task.State.OPEN)
        hand_over_within(waiting.exclude(post=post), post)
