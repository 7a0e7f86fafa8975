"""Papers that came while the scanner was down: looked at on a later round."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction

from weiguang.kernel.clock import CHINA
from weiguang.kernel.history import amend
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.queries import the_system
from weiguang.network.verbs import Verb
from weiguang.papers import scanner
from weiguang.register.models import Document, DocumentPart
from weiguang.register.queries.documents import content_of

AT_ONCE: Final = 20
RESULTS: Final = {
    scanner.Verdict.CLEAN: Document.Scan.CLEAN,
    scanner.Verdict.INFECTED: Document.Scan.INFECTED,
}


def scan_waiting(now: datetime) -> int:
    """Scan some of the papers that wait; returns how many. Costs one query when none does.

    Where the scanner was taken away since, they are papers like all others there: unscanned.
    """
    address = settings.WEIGUANG_CLAMD
    waiting = Document.objects.filter(scan=Document.Scan.WAITING, voided_at=None)
    keys = list(waiting.order_by("id").values_list("pk", flat=True)[:AT_ONCE])
    if not keys or (address and not scanner.is_up(address)):
        return 0
    by = the_system(on=now.astimezone(CHINA).date())
    return sum(_scanned(key, address, by) for key in keys)


def _scanned(key: UUID, address: str, by: Actor) -> int:
    with transaction.atomic():
        waits = Document.objects.filter(pk=key, scan=Document.Scan.WAITING)
        # Another worker that has it in hand is not waited for.
        document = waits.select_for_update(skip_locked=True).first()
        if document is None:
            return 0
        result = _result(document, address)
        if result is None:
            return 0
        with act(Verb.DOCUMENT_SCAN, by=by, about=document.child.subject):
            amend(document, about_id=document.child_id, scan=result)
    return 1


def _result(document: Document, address: str) -> Document.Scan | None:
    """What the scan comes to; None when the scanner went down meanwhile."""
    if not address:
        return Document.Scan.NONE
    try:
        return RESULTS[scanner.scan(content_of(document, DocumentPart.Of.CONTENT), address)]
    except scanner.ScannerDownError:
        return None
