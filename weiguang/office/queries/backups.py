"""When the last backup was made, and whether that is too long ago."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from weiguang.kernel import clock
from weiguang.kernel.models import Event, RoundRun
from weiguang.network.verbs import Verb

LOG_ROUND: Final = "backup.log"
# Made every night, one may be half a day late before anybody is alarmed.
BACKUP_PATIENCE: Final = timedelta(hours=36)


@dataclass(frozen=True, slots=True)
class Backups:
    """The last backup: when, of which kind, its size in bytes; and until when the log is kept."""

    made_at: datetime | None
    is_full: bool
    size: int
    log_reaches: datetime | None

    @property
    def age(self) -> timedelta | None:
        """How long ago it was made; None when there is none."""
        return clock.now() - self.made_at if self.made_at else None

    @property
    def hours(self) -> int:
        """Its age in whole hours; 0 when there is none."""
        return int(self.age / timedelta(hours=1)) if self.age else 0

    @property
    def is_missing(self) -> bool:
        """Whether there is none at all."""
        return self.made_at is None

    @property
    def is_old(self) -> bool:
        """Whether the last one was made too long ago."""
        return self.age is not None and self.age > BACKUP_PATIENCE


def last_backup() -> Backups:
    """The last backup that was remembered; two queries."""
    made = Event.objects.filter(verb=Verb.BACKUP_MAKE, was_refused=False)
    last = made.order_by("-id").values_list("at", "detail").first()
    reaches = RoundRun.objects.filter(code=LOG_ROUND).values_list("at", flat=True).first()
    if last is None:
        return Backups(None, is_full=False, size=0, log_reaches=reaches)
    at, detail = last
    return Backups(at, detail["kind"] == "full", int(detail["bytes"]), reaches)
