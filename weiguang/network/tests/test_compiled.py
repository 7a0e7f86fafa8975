"""A statement that is made once says what the ORM would say each time."""

from datetime import date, datetime
from uuid import UUID

import pytest
from django.db.models import Q, QuerySet

from weiguang.kernel import clock
from weiguang.kernel.compiled import Compiled, Made, Statement, spelled
from weiguang.kernel.counting import counts, counts_where
from weiguang.kernel.ids import new_id
from weiguang.kernel.models import Event
from weiguang.network.acts import act
from weiguang.network.queries import the_system
from weiguang.network.verbs import Verb

pytestmark = pytest.mark.django_db


@Compiled
def since(*, about: UUID, at: datetime, verbs: list[int]) -> QuerySet[Event]:
    return Event.objects.filter(about_id=about, at__gt=at, pk__among=verbs).order_by("-id")


def acted(times: int) -> list[int]:
    numbers = []
    for _ in range(times):
        with act(Verb.CITY_SEED, by=the_system(on=clock.today())) as event:
            numbers.append(event.pk)
    return numbers


def test_the_rows_are_those_of_the_values_given_now() -> None:
    @Compiled
    def among(*, numbers: list[int]) -> QuerySet[Event]:
        return Event.objects.filter(pk__among=numbers).order_by("id")

    one, two, three = acted(3)

    assert [event.pk for event in among(numbers=[one, three])] == [one, three]
    assert [event.pk for event in among(numbers=[two])] == [two]
    assert among(numbers=[]) == []


def test_a_second_use_costs_one_query_and_changes_nothing_of_the_first(
    django_assert_num_queries: object,
) -> None:
    asked = {"about": new_id(), "at": clock.now(), "verbs": [1]}
    first = since(**asked)  # type: ignore[arg-type]

    with django_assert_num_queries(1):  # type: ignore[operator]
        assert since(**asked) == first  # type: ignore[arg-type]


def test_a_value_that_is_worked_out_in_the_function_is_refused() -> None:
    @Compiled
    def tomorrow(*, on: date) -> QuerySet[Event]:
        return Event.objects.filter(at__date__gt=on.replace(year=on.year + 1))

    with pytest.raises(TypeError, match="worked out"):
        tomorrow(on=date(2026, 1, 1))


def test_a_clock_in_the_function_is_refused() -> None:
    @Compiled
    def lately(*, about: UUID) -> QuerySet[Event]:
        return Event.objects.filter(about_id=about, at__gt=clock.now())

    with pytest.raises(TypeError, match="worked out"):
        lately(about=new_id())


def test_a_value_that_the_query_does_not_use_is_refused() -> None:
    @Compiled
    def forgets(*, about: UUID, on: date) -> QuerySet[Event]:
        return Event.objects.filter(about_id=about)

    with pytest.raises(TypeError, match="does not ask by"):
        forgets(about=new_id(), on=date(2026, 1, 1))


@pytest.mark.parametrize("wrong", [{}, {"about": "x"}, {"about": None}])
def test_a_value_of_another_kind_is_refused(wrong: dict[str, object]) -> None:
    @Compiled
    def about(*, about: UUID) -> QuerySet[Event]:
        return Event.objects.filter(about_id=about)

    with pytest.raises(TypeError, match="is to be"):
        about(**wrong)  # type: ignore[arg-type]


def test_a_text_within_a_pattern_is_taken_literally() -> None:
    @Compiled
    def below(*, path: str) -> QuerySet[Event]:
        return Event.objects.filter(place_path__startswith=path)

    _sql, params = spelled(Event.objects.filter(place_path__startswith="/1_%/"))
    made = Made(below.build(path="␂0␃"), {"path": "␂0␃"})

    assert below(path="/1_%/") == []
    assert list(made.params({"path": "/1_%/"})) == list(params)


def test_nothing_is_asked_for_what_can_never_be() -> None:
    assert Made(Event.objects.filter(pk__in=()), {}).rows({}) == []


def test_several_lists_are_counted_at_once_up_to_a_number(
    django_assert_num_queries: object,
) -> None:
    first, *_ = acted(4)
    rows = Event.objects.filter(pk__gte=first)
    few, none = rows.filter(pk__lte=first + 1), Event.objects.filter(pk__in=())

    with django_assert_num_queries(1):  # type: ignore[operator]
        found = _asked(counts(rows, few, none, most=3))

    assert found == [(4, 2, 0)]
    assert _asked(counts(rows, most=2)) == [(3,)]


def test_what_fits_each_condition_is_counted_among_the_first() -> None:
    first, *_ = acted(4)
    rows = Event.objects.filter(pk__gte=first)

    found = _asked(counts_where(rows, Q(pk=first), Q(purpose="x"), Q(about_id=None), most=10))

    assert found == [(4, 1, 0, 4)]
    assert _asked(counts_where(Event.objects.filter(pk__in=()), Q(pk=1), most=10)) == [(0, 0)]
    assert _asked(counts_where(rows, most=2)) == [(3,)]


def _asked(statement: Statement[tuple[int, ...]]) -> list[tuple[int, ...]]:
    found: list[tuple[int, ...]] = Made(statement, {}).rows({})
    return found
