"""Who comes next and by when: the day before, the day, the day after."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weiguang.assessment.engine.shelf import levels_of
from weiguang.assessment.rules.rhythm import (
    KINDS,
    Due,
    Rhythm,
    due_for,
    rhythm_of,
    told_after,
)
from weiguang.kernel import packs

KUNSHAN = rhythm_of(packs.read_yaml("cn_js_kunshan", "rhythm.yaml"))
SINCE = date(2026, 3, 1)


def days(number: int) -> date:
    return SINCE + timedelta(days=number)


def due(level: str, today: date = SINCE, **more: Any) -> list[tuple[int, tuple[str, ...]]]:
    """What is due: in how many days after the level was set, and what."""
    said = {"since": SINCE, "done": {}, "today": today} | more
    found = due_for(KUNSHAN, level=level, **said)
    return [((each.on - SINCE).days, each.kinds) for each in found]


def test_the_pack_says_something_for_every_level_and_for_no_other() -> None:
    assert set(KUNSHAN.beats) == set(levels_of("cn_js_kunshan"))
    assert rhythm_of(packs.read_yaml("demo", "rhythm.yaml")) == KUNSHAN


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        ("emergency", [(1, ("social_worker",)), (3, ("supervisor",))]),
        ("high", [(7, ("director", "social_worker")), (30, ("reassess",)), (30, ("supervisor",))]),
        ("medium", [(30, ("director", "social_worker")), (90, ("reassess",)),
                    (90, ("supervisor",))]),
        ("low", [(30, ("director",)), (180, ("reassess",)),
                 (180, ("social_worker", "supervisor"))]),
        ("stable", [(30, ("director",)), (365, ("reassess",))]),
        ("", []),
    ],
)  # fmt: skip
def test_the_rhythm_of_each_level(level: str, expected: list[Any]) -> None:
    found = due(level)

    if level == "emergency":
        # Within the window of a week both are one visit.
        assert found == [(1, ("social_worker", "supervisor"))]
    else:
        assert found == expected


def test_in_an_emergency_the_village_comes_only_where_the_centre_asks() -> None:
    assert "director" not in due("emergency")[0][1]
    assert "director" in due("emergency", centre_asks=True)[0][1]


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        # Before the level: what was due long ago is due on the day; what is not yet keeps its day.
        (date(2025, 1, 1), 0), (days(-8), 0), (days(-7), 0), (days(-6), 1), (days(-1), 6),
        # After it: an interval later.
        (days(0), 7), (days(3), 10),
    ],
)  # fmt: skip
def test_the_next_visit_follows_the_last(done: date, expected: int) -> None:
    found = due("high", done={"director": done, "social_worker": done})

    assert found[0] == (expected, ("director", "social_worker"))


@pytest.mark.parametrize(("apart", "visits"), [(6, 1), (7, 1), (8, 2)])
def test_visits_that_fall_together_are_one(apart: int, visits: int) -> None:
    found = due("high", done={"director": days(0), "social_worker": days(apart)})

    together = [kinds for _day, kinds in found if "director" in kinds or "social_worker" in kinds]
    assert len(together) == visits


def test_looking_at_the_level_anew_is_never_part_of_a_visit() -> None:
    for level in KUNSHAN.beats:
        assert all(kinds == ("reassess",) or "reassess" not in kinds for _day, kinds in due(level))


@pytest.mark.parametrize(
    ("level", "late", "told"),
    [
        ("high", 0, 0), ("high", 3, 0), ("high", 4, 1), ("high", 6, 1), ("high", 7, 2),
        ("medium", 7, 0), ("medium", 8, 1), ("medium", 15, 2), ("low", 14, 0), ("low", 15, 1),
        ("emergency", 0, 0), ("emergency", 1, 2),
    ],
)  # fmt: skip
def test_what_is_overdue_goes_up_after_the_packs_delay(level: str, late: int, told: int) -> None:
    first = due_for(KUNSHAN, level=level, since=SINCE, done={}, today=SINCE)[0]

    found = due_for(
        KUNSHAN, level=level, since=SINCE, done={}, today=first.on + timedelta(days=late)
    )[0]

    assert (found.late_days, found.told) == (late, told)


@given(
    st.sampled_from(list(KUNSHAN.beats)),
    st.dictionaries(st.sampled_from(KINDS), st.integers(-900, 900)),
    st.integers(-10, 900),
    st.booleans(),
)
def test_every_kind_is_due_exactly_once_and_never_after_its_own_day(
    level: str, done: dict[str, int], today: int, centre_asks: bool
) -> None:
    found: tuple[Due, ...] = due_for(
        KUNSHAN, level=level, since=SINCE, done={k: days(n) for k, n in done.items()},
        today=days(today), centre_asks=centre_asks,
    )  # fmt: skip
    beat = KUNSHAN.beats[level]
    kinds = [kind for each in found for kind in each.kinds]

    assert sorted(kinds) == sorted(
        kind for kind in beat.days if kind != "director" or not beat.is_centres or centre_asks
    )
    assert [each.on for each in found] == sorted(each.on for each in found)
    for each in found:
        for kind in each.kinds:
            last = done.get(kind)
            own = beat.days[kind] if last is None else max(last + beat.days[kind], 0)
            assert each.on <= days(own) <= each.on + timedelta(days=KUNSHAN.merge_days)
        assert each.told in (0, 1, 2)


@given(st.integers(0, 400), st.integers(0, 400), st.integers(0, 40))
def test_a_longer_delay_is_never_told_to_fewer(one: int, other: int, after: int) -> None:
    low, high = sorted((one, other))

    assert told_after(low, after) <= told_after(high, after)


@pytest.mark.parametrize(
    "wrong",
    [
        {"levels": {"low": {"director": 0, "escalates_after": 1}}, "merge_days": 1},
        {"levels": {"low": {"director": 5, "escalates_after": -1}}, "merge_days": 1},
        {"levels": {}, "merge_days": -1},
    ],
)
def test_a_rhythm_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"interval|negative"):
        rhythm_of(wrong)


def test_a_child_at_no_level_is_due_nothing() -> None:
    empty = Rhythm({}, 7)

    assert due_for(empty, level="high", since=SINCE, done={}, today=SINCE) == ()
