"""Which school a child goes to, and whether it goes."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from weiguang.kernel import packs
from weiguang.kernel.errors import Conflict, Invalid
from weiguang.kernel.history import amend
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.verbs import Verb
from weiguang.register.actions.marks import mark_made
from weiguang.register.models import Child, SchoolFact


@dataclass(frozen=True, slots=True)
class Schooling:
    """A child's schooling since a day; stage and attendance are codes of the pack."""

    stage: str
    attendance: str
    since: date
    school: str = ""
    grade: str = ""
    is_boarding: bool = False


def record_school(*, child: Child, schooling: Schooling, by: Actor) -> SchoolFact:
    """State the child's schooling from a day on; what held until then ends that day.

    Raises `Invalid` for an unknown code, and `Conflict` when something is on file for that day or
    a later one.
    """
    _check_codes(schooling)
    with act(Verb.CHILD_AMEND, by=by, about=child.subject) as event:
        for earlier in child.school_facts.select_for_update().filter(during__upper_inf=True):
            since = earlier.during.lower
            if since is not None and schooling.since <= since:
                raise Conflict
            amend(earlier, about_id=child.pk, during=DateRange(since, schooling.since))
        fact = SchoolFact(
            child=child, stage=schooling.stage, attendance=schooling.attendance,
            school=schooling.school, grade=schooling.grade, is_boarding=schooling.is_boarding,
            during=DateRange(schooling.since, None),
        )  # fmt: skip
        _written_or_conflict(fact)
        mark_made(event, fact)
    return fact


def _check_codes(schooling: Schooling) -> None:
    for listed, code in (
        ("school_stages", schooling.stage),
        ("school_attendance", schooling.attendance),
    ):
        if code not in {word.code for word in packs.words(settings.WEIGUANG_PACK, listed)}:
            raise Invalid


def _written_or_conflict(fact: SchoolFact) -> None:
    try:
        with transaction.atomic():
            fact.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict from error
