"""That a backup was made is remembered where the pages look; the backup itself lies elsewhere."""

from datetime import datetime

from weiguang.kernel.models import RoundRun
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.verbs import Verb
from weiguang.office.queries.backups import LOG_ROUND


def remember_backup(*, name: str, kind: str, size: int, by: Actor) -> None:
    """One event with the backup's name, kind (full or incremental) and size in bytes."""
    with act(Verb.BACKUP_MAKE, by=by) as event:
        event.detail = {"backup": name, "kind": kind, "bytes": size}


def remember_log(*, reaches: datetime) -> None:
    """Until when the log lies beside the backups; as a round, for it may happen every minute."""
    RoundRun.objects.update_or_create(code=LOG_ROUND, defaults={"at": reaches})
