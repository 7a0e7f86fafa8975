"""What an export says, as a workbook and as a document; what is masked is decided before."""

from collections.abc import Iterable, Iterator, Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from weiguang.kernel.wording import listed
from weiguang.papers.documents import Section, Sheet
from weiguang.papers.mark import Mark
from weiguang.papers.workbook import PaperSheet, workbook
from weiguang.register.models import Export
from weiguang.register.queries.going_out import PaperChild
from weiguang.register.queries.words import word

Pairs = list[tuple[str, str]]


def mark_of(export: Export) -> Mark:
    """What every page of an export is marked with."""
    purpose = word("access_purposes", export.purpose)
    return Mark(export.requested_by.name, purpose, export.requested_at, export.number)


def list_of(children: Sequence[PaperChild], mark: Mark) -> bytes:
    """The children as a workbook with one row each."""
    header = [
        _("序号"), _("姓名"), _("性别"), _("出生日期"), _("年龄"), _("身份证号码"), _("户籍地"),
        _("居住地"), _("居住地址"), _("困境类别"), _("监护人"), _("与孩子的关系"), _("监护人电话"),
        _("学校"), _("年级"),
    ]  # fmt: skip
    rows = [_row(number, child) for number, child in enumerate(children, start=1)]
    return workbook([PaperSheet(_("儿童名单"), mark.line, header, rows)])


def sheet_of(child: PaperChild, number: int, total: int) -> Sheet:
    """One child's file as a sheet; `number` and `total` count the files of one export."""
    running = _("第 %(number)s 份 / 共 %(total)s 份") % {"number": number, "total": total}
    parts = (_identity(child), _places(child), _family(child), _categories(child), _growing(child))
    return Sheet(
        title=_("儿童档案"),
        place=child.residence or child.hukou,
        running=running if total > 1 else "",
        sections=[part for part in parts if part.pairs or part.rows],
    )


def count_words(export: Export) -> str:
    """How many children an export is about, in words."""
    words = ngettext("%(n)s 名孩子", "%(n)s 名孩子", export.total)
    return words % {"n": export.total}


def _row(number: int, child: PaperChild) -> list[str]:
    guardians = child.guardians
    return [
        str(number), child.name, child.sex_label, child.birth_date.isoformat(), str(child.age),
        child.id_number or child.no_id_reason, child.hukou or _("不在本市"),
        child.residence or _("不在本市"), child.residence_address,
        listed(_category_words(child)), *(
            listed(_said(getattr(each, name) for each in guardians))
            for name in ("name", "relation", "phone")
        ),
        child.school, child.grade,
    ]  # fmt: skip


def _identity(child: PaperChild) -> Section:
    return Section(
        _("身份"),
        _filled(
            (_("姓名"), child.name),
            (_("曾用名、小名"), listed(child.other_names)),
            (_("性别"), child.sex_label),
            (_("出生日期"), date_format(child.birth_date, "DATE_FORMAT")),
            (_("年龄"), _("%(n)s 岁") % {"n": child.age}),
            (_("民族"), child.ethnicity),
            (_("身份证号码"), child.id_number or child.no_id_reason),
        ),
    )


def _places(child: PaperChild) -> Section:
    confirmed = "" if child.is_residence_confirmed else _("（居住地未确认）")
    return Section(
        _("户籍和居住"),
        _filled(
            (_("户籍地"), child.hukou or _("不在本市")),
            (_("户籍地址"), child.hukou_address),
            (_("居住地"), (child.residence or _("不在本市")) + confirmed),
            (_("居住地址"), child.residence_address),
        ),
    )


def _family(child: PaperChild) -> Section:
    header = (_("姓名"), _("身份"), _("与孩子的关系"), _("电话"), _("身份证号码"))
    rows = [
        (tie.name, tie.kind_label, tie.relation, tie.phone, tie.id_number) for tie in child.ties
    ]
    notes = [_("父母状况已登记，不在打印件里。")] if child.has_situations else []
    return Section(_("家里"), header=header, rows=rows, notes=notes)


def _categories(child: PaperChild) -> Section:
    return Section(_("困境类别"), _filled((_("类别"), listed(_category_words(child)))))


def _growing(child: PaperChild) -> Section:
    health = _("已登记，不在打印件里") if child.has_health_facts else ""
    return Section(
        _("上学与健康"),
        _filled(
            (_("学段"), child.stage),
            (_("就学情况"), child.attendance),
            (_("学校"), child.school),
            (_("年级"), child.grade),
            (_("健康状况"), health),
        ),
    )


def _category_words(child: PaperChild) -> Iterator[str]:
    for tag in child.categories:
        yield _("%(category)s（待核定）") % {"category": tag.label} if tag.waits else tag.label


def _said(words: Iterable[str]) -> Iterator[str]:
    return (each for each in words if each)


def _filled(*pairs: tuple[str, str]) -> Pairs:
    return [(label, said) for label, said in pairs if said]
