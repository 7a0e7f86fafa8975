"""A conference in which every word is marked, for the search of `tests.test_planted_secrets`."""

from datetime import timedelta
from typing import Any, Final

from weiguang.conferences.actions.calling import Call, Invited, call, cancel, invite
from weiguang.conferences.actions.following import report, sign
from weiguang.conferences.actions.holding import Decided, Minutes, conclude, decide, save_record
from weiguang.conferences.models import Decision
from weiguang.kernel import clock
from weiguang.network.authority import Actor
from weiguang.register.models import Child

# What each field of a conference holds once it is planted.
CONFERENCE_MARKERS: Final[dict[str, str]] = {
    f"conferences.{name}": f"暗记-{words}"
    for name, words in {
        "conference.title": "conference-title",
        "conference.purpose": "conference-purpose",
        "conference.where": "conference-where",
        "conference.cancel_reason": "conference-off",
        "participant.name": "participant-name",
        "participant.organisation": "participant-office",
        "participant.objection": "participant-objection",
        "agendaitem.words": "agenda-words",
        "agendaitem.sealed_words": "agenda-sealed",
        "recordpart.words": "record-words",
        "recordpart.sealed_words": "record-sealed",
        "decision.words": "decision-words",
        "decision.sealed_words": "decision-sealed",
        "decision.outcome": "decision-outcome",
        "decision.sealed_outcome": "decision-done",
    }.items()
}


def planted_conference(child: Child, by: Actor) -> dict[str, Any]:
    """One conference whose record is final and in part carried out, and one that was called off."""
    mark = {name.removeprefix("conferences."): words for name, words in CONFERENCE_MARKERS.items()}
    tomorrow = clock.now() + timedelta(days=1)
    said = Call(
        "case", mark["conference.title"], tomorrow, mark["conference.where"],
        mark["conference.purpose"],
        (("general", mark["agendaitem.words"]), ("judicial", mark["agendaitem.sealed_words"])),
    )  # fmt: skip
    off, conference = (
        call(child=child, about=child.subject, said=said, by=by) for _number in range(2)
    )
    cancel(conference=off, reason=mark["conference.cancel_reason"], by=by)
    caller = conference.participants.get()
    name, office = mark["participant.name"], mark["participant.organisation"]
    outside = Invited("school", (), None, name, office)
    there = {caller.pk, invite(conference=conference, who=outside, by=by).pk}
    parts = {"general": mark["recordpart.words"], "judicial": mark["recordpart.sealed_words"]}
    conference = save_record(
        conference=conference, minutes=Minutes(frozenset(there), parts, 0), by=by
    )
    for section, column in (("general", "words"), ("judicial", "sealed_words")):
        words = mark[f"decision.{column}"]
        decided = Decided(words, caller.pk, clock.today(), section)
        decide(conference=conference, decided=decided, by=by)
    conference = conclude(conference=conference, by=by)
    first, sealed = (
        Decision.objects.select_related("conference__child", "owner").get(
            conference=conference, section=section
        )
        for section in ("general", "judicial")
    )
    report(decision=first, outcome=mark["decision.outcome"], by=by)
    report(decision=sealed, outcome=mark["decision.sealed_outcome"], by=by)
    sign(conference=conference, objection=mark["participant.objection"], by=by)
    return {"conference": conference, "decision": first, "participant": caller}
