"""Lists besides that of the children, as tables to take out: what a list shows, and no more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from weiguang.network.authority import Actor
from weiguang.papers.mark import on_paper
from weiguang.register.models import SurveyRound
from weiguang.register.queries.leads import LeadWish, every_row
from weiguang.register.queries.surveys import every_sheet

MOST_ROWS: Final = 5_000


@dataclass(frozen=True, slots=True)
class Table:
    """A list as it goes out: what it is by its code and in words, its header and its rows."""

    code: str
    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]


def leads_table(actor: Actor, wish: LeadWish) -> Table:
    """The leads of a wish, the newest first, one row too many where there are more than go out.

    Neither what was seen, nor an address, nor a phone: as the list shows them. One query.
    """
    header = (
        _("序号"), _("孩子"), _("性别"), _("大约几岁"), _("地方"), _("来源"), _("办到哪一步"),
        _("登记时间"), _("期限"),
    )  # fmt: skip
    rows = [
        (
            str(number), row.name or _("姓名不详"), row.sex_label,
            "" if row.age is None else str(row.age), row.place, row.source, row.state_label,
            _moment(row.entered_at), _moment(row.due_at),
        )
        for number, row in enumerate(every_row(actor, wish, most=MOST_ROWS + 1), start=1)
    ]  # fmt: skip
    return Table("leads", _("线索"), header, rows)


def sheets_table(actor: Actor, of: SurveyRound) -> Table:
    """The villages of a round in the order of codes; constant in queries."""
    header = (_("序号"), _("村（社区）"), _("镇"), _("签署"), _("签署时间"), _("线索"))
    rows = [
        (
            str(number), row.place, row.town, row.state_label, _moment(row.signed_at),
            "" if row.number is None else str(row.number),
        )
        for number, row in enumerate(every_sheet(actor, of, most=MOST_ROWS + 1), start=1)
    ]  # fmt: skip
    return Table("survey", of.title, header, rows)


def _moment(at: datetime | None) -> str:
    return on_paper(at) if at else ""
