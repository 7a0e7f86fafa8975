"""A conference: who knows of it, who reads which section, what becomes of its decisions."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.cast import system
from weiguang.conferences.actions.adopt import adopt_conferences
from weiguang.conferences.actions.calling import Invited, cancel, invite
from weiguang.conferences.actions.following import report, sign, sign_on_paper
from weiguang.conferences.actions.holding import Decided, conclude, decide, drop, save_record
from weiguang.conferences.errors import (
    AlreadySigned,
    ChairTaken,
    InvitedAlready,
    KeptFrom,
    NothingRecorded,
    NotNow,
    NotTheirSection,
    SavedElsewhere,
)
from weiguang.conferences.models import Conference, Decision, Participant, RecordPart
from weiguang.conferences.queries.conferences import (
    Shown,
    conference_of,
    conferences_about,
    conferences_of,
    shown,
)
from weiguang.conferences.queries.decisions import own_decision
from weiguang.conferences.queries.inbox import lines_of_decisions
from weiguang.conferences.queries.paper import sheet_of
from weiguang.conferences.queries.people import candidates
from weiguang.conferences.tests.at_work import (
    DUE,
    GENERAL,
    JUDICIAL,
    MEDICAL,
    asked,
    called,
    held,
    make_work,
    recorded,
    written,
)
from weiguang.kernel import clock
from weiguang.kernel.errors import Invalid, NotFoundOrRefused
from weiguang.network.acts import act
from weiguang.network.models import Bar
from weiguang.network.verbs import Verb
from weiguang.register.actions.shelter import Refuge, move_to_safety
from weiguang.register.queries.files import child_of
from weiguang.register.tests.home import Home
from weiguang.tasks.models import Task
from weiguang.tasks.queries.inbox import inbox
from weiguang.tasks.tests.test_at_once import at_once, one_was_told

READ, RECORD = Verb.CONFERENCE_READ, Verb.CONFERENCE_RECORD


@pytest.fixture
def home(db: None) -> Home:
    return make_work()


def seen(home: Home, name: str, conference: Conference) -> Shown:
    """The conference as somebody reads it; `NotFoundOrRefused` where it is not hers."""
    found = conference_of(home.on(name), READ, conference.pk)
    return shown(home.on(name), found)


def words(home: Home, name: str, conference: Conference) -> set[str]:
    return {part.words for part in seen(home, name, conference).parts}


def waits(home: Home, name: str) -> list[str]:
    """The kinds of what is in somebody's inbox."""
    return [row.task.kind for _c, _t, rows in inbox(home.on(name)).groups for row in rows]


@pytest.mark.parametrize("role", ["city_officer", "duty_officer", "town_leader", "child_director"])
def test_who_was_not_asked_does_not_know_of_a_conference(home: Home, role: str) -> None:
    conference = called(home)

    assert conferences_of(home.on(role), home.child) == ()
    assert conferences_about(home.on(role), home.child.subject) == ()
    with pytest.raises(NotFoundOrRefused):
        conference_of(home.on(role), READ, conference.pk)


def test_who_was_asked_sees_the_conference_and_not_the_childs_file(home: Home) -> None:
    conference = called(home)
    asked(home, conference, "police")

    assert seen(home, "police", conference).title == "上学的事"
    with pytest.raises(NotFoundOrRefused):
        child_of(home.on("police"), Verb.CHILD_OPEN, home.child.pk)
    other = called(home)
    with pytest.raises(NotFoundOrRefused):
        conference_of(home.on("police"), READ, other.pk)


def test_each_profession_reads_the_general_section_and_its_own(home: Home) -> None:
    conference, _police, _doctor = recorded(home)

    assert words(home, "police", conference) == {GENERAL}
    assert words(home, "doctor", conference) == {GENERAL, MEDICAL}
    assert words(home, "child_supervisor", conference) == {GENERAL, MEDICAL, JUDICIAL}
    assert [each.words for each in seen(home, "police", conference).agenda] == ["怎么上学"]


def test_the_printed_record_holds_what_its_reader_sees_and_nothing_else(home: Home) -> None:
    conference, _police, _doctor = recorded(home)

    def paper(name: str) -> str:
        found = conference_of(home.on(name), READ, conference.pk)
        return "".join(sheet_of(home.on(name), found).texts())

    papers = {name: paper(name) for name in ("police", "doctor", "child_supervisor")}

    assert GENERAL in papers["police"]
    assert MEDICAL not in papers["police"]
    assert JUDICIAL not in papers["police"] + papers["doctor"]
    assert MEDICAL in papers["doctor"]
    assert JUDICIAL in papers["child_supervisor"]


def test_only_who_keeps_the_record_asks_people_and_writes(home: Home) -> None:
    conference = called(home)
    asked(home, conference, "police")

    for name in ("police", "city_officer"):
        with pytest.raises(NotFoundOrRefused):
            asked(home, conference, "doctor", by=name)
        with pytest.raises(NotFoundOrRefused):
            save_record(conference=conference, minutes=written(conference), by=home.on(name))
        with pytest.raises(NotFoundOrRefused):
            cancel(conference=conference, reason="不开了", by=home.on(name))


def test_whoever_takes_the_chair_keeps_the_record_as_well(home: Home) -> None:
    conference = called(home)
    asked(home, conference, "duty_officer", is_chair=True)

    saved = save_record(
        conference=conference, minutes=written(conference), by=home.on("duty_officer")
    )

    assert saved.state == Conference.State.HELD
    with pytest.raises(ChairTaken):
        asked(home, conference, "police", is_chair=True)


@pytest.mark.parametrize("role", ["child_director", "town_leader", "neighbour", "police"])
def test_who_has_not_the_verb_for_the_child_calls_none(home: Home, role: str) -> None:
    with pytest.raises(NotFoundOrRefused):
        called(home, by=role)


def test_a_person_is_asked_once_and_nobody_who_is_near_to_the_family(home: Home) -> None:
    conference = called(home)
    asked(home, conference, "police")
    with act(Verb.CONFLICT_DECLARE, by=home.on("child_supervisor"), about=home.child.subject):
        Bar.objects.create(
            person=home.accounts["doctor"], subject_kind="child", subject_id=home.child.pk,
            reason="relative", origin=home.child.pk, since=clock.now(),
        )  # fmt: skip

    with pytest.raises(InvitedAlready):
        asked(home, conference, "police")
    with pytest.raises(KeptFrom):
        asked(home, conference, "doctor")


def test_who_is_kept_from_the_child_later_loses_the_conference(home: Home) -> None:
    conference = called(home)
    asked(home, conference, "police")
    with act(Verb.CONFLICT_DECLARE, by=home.on("child_supervisor"), about=home.child.subject):
        Bar.objects.create(
            person=home.accounts["police"], subject_kind="child", subject_id=home.child.pk,
            reason="relative", origin=home.child.pk, since=clock.now(),
        )  # fmt: skip

    with pytest.raises(NotFoundOrRefused):
        seen(home, "police", conference)


def test_one_who_was_asked_has_it_in_her_inbox_until_it_was_held(home: Home) -> None:
    conference = called(home)
    police = asked(home, conference, "police")
    assert waits(home, "police") == ["conference.attend"]

    save_record(
        conference=conference, minutes=written(conference, police),
        by=home.on("child_supervisor"),
    )  # fmt: skip

    assert waits(home, "police") == []


def test_a_conference_that_is_called_off_is_gone_for_who_was_asked(home: Home) -> None:
    conference = called(home)
    asked(home, conference, "police")

    cancel(conference=conference, reason="孩子住院", by=home.on("child_supervisor"))

    assert waits(home, "police") == []
    with pytest.raises(NotFoundOrRefused):
        seen(home, "police", conference)
    assert seen(home, "child_supervisor", conference).cancel_reason == "孩子住院"
    with pytest.raises(NotNow):
        asked(home, conference, "doctor")


def test_of_two_who_write_the_record_the_second_is_told(home: Home) -> None:
    conference = called(home)
    by, first = home.on("child_supervisor"), written(conference)
    save_record(conference=conference, minutes=first, by=by)

    with pytest.raises(SavedElsewhere):
        save_record(conference=conference, minutes=first, by=by)


def test_a_record_is_not_final_without_words_and_people(home: Home) -> None:
    by, conference = home.on("child_supervisor"), called(home)
    with pytest.raises(NotNow):
        conclude(conference=conference, by=by)
    empty = written(conference, general=" ")
    save_record(conference=conference, minutes=empty, by=by)

    with pytest.raises(NothingRecorded):
        conclude(conference=conference, by=by)


def test_each_decision_of_a_final_record_is_a_task_with_its_own_clock(home: Home) -> None:
    recorded(home)

    assert set(waits(home, "police")) == {"conference.decision", "conference.sign"}
    assert waits(home, "doctor") == ["conference.sign"]
    task = Task.objects.get(kind="conference.decision")
    assert task.due_at.astimezone(clock.CHINA).date() in {DUE, DUE + timedelta(days=1)}


def test_what_was_struck_out_is_nobodys_task(home: Home) -> None:
    by, conference = home.on("child_supervisor"), called(home)
    police = asked(home, conference, "police")
    conference = save_record(conference=conference, minutes=written(conference, police), by=by)
    made = decide(conference=conference, decided=Decided("家访", police.pk, DUE), by=by)

    drop(decision=made, by=by)
    conclude(conference=conference, by=by)

    assert waits(home, "police") == ["conference.sign"]
    assert seen(home, "police", conference).decisions == ()


def test_a_decision_is_given_only_to_who_sees_its_section(home: Home) -> None:
    by, conference = home.on("child_supervisor"), called(home)
    police = asked(home, conference, "police")
    outside = invite(conference=conference, who=Invited("school", (), None, "王老师"), by=by)

    with pytest.raises(NotTheirSection):
        decide(conference=conference, decided=Decided("复诊", police.pk, DUE, "medical"), by=by)
    with pytest.raises(NotFoundOrRefused):
        decide(conference=conference, decided=Decided("家访", outside.pk, DUE), by=by)
    past = Decided("家访", police.pk, clock.today() - timedelta(days=1))
    with pytest.raises(Invalid):
        decide(conference=conference, decided=past, by=by)


def test_the_owner_says_what_came_of_a_decision_and_everybody_who_was_there_reads_it(
    home: Home,
) -> None:
    conference, _police, _doctor = recorded(home)
    decision = Decision.objects.get()
    found, own = own_decision(home.on("police"), decision.pk)
    assert own.words == "家访一次"

    report(decision=found, outcome="已经去过", by=home.on("police"))

    assert "conference.decision" not in waits(home, "police")
    (line,) = seen(home, "doctor", conference).decisions
    assert line.outcome == "已经去过"
    with pytest.raises(NotNow):
        report(decision=found, outcome="再写一次", by=home.on("police"))


def test_whoever_is_told_of_an_overdue_decision_reminds_and_reads_nothing_of_it(
    home: Home,
) -> None:
    by, conference = home.on("child_supervisor"), called(home)
    director = asked(home, conference, "child_director")
    conference = save_record(conference=conference, minutes=written(conference, director), by=by)
    decide(conference=conference, decided=Decided("家访", director.pk, DUE), by=by)
    conclude(conference=conference, by=by)
    (decision,) = Task.objects.filter(kind="conference.decision")
    (signing,) = Task.objects.filter(kind="conference.sign", post=director.post)
    assert decision.escalates_at is not None
    assert signing.escalates_at is None

    lines = lines_of_decisions(home.on("city_officer"), [decision])
    assert lines == {}
    with clock.standing_at(decision.due_at + timedelta(days=1)):
        (line,) = lines_of_decisions(home.on("city_officer"), [decision]).values()

    assert (line.who, line.address) == ("", "")


@pytest.mark.parametrize("name", ["doctor", "child_director", "city_officer"])
def test_a_decision_is_nobody_elses(home: Home, name: str) -> None:
    recorded(home)
    decision = Decision.objects.select_related("conference__child", "owner").get()

    with pytest.raises(NotFoundOrRefused):
        own_decision(home.on(name), decision.pk)
    with pytest.raises(NotFoundOrRefused):
        report(decision=decision, outcome="办了", by=home.on(name))


def test_everybody_who_was_there_signs_and_the_last_signature_closes_it(home: Home) -> None:
    conference, _police, doctor = recorded(home)
    sign(conference=conference, by=home.on("police"))
    with pytest.raises(AlreadySigned):
        sign(conference=conference, by=home.on("police"))
    sign_on_paper(participant=doctor, by=home.on("child_supervisor"))
    assert Conference.objects.get().state == Conference.State.RECORDED

    sign(conference=conference, objection="应当再等等", by=home.on("child_supervisor"))

    assert Conference.objects.get().state == Conference.State.SIGNED
    assert waits(home, "doctor") == []
    people = seen(home, "police", conference).people
    assert [each.is_on_paper for each in people] == [False, False, True]
    # An objection may be about a section that others do not see.
    assert [each.objection for each in people] == ["", "", ""]
    ends = {each.grant.until for each in Participant.objects.select_related("grant") if each.grant}
    assert None not in ends


def test_nobody_signs_who_was_not_there_or_for_herself_on_paper(home: Home) -> None:
    by, conference = home.on("child_supervisor"), called(home)
    police = asked(home, conference, "police")
    conference = save_record(conference=conference, minutes=written(conference), by=by)
    conference = conclude(conference=conference, by=by)
    police.refresh_from_db()

    with pytest.raises(NotFoundOrRefused):
        sign(conference=conference, by=home.on("police"))
    for each in (police, conference.participants.get(account=conference.called_by)):
        with pytest.raises(NotFoundOrRefused):
            sign_on_paper(participant=each, by=by)


def test_a_final_record_is_not_changed_any_more(home: Home) -> None:
    conference, police, _doctor = recorded(home)
    by = home.on("child_supervisor")

    with pytest.raises(NotNow):
        save_record(conference=conference, minutes=written(conference, police), by=by)
    with pytest.raises(NotNow):
        decide(conference=conference, decided=Decided("再访", police.pk, DUE), by=by)


def test_of_a_child_moved_for_safety_only_who_is_named_keeps_the_conference(home: Home) -> None:
    conference, _police, _doctor = recorded(home)
    move_to_safety(
        child=home.child, refuge=Refuge("受到伤害", "不说"),
        people=[home.accounts["duty_officer"]], by=home.on("child_supervisor"),
    )  # fmt: skip
    home.child.refresh_from_db()

    for name in ("police", "doctor", "child_supervisor", "city_officer"):
        with pytest.raises(NotFoundOrRefused):
            seen(home, name, conference)
        assert waits(home, name) == []
    with pytest.raises(NotFoundOrRefused):
        own_decision(home.on("police"), Decision.objects.get().pk)
    mine = called(home, by="duty_officer")
    assert [each.name for each in candidates(home.on("duty_officer"), mine)] == []
    with pytest.raises(KeptFrom):
        asked(home, mine, "police", by="duty_officer")
    outside = Invited("school", (), None, "王老师")
    with pytest.raises(KeptFrom):
        invite(conference=mine, who=outside, by=home.on("duty_officer"))


def test_candidates_serve_the_childs_places_and_are_not_there_yet(home: Home) -> None:
    conference = called(home)
    asked(home, conference, "police")

    names = {each.holding_id for each in candidates(home.on("child_supervisor"), conference)}

    assert held(home, "doctor").pk in names
    assert held(home, "child_director").pk in names
    assert names.isdisjoint({held(home, name).pk for name in ("police", "neighbour")})


def test_the_database_keeps_judicial_words_out_of_the_open_column(home: Home) -> None:
    conference = called(home)
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        act(RECORD, by=home.on("child_supervisor"), about=conference.subject),
    ):
        RecordPart(conference=conference, section="judicial", words="x").save(force_insert=True)


def test_of_two_who_sign_at_once_for_one_person_one_is_told(committed: str) -> None:
    home = make_work()
    conference, _police, doctor = recorded(home)

    one_was_told(
        at_once(
            partial(sign, conference=conference, by=home.on("doctor")),
            partial(sign_on_paper, participant=doctor, by=home.on("child_supervisor")),
        )
    )


def test_conferences_go_over_when_two_files_are_merged(home: Home) -> None:
    other = home.another(home.child.birth_date)
    conference = called(home)

    with act(Verb.MERGE_CARRY, by=system(), about=home.child.subject):
        gone = adopt_conferences(home.child.pk, other.pk)

    conference.refresh_from_db()
    assert (conference.child_id, conference.about_id) == (other.pk, other.pk)
    assert [each.id for each in gone] == [conference.pk]


def test_the_conferences_of_a_child_and_one_of_them_cost_the_same_however_many(
    home: Home,
) -> None:
    conference, _police, _doctor = recorded(home)
    by, counts = home.on("child_supervisor"), []
    conferences_of(by, home.child)
    for _round in range(2):
        found = conference_of(by, READ, conference.pk)
        with CaptureQueriesContext(connection) as asking:
            conferences_of(by, home.child)
            shown(by, found)
        counts.append(len(asking))
        called(home)

    assert counts == [5, 5]
