"""The synthetic city keeps its figures, its promises of consistency, and its sameness."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice, pairwise

import pytest
from stdnum.cn import ric, uscc

from seeds.city import DEFAULT_AS_OF, City, digest, make_city
from seeds.family import Adult, Child, Family
from seeds.sizes import DEMO, PUBLISHED_HEADCOUNTS, SMALL, large, shares
from weiguang.kernel import packs
from weiguang.network.roles import ROLES

ID_NUMBER = re.compile(r"329583\d{11}[\dX]")
MOBILE = re.compile(r"154\d{8}")
FROM_PARENTS = {"orphan", "guardian_absent", "guardian_incapable"}


@pytest.fixture(scope="module")
def city() -> City:
    return make_city(DEMO)


@pytest.fixture(scope="module")
def families(city: City) -> list[Family]:
    return list(city.families())


@pytest.fixture(scope="module")
def children(families: list[Family]) -> list[Child]:
    return [child for family in families for child in family.children]


def people(families: list[Family]) -> Iterator[Adult | Child]:
    for family in families:
        yield from family.adults
        yield from family.children


def test_the_same_seed_makes_the_same_city_and_another_another() -> None:
    assert digest(make_city(SMALL)) == digest(make_city(SMALL))
    assert digest(make_city(SMALL)) != digest(make_city(SMALL, 7))


def test_the_day_moves_the_whole_city() -> None:
    later = make_city(SMALL, as_of=date(2026, 11, 1))

    assert sum(1 for _ in later.children()) == SMALL.children
    assert max(child.registered_on for child in later.children()) <= date(2026, 11, 1)


def test_the_network_has_the_figures_of_2021(city: City) -> None:
    network = city.network

    assert len(network.villages) == 355
    assert len(network.posts_of("child_director")) == 355
    assert len(network.on_duty("child_director", city.as_of)) == 350
    assert len(network.on_duty("social_worker", city.as_of)) == 32
    assert len(network.projects) == 15
    assert len(network.towns) == 12
    assert len(network.posts_of("department_liaison")) == 14
    assert len(network.posts_of("city_officer")) == 4
    assert len(network.posts_of("city_approver")) == 1


def test_every_vacancy_of_a_child_director_is_covered_by_a_neighbour(city: City) -> None:
    network = city.network
    held = {a.post_key for a in network.on_duty("child_director", city.as_of)}
    vacant = {post.key for post in network.posts_of("child_director")} - held
    substitutes = {a.post_key for a in network.holdings if a.kind == "substitute"}

    assert len(vacant) == 5
    assert vacant == substitutes


def test_every_substitute_stands_in_today_and_for_90_days(city: City) -> None:
    terms = {
        (a.valid_to, a.is_on_duty(city.as_of))
        for a in city.network.holdings
        if a.kind == "substitute"
    }

    assert terms == {(city.as_of + timedelta(days=90), True)}


def test_each_town_has_its_people(city: City) -> None:
    network = city.network
    with_villages = {village.parent_code for village in network.villages}

    for role in ("town_leader", "town_civil_affairs"):
        assert {post.place_code for post in network.posts_of(role)} == with_villages
    supervisors = network.posts_of("child_supervisor")
    main, deputies = ([p for p in supervisors if p.is_deputy is flag] for flag in (False, True))
    assert {post.place_code for post in main} == {town.code for town in network.towns}
    assert {post.place_code for post in deputies} == with_villages


def test_every_role_of_the_network_is_held_and_no_other(city: City) -> None:
    held = {post.role for post in city.network.posts}

    assert held == set(ROLES)
    assert all(city.network.on_duty(role, city.as_of) for role in ROLES)


def test_no_post_has_two_holders_at_once(city: City) -> None:
    on_duty = [h.post_key for role in ROLES for h in city.network.on_duty(role, city.as_of)]

    assert len(set(on_duty)) == len(on_duty)


def test_the_three_administrators_are_three_people(city: City) -> None:
    roles = ("system_administrator", "security_administrator", "audit_administrator")
    holders = [city.network.on_duty(role, city.as_of)[0].worker_key for role in roles]

    assert len(set(holders)) == 3


def test_keys_logins_and_references_hold_together(city: City) -> None:
    network = city.network
    posts = {post.key for post in network.posts}
    workers = {worker.key for worker in network.workers}
    organisations = {organisation.key for organisation in network.organisations}

    assert len(posts) == len(network.posts)
    assert len({worker.login for worker in network.workers}) == len(network.workers)
    assert {a.post_key for a in network.holdings} <= posts
    assert {a.worker_key for a in network.holdings} == workers
    assert {p.organisation_key for p in network.posts} <= organisations
    assert all(uscc.is_valid(o.credit_code) for o in network.organisations if o.kind == "provider")


def test_the_register_holds_exactly_1200_children_in_the_published_proportions(
    children: list[Child],
) -> None:
    first = Counter(child.categories[0].category for child in children)

    assert len(children) == 1200
    assert first == shares(1200, PUBLISHED_HEADCOUNTS)


def test_the_small_city_has_two_towns_six_villages_and_sixty_children() -> None:
    small = make_city(SMALL)

    assert len(small.network.towns) == 2
    assert len(small.network.villages) == 6
    assert sum(1 for _ in small.children()) == 60
    assert len({c.residence[-1].place_code for c in small.children()} - {None}) == 6


def test_a_large_city_is_made_one_family_at_a_time() -> None:
    million = make_city(large(1_000_000))

    assert million.size.children == 1_000_000
    assert len(list(islice(million.families(), 50))) == 50


def test_every_identity_number_is_valid_agrees_with_its_person_and_is_theirs_alone(
    families: list[Family],
) -> None:
    numbers = []
    for person in people(families):
        if person.id_number is not None:
            assert ID_NUMBER.fullmatch(person.id_number)
            assert ric.calc_check_digit(person.id_number) == person.id_number[-1]
            assert person.id_number[6:14] == f"{person.birth_date:%Y%m%d}"
            assert int(person.id_number[16]) % 2 == (person.sex == "male")
            numbers.append(person.id_number)
    assert len(set(numbers)) == len(numbers)


def test_who_has_no_number_has_a_reason_of_the_list(children: list[Child]) -> None:
    reasons = {word.code for word in packs.words("demo", "no_id_reasons")}

    assert all((child.id_number is None) == (child.no_id_reason is not None) for child in children)
    found = Counter(child.no_id_reason for child in children if child.no_id_reason)
    assert set(found) <= reasons
    assert len(found) >= 4


def test_every_phone_passes_the_format_and_belongs_to_one_person(
    city: City, families: list[Family]
) -> None:
    phones = [adult.phone for family in families for adult in family.adults if adult.phone]
    phones += [worker.phone for worker in city.network.workers]

    assert all(MOBILE.fullmatch(phone) for phone in phones)
    assert len(set(phones)) == len(phones)


def test_every_child_is_a_minor_on_the_citys_day(city: City, children: list[Child]) -> None:
    coming_of_age = city.as_of.replace(year=city.as_of.year - 18)

    assert all(coming_of_age < child.birth_date <= city.as_of for child in children)


def result_on(family: Family, child: Child, on: date) -> str | None:
    parents = [parent.situation_on(on) or "capable" for parent in family.parents_of(child)]
    if not parents:
        return "orphan"
    one, other = parents
    for rule in packs.pair_rules("demo"):
        if (one in rule.one and other in rule.other) or (other in rule.one and one in rule.other):
            return rule.result
    return None


def test_every_category_that_rests_on_the_parents_fits_the_matrix(families: list[Family]) -> None:
    for family in families:
        for child in family.children:
            for span in child.categories:
                if span.category in FROM_PARENTS:
                    assert result_on(family, child, span.valid_from) == span.category
                    if span.valid_to is None:
                        assert result_on(family, child, DEFAULT_AS_OF) == span.category


def test_no_child_of_another_category_has_parents_that_make_it_an_orphan_or_unattended(
    families: list[Family],
) -> None:
    for family in families:
        for child in family.children:
            if child.categories[0].category not in {*FROM_PARENTS, "street_child"}:
                assert result_on(family, child, DEFAULT_AS_OF) is None


def test_situations_reach_their_threshold_of_six_months(families: list[Family]) -> None:
    least = {s.code: s.min_months for s in packs.situations("demo") if s.min_months}
    for family in families:
        for adult in family.adults:
            for span in adult.situations:
                if span.situation in least:
                    end = span.valid_to or span.expected_end or DEFAULT_AS_OF
                    assert (end - span.valid_from).days >= 183


def test_every_situation_of_the_list_occurs_and_some_have_ended(families: list[Family]) -> None:
    spans = [span for f in families for adult in f.adults for span in adult.situations]

    assert {s.situation for s in spans} == {s.code for s in packs.situations("demo")}
    assert any(span.situation == "imprisoned" and span.valid_to for span in spans)


def test_severe_disability_rests_on_a_certificate_that_says_so(children: list[Child]) -> None:
    for child in children:
        if child.categories[0].category == "severe_disability":
            fact = child.health[0]
            assert fact.disability_grade in {"1", "2"} or fact.disability_type in {"5", "6"}
            assert fact.valid_from <= child.categories[0].valid_from
            assert fact.disability_number == (
                f"{child.id_number}{fact.disability_type}{fact.disability_grade}"
            )


def test_severe_illness_and_poor_family_rest_on_facts(families: list[Family]) -> None:
    for family in families:
        for child in family.children:
            for span in child.categories:
                if span.category == "severe_illness":
                    assert any(f.kind == "severe_illness" for f in child.health)
                if span.category == "poor_family":
                    assert family.household.poverty[0].valid_from <= span.valid_from


def test_categories_are_confirmed_by_a_second_post_and_some_still_wait(
    children: list[Child],
) -> None:
    spans = [span for child in children for span in child.categories]

    assert all(span.proposed_by != span.confirmed_by for span in spans)
    assert all(span.confirmed_on >= span.proposed_on for span in spans if span.confirmed_on)
    assert 10 <= sum(span.confirmed_on is None for span in spans) <= 40
    assert {span.end_reason for span in spans} >= {"recovered", "parent_returned"}


def test_dated_facts_begin_before_they_end_and_follow_one_another(children: list[Child]) -> None:
    for child in children:
        for spans in (child.names, child.hukou, child.residence, child.carers, child.schooling):
            assert spans or spans is child.hukou
            for span in spans:
                assert span.valid_to is None or span.valid_from < span.valid_to
            for earlier, later in pairwise(spans):
                assert earlier.valid_to == later.valid_from
        for span in (*child.categories, *child.guardians, *child.groups, *child.health):
            assert span.valid_from >= child.birth_date
            assert span.valid_to is None or span.valid_from < span.valid_to


def test_no_category_of_a_child_overlaps_itself(children: list[Child]) -> None:
    for child in children:
        kept = Counter(span.category for span in child.categories)
        for category in (name for name, times in kept.items() if times > 1):
            spans = sorted(
                (s for s in child.categories if s.category == category), key=lambda s: s.valid_from
            )
            for earlier, later in pairwise(spans):
                assert earlier.valid_to is not None
                assert earlier.valid_to <= later.valid_from


def test_a_parent_who_died_guards_nobody_afterwards(families: list[Family]) -> None:
    for family in families:
        for child in family.children:
            for guardian in child.guardians:
                if guardian.adult_key and guardian.valid_to is None:
                    adult = family.adult(guardian.adult_key)
                    assert adult.situation_on(DEFAULT_AS_OF) not in {"dead", "missing"}
            assert any(guardian.valid_to is None for guardian in child.guardians)


def test_two_years_hold_moves_name_changes_siblings_and_twins(families: list[Family]) -> None:
    children = [child for family in families for child in family.children]
    twins = [
        family
        for family in families
        if len({child.birth_date for child in family.children}) < len(family.children)
    ]

    assert sum(len(child.residence) > 1 for child in children) > 30
    assert sum(len(child.names) > 1 for child in children) > 10
    assert sum(len(family.children) > 1 for family in families) > 60
    assert len(twins) >= 5
    assert any("·" in child.name for child in children)
    assert sum(bool(c.hukou) and c.hukou[-1].place_code is None for c in children) > 10


def test_codes_used_are_codes_of_the_pack(families: list[Family]) -> None:
    def known(name: str) -> set[str]:
        return {word.code for word in packs.words("demo", name)}

    used: defaultdict[str, set[str]] = defaultdict(set)
    for family in families:
        used["poverty_kinds"] |= {span.kind for span in family.household.poverty}
        used["ethnicities"] |= {adult.ethnicity for adult in family.adults}
        for child in family.children:
            used["relations"] |= {x.relation for x in (*child.bonds, *child.guardians)}
            used["relations"] |= {x.relation for x in child.carers}
            used["ethnicities"].add(child.ethnicity)
            used["school_stages"] |= {fact.stage for fact in child.schooling}
            used["school_attendance"] |= {fact.attendance for fact in child.schooling}
            used["health_kinds"] |= {fact.kind for fact in child.health}
            used["severe_illnesses"] |= {f.illness for f in child.health if f.illness}
            used["disability_types"] |= {
                f.disability_type for f in child.health if f.disability_type
            }
            used["evidence"] |= {span.evidence for span in child.categories}
            used["category_endings"] |= {s.end_reason for s in child.categories if s.end_reason}

    for name, codes in used.items():
        assert codes <= known(name), name


@pytest.mark.parametrize("seed", range(5))
def test_other_seeds_keep_the_promises_too(seed: int) -> None:
    city = make_city(large(400), seed, as_of=date(2026, 11, 24))
    for family in city.families():
        for child in family.children:
            assert child.registered_on <= city.as_of
            for span in child.categories:
                assert span.valid_from <= city.as_of
                if span.category in FROM_PARENTS:
                    assert result_on(family, child, span.valid_from) == span.category
