"""What was agreed for a time is told once before it ends, and is done when it is settled itself."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from tests.cast import actor, entered, text_of
from weiguang.kernel import clock, worker
from weiguang.register.actions import consents, entrustments, terms
from weiguang.register.actions.consents import Agreement, Withdrawal
from weiguang.register.actions.entrustments import Terms
from weiguang.register.actions.shelter import Refuge, move_to_safety
from weiguang.register.models import Child, Consent, Entrustment
from weiguang.register.tests.home import Home, make_home
from weiguang.register.tests.two_towns import NINE
from weiguang.tasks.access import tasks_of
from weiguang.tasks.actions.tasks import finish
from weiguang.tasks.models import Task

TODAY = NINE.astimezone(clock.CHINA).date()
CLEARED = frozenset({"crime", "habits", "neglect", "unfit"})


@pytest.fixture
def home(db: None) -> Iterator[Home]:
    """A child that turns fourteen in a hundred days."""
    with clock.standing_at(NINE):
        fourteen = TODAY + timedelta(days=100)
        yield make_home(born=date(fourteen.year - 14, fourteen.month, fourteen.day))


def agreed(home: Home, until: date | None = None, *, by_child: bool = False) -> Consent:
    said = Agreement(
        matter="photo", given_by=None if by_child else home.mother.pk, heard="agrees", how="paper",
        given_on=clock.today(), until=until,
    )  # fmt: skip
    return consents.record(child=home.child, agreement=said, by=home.on("child_director"))


def entrusted(home: Home, days: int) -> Entrustment:
    said = Terms(
        guardians=(home.mother.pk,), carer=home.aunt.pk, reason="work_away", first_day=TODAY,
        last_day=TODAY + timedelta(days=days), duties=("safety",), cleared=CLEARED,
        heard="agrees", witness="王书记",
    )  # fmt: skip
    return entrustments.entrust(child=home.child, terms=said, by=home.on("child_director"))


def after(days: int) -> datetime:
    return NINE + timedelta(days=days)


def due(days: int) -> int:
    """What both rounds open so many days later; asked again at once they open nothing."""
    with clock.standing_at(after(days)):
        opened = terms.consents_due(clock.now()) + terms.entrustments_due(clock.now())
        assert terms.consents_due(clock.now()) + terms.entrustments_due(clock.now()) == 0
    return opened


def only_task() -> Task:
    task: Task = Task.objects.exclude(kind="approval").get(state="open")
    return task


def test_a_consent_with_a_last_day_is_told_a_month_before_and_once(home: Home) -> None:
    agreed(home, until=TODAY + timedelta(days=60))

    assert [due(days) for days in (30, 31, 45, 62, 90)] == [0, 1, 0, 0, 0]
    assert only_task().kind == "alert.consent"
    assert [each.pk for each in tasks_of(home.on("child_director"))] == [only_task().pk]


def test_it_is_due_only_after_its_end_because_nothing_is_given_anew_before(home: Home) -> None:
    agreed(home, until=TODAY + timedelta(days=40))
    due(20)

    assert only_task().due_at.astimezone(clock.CHINA).date() > TODAY + timedelta(days=41)


def test_a_guardians_consent_is_told_before_fourteen_and_done_by_the_childs_own(
    home: Home,
) -> None:
    agreed(home)
    assert [due(days) for days in (69, 71)] == [0, 1]

    with clock.standing_at(after(100)):
        assert "要由孩子本人同意" in text_of(entered(home.accounts["child_director"]).get("/"))
        agreed(home, by_child=True)

    assert Task.objects.get().outcome == "renewed"
    assert due(101) == 0


def test_a_consent_whose_last_day_comes_after_fourteen_ends_at_fourteen(home: Home) -> None:
    agreed(home, until=TODAY + timedelta(days=130))

    assert [due(days) for days in (69, 71, 102, 131)] == [0, 1, 0, 0]
    assert Task.objects.get().reason == "outgrown"


def test_what_nobody_wants_to_renew_is_closed_by_hand_and_does_not_come_again(home: Home) -> None:
    agreed(home, until=TODAY + timedelta(days=20))
    due(1)
    finish(task=Task.objects.get(), by=home.on("child_director"))

    assert [due(days) for days in (2, 30, 101)] == [0, 0, 0]


def test_another_use_that_is_agreed_to_leaves_the_task_open(home: Home) -> None:
    agreed(home, until=TODAY + timedelta(days=20))
    due(1)
    other = Agreement(
        matter="share_ngo", given_by=home.mother.pk, heard="agrees", how="paper", given_on=TODAY
    )
    consents.record(child=home.child, agreement=other, by=home.on("child_director"))

    assert only_task().kind == "alert.consent"


def test_a_withdrawn_consent_is_asked_for_no_more(home: Home) -> None:
    consent = agreed(home, until=TODAY + timedelta(days=20))
    due(1)
    consents.withdraw(consent=consent, withdrawal=Withdrawal(TODAY), by=home.on("child_director"))

    assert Task.objects.get().outcome == "withdrawn"
    assert due(2) == 0


def test_an_entrustment_is_told_before_its_last_day_and_done_when_it_is_ended(home: Home) -> None:
    made = entrusted(home, 60)
    assert [due(days) for days in (29, 30, 61, 80)] == [0, 1, 0, 0]
    shown = text_of(entered(home.accounts["child_director"]).get(f"/tasks/{only_task().pk}/"))
    assert "登记结束以后，这件事自动办结" in shown
    assert "顾姑姑" not in shown

    with clock.standing_at(after(61)):
        entrustments.end(
            entrustment=made, on=clock.today(), ending="over", by=home.on("child_director")
        )

    assert Task.objects.get().outcome == "ended"


def test_the_next_agreement_with_the_same_carer_is_told_anew(home: Home) -> None:
    first = entrusted(home, 20)
    due(1)
    entrustments.end(entrustment=first, on=TODAY, ending="over", by=home.on("child_director"))
    entrusted(home, 45)

    assert [due(days) for days in (2, 16)] == [0, 1]


def test_who_is_of_age_or_was_merged_away_is_told_to_nobody(db: None) -> None:
    with clock.standing_at(NINE):
        home = make_home(born=date(TODAY.year - 18, TODAY.month, TODAY.day) + timedelta(days=20))
        agreed(home, until=TODAY + timedelta(days=25), by_child=True)

    assert due(22) == 0


def test_of_a_child_moved_for_safety_who_is_named_is_told_and_no_old_place(home: Home) -> None:
    entrusted(home, 20)
    agreed(home, until=TODAY + timedelta(days=20))
    assert due(1) == 2
    duty = home.cast.seated("duty_officer", home.cast.county)
    with clock.standing_at(after(2)):
        move_to_safety(
            child=Child.objects.get(), refuge=Refuge("x", "y"), people=[duty.person],
            by=home.on("child_supervisor"),
        )  # fmt: skip

    assert due(3) == 2
    with clock.standing_at(after(3)):
        assert tasks_of(actor(duty.person)).filter(kind__startswith="alert.").count() == 2
        assert "顾小安" in text_of(entered(duty.person).get("/"))
        for role in ("child_director", "child_supervisor"):
            assert not tasks_of(home.on(role)).filter(kind__startswith="alert.").exists()


def test_the_worker_does_both_rounds(home: Home) -> None:
    entrusted(home, 10)
    agreed(home, until=TODAY + timedelta(days=10))

    worker.run_once()

    kinds = set(Task.objects.values_list("kind", flat=True))
    assert {"alert.consent", "alert.entrustment"} <= kinds
