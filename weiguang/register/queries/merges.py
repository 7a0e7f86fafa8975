"""Two files side by side, which files may be one child's, and what a merge moved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Case, IntegerField, Q, QuerySet, When
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from weiguang.kernel.compiled import Compiled
from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.kernel.models import Change
from weiguang.kernel.wording import listed
from weiguang.network.authority import Actor, may
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for
from weiguang.register.models import Child, Merge
from weiguang.register.queries import recognition
from weiguang.register.queries.family import family_of
from weiguang.register.queries.field_labels import RECORDS
from weiguang.register.queries.files import (
    Span,
    child_of,
    identity_of,
    places_of,
    schooling_of,
)
from weiguang.register.rules.masking import Masked
from weiguang.tasks.kinds import Line
from weiguang.tasks.models import Approval

TWINS_SHOWN: Final = 10
NUMBER: Final = _("身份证号码")


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of two files; numbers stay masked."""

    label: str | Promise
    kept: str
    absorbed: str
    # Both files say something, and not the same; of masked numbers the numbers themselves.
    differs: bool


@dataclass(frozen=True, slots=True)
class Said:
    """Something that a file says of a stretch of time."""

    label: str
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class MergeStory:
    """A merge as its page tells it."""

    merge: Merge
    moved: tuple[tuple[str, int], ...]
    left: tuple[tuple[str, int], ...]
    # What the absorbed file says otherwise for the same time, so that it found no room.
    stayed: tuple[Said, ...]


def likely_twins(actor: Actor, child: Child) -> list[Child]:
    """Files within the actor's rows that may be the same child's: by sound, number or birth date.

    Of the same sex only; the nearest first. One query.
    """
    alike = Q(loose_pinyin=child.loose_pinyin) | Q(birth_date=child.birth_date)
    if child.id_tail_index is not None:
        alike |= Q(id_tail_index=child.id_tail_index)
    found = (
        children_for(actor, Verb.MERGE_PROPOSE)
        .filter(alike, sex=child.sex)
        .exclude(pk=child.pk)
        .defer("id_number")
        .select_related("residence_place", "hukou_place")
    )
    nearest = Case(
        When(loose_pinyin=child.loose_pinyin, birth_date=child.birth_date, then=0),
        default=1, output_field=IntegerField(),
    )  # fmt: skip
    return list(found.order_by(nearest, "sort_key", "id")[:TWINS_SHOWN])


def differences(actor: Actor, kept: Child, absorbed: Child) -> list[Difference]:
    """Both files field by field, as the reader may see them."""
    one, other = _in_words(actor, kept), _in_words(actor, absorbed)
    differing = {label for label, said in one.items() if said and other[label] not in ("", said)}
    if len({kept.id_index, absorbed.id_index} - {None}) > 1:
        differing.add(NUMBER)
    return [
        Difference(label, said, other[label], label in differing) for label, said in one.items()
    ]


def merge_of(actor: Actor, merge_id: UUID) -> Merge:
    """A merge of files that the actor may merge or decide; else `NotFoundOrRefused`.

    While one of the two children is moved for safety, the merge is nobody's.
    """
    merge = Merge.objects.select_related("kept", "absorbed").filter(pk=merge_id).first()
    if merge is None or merge.kept.is_sheltered or merge.absorbed.is_sheltered:
        raise NotFoundOrRefused
    if not may(actor, Verb.MERGE_APPROVE, merge.subject):
        child_of(actor, Verb.MERGE_PROPOSE, merge.kept_id)
    return merge


def differing_values(kept: Child, absorbed: Child) -> set[str]:
    """In which of the values that a merge may take from the other file the two differ."""
    pairs = {
        "name": (kept.name, absorbed.name),
        "birth": ((kept.birth_date, kept.sex), (absorbed.birth_date, absorbed.sex)),
    }
    differing = {code for code, (one, other) in pairs.items() if one != other}
    if kept.id_index and absorbed.id_index and kept.id_index != absorbed.id_index:
        differing.add("number")
    return differing


def doubts_about(kept: Child, absorbed: Child) -> list[str]:
    """Why the two may not be one child: said before anybody proposes it."""
    doubts = []
    if "number" in differing_values(kept, absorbed):
        doubts.append(_("两份档案的身份证号码不同，请先弄清楚是不是同一个孩子。"))
    if kept.sex != absorbed.sex:
        doubts.append(_("两份档案的性别不同，请先弄清楚是不是同一个孩子。"))
    return [str(doubt) for doubt in doubts]


def story_of(actor: Actor, merge: Merge) -> MergeStory:
    """What a merge moved, by kind of record, what found no room, and what an undo had to leave."""
    moved: dict[str, set[UUID]] = {}
    for change in changes_of(merge):
        if change.before == str(merge.absorbed_id):
            moved.setdefault(change.record_kind, set()).add(change.record_id)
    left: dict[str, int] = {}
    for each in merge.left:
        kind = each.split(" ")[0]
        left[kind] = left.get(kind, 0) + 1
    return MergeStory(
        merge,
        tuple((_called(kind), len(keys)) for kind, keys in moved.items()),
        tuple((_called(kind), number) for kind, number in left.items()),
        _stayed(actor, merge) if merge.absorbed.merged_into_id == merge.kept_id else (),
    )


def _stayed(actor: Actor, merge: Merge) -> tuple[Said, ...]:
    """What only the absorbed file says: where both say the same there is nothing to decide."""
    known = {(said.label, said.text) for said in _dated(actor, merge.kept)}
    absorbed = _dated(actor, merge.absorbed)
    return tuple(said for said in absorbed if (said.label, said.text) not in known)


def _dated(actor: Actor, child: Child) -> list[Said]:
    outside = _("不在本市")
    places = [
        Said(each.kind_label, each.place or str(outside), each.span)
        for each in places_of(actor, child)
    ]
    schools = [
        Said(str(_("学校")), listed(filter(None, (each.school, each.stage, each.grade))), each.span)
        for each in schooling_of(actor, child)
    ]
    held = [
        Said(str(_("困境类别")), each.label, each.span)
        for each in recognition.categories_of(actor, child)
    ]
    family = [
        Said(bond.kind_label, listed(filter(None, (each.name, bond.relation_label))), bond.span)
        for each in family_of(actor, child) for bond in each.bonds
    ]  # fmt: skip
    return [*places, *schools, *held, *family]


def merged_into(child_id: UUID) -> UUID | None:
    """The file into which a file went; whether it may be seen is asked of that one."""
    return next(iter(_ends(child_id=child_id)), None)


@Compiled
def _ends(*, child_id: UUID) -> QuerySet[Child, UUID | None]:
    return Child.objects.filter(pk=child_id).values_list("merged_into_id", flat=True)


@Compiled
def merges_told(*, child_id: UUID) -> QuerySet[Merge]:
    """The merges into the child's file, under way or done, without those of a sheltered file."""
    told = Merge.objects.filter(kept_id=child_id, absorbed__is_sheltered=False)
    return told.exclude(state=Merge.State.DECLINED).select_related("absorbed").order_by("-id")


def lines_of_merges(actor: Actor, approvals: Sequence[Approval]) -> Mapping[UUID, Line]:
    """How approvals of merges show in the inbox; one query."""
    merges = Merge.objects.filter(kept__is_sheltered=False, absorbed__is_sheltered=False)
    found = merges.select_related("kept").in_bulk([each.about_id for each in approvals])
    return {
        each.pk: Line(found[each.about_id].kept.name, str(WHAT[each.says["what"]]))
        for each in approvals
        if each.about_id in found
    }


WHAT: Final = {
    "merge": _("两份档案可能是同一个孩子，提请合并"),
    "undo": _("合并有误，提请拆回"),
}


def changes_of(merge: Merge) -> list[Change]:
    """What a merge changed of what belongs to the two files, in the order in which it did."""
    own = (Merge._meta.label_lower, Child._meta.label_lower)
    changes = Change.objects.filter(event_id__in=merge.events).exclude(record_kind__in=own)
    return list(changes.order_by("id"))


def _called(kind: str) -> str:
    return str(RECORDS.get(kind, _("待办和其他")))


def _in_words(actor: Actor, child: Child) -> dict[str | Promise, str]:
    who = identity_of(actor, child)
    held = recognition.categories_of(actor, child)
    return {
        _("姓名"): who.name,
        _("性别"): who.sex_label,
        _("出生日期"): date_format(who.birth_date, "DATE_FORMAT"),
        NUMBER: who.id_number.hint if isinstance(who.id_number, Masked) else "",
        _("户籍地"): who.hukou,
        _("居住地"): who.residence,
        _("困境类别"): listed(each.label for each in held),
        _("家人"): listed(each.name for each in family_of(actor, child)),
        _("学校"): listed(each.school or each.stage for each in schooling_of(actor, child)),
    }
