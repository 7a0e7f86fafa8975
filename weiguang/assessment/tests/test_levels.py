"""A person sets the level; to differ from a proposal takes a reason and a second person."""

from functools import partial
from typing import Any

import pytest

from tests.cast import system
from weiguang.assessment.actions.adopt import adopt_assessments
from weiguang.assessment.actions.levels import Decided, set_level, withdraw
from weiguang.assessment.errors import LevelWaits, ReasonMissing
from weiguang.assessment.models import LevelDecision
from weiguang.assessment.queries.inbox import asked_about_level, lines_of_levels
from weiguang.assessment.queries.levels import full_level_of, level_of, levels_of_child
from weiguang.assessment.queries.pages import history_of
from weiguang.assessment.tests.at_work import assessed, make_work, needs, sample
from weiguang.kernel import clock, worker
from weiguang.kernel.errors import Invalid, NotFoundOrRefused
from weiguang.kernel.history import amend
from weiguang.kernel.sensitivity import Tier
from weiguang.network.acts import act
from weiguang.network.verbs import Verb
from weiguang.register.actions.shelter import Refuge, move_to_safety
from weiguang.register.models import Child, Standing
from weiguang.register.tests.home import Home, name
from weiguang.tasks.actions.approvals import sign
from weiguang.tasks.models import Approval
from weiguang.tasks.tests.test_at_once import at_once, one_was_told

TODAY = clock.today()


@pytest.fixture
def home(db: None) -> Home:
    return make_work()


def worked() -> None:
    """Let the worker do what follows."""
    worker.run_once()
    worker.run_once()


def level(home: Home) -> str:
    now = level_of([home.child.pk], TODAY).get(home.child.pk)
    return now.level if now else ""


def listed(home: Home) -> str:
    """The level that lists go by."""
    worked()
    found = Standing.objects.filter(child=home.child).first()
    return found.level if found else ""


def put(home: Home, level: str, role: str = "social_worker", **more: Any) -> LevelDecision:
    said = Decided(level, more.pop("reason", ""), more.pop("watch", ""))
    return set_level(child=home.child, decided=said, by=home.on(role), **more)


def answer(home: Home, role: str, said: str) -> None:
    sign(approval=Approval.objects.get(state="waiting"), answer=said, remark="看过了",
         by=home.on(role))  # fmt: skip
    worked()


def test_what_is_proposed_is_set_at_once_and_lists_know_it(home: Home) -> None:
    done = assessed(home, sample(overnight="yes"))

    put(home, "low", assessment=done)

    assert (level(home), listed(home)) == ("low", "low")
    assert not Approval.objects.exists()


def test_a_judgement_needs_its_reason_and_no_second_person(home: Home) -> None:
    done = assessed(home, needs(), "needs")

    with pytest.raises(ReasonMissing):
        put(home, "medium", assessment=done)
    put(home, "medium", assessment=done, reason="照料人年纪大了")

    assert level(home) == "medium"


@pytest.mark.parametrize("said", ["approve", "refuse"])
def test_an_override_changes_nothing_until_a_second_person_agrees(said: str, home: Home) -> None:
    put(home, "low", assessment=assessed(home, sample(overnight="yes")))
    done = assessed(home, sample(overnight="yes", left_school="yes", guardianship="3"))

    made = put(home, "high", assessment=done, reason="量表没有问到父亲酗酒")

    assert made.proposed == "medium"
    assert (level(home), listed(home)) == ("low", "low")
    answer(home, "child_supervisor", said)
    expected = "high" if said == "approve" else "low"
    assert (level(home), listed(home)) == (expected, expected)


def test_an_override_without_a_reason_is_refused(home: Home) -> None:
    done = assessed(home, sample(overnight="yes"))

    with pytest.raises(ReasonMissing):
        put(home, "stable", assessment=done, reason="  ")

    assert not LevelDecision.objects.exists()


def test_who_asks_never_signs(home: Home) -> None:
    done = assessed(home, sample(), by=home.on("child_supervisor"))
    put(home, "high", "child_supervisor", assessment=done, reason="走访所见")

    with pytest.raises(NotFoundOrRefused):
        answer(home, "child_supervisor", "approve")
    answer(home, "town_leader", "approve")

    assert level(home) == "high"


def test_an_emergency_is_set_at_once_and_taken_off_by_two(home: Home) -> None:
    texts = needs(report_signs=["injuries"], emergency_reason=["身上有伤"])
    done = assessed(home, texts, "needs")
    put(home, "emergency", assessment=done, reason="身上有伤")
    assert level(home) == "emergency"

    put(home, "low", assessment=done, reason="派出所核实是摔伤")

    assert level(home) == "emergency"
    answer(home, "child_supervisor", "approve")
    assert level(home) == "low"


def test_without_an_assessment_what_holds_is_what_is_departed_from(home: Home) -> None:
    put(home, "medium", assessment=assessed(home, needs(), "needs"), reason="照料人年纪大了")

    put(home, "high", "child_supervisor", reason="走访时父亲又喝酒了")

    assert level(home) == "medium"
    answer(home, "town_leader", "approve")
    assert level(home) == "high"


def test_one_decision_waits_at_a_time_and_can_be_given_up(home: Home) -> None:
    done = assessed(home, sample())
    waiting = put(home, "high", assessment=done, reason="走访所见")
    with pytest.raises(LevelWaits):
        put(home, "stable", "child_supervisor", assessment=done)

    withdraw(decision=waiting, by=home.on("social_worker"))
    put(home, "stable", "child_supervisor", assessment=done)

    assert level(home) == "stable"
    assert Approval.objects.get().state == "withdrawn"


def test_history_keeps_every_level_with_its_days(home: Home) -> None:
    done = assessed(home, needs(), "needs")
    first = put(home, "medium", assessment=done, reason="甲")
    second = put(home, "medium", assessment=done, reason="乙")

    found = {each.pk: each for each in levels_of_child(home.on("child_supervisor"), home.child)}

    assert (found[first.pk].state, found[first.pk].ended_on) == ("ended", TODAY)
    assert (found[second.pk].state, found[second.pk].in_force_on) == ("in_force", TODAY)


def test_a_level_that_nobody_has_is_refused(home: Home) -> None:
    with pytest.raises(Invalid):
        put(home, "red", assessment=assessed(home, sample()), reason="甲")


@pytest.mark.parametrize("role", ["child_director", "neighbour", "town_leader"])
def test_the_village_sets_no_level(role: str, home: Home) -> None:
    done = assessed(home, sample())

    with pytest.raises(NotFoundOrRefused):
        put(home, "stable", role, assessment=done)


def test_a_level_rests_on_an_assessment_of_the_same_child_that_is_in_force(home: Home) -> None:
    older, done = assessed(home, sample()), assessed(home, sample())
    older.refresh_from_db()

    with pytest.raises(NotFoundOrRefused):
        put(home, "stable", assessment=older)
    other = home.another(home.child.birth_date)
    with pytest.raises(NotFoundOrRefused):
        set_level(child=other, decided=Decided("stable"), by=home.on("child_supervisor"),
                  assessment=done)  # fmt: skip


# What the village may know.


def test_the_director_sees_the_level_and_what_to_watch_and_not_why(home: Home) -> None:
    done = assessed(home, needs(), "needs")
    put(home, "medium", assessment=done, reason="父亲服刑", watch="放学后有没有人接")

    (seen,) = levels_of_child(home.on("child_director"), home.child)

    assert (seen.level, seen.watch) == ("medium", "放学后有没有人接")


def test_a_sealed_emergency_leaves_the_level_that_everybody_sees(home: Home) -> None:
    put(home, "low", assessment=assessed(home, sample(overnight="yes")))
    done = assessed(home, needs(report_private=["over_14"]), "needs")

    made = put(home, "emergency", assessment=done, reason="只有封存的")

    assert made.is_sealed
    assert (made.level, made.reason) == ("", None)
    assert (level(home), listed(home)) == ("low", "low")
    assert full_level_of([home.child.pk], TODAY)[home.child.pk].level == "emergency"
    for role in ("child_director", "child_supervisor", "city_officer", "duty_officer"):
        assert [each.level for each in levels_of_child(home.on(role), home.child)] == ["low"]
    assert made in levels_of_child(home.on("social_worker"), home.child)
    name(home, "duty_officer", Tier.SEALED)
    assert made in levels_of_child(home.on("duty_officer"), home.child)


def test_the_open_level_of_a_sealed_matter_is_set_as_if_there_were_none(home: Home) -> None:
    done = assessed(home, needs(report_private=["over_14"]), "needs")

    put(home, "stable", assessment=done, reason="照料得好")

    assert level(home) == "stable"
    assert not Approval.objects.exists()


# Merged, moved, at once.


def test_when_files_are_merged_the_one_that_stays_keeps_its_level(home: Home) -> None:
    other = home.another(home.child.birth_date)
    supervisor = home.on("child_supervisor")
    set_level(child=other, decided=Decided("stable", "照料得好"), by=supervisor)
    put(home, "medium", assessment=assessed(home, needs(), "needs"), reason="照料人年纪大了")

    with act(Verb.MERGE_CARRY, by=system(), about=other.subject):
        moved = adopt_assessments(home.child.pk, other.pk)

    assert len(moved) == 2
    assert level_of([other.pk], TODAY)[other.pk].level == "stable"
    assert level(home) == ""
    assert LevelDecision.objects.filter(child=other, state="ended", level="medium").exists()


def test_the_level_of_a_child_moved_for_safety_is_agreed_to_by_the_city(home: Home) -> None:
    done = assessed(home, sample())
    with act(Verb.CHILD_AMEND, by=system_keeper(home), about=home.child.subject):
        child = Child.objects.get(pk=home.child.pk)
        amend(child, is_sheltered=True)
    move_of(home)

    set_level(child=child, decided=Decided("high", "到了新地方"), by=home.on("social_worker"),
              assessment=done)  # fmt: skip

    approval = Approval.objects.get(state="waiting")
    assert approval.paths == [home.cast.county.path]
    with pytest.raises(NotFoundOrRefused):
        sign(approval=approval, answer="approve", by=home.on("town_leader"))
    sign(approval=approval, answer="approve", by=home.on("city_approver"))
    worked()
    assert level(home) == "high"


def test_what_was_asked_before_a_move_for_safety_shows_nowhere_and_hinders_nothing(
    home: Home,
) -> None:
    done = assessed(home, sample(), by=home.on("child_supervisor"))
    asked = put(home, "high", "child_supervisor", assessment=done, reason="走访所见")
    duty = home.accounts["duty_officer"]

    move_to_safety(
        child=home.child, refuge=Refuge("不说", "不说"), people=[duty],
        by=home.on("child_supervisor"),
    )  # fmt: skip

    approval = Approval.objects.get(about_id=asked.pk)
    assert approval.state == "withdrawn"
    for role in ("town_leader", "city_approver", "child_supervisor"):
        assert lines_of_levels(home.on(role), [approval]) == {}
        assert asked_about_level(home.on(role), approval) is None
    named, child = home.on("duty_officer"), Child.objects.get(pk=home.child.pk)
    assert [each.id for each in history_of(named, child)] == [done.pk]
    again = set_level(child=child, decided=Decided("medium", "到了新地方"), by=named)
    assert again.state == "in_force"
    asked.refresh_from_db()
    assert asked.state == "declined"


def test_the_city_is_asked_about_a_moved_child_without_its_name(home: Home) -> None:
    move_to_safety(
        child=home.child, refuge=Refuge("不说", "不说"), people=[home.accounts["duty_officer"]],
        by=home.on("child_supervisor"),
    )  # fmt: skip
    named, child = home.on("duty_officer"), Child.objects.get(pk=home.child.pk)
    set_level(child=child, decided=Decided("medium", "先定"), by=named)
    set_level(child=child, decided=Decided("high", "又有新情况"), by=named)

    approval = Approval.objects.get(state="waiting", kind="level.override")
    (line,) = lines_of_levels(home.on("city_approver"), [approval]).values()

    assert home.child.name not in line.who
    said = asked_about_level(home.on("city_approver"), approval)
    assert said is not None
    assert not said["is_known"]


def system_keeper(home: Home) -> Any:
    return home.on("child_supervisor")


def move_of(home: Home) -> None:
    """What the move for safety leaves behind: which city answers for it."""
    with act(Verb.MOVE_SAFETY, by=home.on("city_officer")):
        home.child.safety_moves.create(
            reason="不说", whereabouts="不说", city_path=home.cast.county.path,
            begun_by=home.accounts["city_officer"], begun_at=clock.now(),
        )  # fmt: skip


def test_of_two_who_set_a_level_at_once_both_are_heard_in_turn(committed: str) -> None:
    home = make_work()
    done = assessed(home, needs(), "needs")
    roles = ("social_worker", "child_supervisor")

    told = at_once(
        *(partial(put, home, "medium", role, assessment=done, reason=role) for role in roles)
    )

    assert told == [None, None]
    assert LevelDecision.objects.filter(state="in_force").count() == 1
    assert LevelDecision.objects.filter(state="ended").count() == 1


def test_of_two_who_ask_for_an_override_at_once_one_is_told(committed: str) -> None:
    home = make_work()
    done = assessed(home, sample())
    roles = ("social_worker", "child_supervisor")

    one_was_told(
        at_once(*(partial(put, home, "high", role, assessment=done, reason=role) for role in roles))
    )

    assert Approval.objects.count() == 1
