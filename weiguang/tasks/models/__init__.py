"""Tasks and approvals as tables."""

from weiguang.tasks.models.approvals import Approval, Seat, Signature
from weiguang.tasks.models.notices import NoticeChoice, NoticeSent
from weiguang.tasks.models.tasks import Escalation, Task

__all__ = ["Approval", "Escalation", "NoticeChoice", "NoticeSent", "Seat", "Signature", "Task"]
