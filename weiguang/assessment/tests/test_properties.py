"""What must hold for any instrument and any answers, not only for those somebody thought of."""

from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from weiguang.assessment.engine import answers as given_answers
from weiguang.assessment.engine.changing import what_would_change
from weiguang.assessment.engine.checking import check
from weiguang.assessment.engine.differences import differences
from weiguang.assessment.engine.evaluating import band_of, evaluate, ordered
from weiguang.assessment.engine.expressions import Value
from weiguang.assessment.engine.instruments import Instrument, Item, Kind
from weiguang.assessment.engine.places import Written
from weiguang.assessment.engine.points import points_of, points_shown
from weiguang.assessment.tests.test_vectors import LEVELS, SHIPPED, edges

ALL = [*SHIPPED, edges()]
SAMPLE = next(each for each in SHIPPED if each.code == "sample19")


@cache
def values_of(item: Item) -> st.SearchStrategy[Value | None]:
    if item.kind is Kind.SINGLE:
        found: Any = st.sampled_from([each.code for each in item.choices])
    elif item.kind is Kind.SEVERAL:
        codes = [each.code for each in item.choices]
        found = st.sets(st.sampled_from(codes)).map(lambda s: [c for c in codes if c in s])
    elif item.kind in {Kind.NUMBER, Kind.RANGE}:
        low, high = item.low or 0, 99 if item.high is None else item.high
        found = st.integers(0, (high - low) // item.step).map(lambda n: low + n * item.step)
    elif item.kind is Kind.DATE:
        found = st.dates().map(lambda day: day.isoformat())
    else:
        found = st.sampled_from(["救命", "无", "一句话"])
    return st.one_of(st.none(), found)


@st.composite
def answered(draw: st.DrawFn, instrument: Instrument) -> Mapping[str, Value]:
    said = {item.name: draw(values_of(item)) for item in instrument.items}
    return {name: value for name, value in said.items() if value is not None}


@st.composite
def any_case(draw: st.DrawFn) -> tuple[Instrument, Mapping[str, Value], int]:
    instrument = draw(st.sampled_from(ALL))
    return instrument, draw(answered(instrument)), draw(st.integers(0, 17))


@given(any_case())
@settings(max_examples=150, deadline=None)
def test_what_is_skipped_is_kept_and_counts_nothing(
    case: tuple[Instrument, Mapping[str, Value], int],
) -> None:
    instrument, said, age = case
    before = {name: list(v) if isinstance(v, list) else v for name, v in said.items()}

    outcome = evaluate(instrument, said, age=age)
    counting = {name: value for name, value in said.items() if name in outcome.relevant}

    assert said == before
    assert set(outcome.points) <= set(outcome.relevant)
    # Whether the answers to what is skipped are there or not, the result is the same.
    assert evaluate(instrument, counting, age=age) == outcome


@given(any_case())
@settings(max_examples=100, deadline=None)
def test_answers_survive_the_form(case: tuple[Instrument, Mapping[str, Value], int]) -> None:
    instrument, said, _age = case
    by_name = instrument.by_name
    texts = {
        name: given_answers.shown_in_form(by_name[name], value)
        for name, value in said.items()
        if value not in ([], "")
    }

    found = given_answers.given(instrument, texts)

    assert found.problems == ()
    assert found.values == {name: v for name, v in said.items() if v not in ([], "")}
    assert given_answers.checked(instrument, found.values) == ()


@given(answered(SAMPLE), st.data())
@settings(max_examples=150, deadline=None)
def test_more_points_never_mean_a_milder_band(
    said: Mapping[str, Value], data: st.DataObject
) -> None:
    """The sample skips nothing: there a higher answer must never lead to a lower level."""
    base = {name: value for name, value in said.items() if name != "emergency_signs"}
    item = data.draw(st.sampled_from([each for each in SAMPLE.items if each.choices][1:]))
    one, other = data.draw(st.tuples(*[st.sampled_from(item.choices)] * 2))
    low, high = sorted((one, other), key=lambda choice: choice.points or 0)
    order = [band.code for band in SAMPLE.bands]

    mild = evaluate(SAMPLE, {**base, item.name: low.code}, age=9)
    grave = evaluate(SAMPLE, {**base, item.name: high.code}, age=9)

    assert mild.total is not None
    assert grave.total is not None
    assert grave.total - mild.total == (high.points or 0) - (low.points or 0)
    assert order.index(grave.band) >= order.index(mild.band)


@given(
    st.lists(st.integers(-5_000, 5_000), min_size=1, max_size=6, unique=True),
    st.integers(-6_000, 6_000),
)
def test_bands_that_pass_the_check_hold_every_total_exactly_once(
    cuts: list[int], total: int
) -> None:
    edges_of = [None, *sorted(cuts), None]
    bands = [
        {
            "code": f"b{place}", "label": {"zh": "带", "en": "Band"}, "level": "low",
            **({"from": points_shown(low)} if low is not None else {}),
            **({"below": points_shown(below)} if below is not None else {}),
        }
        for place, (low, below) in enumerate(pairwise(edges_of))
    ]  # fmt: skip
    item = {"name": "a", "type": "text", "label": {"zh": "甲", "en": "A"}}
    raw = {
        "code": "t", "version": "1", "label": {"zh": "试", "en": "T"}, "use": "scale",
        "source": {"document": "试", "mark": "P"}, "bands": bands,
        "sections": [{"code": "s", "label": {"zh": "节", "en": "S"}, "items": [item]}],
    }  # fmt: skip

    found = check(Written(raw, {}), levels=LEVELS)

    assert found.faults == ()
    holding = [
        band
        for band in found.instrument.bands
        if (band.low is None or band.low <= total) and (band.below is None or total < band.below)
    ]
    assert len(holding) == 1
    assert band_of(found.instrument, total) is holding[0]
    if len(bands) > 2:
        without = {**raw, "bands": [bands[0], *bands[2:]]}
        assert "band_hole" in {f.reason for f in check(Written(without, {}), levels=LEVELS).faults}


@given(answered(SAMPLE))
@settings(max_examples=40, deadline=None)
def test_each_change_that_is_told_does_change_the_result_and_none_is_smaller(
    said: Mapping[str, Value],
) -> None:
    now = evaluate(SAMPLE, said, age=9)

    told = what_would_change(SAMPLE, said, age=9)

    for change in told:
        rest = {name: value for name, value in said.items() if name != change.name}
        changed = rest if change.value is None else {**rest, change.name: change.value}
        after = evaluate(SAMPLE, changed, age=9)
        assert after == change.outcome
        assert (after.band, bool(after.screens)) != (now.band, bool(now.screens))
    smallest = {
        (change.outcome.band, bool(change.outcome.screens)): abs(change.by)
        for change in told
        if change.by is not None
    }
    for item in SAMPLE.items:
        if item.kind is Kind.SINGLE and now.total is not None:
            for choice in item.choices:
                after = evaluate(SAMPLE, {**said, item.name: choice.code}, age=9)
                if after.total is not None and after.band != now.band:
                    assert abs(after.total - now.total) >= smallest[after.band, False]


@given(st.integers(-10_000_000, 10_000_000))
def test_points_are_written_and_read_exactly(hundredths: int) -> None:
    if abs(hundredths) <= 99_999_999:
        assert points_of(points_shown(hundredths)) == hundredths


def test_every_item_is_decided_after_what_it_asks_about() -> None:
    for instrument in ALL:
        assert sorted(each.name for each in ordered(instrument)) == sorted(instrument.by_name)


def test_the_order_of_the_items_changes_nothing_but_the_order() -> None:
    instrument = edges()
    for each in ALL:
        assert differences(each, each).is_nothing
    assert not differences(instrument, SAMPLE).is_nothing
