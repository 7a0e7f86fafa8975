"""What a lead comes to: a child of the register, nobody to be registered, or one we know already.

Decided by who has the right in the town on what another person found out; a lead that is closed
stays where it is, and can be taken up again.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from weiguang.kernel import clock
from weiguang.kernel.errors import Conflict, NotFoundOrRefused
from weiguang.kernel.history import amend
from weiguang.network.authority import Actor
from weiguang.network.models import Place
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for, leads_for
from weiguang.register.actions import children, family
from weiguang.register.actions.conflicts import keep_near_away
from weiguang.register.actions.leads import Note, stepping
from weiguang.register.models import Child, ChildPlace, Lead
from weiguang.register.rules.leads import Step, needs_two_people


class SamePerson(Conflict):
    """Who found it out may not decide on it."""

    code = "lead_same_person"
    default_what = _("这个结果是您自己核实的，要由另一个人来定。")
    default_to_what = _("线索没有改动。")
    default_what_next = _("请镇里另一位同事，或者市民政局来定。")


@dataclass(frozen=True, slots=True)
class Entry:
    """A child as it is entered from a lead, with the guardian whom the lead named."""

    identity: children.Identity
    hukou: Place | None
    residence: Place
    address: str = ""
    guardian: family.Person | None = None
    bond: family.NewBond | None = None


def register_child(*, lead: Lead, entry: Entry, seen: int, by: Actor) -> Child:
    """Enter the child of a lead that was found to be one, and tie both together.

    Who was too near to the family to see the lead is kept from the child's file. Raises as
    `children.register` does, and then leaves the lead as it was.
    """
    with stepping(lead, Step.REGISTERED, seen=seen, by=by) as (current, changes):
        child = children.register(
            identity=entry.identity, hukou=entry.hukou, residence=entry.residence, since=by.on,
            by=by,
        )  # fmt: skip
        if entry.guardian is not None and entry.bond is not None:
            family.add_adult_tie(child=child, who=entry.guardian, bond=entry.bond, by=by)
        if entry.address:
            _keep_address(child, entry.address)
        keep_near_away(child=child, people=current.barred, by=by)
        changes |= _decided(by) | {"child_id": child.pk}
    return child


def refuse(*, lead: Lead, seen: int, by: Actor) -> Lead:
    """Close a lead as not eligible, as it was found; raises `SamePerson` for who found it."""
    with stepping(lead, Step.NOT_ELIGIBLE, seen=seen, by=by) as (current, changes):
        if needs_two_people(Step.NOT_ELIGIBLE) and current.found_by_id == by.person_id:
            raise SamePerson
        changes |= _decided(by)
    return current


def call_duplicate(*, lead: Lead, of: Child | Lead, seen: int, by: Actor) -> Lead:
    """Close a lead as one of a child or of another lead that we have already.

    Raises `NotFoundOrRefused` for one outside the actor's rows.
    """
    with stepping(lead, Step.DUPLICATE, seen=seen, by=by) as (current, changes):
        if isinstance(of, Child):
            known = children_for(by, Verb.CHILD_LIST).filter(pk=of.pk).exists()
            changes["child_id"] = of.pk
            keep_near_away(child=of, people=current.barred, by=by)
        else:
            known = leads_for(by, Verb.LEAD_LIST).filter(pk=of.pk).exclude(pk=lead.pk).exists()
            changes["same_as_id"] = of.pk
        if not known:
            raise NotFoundOrRefused
        changes |= _decided(by)
    return current


def send_back(*, lead: Lead, words: str, seen: int, by: Actor) -> Lead:
    """Let the lead be verified once more, with a remark on what is missing."""
    with stepping(lead, Step.RETURNED, seen=seen, by=by, note=Note(words=words)) as (current, new):
        new |= {"finding": "", "reason": "", "found_by_id": None, "found_at": None}
    return current


def reopen(*, lead: Lead, words: str, seen: int, by: Actor) -> Lead:
    """Take up a lead again that was closed as not eligible or as a duplicate."""
    with stepping(lead, Step.REOPENED, seen=seen, by=by, note=Note(words=words)) as (current, new):
        new |= {
            "finding": "", "reason": "", "found_by_id": None, "found_at": None, "post_id": None,
            "decided_by_id": None, "decided_at": None, "child_id": None, "same_as_id": None,
        }  # fmt: skip
    return current


def _decided(by: Actor) -> dict[str, Any]:
    return {"decided_by_id": by.person_id, "decided_at": clock.now()}


def _keep_address(child: Child, address: str) -> None:
    """Within the act of entering: where the lead said that the family lives."""
    place = child.places.filter(kind=ChildPlace.Kind.RESIDENCE).first()
    if place is not None:
        amend(place, about_id=child.pk, address=address)
