"""One's own exports, and what the second person is told of one before she agrees."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _

from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.network.authority import Actor
from weiguang.network.models import Place
from weiguang.network.verbs import Verb
from weiguang.register.models import Export, ExportLine, ExportPassword
from weiguang.register.queries.export_papers import count_words
from weiguang.register.queries.going_out import going_out
from weiguang.register.queries.words import word
from weiguang.tasks.kinds import Line
from weiguang.tasks.models import Approval

SHOWN: Final = 50
NAMES_SHOWN: Final = 30


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One export in a list of one's own; `approval_id` is set where it waits for another."""

    export: Export
    who: str
    purpose: str
    approval_id: UUID | None


@dataclass(frozen=True, slots=True)
class ExportStory:
    """One export as its page tells it; `left_out` names those whose characters no font has."""

    row: ExportRow
    has_password: bool
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the second person: what goes out, how many from where, what for."""

    export: Export
    count: str
    purpose: str
    words: str
    places: tuple[tuple[str, int], ...]
    who: str


def exports_of(actor: Actor) -> list[ExportRow]:
    """The actor's own exports, the newest first; three queries."""
    found = Export.objects.filter(requested_by=actor.person_id).order_by("-number")
    return _rows(actor, list(found[:SHOWN]))


def export_of(actor: Actor, export_id: UUID) -> Export:
    """One of the actor's own exports; another's is as absent as one that does not exist."""
    found = Export.objects.select_related("requested_by").filter(pk=export_id).first()
    if found is None or actor.person_id is None or found.requested_by_id != actor.person_id:
        raise NotFoundOrRefused
    return found


def story_of(actor: Actor, export_id: UUID) -> ExportStory:
    """One of the actor's own exports, with how far it is; six queries."""
    export = export_of(actor, export_id)
    lacking = export.lines.filter(left_out=ExportLine.LeftOut.CHARACTER).values("child")
    names = going_out(actor, Verb.EXPORT_PRINT).filter(pk__in=lacking).order_by("sort_key", "id")
    return ExportStory(
        row=_rows(actor, [export])[0],
        has_password=ExportPassword.objects.filter(export=export).exists(),
        left_out=tuple(names.values_list("name", flat=True)[:NAMES_SHOWN]),
    )


def asked_of(actor: Actor, approval: Approval) -> Asked | None:
    """What an approval would let out, for who may sign it; a child's name only where it is hers."""
    export = Export.objects.select_related("stated").filter(pk=approval.about_id).first()
    if export is None:
        return None
    by_place = export.lines.values_list("child__residence_place__name").annotate(n=Count("pk"))
    row = _rows(actor, [export])[0]
    return Asked(
        export=export,
        count=count_words(export),
        purpose=row.purpose,
        words=str(export.stated.words) if export.stated else "",
        places=tuple((name or _("不在本市"), n) for name, n in by_place.order_by("-n")),
        who=row.who,
    )


def lines_of_exports(actor: Actor, approvals: Sequence[Approval]) -> Mapping[UUID, Line]:
    """How approvals of exports show in the inbox: from where, how many, what for; three queries."""
    exports = Export.objects.in_bulk([each.about_id for each in approvals])
    paths = {export.path for export in exports.values()}
    places = dict(Place.objects.filter(path__in=paths).values_list("path", "name"))
    return {
        each.pk: Line(places.get(export.path, ""), _why(export))
        for each in approvals
        if (export := exports.get(each.about_id)) is not None
    }


def _why(export: Export) -> str:
    said = {
        "what": export.get_kind_display(), "count": count_words(export),
        "purpose": word("access_purposes", export.purpose),
    }  # fmt: skip
    if export.is_full:
        return _("导出%(what)s（完整号码），%(count)s，用途：%(purpose)s") % said
    return _("导出%(what)s（号码遮盖），%(count)s，用途：%(purpose)s") % said


def _rows(actor: Actor, exports: Sequence[Export]) -> list[ExportRow]:
    waiting = [each.pk for each in exports if each.state == Export.State.WAITING]
    approvals = dict(Approval.objects.filter(about_id__in=waiting).values_list("about_id", "pk"))
    names = _names(actor, [each for each in exports if each.kind == Export.Kind.FILE])
    return [
        ExportRow(
            export=each,
            who=names.get(each.pk, ""),
            purpose=word("access_purposes", each.purpose),
            approval_id=approvals.get(each.pk),
        )
        for each in exports
    ]


def _names(actor: Actor, files: Sequence[Export]) -> dict[UUID, str]:
    """Whose file each is, as far as the actor may still know of the child."""
    lines = ExportLine.objects.filter(export__in=files, child__in=going_out(actor, Verb.CHILD_LIST))
    return dict(lines.values_list("export_id", "child__name"))
