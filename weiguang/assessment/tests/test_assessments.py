"""Drafts keep everything, submissions are checked by the server, emergencies reach the centre."""

from datetime import timedelta
from functools import partial

import pytest

from tests.cast import events_since, last_event
from weiguang.assessment.access import assessments_for
from weiguang.assessment.actions.assessments import begin, discard, save_draft, submit
from weiguang.assessment.actions.emergencies import EMERGENCY
from weiguang.assessment.errors import (
    AlreadySubmitted,
    Incomplete,
    NoSuchVersion,
    SavedElsewhere,
    ViewMissing,
)
from weiguang.assessment.models import Assessment
from weiguang.assessment.queries.instruments import current
from weiguang.assessment.queries.outcomes import reckoned
from weiguang.assessment.tests.at_work import assessed, filled, make_work, needs, sample
from weiguang.kernel import clock
from weiguang.kernel.errors import Invalid, NotFoundOrRefused
from weiguang.kernel.history import amend
from weiguang.kernel.sensitivity import Tier
from weiguang.network.acts import act
from weiguang.network.verbs import Verb
from weiguang.register.models import Child
from weiguang.register.tests.home import Home, name
from weiguang.tasks.models import Task
from weiguang.tasks.tests.test_at_once import at_once, one_was_told

READ = Verb.ASSESSMENT_READ


@pytest.fixture
def home(db: None) -> Home:
    return make_work()


def begun(home: Home, code: str = "sample19", role: str = "social_worker") -> Assessment:
    return begin(child=home.child, instrument=current(code), by=home.on(role))


def test_the_same_person_begins_once_and_another_her_own(home: Home) -> None:
    first, again = begun(home), begun(home)
    other = begun(home, role="child_supervisor")

    assert first.pk == again.pk
    assert other.pk != first.pk


def test_a_draft_keeps_what_is_right_and_what_is_wrong(home: Home) -> None:
    draft, by = begun(home), home.on("social_worker")
    texts = {"health": ["healthy"], "guardianship": ["eleven"], "gone_item": ["旧版本的话"]}

    save_draft(assessment=draft, filled=filled(texts, child_view=""), by=by)

    kept = Assessment.objects.get(pk=draft.pk)
    assert kept.answers | kept.sealed_answers == texts
    assert kept.saves == 1
    found = reckoned(by, kept)
    assert {each.name: each.reason for each in found.given.problems} == {
        "guardianship": "number", "gone_item": "unknown",
    }  # fmt: skip


def test_a_draft_that_was_saved_in_another_window_is_not_overwritten(home: Home) -> None:
    draft, by = begun(home), home.on("social_worker")
    save_draft(assessment=draft, filled=filled({"health": ["healthy"]}), by=by)

    with pytest.raises(SavedElsewhere):
        save_draft(assessment=draft, filled=filled({"health": ["not_healthy"]}), by=by)

    assert Assessment.objects.get(pk=draft.pk).answers == {"health": ["healthy"]}


def test_saving_nothing_new_leaves_no_trace_and_no_new_number(home: Home) -> None:
    draft, by = begun(home), home.on("social_worker")
    save_draft(assessment=draft, filled=filled({"health": ["healthy"]}), by=by)

    save_draft(assessment=draft, filled=filled({"health": ["healthy"]}, seen=1), by=by)

    assert Assessment.objects.get(pk=draft.pk).saves == 1


def test_a_draft_is_nobody_elses(home: Home) -> None:
    draft = begun(home)

    assert not assessments_for(home.on("child_supervisor"), READ).exists()
    with pytest.raises(NotFoundOrRefused):
        save_draft(assessment=draft, filled=filled({}), by=home.on("child_supervisor"))


def test_what_is_submitted_is_reckoned_by_the_server(home: Home) -> None:
    done = assessed(home, sample(overnight="yes", guardianship="2.0", grandparents="ample"))

    found = reckoned(home.on("child_supervisor"), done)
    assert found.outcome is not None
    assert (found.outcome.total, found.outcome.band) == (400, "mild")
    assert found.outcome.level == "low"


def test_what_is_missing_is_refused_and_kept(home: Home) -> None:
    draft, by = begun(home), home.on("social_worker")
    texts = {key: said for key, said in sample().items() if key != "health"}

    with pytest.raises(Incomplete):
        submit(assessment=draft, filled=filled(texts), by=by)

    kept = Assessment.objects.get(pk=draft.pk)
    assert (kept.state, kept.answers) == ("draft", texts)


@pytest.mark.parametrize("wrong", ["11", "-1", "0.5", "many"])
def test_an_answer_that_cannot_be_is_refused_and_kept(wrong: str, home: Home) -> None:
    draft, by = begun(home), home.on("social_worker")

    with pytest.raises(Incomplete):
        submit(assessment=draft, filled=filled(sample(guardianship=wrong)), by=by)

    assert Assessment.objects.get(pk=draft.pk).answers["guardianship"] == [wrong]


def test_what_is_wrong_where_nothing_is_asked_hinders_nobody(home: Home) -> None:
    texts = needs(special_care=["nonsense"])

    assert assessed(home, texts, "needs").state == "submitted"


def test_the_childs_view_or_why_it_could_not_be_asked_is_never_missing(home: Home) -> None:
    draft, by = begun(home), home.on("social_worker")

    with pytest.raises(ViewMissing):
        submit(assessment=draft, filled=filled(sample(), child_view="", child_words=""), by=by)
    with pytest.raises(ViewMissing):
        submit(assessment=draft, filled=filled(sample(), child_words=" ", seen=1), by=by)
    done = submit(
        assessment=draft, filled=filled(sample(), child_view="not_met", child_words="", seen=2),
        by=by,
    )  # fmt: skip

    assert done.state == "submitted"


def test_no_day_before_the_child_was_born_or_after_today(home: Home) -> None:
    draft, by = begun(home), home.on("social_worker")
    for seen, day in enumerate(
        (home.child.birth_date - timedelta(days=1), clock.today() + timedelta(days=1))
    ):
        said = filled(sample(), assessed_on=day, seen=seen)
        with pytest.raises(Invalid):
            submit(assessment=draft, filled=said, by=by)


def test_a_submitted_assessment_is_not_changed_any_more(home: Home) -> None:
    done, by = assessed(home, sample()), home.on("social_worker")

    for do in (save_draft, submit):
        with pytest.raises(AlreadySubmitted):
            do(assessment=done, filled=filled(sample(), seen=done.saves), by=by)
    with pytest.raises(AlreadySubmitted):
        discard(assessment=done, by=by)


def test_a_new_assessment_takes_the_place_of_the_older_one(home: Home) -> None:
    first = assessed(home, sample())
    second = assessed(home, sample(), by=home.on("child_supervisor"))
    other = assessed(home, needs(), "needs")

    states = {each.pk: each.state for each in Assessment.objects.all()}
    assert states == {first.pk: "superseded", second.pk: "submitted", other.pk: "submitted"}


def test_a_draft_of_a_version_that_is_gone_is_kept_and_not_submitted(home: Home) -> None:
    draft, by = begun(home), home.on("social_worker")
    save_draft(assessment=draft, filled=filled({"health": ["healthy"]}), by=by)
    with act(Verb.ASSESSMENT_RECORD, by=by, about=home.child.subject):
        amend(Assessment.objects.get(pk=draft.pk), version="0")

    with pytest.raises(NoSuchVersion):
        submit(assessment=draft, filled=filled(sample(), seen=1), by=by)

    assert Assessment.objects.get(pk=draft.pk).answers == {"health": ["healthy"]}


def test_an_answer_for_an_old_version_is_kept_and_shown(home: Home) -> None:
    done, by = assessed(home, sample()), home.on("child_supervisor")
    with act(Verb.ASSESSMENT_RECORD, by=by, about=home.child.subject):
        amend(Assessment.objects.get(pk=done.pk), version="0")

    found = reckoned(by, assessments_for(by, READ).get(pk=done.pk))

    assert found.instrument is None
    assert found.texts == sample()


# Who sees what.


def test_what_is_sealed_does_not_exist_for_who_may_not_see_it(home: Home) -> None:
    done = assessed(home, needs(report_private=["over_14"], own_words=["他说的原话"]), "needs")
    by_whom = {
        role: reckoned(home.on(role), done)
        for role in ("social_worker", "child_supervisor", "city_officer", "duty_officer")
    }

    assert by_whom["social_worker"].texts["own_words"] == ["他说的原话"]
    assert by_whom["social_worker"].outcome is not None
    assert by_whom["social_worker"].outcome.screens == ("mandatory_report_sealed",)
    for role in ("child_supervisor", "city_officer", "duty_officer"):
        found = by_whom[role]
        assert {"own_words", "report_private"} & set(found.texts) == set()
        assert found.outcome is not None
        assert (found.outcome.screens, found.outcome.level) == ((), "")


def test_who_is_named_for_what_is_sealed_sees_it(home: Home) -> None:
    done = assessed(home, needs(report_private=["over_14"]), "needs")

    name(home, "duty_officer", Tier.SEALED)

    assert reckoned(home.on("duty_officer"), done).texts["report_private"] == ["over_14"]


@pytest.mark.parametrize("role", ["child_director", "neighbour", "town_leader"])
def test_the_village_and_who_only_signs_read_no_assessment(role: str, home: Home) -> None:
    assessed(home, sample())

    assert not assessments_for(home.on(role), READ).exists()
    with pytest.raises(NotFoundOrRefused):
        begun(home, role=role)


def test_a_child_moved_for_safety_is_read_by_nobody_but_who_is_named(home: Home) -> None:
    done = assessed(home, sample())
    with act(Verb.CHILD_AMEND, by=home.on("child_supervisor"), about=home.child.subject):
        amend(Child.objects.get(pk=home.child.pk), is_sheltered=True)

    for role in ("child_supervisor", "city_officer", "duty_officer"):
        assert not assessments_for(home.on(role), READ).filter(pk=done.pk).exists()
    assert assessments_for(home.on("social_worker"), READ).filter(pk=done.pk).exists()


# Emergencies.


@pytest.mark.parametrize(
    "texts",
    [
        needs(report_signs=["injuries"], emergency_reason=["身上有伤，已打110"]),
        needs(guardianship_grounds=["refuses"], emergency_reason=["无人照料"]),
        needs(report_private=["over_14"]),
    ],
)
def test_an_emergency_reaches_the_centre_and_not_the_village(
    texts: dict[str, list[str]], home: Home
) -> None:
    before = last_event()

    done = assessed(home, texts, "needs")

    task = Task.objects.get(kind=EMERGENCY)
    assert task.post.role == "duty_officer"
    assert task.about_id == done.pk
    posts = {each.post.role for each in Task.objects.select_related("post")}
    assert posts == {"duty_officer"}
    said = [str(event.detail) for event in events_since(before)]
    assert not any("over_14" in line or "injuries" in line for line in said)


def test_a_child_under_eight_alone_is_an_emergency_and_one_of_eight_is_not(db: None) -> None:
    today = clock.today()
    day = today.replace(day=min(today.day, 28))
    seven = make_work(born=day.replace(year=day.year - 8) + timedelta(days=1))
    texts = needs(left_alone=["yes"], special_care=["no"], emergency_reason=["独自在家"])

    done = assessed(seven, texts, "needs", assessed_on=day)

    found = reckoned(seven.on("child_supervisor"), done)
    assert found.outcome is not None
    assert (found.outcome.screens, found.outcome.level) == (("alone_under_8",), "emergency")
    with act(Verb.CHILD_AMEND, by=seven.on("child_supervisor"), about=seven.child.subject):
        amend(Child.objects.get(pk=seven.child.pk), birth_date=day.replace(year=day.year - 8))
    eight = reckoned(seven.on("child_supervisor"), Assessment.objects.get(pk=done.pk))
    assert eight.outcome is not None
    assert eight.outcome.screens == ()


def test_nothing_is_called_where_no_screen_holds(home: Home) -> None:
    assessed(home, needs(), "needs")

    assert not Task.objects.exists()


def test_two_windows_that_submit_at_once_submit_once(committed: str) -> None:
    home = make_work()
    draft, by = begun(home), home.on("social_worker")
    deed = partial(submit, assessment=draft, filled=filled(sample()), by=by)

    one_was_told(at_once(deed, deed))

    assert Assessment.objects.filter(state="submitted").count() == 1


def test_two_windows_that_begin_at_once_begin_one_draft(committed: str) -> None:
    home = make_work()
    deed = partial(
        begin, child=home.child, instrument=current("needs"), by=home.on("social_worker")
    )

    assert at_once(deed, deed) == [None, None]

    assert Assessment.objects.count() == 1
