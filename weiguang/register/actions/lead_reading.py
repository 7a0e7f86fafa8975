"""Opening a lead and having its masked values shown: reading that is remembered like writing."""

from collections.abc import Callable, Mapping
from typing import Final

from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.kernel.events import Author, remember_refusal
from weiguang.kernel.sensitivity import Tier
from weiguang.network.acts import act
from weiguang.network.authority import Actor, may
from weiguang.network.verbs import Verb
from weiguang.register.models import Lead

RECORD: Final = "register.lead"
# What a masked value of a lead asks for.
SHOWN: Final[Mapping[str, Callable[[Lead], str | None]]] = {
    "id_number": lambda lead: lead.id_number,
    "guardian_phone": lambda lead: lead.guardian_phone,
}


def open_lead(*, lead: Lead, by: Actor, showing: tuple[str, ...] = ()) -> None:
    """Remember that the actor opened the lead, and which masked values its form shows her."""
    with act(Verb.LEAD_LIST, by=by, about=lead.subject) as event:
        if showing:
            event.detail = {"record": RECORD, "id": str(lead.pk), "fields": list(showing)}


def show(*, lead: Lead, field: str, by: Actor) -> str:
    """A masked value in words; that it was shown is remembered, what it says is not.

    Raises `NotFoundOrRefused` for a field that holds nothing or is above the actor's tier.
    """
    value = SHOWN[field](lead) if field in SHOWN else None
    if not value or may(by, Verb.LEAD_VERIFY, lead.subject).sees < Tier.SENSITIVE:
        remember_refusal(Verb.LEAD_VERIFY, by=Author(by.person_id, None), about=lead.subject)
        raise NotFoundOrRefused
    with act(Verb.LEAD_LIST, by=by, about=lead.subject) as event:
        event.detail = {"record": RECORD, "id": str(lead.pk), "field": field}
    return str(value)
