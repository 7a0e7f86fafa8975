"""Two files of one child become one, and are taken apart again: proposed, approved, carried out.

A merge changes nothing that it does not list; what is taken back is read from the field history.
"""

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from weiguang.kernel import clock
from weiguang.kernel.errors import Conflict, Invalid, NotFoundOrRefused
from weiguang.kernel.history import Amendment, amend, amend_many
from weiguang.kernel.models import Change, Event
from weiguang.kernel.records import Record
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.queries import the_system
from weiguang.network.verbs import Verb
from weiguang.register.actions.adopt import adopt_all
from weiguang.register.actions.merge_values import (
    NumberDiffers,
    call_by,
    chosen,
    exchange,
    give_back,
)
from weiguang.register.actions.transfers import UnderWay
from weiguang.register.models import Child, Merge
from weiguang.register.queries.merges import changes_of
from weiguang.tasks.actions.approvals import ask
from weiguang.tasks.queries.posts import prefixes

KIND: Final = "merge.files"
# What waits for a decision becomes this again when there is none.
STOPPED: Final = {
    Merge.State.PROPOSED: Merge.State.DECLINED, Merge.State.UNDOING: Merge.State.DONE,
}  # fmt: skip
UNDER_WAY: Final = (Merge.State.PROPOSED, Merge.State.DONE, Merge.State.UNDOING)


class AlreadyMerged(Conflict):
    """One of the two files is part of another merge."""

    code = "already_merged"


class MergedOn(Conflict):
    """The file that was left has gone into another since."""

    code = "merged_on"
    default_what = _("留下的档案后来又并进了另一份。")
    default_to_what = _("没有提出拆开，什么都没有改动。")
    default_what_next = _("请先拆开后一次的合并，再拆开这一次。")


def propose(
    *, kept: Child, absorbed: Child, reason: str, by: Actor, takes: Collection[str] = ()
) -> Merge:
    """Propose that one file goes into the other; another person decides.

    `takes`: which values of the other the kept file shall hold (`merge_values.TAKEN`). Raises
    `Invalid` for one and the same file, `AlreadyMerged` when one of them is in a merge,
    `UnderWay` when the other moves between towns, `NumberDiffers`, and `NotFoundOrRefused` for a
    file that the actor may not merge.
    """
    if kept.pk == absorbed.pk or not reason.strip():
        raise Invalid
    with (
        act(Verb.MERGE_PROPOSE, by=by, about=kept.subject),
        act(Verb.MERGE_PROPOSE, by=by, about=absorbed.subject),
    ):
        _require_whole(kept, absorbed)
        merge = Merge(
            kept=kept, absorbed=absorbed, path=_covering(kept, absorbed), reason=reason.strip(),
            proposed_by_id=by.person_id, takes=chosen(kept, absorbed, takes),
        )  # fmt: skip
        _saved(merge)
        _ask(merge, "merge", by)
    return merge


def propose_undo(*, merge: Merge, reason: str, by: Actor) -> None:
    """Propose that a merge is taken back; another person decides."""
    if not reason.strip():
        raise Invalid
    with act(Verb.MERGE_PROPOSE, by=by, about=merge.kept.subject):
        current = _locked(merge.pk)
        if current.state != Merge.State.DONE:
            raise Conflict
        if Child.objects.filter(pk=current.kept_id, merged_into__isnull=False).exists():
            raise MergedOn
        amend(
            current, about_id=current.kept_id, state=Merge.State.UNDOING,
            undo_reason=reason.strip(), proposed_by_id=by.person_id,
        )  # fmt: skip
        _ask(current, "undo", by)


def carry_out(*, merge_id: UUID, caused_by: int) -> None:
    """Do what was approved: everything that belongs to the one file goes over to the other.

    What went into that file before leads to the one that is left, so that no number and no address
    ends at a file that is none any more. Done already, it does nothing. What can no longer be done
    is not: one of the files went into another meanwhile, moves to another town or was moved for
    safety, or numbers and dates no longer agree.
    """
    system = the_system(on=clock.today())
    with transaction.atomic():
        merge = _locked(merge_id)
        if merge.state != Merge.State.PROPOSED:
            return
        kept, absorbed = (_child(key) for key in (merge.kept_id, merge.absorbed_id))
        with act(Verb.MERGE_CARRY, by=system, about=merge.subject, caused_by=caused_by) as event:
            takes = _still_possible(merge, kept, absorbed)
            if takes is None:
                amend(merge, about_id=kept.pk, state=Merge.State.DECLINED)
                return
            adopt_all(from_child=absorbed, to_child=kept, by=system)
            exchange(kept, absorbed, takes)
            call_by(kept)
            for each in (absorbed, *_led_to(absorbed)):
                amend(each, merged_into_id=kept.pk)
            amend(
                merge, about_id=kept.pk, state=Merge.State.DONE, takes=takes,
                events=sorted(event.numbers),
            )  # fmt: skip


def decline(*, merge_id: UUID, caused_by: int) -> None:
    """What was not approved: a merge that is not made, or one that stays."""
    system = the_system(on=clock.today())
    with transaction.atomic():
        merge = _locked(merge_id)
        if merge.state in STOPPED:
            with act(Verb.MERGE_CARRY, by=system, about=merge.subject, caused_by=caused_by):
                amend(merge, about_id=merge.kept_id, state=STOPPED[Merge.State(merge.state)])


def take_apart(*, merge_id: UUID, caused_by: int) -> None:
    """Take a merge back: every change of its events, the last first; done already, nothing.

    What somebody changed since stays where it is and is listed in `left`. The file of a child who
    was moved for safety meanwhile stays whole: the other would stand in its old places again. So
    does one that went into another file since: the later merge is taken back first.
    """
    system = the_system(on=clock.today())
    with transaction.atomic():
        merge = _locked(merge_id)
        if merge.state != Merge.State.UNDOING:
            return
        kept, absorbed = (_child(key) for key in (merge.kept_id, merge.absorbed_id))
        with act(Verb.MERGE_CARRY, by=system, about=merge.subject, caused_by=caused_by):
            if kept.is_sheltered or kept.merged_into_id is not None:
                amend(merge, about_id=merge.kept_id, state=Merge.State.DONE)
                return
            amend(absorbed, merged_into_id=None)
            for each in _led_on(merge):
                amend(each, merged_into_id=absorbed.pk)
            left = give_back(merge, kept, absorbed) + _take_back(merge)
            amend(merge, about_id=merge.kept_id, state=Merge.State.UNDONE, left=left)


def drop_merges(*, child_id: UUID) -> list[UUID]:
    """Stop what waits to be merged or taken apart of a child, inside the caller's own act.

    Returns the merges; what was merged stays merged. Their lock comes before the child's, as in
    `carry_out`.
    """
    waiting = Merge.objects.select_for_update().filter(
        Q(kept=child_id) | Q(absorbed=child_id), state__in=tuple(STOPPED)
    )
    stopped = list(waiting.order_by("pk"))
    for merge in stopped:
        amend(merge, about_id=merge.kept_id, state=STOPPED[Merge.State(merge.state)])
    return [merge.pk for merge in stopped]


def _still_possible(merge: Merge, kept: Child, absorbed: Child) -> list[str] | None:
    is_away = any(child.is_sheltered or child.merged_into_id for child in (kept, absorbed))
    if is_away or absorbed.transfer_path:
        return None
    try:
        return chosen(kept, absorbed, merge.takes)
    except NumberDiffers:
        return None


def _led_to(file: Child) -> list[Child]:
    """The files that went into this one before."""
    return list(Child.objects.select_for_update().filter(merged_into=file).order_by("pk"))


def _led_on(merge: Merge) -> list[Child]:
    """The files that a merge led on from the absorbed one to the kept, and that still go there."""
    changed = Change.objects.filter(
        event_id__in=merge.events, record_kind=Child._meta.label_lower, field="merged_into_id"
    ).exclude(record_id=merge.absorbed_id)
    led = Child.objects.filter(pk__in=changed.values("record_id"), merged_into=merge.kept_id)
    return list(led.select_for_update().order_by("pk"))


def _take_back(merge: Merge) -> list[str]:
    by_record: dict[tuple[str, UUID], dict[str, Any]] = {}
    for change in reversed(changes_of(merge)):
        # The oldest value wins: a field that the merge changed twice is what it was before both.
        by_record.setdefault((change.record_kind, change.record_id), {})[change.field] = (
            change.before
        )
    came_back = _came_back(merge, [key for _kind, key in by_record])
    left = []
    for (kind, key), before in by_record.items():
        record: Any = apps.get_model(kind)._default_manager.filter(pk=key).first()
        is_as_merged = record is not None and (
            record.written_in in merge.events or (key, record.written_in) in came_back
        )
        if not is_as_merged or not _restored(record, before, merge):
            left.append(f"{kind} {key}")
    return left


def _came_back(merge: Merge, keys: Collection[UUID]) -> set[tuple[UUID, int]]:
    """Records that only a later merge moved on, and the undo of it brought back: key and event."""
    later = Merge.objects.filter(absorbed=merge.kept_id, state=Merge.State.UNDONE)
    undone = {number for each in later for number in each.events}
    acts = Event.objects.filter(about_kind="merge", about_id__in=[each.pk for each in later])
    undone |= set(acts.values_list("pk", flat=True))
    since = Change.objects.filter(
        about_id__in=[merge.kept_id, merge.absorbed_id, *keys], record_id__in=keys,
        event_id__gt=max(merge.events),
    )  # fmt: skip
    touched = set(since.exclude(event_id__in=undone).values_list("record_id", flat=True))
    return {(key, number) for key in keys if key not in touched for number in undone}


def _restored(record: Record, before: dict[str, Any], merge: Merge) -> bool:
    values = {name: _value(record, name, said) for name, said in before.items()}
    try:
        with transaction.atomic():
            amend_many([Amendment(record, merge.absorbed_id, values)])
    except IntegrityError:
        # Something entered since stands where it would go back to.
        return False
    return True


def _value(record: Record, name: str, said: str | None) -> Any:
    """A field's value from how the history words it."""
    field: Any = {each.attname: each for each in record._meta.concrete_fields}[name]
    if said is None:
        return None
    return (field.target_field if field.is_relation else field).to_python(said)


def _ask(merge: Merge, what: str, by: Actor) -> None:
    ask(
        kind=KIND, about=merge.subject, verb=Verb.MERGE_APPROVE, by=by, says={"what": what},
        child_id=merge.kept_id,
    )  # fmt: skip


def _require_whole(kept: Child, absorbed: Child) -> None:
    if absorbed.transfer_path:
        raise UnderWay
    for child in (kept, absorbed):
        # The lock that two proposals about one file wait for.
        now = Child.objects.select_for_update().only("merged_into", "is_sheltered").get(pk=child.pk)
        if now.is_sheltered:
            raise NotFoundOrRefused
        waits = Merge.objects.filter(state__in=UNDER_WAY)
        if now.merged_into_id or waits.filter(absorbed=child).exists():
            raise AlreadyMerged
    if Merge.objects.filter(kept=absorbed, state=Merge.State.PROPOSED).exists():
        raise AlreadyMerged


def _covering(one: Child, other: Child) -> str:
    """The path of the smallest place that holds both, by where they live."""
    first, second = (child.residence_path or child.hukou_path for child in (one, other))
    common = [path for path in prefixes(first) if second.startswith(path)]
    if not common:
        raise Invalid
    return common[0]


def _saved(merge: Merge) -> None:
    try:
        with transaction.atomic():
            merge.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyMerged from error


def _child(key: UUID) -> Child:
    return Child.objects.select_for_update().get(pk=key)


def _locked(key: UUID) -> Merge:
    return Merge.objects.select_for_update().get(pk=key)
