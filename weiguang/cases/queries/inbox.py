"""How the tasks and approvals of casework show in the inbox."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from weiguang.cases.access import cases_for
from weiguang.cases.models import Case
from weiguang.cases.queries.words import missing_words
from weiguang.cases.rules.transitions import Fact
from weiguang.network.authority import Actor
from weiguang.network.verbs import Verb
from weiguang.register.queries.shelter import unnamed
from weiguang.tasks.kinds import Line
from weiguang.tasks.models import Task

WHY: Mapping[str, Fact] = {"case.assess": Fact.ASSESSMENT, "case.plan": Fact.PLAN_AGREED}


def lines_of_cases(actor: Actor, tasks: Sequence[Task]) -> Mapping[UUID, Line]:
    """Whose case it is, for who may open it; another of the same post is told whom to ask.

    Two queries.
    """
    found = Case.objects.select_related("child", "lead").only(
        "child__name", "lead__name", "is_emergency"
    )
    cases = found.in_bulk([task.about_id for task in tasks])
    mine = set(cases_for(actor, Verb.CASE_READ).filter(pk__in=cases).values_list("pk", flat=True))
    return {
        task.pk: _line(task, each, is_mine=each.pk in mine)
        for task in tasks
        if (each := cases.get(task.about_id)) is not None
    }


def _line(task: Task, case: Case, *, is_mine: bool) -> Line:
    if not is_mine:
        return Line(unnamed(), _("您还不能打开这个个案，请督导员把您加进小组"))
    why = _("主责：%(name)s") % {"name": case.lead.name}
    if fact := WHY.get(task.kind):
        why = _("等着：%(what)s") % {"what": missing_words([fact])[0]}
    return Line(case.child.name, why, reverse("case", args=[case.pk]))
