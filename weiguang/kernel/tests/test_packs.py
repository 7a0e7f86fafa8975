"""The packs hold together, and the calendar is the published one."""

from datetime import date, timedelta

import holidays
import pytest

from weiguang.kernel import packs


def codes(list_name: str) -> set[str]:
    return {word.code for word in packs.words("cn", list_name)}


@pytest.mark.parametrize("name", ["../cn", "", "nowhere", "words"])
def test_a_name_that_is_no_pack_is_refused(name: str) -> None:
    with pytest.raises(packs.PackMissingError):
        packs.pack_path(name)


def test_a_missing_file_is_named_with_its_pack() -> None:
    with pytest.raises(packs.PackMissingError, match=r"absent\.yaml"):
        packs.read_yaml("demo", "absent.yaml")


def test_the_demonstration_says_what_it_is_and_uses_an_area_that_does_not_exist() -> None:
    demo = packs.pack("demo")

    assert demo.is_demonstration
    assert demo.notice is not None
    assert "虚构" in demo.notice.text("zh-hans")
    assert demo.area_code == "329583"
    assert not any(d.code.startswith(demo.area_code) for d in packs.divisions("demo"))


def test_the_eight_categories_stand_in_their_order() -> None:
    expected = ["orphan", "guardian_absent", "guardian_incapable", "severe_disability"]
    expected += ["severe_illness", "street_child", "poor_family", "other_need"]

    assert [category.code for category in packs.categories("demo")] == expected
    assert {group.code for group in packs.groups("demo")} == {"left_behind_child", "migrant_child"}


def test_kunshan_adds_its_own_documents_to_the_national_ones() -> None:
    numbers = {basis.number for basis in packs.categories("cn_js_kunshan")[0].bases}

    assert "国办发〔2010〕54号" in numbers
    assert "昆民〔2024〕58号" in numbers


def test_all_evidence_and_departments_named_are_in_the_lists() -> None:
    situations = packs.situations("cn")
    named = [*packs.categories("cn"), *packs.groups("cn")]
    evidence = {code for c in named for code in (*c.evidence_any, *c.evidence_all)}
    evidence |= {code for situation in situations for code in situation.evidence}
    holders = {code for situation in situations for code in situation.departments}

    assert evidence <= codes("evidence")
    assert holders <= codes("departments")


def test_every_basis_and_mark_is_one_of_three() -> None:
    marks = {basis.mark for category in packs.categories("demo") for basis in category.bases}
    marks |= {situation.mark for situation in packs.situations("demo")}

    assert marks <= {"V", "M", "P"}


def test_ten_situations_and_capable() -> None:
    situations = packs.situations("cn")

    assert len(situations) == 11
    assert {s.code for s in situations if s.rule_set == "D"} == {"dead", "missing"}
    assert sum(s.rule_set == "A" for s in situations) == 8
    assert {s.code for s in situations if s.min_months == 6} == {
        "imprisoned",
        "compulsory_detox",
        "liberty_restricted",
        "lost_contact",
    }


@pytest.mark.parametrize("name", ["cn", "cn_js_kunshan"])
def test_every_rule_speaks_of_known_situations(name: str) -> None:
    known = {situation.code for situation in packs.situations(name)}

    assert all(rule.one | rule.other <= known for rule in packs.pair_rules(name))


def test_kunshan_decides_or_leaves_to_a_person_every_pair_the_nation_recognises() -> None:
    situations = [s.code for s in packs.situations("cn")]
    pairs = [(one, other) for one in situations for other in situations]

    assert all(covered("cn", *pair) == covered("cn_js_kunshan", *pair) for pair in pairs)


def covered(name: str, one: str, other: str) -> bool:
    return any(
        (one in rule.one and other in rule.other) or (other in rule.one and one in rule.other)
        for rule in packs.pair_rules(name)
    )


def test_fifty_six_ethnicities() -> None:
    assert sum(int(word.code) <= 56 for word in packs.words("cn", "ethnicities")) == 56


def test_every_list_has_each_code_and_label_once() -> None:
    for path in (packs.pack_path("cn") / "words").glob("*.yaml"):
        entries = packs.words("cn", path.stem)
        assert len({word.code for word in entries}) == len(entries), path.stem
        assert len({word.label.zh for word in entries}) == len(entries), path.stem
        assert all(isinstance(word.code, str) for word in entries), path.stem


@pytest.mark.parametrize("year", [2023, 2024, 2025, 2026])
def test_working_days_are_those_of_the_published_calendar(year: int) -> None:
    published = packs.calendar("cn")[year]
    rival = holidays.country_holidays("CN", years=[year, year + 1])
    day = date(year, 1, 1)

    while day.year == year:
        weekday = day.weekday() < 5
        ours = day in published.make_up_days or (weekday and day not in published.days_off)
        theirs = day in rival.weekend_workdays or (weekday and day not in rival)
        assert ours == theirs, day
        day += timedelta(days=1)


def test_an_unpublished_year_is_absent() -> None:
    assert set(packs.calendar("demo")) == {2023, 2024, 2025, 2026}


def test_kunshan_has_nine_units_and_355_villages_and_twelve_administered_places() -> None:
    divisions = packs.divisions("cn_js_kunshan")
    places = packs.town_places("cn_js_kunshan")

    assert [
        sum(d.level == level for d in divisions) for level in ("county", "town", "village")
    ] == [
        1,
        9,
        355,
    ]
    assert sum(place.kind == "town" for place in places) == 10
    assert {p.code for p in places if not p.has_published_villages} == {
        "320583105",
        "320583107",
        "320583109",
    }
    assert {p.statistical_code for p in places} == {d.code for d in divisions if d.level == "town"}


def test_no_village_is_assigned_where_nothing_is_published() -> None:
    assert packs.read_yaml("cn_js_kunshan", "places.yaml")["village_assignments"] == []
