"""A conference about a child with people of several professions, as the tests begin."""

from datetime import date, timedelta
from typing import Any

from weiguang.conferences.actions.calling import Call, Invited, call, invite
from weiguang.conferences.actions.holding import (
    Decided,
    Minutes,
    conclude,
    decide,
    save_record,
)
from weiguang.conferences.models import Conference, Participant
from weiguang.kernel import clock
from weiguang.network.models import Holding
from weiguang.register.tests.home import Home, make_home

TEN = date(clock.today().year - 10, 1, 1)
GENERAL, MEDICAL, JUDICIAL = "孩子想继续上学", "在看心理医生", "检察院已受理"
DUE = clock.today() + timedelta(days=7)
AGENDA = (("general", "怎么上学"), ("judicial", "监护人资格"))


def make_work() -> Home:
    """A home with a duty officer of the centre, a liaison of the police, and a doctor's."""
    home = make_home(born=TEN)
    for role, name in (
        ("duty_officer", "duty_officer"), ("department_liaison", "police"),
        ("department_liaison", "doctor"),
    ):  # fmt: skip
        home.accounts[name] = home.cast.seated(role, home.cast.county, name).person
    return home


def held(home: Home, name: str) -> Holding:
    """The person's post, as it is chosen when she is asked."""
    return Holding.objects.get(person=home.accounts[name])


def called(home: Home, by: str = "child_supervisor", **changed: Any) -> Conference:
    """A conference for the day after tomorrow, with nobody asked yet."""
    stated = {
        "kind": "case", "title": "上学的事", "starts_at": clock.now() + timedelta(days=2),
        "where": "镇未保站", "agenda": AGENDA,
    } | changed  # fmt: skip
    return call(child=home.child, about=home.child.subject, said=Call(**stated), by=home.on(by))


def asked(
    home: Home, conference: Conference, name: str, *sections: str, by: str = "child_supervisor",
    **more: Any,
) -> Participant:  # fmt: skip
    """Somebody of the home asked to the conference, with these sections."""
    who = Invited("police", sections, held(home, name).pk, **more)
    return invite(conference=conference, who=who, by=home.on(by))


def written(conference: Conference, *there: Participant, **parts: str) -> Minutes:
    """A record in which these were there besides the caller."""
    caller = conference.participants.get(account=conference.called_by)
    present = frozenset(each.pk for each in (caller, *there))
    return Minutes(present, parts or {"general": GENERAL}, conference.saves)


def recorded(home: Home) -> tuple[Conference, Participant, Participant]:
    """A conference whose record is final: the police were there, and the doctor with medicine."""
    by = home.on("child_supervisor")
    conference = called(home)
    police, doctor = asked(home, conference, "police"), asked(home, conference, "doctor", "medical")
    parts = {"general": GENERAL, "medical": MEDICAL, "judicial": JUDICIAL}
    conference = save_record(
        conference=conference, minutes=written(conference, police, doctor, **parts), by=by
    )
    decide(conference=conference, decided=Decided("家访一次", police.pk, DUE), by=by)
    return conclude(conference=conference, by=by), police, doctor
