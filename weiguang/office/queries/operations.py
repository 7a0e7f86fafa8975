"""How the installation is doing, without a word about any person."""

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from weiguang.kernel import clock, keyring, packs
from weiguang.kernel.models import Delivery, RoundRun
from weiguang.kernel.rounds import ALWAYS, rounds
from weiguang.network.verb_labels import label_of
from weiguang.office.queries.backups import Backups, last_backup
from weiguang.office.queries.chain import COUNTED_UP_TO, SealState, seal_state
from weiguang.papers import scanner
from weiguang.web.gauges import gauges

SERVER: Final = """
SELECT pg_database_size(current_database()), current_setting('server_version')
"""
# The worker seals once a second: a minute of waiting means that it does not run.
WORKER_PATIENCE: Final = timedelta(minutes=1)
# The worker may be busy with something longer.
ROUND_PATIENCE: Final = timedelta(minutes=10)
# What rounds with an interval of their own are called; one without words goes by its code.
TITLES: Final[dict[str, str | Promise]] = {
    "alerts.ages": _("生日提醒"),
    "alerts.situations": _("核对监护情况的提醒"),
    "alerts.consents": _("同意到期的提醒"),
    "alerts.entrustments": _("委托照护到期的提醒"),
    "assessment.again": _("到期的复评"),
    "safety.nobody": _("安全转移没有指定的人"),
    "moves.overlaps": _("转移交接期满"),
    "places.changes": _("到期的辖区调整"),
    "places.strays": _("归到新辖区的孩子"),
    "access.dropped": _("没人答复的查阅申请"),
    "exports.clear": _("清除过期的导出文件"),
    "notices.send": _("发送提醒"),
}
DEAD_SHOWN: Final = 50
ENOUGH_DISK: Final = 0.1


@dataclass(frozen=True, slots=True)
class Worker:
    """Whether the background worker keeps up; `waits_since` is the oldest thing left undone."""

    is_behind: bool
    waits_since: datetime | None
    waiting: int
    is_more_waiting: bool
    # How long the oldest thing has been waiting.
    lag: timedelta
    seals: SealState


@dataclass(frozen=True, slots=True)
class Punctuality:
    """A round of the worker that has its own interval: when it ran last, and whether it is late."""

    title: str | Promise
    every: timedelta
    ran_at: datetime | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class DeadDelivery:
    """Something the worker gave up."""

    number: int
    verb: str
    reaction: str
    error: str
    attempts: int
    dead_at: datetime


@dataclass(frozen=True, slots=True)
class Store:
    """Where everything is kept."""

    size: int
    version: str
    is_embedded: bool
    disk_free: int
    is_disk_short: bool
    last_migration: str
    migrated_at: datetime | None


@dataclass(frozen=True, slots=True)
class Keys:
    """How many field keys there are and which one writes; never the keys."""

    count: int
    active: int
    is_in_file: bool


@dataclass(frozen=True, slots=True)
class Health:
    """All of it."""

    worker: Worker
    rounds: list[Punctuality]
    dead: list[DeadDelivery]
    store: Store
    keys: Keys
    backups: Backups
    is_demonstration: bool
    # What the apps count themselves, as title and number.
    figures: list[tuple[str | Promise, int]]
    # `none` where no scanner is set up, else `up` or `down`.
    scanner: str


@dataclass(frozen=True, slots=True)
class Attention:
    """What of the installation needs its administrator; all false and zero is well."""

    is_worker_behind: bool
    is_disk_short: bool
    is_backup_due: bool
    dead: int

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to see to."""
        return self.is_worker_behind or self.is_disk_short or self.is_backup_due or self.dead > 0


def attention() -> Attention:
    """What needs attention now; eight queries. `dead` is exact up to 1,000, then 1,001."""
    dead = Delivery.objects.filter(dead_at__isnull=False).order_by()
    return Attention(
        is_worker_behind=_worker().is_behind,
        is_disk_short=_is_disk_short(),
        is_backup_due=is_backup_due(),
        dead=dead[: COUNTED_UP_TO + 1].count(),
    )


def is_backup_due() -> bool:
    """Whether the last backup is too old, or there is none of what is not invented; two queries."""
    last = last_backup()
    return last.is_old or (last.is_missing and not _is_demonstration())


def health() -> Health:
    """The state of the installation now; eleven queries and one for each gauge."""
    return Health(
        worker=_worker(),
        rounds=_rounds(),
        dead=_dead(),
        store=_store(),
        keys=_keys(),
        backups=last_backup(),
        is_demonstration=_is_demonstration(),
        figures=[(gauge.title, gauge.read()) for gauge in gauges()],
        scanner=_scanner(),
    )


def _scanner() -> str:
    if not settings.WEIGUANG_CLAMD:
        return "none"
    return "up" if scanner.is_up(settings.WEIGUANG_CLAMD) else "down"


def _is_demonstration() -> bool:
    return packs.pack(settings.WEIGUANG_PACK).is_demonstration


def _worker() -> Worker:
    seals = seal_state()
    due = Delivery.objects.filter(done_at=None, dead_at=None, next_at__lte=clock.now())
    oldest = due.order_by("next_at").values_list("next_at", flat=True).first()
    waiting = due.order_by()[: COUNTED_UP_TO + 1].count()
    since = min((at for at in (seals.oldest_unsealed_at, oldest) if at), default=None)
    return Worker(
        is_behind=since is not None and clock.now() - since > WORKER_PATIENCE,
        waits_since=since,
        waiting=min(waiting, COUNTED_UP_TO),
        is_more_waiting=waiting > COUNTED_UP_TO,
        lag=clock.now() - since if since else timedelta(0),
        seals=seals,
    )


def _rounds() -> list[Punctuality]:
    ran = dict(RoundRun.objects.values_list("code", "at"))
    now = clock.now()
    return [
        Punctuality(
            title=TITLES.get(each.code, each.code),
            every=each.every,
            ran_at=ran.get(each.code),
            is_late=(at := ran.get(each.code)) is None or now > at + each.every + ROUND_PATIENCE,
        )
        for each in rounds()
        if each.every != ALWAYS
    ]


def _dead() -> list[DeadDelivery]:
    dead = Delivery.objects.filter(dead_at__isnull=False).select_related("event")
    return [
        DeadDelivery(
            number=each.pk,
            verb=label_of(each.event.verb),
            reaction=each.reaction.removeprefix("weiguang."),
            error=each.error,
            attempts=each.attempts,
            dead_at=each.dead_at,
        )
        for each in dead.order_by("-dead_at")[:DEAD_SHOWN]
        if each.dead_at is not None
    ]


def _store() -> Store:
    with connection.cursor() as cursor:
        cursor.execute(SERVER)
        size, version = cursor.fetchone()
    last: Any = MigrationRecorder.Migration.objects.order_by("-applied", "-id").first()
    return Store(
        size=size,
        version=version,
        is_embedded=settings.WEIGUANG_DATABASE_IS_EMBEDDED,
        disk_free=shutil.disk_usage(settings.DATA_DIR).free,
        is_disk_short=_is_disk_short(),
        last_migration=f"{last.app}.{last.name}" if last else "",
        migrated_at=last.applied if last else None,
    )


def _is_disk_short() -> bool:
    disk = shutil.disk_usage(settings.DATA_DIR)
    return disk.free < ENOUGH_DISK * disk.total


def _keys() -> Keys:
    given = settings.WEIGUANG_KEYS
    ring = keyring.load(given) if isinstance(given, Path) else keyring.parse(given)
    return Keys(len(ring.fields), ring.active, is_in_file=isinstance(given, Path))
