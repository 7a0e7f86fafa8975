"""Care entrusted to another adult for a time: the agreement, and the carer's tie with it."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from weiguang.kernel import clock, packs
from weiguang.kernel.errors import Conflict, Invalid
from weiguang.kernel.history import amend
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.verbs import Verb
from weiguang.register.actions.marks import mark_made
from weiguang.register.actions.reading import purpose_for, purpose_in_use
from weiguang.register.actions.terms import ENTRUSTMENT
from weiguang.register.models import Adult, Child, Entrustment, Tie
from weiguang.register.queries.bars import barred_adults
from weiguang.register.queries.consents import guardians_on
from weiguang.register.queries.documents import visible
from weiguang.register.rules import entrustments as rules
from weiguang.tasks.actions.tasks import finish_about

FLAWS: Final[dict[str, str | Promise]] = {
    "carer_is_guardian": _("照护人不能是委托的监护人自己。"),
    "guardian_twice": _("两位监护人是同一个人。"),
    "barred": _("这个人现在不能办理。"),
    "carer_minor": _("照护人要是成年人。"),
    "no_term": _("结束的日期早于开始的日期。"),
    "grown_up": _("孩子在这段时间里会满18岁，请把结束日期改到18岁以前。"),
    "excluded": _("不得委托的情形要逐条问过，有一条就不能委托这个人。"),
}


class AlreadyEntrusted(Conflict):
    """The child's care is entrusted to this adult already."""

    code = "already_entrusted"
    default_what = _("已经有一份没有结束的协议。")
    default_to_what = _("没有再登记一份。")
    default_what_next = _("要续签的，请先结束原来的协议。")


class AlreadyEnded(Conflict):
    """Somebody else ended the entrustment meanwhile."""

    code = "already_ended"
    default_what = _("这份委托已经结束了。")
    default_to_what = _("没有再登记一次。")
    default_what_next = _("请刷新档案查看。")


@dataclass(frozen=True, slots=True)
class Terms:
    """An agreement as it was signed; `last_day` is still covered.

    `cleared` are the law's exclusions that were asked about and do not apply.
    """

    guardians: tuple[UUID, ...]
    carer: UUID
    reason: str
    first_day: date
    last_day: date
    duties: tuple[str, ...]
    cleared: frozenset[str]
    heard: str
    witness: str
    told: tuple[str, ...] = ()
    document_id: UUID | None = None


def entrust(*, child: Child, terms: Terms, by: Actor) -> Entrustment:
    """Record an agreement and tie the carer to the child as entrusted.

    Raises `Invalid` with the reason where it may not be, `AlreadyEntrusted` when it is.
    """
    with act(Verb.ENTRUSTMENT_RECORD, by=by, about=child.subject) as event:
        # The lock that two who record the same wait for.
        Child.objects.select_for_update().only("pk").get(pk=child.pk)
        _require_sound(child, terms, by)
        tie, made_tie = _tied(child, terms)
        first, *others = terms.guardians
        entrustment = Entrustment(
            child=child, guardian_id=first, other_guardian_id=others[0] if others else None,
            carer_id=terms.carer, tie=tie, made_tie=made_tie, reason=terms.reason,
            during=DateRange(terms.first_day, terms.last_day, "[]"), duties=list(terms.duties),
            cleared=sorted(terms.cleared), told=list(terms.told), heard=terms.heard,
            witness=terms.witness.strip(), document_id=_paper(child, terms, by),
            recorded_by_id=by.person_id,
        )  # fmt: skip
        try:
            with transaction.atomic():
                entrustment.save(force_insert=True)
        except IntegrityError as error:
            raise AlreadyEntrusted from error
        mark_made(event, entrustment, *([tie] if made_tie else []))
    return Entrustment.objects.get(pk=entrustment.pk)


def end(*, entrustment: Entrustment, on: date, ending: str, by: Actor) -> None:
    """End an entrustment from a day on; the carer's tie ends with it if it began with it."""
    child = entrustment.child
    with act(Verb.ENTRUSTMENT_RECORD, by=by, about=child.subject):
        current = Entrustment.objects.select_for_update().get(pk=entrustment.pk)
        if current.ended_on is not None:
            raise AlreadyEnded
        if on < current.during.lower:
            raise Invalid(what=_("结束的日期早于开始的日期。"))
        amend(current, about_id=child.pk, ended_on=on, ending=ending)
        _untied(current, on)
        finish_about(kind=ENTRUSTMENT, about_id=current.pk, by=by, outcome="ended")


def show(*, entrustment: Entrustment, by: Actor) -> None:
    """Remember that an agreement was read, with the purpose of the file.

    Raises `PurposeNeeded` as opening the file does.
    """
    child = entrustment.child
    said = purpose_in_use(by, child, now=clock.now())
    purpose = purpose_for(child, said, by)
    with act(Verb.DOCUMENT_SHOW, by=by, about=child.subject, purpose=purpose) as event:
        event.detail = {"entrustment": str(entrustment.pk)}


def _require_sound(child: Child, terms: Terms, by: Actor) -> None:
    able = {guardian.pk for guardian in guardians_on(child, by.on)}
    carer = Adult.objects.filter(pk=terms.carer, ties__child=child).first()
    if not terms.guardians or not able.issuperset(terms.guardians) or carer is None:
        raise Invalid(what=_("这个人现在不能办理。"))
    if not terms.duties or not terms.heard or not terms.witness.strip():
        raise Invalid
    exclusions = packs.words(settings.WEIGUANG_PACK, "entrustment_exclusions")
    proposal = rules.Proposal(
        guardians=terms.guardians, carer=terms.carer, carer_born=carer.birth_date,
        first_day=terms.first_day, last_day=terms.last_day, child_born=child.birth_date,
    )  # fmt: skip
    found = rules.flaw(
        proposal, cleared=terms.cleared, exclusions=frozenset(each.code for each in exclusions),
        barred=barred_adults(child.pk),
    )  # fmt: skip
    if found:
        raise Invalid(what=FLAWS[found])


def _tied(child: Child, terms: Terms) -> tuple[Tie, bool]:
    """The carer's tie as entrusted, and whether it is new."""
    ties: Any = Tie.objects.select_for_update().filter(child=child, adult_id=terms.carer)
    held = (
        ties.filter(kind=Tie.Kind.CARER, during__overlap=DateRange(terms.first_day, None))
        .order_by("id")
        .first()
    )
    if held is not None:
        amend(held, about_id=child.pk, is_entrusted=True)
        return held, False
    # How she is related is what the file says of her already.
    known = ties.order_by("id").values_list("relation", flat=True).first() or "unknown"
    tie = Tie(
        child=child, adult_id=terms.carer, kind=Tie.Kind.CARER, relation=known,
        is_entrusted=True, during=DateRange(terms.first_day, None),
    )  # fmt: skip
    tie.save(force_insert=True)
    return tie, True


def _untied(entrustment: Entrustment, on: date) -> None:
    tie = Tie.objects.select_for_update().filter(pk=entrustment.tie_id).first()
    if tie is None:
        return
    is_open = tie.during.upper is None or tie.during.upper > on
    if entrustment.made_tie and is_open and on > tie.during.lower:
        during = DateRange(tie.during.lower, on)
        amend(tie, about_id=tie.child_id, during=during)
    else:
        amend(tie, about_id=tie.child_id, is_entrusted=False)


def _paper(child: Child, terms: Terms, by: Actor) -> UUID | None:
    if terms.document_id is None:
        return None
    if not visible(by, child).filter(pk=terms.document_id, voided_at=None).exists():
        raise Invalid(what=_("没有这份文件，或者它已经作废。"))
    return terms.document_id
