"""How alerts show in the inbox: the child's name, and what there is to look at; no circumstance."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from weiguang.kernel import packs
from weiguang.kernel.packs import AgeAlert
from weiguang.network.authority import Actor
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for
from weiguang.tasks.kinds import Line
from weiguang.tasks.models import Task


def lines_of_ages(actor: Actor, tasks: Sequence[Task]) -> Mapping[UUID, Line]:
    """Who turns which age; children whom the reader does not see are left out. One query."""
    return _lines(actor, tasks, lambda task: _("快满 %(n)s 周岁") % {"n": task.reason})


def lines_of_situations(actor: Actor, tasks: Sequence[Task]) -> Mapping[UUID, Line]:
    """Whose care at home is to be looked at; why is on the file, never in a list. One query."""
    return _lines(actor, tasks, lambda task: _("请核对家里的监护情况有没有变化"))


def meaning_of(task: Task) -> AgeAlert | None:
    """What the age of an alert means."""
    return packs.age_alerts(settings.WEIGUANG_PACK)[1].get(int(task.reason or 0))


def in_words(alert: AgeAlert) -> str:
    """What changes at that age, in the reader's language."""
    return alert.label.text(get_language() or "zh-hans")


def _lines(actor: Actor, tasks: Sequence[Task], why: Callable[[Task], str]) -> dict[UUID, Line]:
    found = children_for(actor, Verb.CHILD_LIST).filter(pk__in=[task.child_id for task in tasks])
    names = dict(found.values_list("pk", "name"))
    return {
        task.pk: Line(names[task.child_id], why(task), reverse("child", args=[task.child_id]))
        for task in tasks
        if task.child_id in names
    }
