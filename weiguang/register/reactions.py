"""What follows in the register after something was decided elsewhere."""

from uuid import UUID

from weiguang.kernel.models import Event
from weiguang.register.actions import merges
from weiguang.tasks.models import Approval


def carry_out_merge(event: Event) -> None:
    """After an approval about a merge: put together, take apart, or leave as it is."""
    if event.detail["kind"] != merges.KIND or event.detail["decision"] == "returned":
        return
    approval = Approval.objects.get(pk=UUID(event.detail["approval"]))
    key = approval.about_id
    if event.detail["decision"] != "approved":
        merges.decline(merge_id=key, caused_by=event.pk)
    elif approval.says["what"] == "undo":
        merges.take_apart(merge_id=key, caused_by=event.pk)
    else:
        merges.carry_out(merge_id=key, caused_by=event.pk)
