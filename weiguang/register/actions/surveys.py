"""A survey round is announced, its villages sign their sheets, and a second person signs with them.

A sheet that two people have signed does not change; a supervisor can open it again, for a reason.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from weiguang.kernel import clock, packs
from weiguang.kernel.errors import Conflict, Invalid, NotFoundOrRefused
from weiguang.kernel.events import Subject
from weiguang.kernel.history import amend
from weiguang.network.acts import act
from weiguang.network.authority import Actor, may
from weiguang.network.models import Place
from weiguang.network.queries import the_system
from weiguang.network.verbs import Verb
from weiguang.register.actions.lead_tasks import period
from weiguang.register.models import SurveyRound, SurveySheet
from weiguang.register.queries.lead_words import LOOKED
from weiguang.register.queries.surveys import DIRECTOR, leads_of_sheet, may_sign
from weiguang.tasks.actions.tasks import Origin, cancel_about, finish_about, open_task
from weiguang.tasks.queries.posts import post_for, post_with
from weiguang.tasks.rules.periods import Period

SHEET: Final = "survey.sheet"
SECOND: Final = "survey.second"
State = SurveySheet.State


class SheetMoved(Conflict):
    """Somebody signed the sheet, or opened it again, meanwhile."""

    code = "sheet_moved"
    default_what = _("这张摸排表刚刚有人签过或者退回了。")
    default_to_what = _("您这次的签署没有保存。")
    default_what_next = _("请打开摸排表，看看最新的情况。")


class FirstPerson(Conflict):
    """The first signature is theirs who look: who verifies leads in that village."""

    code = "sheet_first_person"
    default_what = _("摸排表先由儿童主任签。")
    default_to_what = _("这张摸排表没有改动。")
    default_what_next = _("儿童主任空缺的，由镇里的儿童督导员签。")


class SecondPerson(Conflict):
    """The second signature is another person's, on another post."""

    code = "sheet_second_person"
    default_what = _("会签要由另一个岗位上的另一个人来签。")
    default_to_what = _("这张摸排表没有改动。")
    default_what_next = _("请村（社区）书记，或者镇里的儿童督导员会签。")


def announce(
    *, place: Place, title: str, since: date, until: date, sources: Sequence[str], by: Actor
) -> SurveyRound:
    """A round for every village below a place, each with a sheet to sign.

    The directors' tasks are opened by the reaction to it. Raises `Invalid` for a round that is
    over, ends before it begins, or looks nowhere.
    """
    known = [each.code for each in packs.words(settings.WEIGUANG_PACK, LOOKED)]
    wanted = [code for code in known if code in sources]
    if not title.strip() or not wanted or until < max(since, by.on):
        raise Invalid(what=_("请写明名称、要看的来源；结束日期不能早于开始日期和今天。"))
    made = SurveyRound(
        place=place, title=title.strip(), since=since, until=until, sources=wanted,
        announced_at=clock.now(), announced_by_id=by.person_id,
    )  # fmt: skip
    with act(Verb.SURVEY_ANNOUNCE, by=by, about=made.subject) as event:
        made.save(force_insert=True)
        villages = Place.objects.filter(
            path__startswith=place.path, level=Place.Level.VILLAGE, closed_on=None
        )
        sheets = [SurveySheet(round=made, place=each, path=each.path) for each in villages]
        SurveySheet.objects.bulk_create(sheets)
        event.detail = {"sheets": len(sheets)}
    return made


def ask_to_sign(*, sheet: SurveySheet, caused_by: int) -> None:
    """The task of a village's director, due when the round ends; once, however often asked."""
    system = the_system(on=clock.today())
    post = post_for(sheet.path, DIRECTOR, on=system.on) or post_with(
        sheet.path, Verb.LEAD_ASSIGN, on=system.on
    )
    if post is None or sheet.state != State.OPEN:
        return
    left = max((sheet.round.until - system.on).days, 0)
    with act(Verb.TASK_OPEN, by=system, about=sheet.subject, caused_by=caused_by):
        open_task(
            kind=SHEET, about=sheet.subject, post_id=post.pk, within=Period(days=left), by=system,
            origin=Origin(key=f"{SHEET}:{sheet.pk}:{sheet.reopened}"),
        )  # fmt: skip


def sign(*, sheet: SurveySheet, looked: Sequence[str], by: Actor) -> SurveySheet:
    """Say which sources were looked at; leads are counted, and none is a result like any other.

    Raises `Invalid` without a source, `SheetMoved` when it was signed meanwhile, and `FirstPerson`
    for who signs second only.
    """
    with act(Verb.SURVEY_SIGN, by=by, about=sheet.subject) as event:
        current = _locked(sheet)
        if not may_sign(by, sheet):
            raise FirstPerson
        kept = [code for code in current.round.sources if code in looked]
        if current.state != State.OPEN:
            raise SheetMoved
        if not kept:
            raise Invalid(what=_("请勾选看过的来源。一个都没有看，不能签。"))
        amend(
            current, state=State.SIGNED, looked=kept, number=leads_of_sheet(current).count(),
            signed_by_id=by.person_id, signed_post_id=event.post_id, signed_at=clock.now(),
        )  # fmt: skip
        finish_about(kind=SHEET, about_id=current.pk, by=by, outcome="signed")
        _ask_a_second(current, by)
    return current


def sign_second(*, sheet: SurveySheet, by: Actor) -> SurveySheet:
    """Sign as the second person, on another post; the sheet is closed by it.

    Raises `SecondPerson` for who signed first, and `SheetMoved` when it is not waiting for it.
    """
    with act(Verb.SURVEY_SIGN, by=by, about=sheet.subject) as event:
        current = _locked(sheet)
        if current.state != State.SIGNED:
            raise SheetMoved
        if by.person_id == current.signed_by_id or event.post_id == current.signed_post_id:
            raise SecondPerson
        amend(
            current, state=State.DONE, second_by_id=by.person_id, second_post_id=event.post_id,
            second_at=clock.now(),
        )  # fmt: skip
        finish_about(kind=SECOND, about_id=current.pk, by=by, outcome="signed")
    return current


def reopen(*, sheet: SurveySheet, why: str, by: Actor) -> SurveySheet:
    """Open a signed sheet again, for a reason in words; what it said stays in the history.

    Until two have signed whoever may sign second can; afterwards who assigns leads there.
    """
    if not why.strip():
        raise Invalid(what=_("请写明退回的原因。"))
    with act(Verb.SURVEY_SIGN, by=by, about=sheet.subject) as event:
        current = _locked(sheet)
        if current.state == State.OPEN:
            raise SheetMoved
        if current.state == State.DONE and not may(by, Verb.LEAD_ASSIGN, current.subject):
            raise NotFoundOrRefused
        amend(
            current, state=State.OPEN, looked=[], number=None, signed_by_id=None,
            signed_post_id=None, signed_at=None, second_by_id=None, second_post_id=None,
            second_at=None, reopened=current.reopened + 1, reopened_why=why.strip(),
        )  # fmt: skip
        cancel_about(about_id=current.pk, by=by)
        event.detail["reopened"] = current.reopened
        ask_to_sign(sheet=current, caused_by=event.pk)
    return current


def _ask_a_second(sheet: SurveySheet, by: Actor) -> None:
    roles = ("village_secretary", "child_supervisor", "town_civil_affairs", "city_officer")
    post = post_for(sheet.path, *roles, on=by.on, but=[by.person_id])
    if post is not None:
        open_task(
            kind=SECOND, about=Subject("sheet", sheet.pk, (sheet.path,)), post_id=post.pk,
            within=period(SECOND), by=the_system(on=by.on),
        )  # fmt: skip


def _locked(sheet: SurveySheet) -> SurveySheet:
    found = SurveySheet.objects.select_for_update(of=("self",)).select_related("round")
    current: SurveySheet = found.get(pk=sheet.pk)
    return current
