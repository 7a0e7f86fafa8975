"""What follows when a level was set or decided on: it is carried out, and told to the register."""

from uuid import UUID

from weiguang.assessment.actions import levels
from weiguang.assessment.queries.levels import level_of
from weiguang.kernel import clock
from weiguang.kernel.models import Event
from weiguang.network.queries import the_system
from weiguang.register.actions.standing import push
from weiguang.register.models import Child
from weiguang.tasks.models import Approval


def carry_out_level(event: Event) -> None:
    """After a second person decided on a level that differs from what was proposed."""
    if event.detail["kind"] == levels.KIND and event.detail["decision"] != "returned":
        approval = Approval.objects.get(pk=UUID(event.detail["approval"]))
        is_approved = event.detail["decision"] == "approved"
        levels.carry_out(decision_id=approval.about_id, is_approved=is_approved, caused_by=event.pk)


def tell_the_register(event: Event) -> None:
    """After a level may have changed: the child's row says the one that everybody may know."""
    if event.about_kind != "child" or event.about_id is None:
        return
    child = Child.objects.get(pk=event.about_id)
    on = clock.today()
    now = level_of([child.pk], on).get(child.pk)
    push(child=child, by=the_system(on=on), level=now.level if now else "")
