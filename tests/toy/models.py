"""The toy app's one table; it is made by the test, not by a migration."""

from typing import ClassVar

from django.db import models

from weiguang.kernel.fields import EncryptedText
from weiguang.kernel.records import Record
from weiguang.kernel.sensitivity import Tier
from weiguang.network.models import RECORD
from weiguang.register.models import Child


class Note(Record):
    """A remark about a child, and a secret."""

    child = models.ForeignKey(Child, models.PROTECT, related_name="+")
    text = models.TextField()
    secret = EncryptedText()

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "child": Tier.PERSONAL, "text": Tier.PERSONAL, "secret": Tier.SENSITIVE,
    }  # fmt: skip

    class Meta(Record.Meta):
        app_label = "toy"
