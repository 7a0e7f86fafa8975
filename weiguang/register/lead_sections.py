"""Leads and surveys on home pages and in the inbox: panels, and the kinds of their tasks."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weiguang.network.authority import Actor, may
from weiguang.network.verbs import Verb
from weiguang.register.access import leads_for, sheets_for
from weiguang.register.actions import lead_tasks, surveys
from weiguang.register.models import Lead
from weiguang.register.queries.lead_words import SOURCES
from weiguang.register.queries.leads import LeadWish, counts_of
from weiguang.register.queries.surveys import rounds_of
from weiguang.register.queries.words import word
from weiguang.tasks.kinds import Line, TaskKind
from weiguang.tasks.models import Task
from weiguang.web.panels import Panel

SHOWN_AT_HOME: Final = 3
Lines = Callable[[Actor, Sequence[Task]], Mapping[UUID, Line]]


def _counts(actor: Actor, nothing: None) -> Mapping[str, Any]:
    return {"counts": [(one, _address(one.wish)) for one in counts_of(actor)]}


def _address(wish: LeadWish) -> str:
    said = {"state": wish.state} | ({"late": "on"} if wish.is_late else {})
    return f"{reverse('leads')}?{urlencode(said)}"


def _new(actor: Actor, nothing: None) -> Mapping[str, Any] | None:
    """A door for who has no list of leads: hotline, social worker."""
    return None if may(actor, Verb.LEAD_LIST) else {}


def _surveys(actor: Actor, nothing: None) -> Mapping[str, Any] | None:
    running = [each for each in rounds_of(actor, size=SHOWN_AT_HOME) if each.is_running]
    return {"rounds": running} if running else None


def _lead_lines(actor: Actor, tasks: Sequence[Task]) -> Mapping[UUID, Line]:
    """A lead's name, or its place where nobody knows one; never what was seen."""
    wanted = {task.about_id for task in tasks}
    found = leads_for(actor, Verb.LEAD_LIST).filter(pk__in=wanted).select_related("place")
    leads = {each.pk: each for each in found.only("name", "source", "is_neutral", "place__name")}
    return {
        task.pk: _lead_line(leads[task.about_id], task) for task in tasks if task.about_id in leads
    }


def _lead_line(lead: Lead, task: Task) -> Line:
    where = f"{lead.place.name} · {word(SOURCES, lead.source)}"
    why = _("%(where)s，上次没联系上") if task.reason == lead_tasks.AGAIN else "%(where)s"
    return Line(
        who=lead.name or _("姓名不详"), why=why % {"where": where},
        address=reverse("lead", args=[lead.pk]),
    )  # fmt: skip


def _sheet_lines(actor: Actor, tasks: Sequence[Task]) -> Mapping[UUID, Line]:
    wanted = {task.about_id for task in tasks}
    found = sheets_for(actor, Verb.SURVEY_LIST).filter(pk__in=wanted)
    sheets = {each.pk: each for each in found.select_related("round", "place")}
    return {
        task.pk: Line(
            who=sheets[task.about_id].place.name, why=sheets[task.about_id].round.title,
            address=reverse("sheet", args=[task.about_id]),
        )
        for task in tasks
        if task.about_id in sheets
    }  # fmt: skip


LEAD_PANELS: Final[tuple[Panel[None], ...]] = (
    Panel(
        "leads", gettext_lazy("线索"), Verb.LEAD_LIST, "register/desk_leads.html", _counts,
        is_bare=True,
    ),
    Panel(
        "lead_new", gettext_lazy("线索"), Verb.LEAD_ENTER, "register/desk_lead_new.html", _new
    ),
    Panel(
        "surveys", gettext_lazy("摸排"), Verb.SURVEY_LIST, "register/desk_surveys.html", _surveys
    ),
)  # fmt: skip
LEAD_TASKS: Final[tuple[TaskKind, ...]] = (
    TaskKind(lead_tasks.ASSIGN, gettext_lazy("分派线索"), _lead_lines),
    TaskKind(lead_tasks.VERIFY, gettext_lazy("核实线索"), _lead_lines),
    TaskKind(lead_tasks.POLICE, gettext_lazy("联系不上的线索：报公安"), _lead_lines),
    TaskKind(lead_tasks.SCHOOL, gettext_lazy("联系不上的线索：问学校"), _lead_lines),
    TaskKind(lead_tasks.DECIDE, gettext_lazy("定线索的结果"), _lead_lines),
    # Mostly the city finds nothing, and then no step of the lead ends it.
    TaskKind(
        lead_tasks.CHECK,
        gettext_lazy("核对线索是否已在别处登记"),
        _lead_lines,
        finishes_by_hand=True,
    ),
    TaskKind(surveys.SHEET, gettext_lazy("签署摸排表"), _sheet_lines),
    TaskKind(surveys.SECOND, gettext_lazy("会签摸排表"), _sheet_lines),
)
