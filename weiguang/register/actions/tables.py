"""Taking out a list that is no list of children's files: at once, masked, for a stated purpose."""

from django.utils.translation import gettext_lazy as _

from weiguang.kernel import clock
from weiguang.kernel.errors import Invalid, TooLarge
from weiguang.kernel.events import Subject
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.models import Account
from weiguang.network.verbs import Verb
from weiguang.papers.mark import Mark
from weiguang.papers.workbook import PaperSheet, workbook
from weiguang.register.actions.exports import asking_place
from weiguang.register.actions.purposes import Why, kept_words, require_whole
from weiguang.register.queries.tables import MOST_ROWS, Table
from weiguang.register.queries.words import word


class NothingToTake(Invalid):
    """The list is empty."""

    code = "nothing_to_take"
    default_what = _("这份名单里现在一条也没有。")
    default_to_what = _("什么都没有导出。")
    default_what_next = _("请换一个条件再导出。")


class TooManyToTake(TooLarge):
    """More rows than go out at once."""

    code = "too_many_to_take"
    default_what = _("一次最多导出 %(most)s 条。")
    default_to_what = _("什么都没有导出。")
    default_what_next = _("请缩小范围，例如按镇分几次导出。")


def take_out(*, table: Table, why: Why, by: Actor) -> tuple[bytes, int]:
    """The table as a workbook, marked with who took it out and what for, and its number.

    Raises `NotFoundOrRefused` for who may take no list out, `Invalid` without a purpose,
    `NothingToTake` and `TooManyToTake`.
    """
    about = Subject("table", None, (asking_place(Verb.EXPORT_MASKED, by),))
    require_whole(why)
    if by.person_id is None:
        raise Invalid
    if not table.rows:
        raise NothingToTake
    if len(table.rows) > MOST_ROWS:
        raise TooManyToTake(most=MOST_ROWS)
    with act(Verb.EXPORT_MASKED, by=by, about=about, purpose=why.code) as event:
        stated = kept_words(why)
        event.detail = {"table": table.code, "rows": len(table.rows)}
        if stated is not None:
            event.detail["stated"] = str(stated.pk)
        issuer = Account.objects.get(pk=by.person_id).name
        purpose = word("access_purposes", why.code)
        mark = Mark(issuer, purpose, clock.now(), event.pk)
    sheet = PaperSheet(table.title, mark.line, table.header, table.rows)
    return workbook([sheet]), event.pk
