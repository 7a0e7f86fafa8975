"""A consent is recorded as it was given, and withdrawn with one form, by the child at any age.

Who must be asked is decided in `rules.consents`; nobody under a bar is asked.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from weiguang.kernel import packs
from weiguang.kernel.errors import Conflict, Invalid
from weiguang.kernel.history import amend
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.verbs import Verb
from weiguang.register.actions import terms
from weiguang.register.actions.marks import mark_made
from weiguang.register.models import Child, Consent
from weiguang.register.queries.consents import askable, guardians_on, has_consent
from weiguang.register.queries.documents import visible
from weiguang.register.rules.consents import Giver, whose_consent
from weiguang.tasks.actions.tasks import finish_about


class AlreadyAgreed(Conflict):
    """This use is agreed to already."""

    code = "already_agreed"
    default_what = _("这一项已经有有效的同意。")
    default_to_what = _("没有再登记一次。")
    default_what_next = _("有变化的，请先撤回原来的同意。")


class AlreadyWithdrawn(Conflict):
    """Somebody else recorded the withdrawal meanwhile."""

    code = "already_withdrawn"
    default_what = _("这项同意已经撤回了。")
    default_to_what = _("没有再登记一次。")
    default_what_next = _("请刷新档案查看。")


@dataclass(frozen=True, slots=True)
class Agreement:
    """A consent as a worker states it; `given_by` is None where the child itself agreed."""

    matter: str
    given_by: UUID | None
    heard: str
    how: str
    given_on: date
    until: date | None = None
    witness: str = ""
    document_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A withdrawal; `by_adult` is None where the child itself withdrew."""

    on: date
    by_adult: UUID | None = None
    reason: str = "none"


def record(*, child: Child, agreement: Agreement, by: Actor) -> Consent:
    """Record that a use of the child's information was agreed to.

    Raises `Invalid` where the wrong one agreed, where a child who was told does not want it, or
    without a witness to spoken words; `AlreadyAgreed` when the use is agreed to.
    """
    with act(Verb.CONSENT_RECORD, by=by, about=child.subject) as event:
        # The lock that two who record the same wait for.
        Child.objects.select_for_update().only("pk").get(pk=child.pk)
        _require_the_right_one(child, agreement, by)
        if has_consent(child, agreement.matter, by.on):
            raise AlreadyAgreed
        consent = Consent(
            child=child, matter=agreement.matter, given_by_id=agreement.given_by,
            how=agreement.how, heard=agreement.heard if agreement.given_by else "",
            witness=agreement.witness.strip(), given_on=agreement.given_on, until=agreement.until,
            document_id=_paper(child, agreement, by), recorded_by_id=by.person_id,
        )  # fmt: skip
        consent.save(force_insert=True)
        terms.renewed(consent, by=by)
        mark_made(event, consent)
    return consent


def withdraw(*, consent: Consent, withdrawal: Withdrawal, by: Actor) -> None:
    """Record that a consent was taken back; of two who do at once the second is told.

    The child may at any age, a guardian of today may, and nobody needs a reason.
    """
    child = consent.child
    with act(Verb.CONSENT_RECORD, by=by, about=child.subject):
        current = Consent.objects.select_for_update().get(pk=consent.pk)
        if current.withdrawn_on is not None:
            raise AlreadyWithdrawn
        able = {guardian.pk for guardian in askable(child, by.on).guardians}
        if withdrawal.by_adult is not None and withdrawal.by_adult not in able:
            raise Invalid(what=_("只有孩子本人或者现在的监护人可以撤回。"))
        if withdrawal.on < current.given_on:
            raise Invalid(what=_("撤回的日期早于同意的日期。"))
        amend(
            current, about_id=child.pk, withdrawn_on=withdrawal.on,
            is_withdrawn_by_child=withdrawal.by_adult is None,
            withdrawn_by_id=withdrawal.by_adult, withdrawal=withdrawal.reason,
        )  # fmt: skip
        finish_about(kind=terms.CONSENT, about_id=current.pk, by=by, outcome="withdrawn")


def _require_the_right_one(child: Child, agreement: Agreement, by: Actor) -> None:
    said, now = whose_consent(child.birth_date, agreement.given_on), askable(child, by.on)
    giver = Giver.GUARDIAN if agreement.given_by else Giver.CHILD
    if not giver == said == now.whose:
        raise Invalid(what=_("孩子不满14岁由监护人同意，满14岁由孩子本人同意。请核对日期。"))
    if agreement.how == Consent.How.SPOKEN and not agreement.witness.strip():
        raise Invalid(what=_("口头同意要写明在场的人。"))
    if agreement.given_by is None:
        return
    able = {guardian.pk for guardian in now.guardians}
    then = {guardian.pk for guardian in guardians_on(child, agreement.given_on)}
    if agreement.given_by not in able & then:
        raise Invalid(what=_("这个人现在不能办理。"))
    if not agreement.heard or agreement.heard in refusing_answers():
        raise Invalid(what=_("孩子不愿意的，不登记同意。"))


def _paper(child: Child, agreement: Agreement, by: Actor) -> UUID | None:
    if agreement.document_id is None:
        return None
    papers = visible(by, child).filter(pk=agreement.document_id, voided_at=None)
    if not papers.exists():
        raise Invalid(what=_("没有这份文件，或者它已经作废。"))
    return agreement.document_id


@cache
def refusing_answers() -> frozenset[str]:
    """The answers of a child with which nothing is recorded as agreed."""
    listed = packs.words(settings.WEIGUANG_PACK, "child_heard")
    return frozenset(each.code for each in listed if each.traits["refuses"])
