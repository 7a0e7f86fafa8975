"""How the register's tasks and approvals show in the inbox and are done in place."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from weiguang.network.authority import Actor
from weiguang.register.actions import merges
from weiguang.register.queries.merges import differences, lines_of_merges, merge_of
from weiguang.tasks.kinds import ApprovalKind
from weiguang.tasks.models import Approval


def _merge(actor: Actor, approval: Approval) -> Mapping[str, Any]:
    merge = merge_of(actor, approval.about_id)
    rows = differences(actor, merge.kept, merge.absorbed)
    return {"merge": merge, "rows": rows, "is_undo": approval.says["what"] == "undo"}


MERGE_APPROVAL: Final = ApprovalKind(
    merges.KIND, _("合并档案"), lines_of_merges, "register/approval_merge.html", _merge
)
