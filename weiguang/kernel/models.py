"""The memory: what was done (events), what changed (field history), what follows (deliveries) and
the seals that make tampering visible.

These tables are written by `events`, `outbox` and `chain` alone, so they are no `Record`s.
"""

from typing import ClassVar

from django.db import models
from django.db.models.expressions import RawSQL

from weiguang.kernel.fields import EncryptedText
from weiguang.kernel.ids import new_id
from weiguang.kernel.sensitivity import Tier


class Event(models.Model):
    """One act of one person or post: immutable, chained, holding ids and digests but no words."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    # The database's own transaction number: tells a late insert from a slow transaction.
    xid = models.BigIntegerField(
        db_default=RawSQL("pg_current_xact_id()::text::bigint", []), editable=False
    )
    verb = models.TextField()
    was_refused = models.BooleanField(default=False)
    person_id = models.UUIDField(null=True)
    post_id = models.UUIDField(null=True)
    about_kind = models.TextField(blank=True)
    about_id = models.UUIDField(null=True)
    place_path = models.TextField(blank=True)
    purpose = models.TextField(blank=True)
    part_of = models.BigIntegerField(null=True)
    caused_by = models.BigIntegerField(null=True)
    detail = models.JSONField(default=dict)

    # While its act is open: the numbers of all acts that are nested in the same outermost one.
    numbers: set[int]

    sensitivity: ClassVar[dict[str, Tier]] = {
        "id": Tier.CODE,
        "at": Tier.CODE,
        "xid": Tier.CODE,
        "verb": Tier.CODE,
        "was_refused": Tier.CODE,
        "person_id": Tier.PERSONAL,
        "post_id": Tier.CODE,
        "about_kind": Tier.CODE,
        "about_id": Tier.PERSONAL,
        "place_path": Tier.CODE,
        "purpose": Tier.CODE,
        "part_of": Tier.CODE,
        "caused_by": Tier.CODE,
        "detail": Tier.CODE,
    }

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["about_id", "-id"], name="event_about"),
            models.Index(fields=["person_id", "-id"], name="event_person"),
            models.Index(fields=["verb", "-id"], name="event_verb"),
        ]


class Change(models.Model):
    """What one field of one record was before and after an event, encrypted, outside the chain."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event_id = models.BigIntegerField()
    record_kind = models.TextField()
    record_id = models.UUIDField()
    # The child, place or person whose story this belongs to; a name's row belongs to its child.
    about_id = models.UUIDField()
    field = models.TextField()
    before = EncryptedText(null=True)
    after = EncryptedText(null=True)

    sensitivity: ClassVar[dict[str, Tier]] = {
        "id": Tier.CODE,
        "event_id": Tier.CODE,
        "record_kind": Tier.CODE,
        "record_id": Tier.PERSONAL,
        "about_id": Tier.PERSONAL,
        "field": Tier.CODE,
        "before": Tier.SENSITIVE,
        "after": Tier.SENSITIVE,
    }

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["about_id", "-event_id"], name="change_about"),
            models.Index(fields=["event_id"], name="change_event"),
        ]


class Delivery(models.Model):
    """One reaction still owed, done, or given up for one event; the worker's queue."""

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(Event, models.PROTECT, related_name="deliveries")
    reaction = models.TextField()
    attempts = models.IntegerField(default=0)
    next_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)
    # The type of the error and where it was raised: never its words, which may name a child.
    error = models.TextField(blank=True)

    sensitivity: ClassVar[dict[str, Tier]] = {
        "id": Tier.CODE,
        "event": Tier.CODE,
        "reaction": Tier.CODE,
        "attempts": Tier.CODE,
        "next_at": Tier.CODE,
        "done_at": Tier.CODE,
        "dead_at": Tier.CODE,
        "error": Tier.CODE,
    }

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "reaction"], name="delivery_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_at"],
                name="delivery_due",
                condition=models.Q(done_at=None, dead_at=None),
            ),
            models.Index(
                fields=["dead_at"], name="delivery_dead", condition=models.Q(dead_at__isnull=False)
            ),
        ]


class RoundRun(models.Model):
    """When something that the worker does from time to time was begun last."""

    code = models.TextField(primary_key=True)
    at = models.DateTimeField(null=True)

    sensitivity: ClassVar[dict[str, Tier]] = {"code": Tier.CODE, "at": Tier.CODE}


class Block(models.Model):
    """A sealed stretch of events: its digest covers its leaves and the block before it."""

    id = models.BigAutoField(primary_key=True)
    sealed_at = models.DateTimeField()
    # Every event of a transaction older than this number stands in this block or an earlier one.
    horizon = models.BigIntegerField()
    last_event_id = models.BigIntegerField()
    length = models.IntegerField()
    previous_digest = models.BinaryField()
    digest = models.BinaryField()

    sensitivity: ClassVar[dict[str, Tier]] = {
        "id": Tier.CODE,
        "sealed_at": Tier.CODE,
        "horizon": Tier.CODE,
        "last_event_id": Tier.CODE,
        "length": Tier.CODE,
        "previous_digest": Tier.CODE,
        "digest": Tier.CODE,
    }


class Leaf(models.Model):
    """The digest of one sealed event and its position in its block."""

    event_id = models.BigIntegerField(primary_key=True)
    block = models.ForeignKey(Block, models.PROTECT, related_name="leaves")
    position = models.IntegerField()
    digest = models.BinaryField()

    sensitivity: ClassVar[dict[str, Tier]] = {
        "event_id": Tier.CODE,
        "block": Tier.CODE,
        "position": Tier.CODE,
        "digest": Tier.CODE,
    }

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["block", "position"], name="leaf_position"),
        ]
