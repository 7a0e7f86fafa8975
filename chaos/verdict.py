"""What must hold of the whole installation after everything it suffered."""

from collections.abc import Iterator

from django.apps import apps
from django.db import connection

from chaos.quiet import owed, work_until_quiet
from chaos.site import Site
from weiguang.config.maps import REACTIONS
from weiguang.kernel import chain, heads
from weiguang.kernel.models import Delivery, Event
from weiguang.kernel.outbox import name_of
from weiguang.kernel.records import Record
from weiguang.tasks.models import Approval, Task


def faults_of(site: Site) -> list[str]:
    """Everything that is not as it must be, in words; the worker first brings all to rest."""
    work_until_quiet(site)
    return [*_chain(), *_deliveries(), *_approvals(), *_unlogged()]


def _chain() -> Iterator[str]:
    verdict, head = chain.verify(), heads.kept()
    for found in verdict.findings:
        yield f"chain: {found.kind}, event {found.event_id}, block {found.block_id}"
    if verdict.unsealed:
        yield f"chain: {verdict.unsealed} events not sealed"
    if head is None or head.digest != verdict.head:
        yield "chain: the head that was kept is not the newest"


def _deliveries() -> Iterator[str]:
    dead = Delivery.objects.filter(dead_at__isnull=False).count()
    if dead or owed():
        yield f"deliveries: {owed()} not carried out, {dead} given up"
    for verb, reactions in REACTIONS.items():
        names = sorted(name_of(each) for each in reactions)
        for event in Event.objects.filter(verb=verb, was_refused=False):
            found = sorted(event.deliveries.values_list("reaction", flat=True))
            if found != names:
                yield f"deliveries: event {event.pk} has {len(found)} of {len(names)}"


def _approvals() -> Iterator[str]:
    for approval in Approval.objects.all():
        tasks = Task.objects.filter(about_id=approval.pk, kind="approval", state="open").count()
        if tasks != int(approval.state == Approval.State.WAITING):
            yield f"approvals: one that is {approval.state} has {tasks} open tasks"


def _unlogged() -> Iterator[str]:
    """Rows of records whose event was never written."""
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if not issubclass(model, Record) or model._meta.proxy:
                continue
            table = model._meta.db_table
            cursor.execute(
                f"SELECT count(*) FROM {table} r WHERE NOT EXISTS"
                " (SELECT FROM kernel_event e WHERE e.id = r.written_in)"
            )
            (missing,) = cursor.fetchone()
            if missing:
                yield f"{table}: {missing} rows without their event"
