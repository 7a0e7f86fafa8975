"""Birthdays and foreseen ends are told in time, once, to who is there, and tell no circumstance."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import Cast, actor, entered, make_cast, system, text_of
from weiguang.kernel import clock, worker
from weiguang.network.models import Holding
from weiguang.register.actions import alerts, children, family
from weiguang.register.actions.children import Identity
from weiguang.register.actions.shelter import Refuge, move_to_safety
from weiguang.register.models import Child, Tie
from weiguang.register.rules.alerts import births_turning, is_turning
from weiguang.register.rules.identity import age_on
from weiguang.tasks.access import tasks_of
from weiguang.tasks.actions.tasks import finish
from weiguang.tasks.models import Task

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def director(cast: Cast) -> Holding:
    return cast.seated("child_director", cast.village)


def born(day: date, cast: Cast, name: str = "安一一") -> Child:
    who = Identity(name=name, sex="female", birth_date=day, no_id_reason="not_given")
    return children.register(
        identity=who, hukou=cast.village, residence=cast.village, since=date(2021, 1, 1),
        by=system(),
    )  # fmt: skip


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 2, tzinfo=UTC)


@given(on=DAYS, born_on=st.dates(date(2000, 1, 1), date(2023, 1, 1)),
       age=st.sampled_from([8, 12, 14, 16, 18]), days=st.integers(0, 60))  # fmt: skip
def test_whoever_reaches_an_age_in_time_is_among_those_who_are_looked_at(
    on: date, born_on: date, age: int, days: int
) -> None:
    first, last = births_turning(age, on=on, days=days)
    reached = any(
        age_on(born_on, on + timedelta(days=n)) >= age > age_on(born_on, on + timedelta(days=n - 1))
        for n in range(days + 1)
    )

    assert is_turning(born_on, age, on=on, days=days) == reached
    if reached:
        assert first <= born_on <= last


def test_every_birthday_of_the_law_is_told_once_in_a_childhood(
    cast: Cast, director: Holding
) -> None:
    cast.seated("child_supervisor", cast.town)
    child = born(date(2016, 2, 29), cast)
    for month in range(12 * 11):  # from the eighth year to after the eighteenth
        with clock.standing_at(at(2024 + month // 12, month % 12 + 1, 15)):
            alerts.ages_due(clock.now())
            alerts.ages_due(clock.now())

    told = Task.objects.filter(child_id=child.pk, kind="alert.age").order_by("opened_at")
    assert [each.reason for each in told] == ["8", "12", "14", "16", "18"]
    assert told[0].opened_at == at(2024, 2, 15)


def test_who_comes_of_age_is_told_to_who_dispatches(cast: Cast, director: Holding) -> None:
    supervisor = cast.seated("child_supervisor", cast.town)
    born(date(2008, 5, 20), cast)
    with clock.standing_at(at(2026, 5, 1)):
        assert alerts.ages_due(clock.now()) == 1
        assert [task.reason for task in tasks_of(actor(supervisor.person))] == ["18"]
        assert not tasks_of(actor(director.person)).exists()


def with_situation(child: Child, ends: date) -> None:
    bond = family.NewBond(Tie.Kind.GUARDIAN, "father")
    by = system_keeper()
    adult = family.add_adult_tie(child=child, who=family.Person("安父"), bond=bond, by=by).adult
    assert adult is not None
    said = family.Stated("imprisoned", date(2024, 1, 1), "", ends)
    family.state_situation(child=child, adult=adult, stated=said, by=by)


def system_keeper():  # type: ignore[no-untyped-def]
    return actor(Holding.objects.get(post__role="city_officer").person)


def test_a_situation_is_looked_at_each_month_from_half_a_year_before_its_end(
    cast: Cast, director: Holding
) -> None:
    cast.seated("city_officer", cast.county)
    with_situation(born(date(2016, 2, 29), cast), date(2025, 9, 15))
    opened = []
    for month in range(1, 13):
        with clock.standing_at(at(2025, month, 20)):
            if alerts.situations_due(clock.now()):
                opened.append(month)
                assert alerts.situations_due(clock.now()) == 0
                finish(task=Task.objects.get(state="open"), by=actor(director.person))

    assert opened == list(range(3, 13))


def test_while_a_look_is_open_no_second_one_is_asked_for(cast: Cast, director: Holding) -> None:
    cast.seated("city_officer", cast.county)
    with_situation(born(date(2016, 2, 29), cast), date(2025, 9, 15))
    for month in (3, 4, 5):
        with clock.standing_at(at(2025, month, 20)):
            alerts.situations_due(clock.now())

    assert Task.objects.filter(kind="alert.situation").count() == 1


def test_nobody_looks_at_the_care_of_who_is_of_age(cast: Cast, director: Holding) -> None:
    cast.seated("city_officer", cast.county)
    with_situation(born(date(2007, 3, 1), cast), date(2025, 9, 15))
    with clock.standing_at(at(2025, 6, 20)):
        assert alerts.situations_due(clock.now()) == 0


def test_of_a_child_moved_for_safety_who_is_named_is_told_and_no_old_place(
    cast: Cast, director: Holding
) -> None:
    cast.seated("city_officer", cast.county)
    supervisor = cast.seated("child_supervisor", cast.town)
    duty = cast.seated("duty_officer", cast.county)
    with clock.standing_at(at(2025, 6, 20)):
        with_situation(born(date(2016, 2, 29), cast), date(2025, 9, 15))
        assert alerts.situations_due(clock.now()) == 1
        move_to_safety(
            child=Child.objects.get(), refuge=Refuge("x", "y"), people=[duty.person],
            by=actor(supervisor.person),
        )  # fmt: skip
        # What lay with the village was dropped, and comes once more, to her.
        assert [alerts.situations_due(clock.now()) for _ in range(3)] == [1, 0, 0]
        for who in (director, supervisor):
            assert not tasks_of(actor(who.person)).filter(kind="alert.situation").exists()
        assert "安一一" in text_of(entered(duty.person).get("/"))


def test_what_was_stated_anew_is_not_looked_at_any_more(cast: Cast, director: Holding) -> None:
    cast.seated("city_officer", cast.county)
    child = born(date(2016, 2, 29), cast)
    with_situation(child, date(2025, 9, 15))
    adult = child.ties.get().adult
    assert adult is not None
    said = family.Stated("capable", date(2025, 2, 1))
    family.state_situation(child=child, adult=adult, stated=said, by=system_keeper())

    with clock.standing_at(at(2025, 6, 20)):
        assert alerts.situations_due(clock.now()) == 0


def test_the_inbox_names_the_child_and_no_circumstance(cast: Cast, director: Holding) -> None:
    cast.seated("city_officer", cast.county)
    with_situation(born(date(2016, 2, 29), cast), clock.today() + timedelta(days=30))
    worker.run_once()
    client = entered(director.person)
    shown = text_of(client.get("/"))

    assert "核对监护情况" in shown
    assert "安一一" in shown
    for said in ("服刑", "监狱", "imprisoned"):
        assert said not in shown
        page = text_of(client.get(f"/tasks/{Task.objects.get().pk}/"))
        assert said not in page


def test_the_page_of_a_birthday_says_what_changes_and_by_which_law(
    cast: Cast, director: Holding
) -> None:
    today = clock.today()
    born(date(today.year - 14, 1, 1) + (today - date(today.year, 1, 1)) + timedelta(days=5), cast)
    alerts.ages_due(clock.now())

    page = text_of(entered(director.person).get(f"/tasks/{Task.objects.get().pk}/"))

    assert "个人信息保护法第三十一条" in page
