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
from weiguang.register.models import Consent
from weiguang.register.queries.consents import MATTERS, Renewal
from weiguang.register.queries.words import word
from weiguang.tasks.kinds import Line
from weiguang.tasks.models import Task


def lines_of_ages(actor: Actor, tasks: Sequence[Task]) -> Mapping[UUID, Line]:
    """Who turns which age; children whom the reader does not see are left out. One query."""
    return _lines(actor, tasks, lambda task: _("快满 %(n)s 周岁") % {"n": task.reason})


def lines_of_situations(actor: Actor, tasks: Sequence[Task]) -> Mapping[UUID, Line]:
    """Whose care at home is to be looked at; why is on the file, never in a list. One query."""
    return _lines(actor, tasks, lambda task: _("请核对家里的监护情况有没有变化"))


def lines_of_consents(actor: Actor, tasks: Sequence[Task]) -> Mapping[UUID, Line]:
    """Which consent of which child is to be asked anew; one query."""
    seen = children_for(actor, Verb.CHILD_LIST)
    found = Consent.objects.filter(pk__in=[task.about_id for task in tasks], child__in=seen)
    matters = {
        key: (name, word(MATTERS, matter))
        for key, name, matter in found.values_list("pk", "child__name", "matter")
    }
    return {
        task.pk: Line(
            matters[task.about_id][0],
            _asked_anew(task) % {"what": matters[task.about_id][1]},
            f"{reverse('child', args=[task.child_id])}#consents",
        )
        for task in tasks
        if task.about_id in matters
    }


def lines_of_entrustments(actor: Actor, tasks: Sequence[Task]) -> Mapping[UUID, Line]:
    """Whose entrusted care soon ends or is over; with whom is on the file. One query."""
    why = _("委托照护的约定快到期或已到期")
    return _lines(actor, tasks, lambda task: why, part="#entrustments")


def meaning_of(task: Task) -> AgeAlert | None:
    """What the age of an alert means."""
    return packs.age_alerts(settings.WEIGUANG_PACK)[1].get(int(task.reason or 0))


def in_words(alert: AgeAlert) -> str:
    """What changes at that age, in the reader's language."""
    return alert.label.text(get_language() or "zh-hans")


def _asked_anew(task: Task) -> str:
    if task.reason == Renewal.OUTGROWN:
        return _("满14岁后，“%(what)s”要由孩子本人同意")
    return _("“%(what)s”的同意快到期或已到期")


def _lines(
    actor: Actor, tasks: Sequence[Task], why: Callable[[Task], str], part: str = ""
) -> dict[UUID, Line]:
    """`part` is the section of the file to look at."""
    found = children_for(actor, Verb.CHILD_LIST).filter(pk__in=[task.child_id for task in tasks])
    names = dict(found.values_list("pk", "name"))
    return {
        task.pk: Line(
            names[task.child_id], why(task), f"{reverse('child', args=[task.child_id])}{part}"
        )
        for task in tasks
        if task.child_id in names
    }
