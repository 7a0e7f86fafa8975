"""The record as a sheet for one reader: her sections, the decisions in them, places to sign."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from weiguang.conferences.models import Conference
from weiguang.conferences.queries.conferences import Person, Shown, shown
from weiguang.kernel.wording import listed
from weiguang.network.authority import Actor
from weiguang.papers.documents import Section, Sheet
from weiguang.papers.mark import on_paper


def sheet_of(actor: Actor, conference: Conference) -> Sheet:
    """The conference as the actor may see it, as a sheet to read and sign."""
    found = shown(actor, conference)
    return Sheet(
        title=_("会商记录"), place=found.line.kind, running=found.line.state_label,
        sections=list(_sections(conference, found)),
    )  # fmt: skip


def _sections(conference: Conference, found: Shown) -> Iterator[Section]:
    there = [each for each in found.people if each.attended]
    yield Section(
        _("基本情况"),
        pairs=[
            pair
            for pair in (
                (_("孩子"), conference.child.name), (_("题目"), found.title),
                (_("目的"), found.purpose), (_("时间"), on_paper(found.line.starts_at)),
                (_("地点"), found.where), (_("到会"), listed(_called(each) for each in there)),
            )
            if pair[1]
        ],
    )  # fmt: skip
    if found.agenda:
        items = [(str(number), each.words) for number, each in enumerate(found.agenda, start=1)]
        yield Section(_("议程"), header=(_("序号"), _("内容")), rows=items)
    for part in found.parts:
        yield Section(part.label, notes=part.words.splitlines())
    if found.decisions:
        yield Section(
            _("决定"), header=(_("序号"), _("负责人"), _("完成日期"), _("内容")),
            rows=[
                (str(number), each.owner, each.due_on.isoformat(), each.words)
                for number, each in enumerate(found.decisions, start=1)
            ],
        )  # fmt: skip
    yield Section(
        _("签字"), header=(_("姓名"), _("单位"), _("签字")),
        rows=[(each.name, each.organisation, _signature(each)) for each in there],
        notes=[_("只印您看得到的部分。")],
    )  # fmt: skip


def _called(person: Person) -> str:
    said = {"name": person.name, "role": person.role}
    return _("%(name)s（%(role)s）") % said if person.role else person.name


def _signature(person: Person) -> str:
    if person.signed_at is None:
        return ""
    how = _("纸上已签") if person.is_on_paper else _("系统内已签")
    return f"{how} {on_paper(person.signed_at)}"
