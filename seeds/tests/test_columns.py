"""Children by the column: as many as asked, nobody twice, the same each time."""

from collections import Counter
from datetime import date

from stdnum.cn import ric

from seeds.columns import ABROAD, Batch, Crowd
from seeds.divisions import is_invented, surrounded
from seeds.load_columns import stage_on
from seeds.network import Network
from seeds.sizes import DISTRICT, PROVINCE, SMALL, Around
from seeds.staff import make_network

AS_OF = date(2026, 11, 25)
QUOTAS = {"poor_family": 900, "severe_disability": 600}


def crowd(seed: int = 2021) -> Crowd:
    return Crowd(QUOTAS, villages=40, seed=seed, as_of=AS_OF)


def batches() -> list[Batch]:
    return list(crowd().batches(at_once=400))


def surrounded_small() -> Network:
    from_nothing = make_network(SMALL, seed=2021, as_of=AS_OF)
    return surrounded(from_nothing, Around(2, 2, 2, 3), seed=2021, as_of=AS_OF)


def test_the_quotas_are_met_to_the_child() -> None:
    drawn = Counter(code for batch in batches() for code in batch.categories)

    assert drawn == QUOTAS


def test_the_sizes_are_those_that_are_promised() -> None:
    assert (DISTRICT.children, PROVINCE.children) == (50_000, 1_000_000)


def test_no_two_people_share_a_number_and_every_number_passes_its_check() -> None:
    children = [number for batch in batches() for number in batch.numbers if number]
    adults = [number for batch in batches() for number in batch.guardians.numbers]

    assert len(set(children + adults)) == len(children + adults)
    assert all(ric.calc_check_digit(number) == number[-1] for number in children + adults)


def test_numbers_say_birth_date_and_sex() -> None:
    for batch in batches():
        for number, born, sex in zip(batch.numbers, batch.births, batch.sexes, strict=True):
            if number:
                assert number[6:14] == f"{born:%Y%m%d}"
                assert (int(number[16]) % 2 == 1) == (sex == "male")


def test_who_has_no_number_has_a_reason() -> None:
    for batch in batches():
        for number, reason in zip(batch.numbers, batch.no_id_reasons, strict=True):
            assert (number is None) == bool(reason)


def test_every_child_is_a_minor_with_a_household_that_has_a_guardian() -> None:
    for batch in batches():
        assert all(0 < (AS_OF - born).days < 18 * 365 for born in batch.births)
        assert set(batch.households) == set(range(len(batch.guardians.names)))


def test_children_of_one_household_live_in_one_village() -> None:
    for batch in batches():
        home: dict[int, int] = {}
        for household, village in zip(batch.households, batch.residences, strict=True):
            assert home.setdefault(household, village) == village


def test_some_live_away_from_their_hukou_and_some_hukous_lie_outside() -> None:
    pairs = [pair for each in batches() for pair in zip(each.residences, each.hukous, strict=True)]

    assert any(hukou == ABROAD for _, hukou in pairs)
    assert any(hukou not in (ABROAD, residence) for residence, hukou in pairs)


def test_the_same_seed_makes_the_same_children_and_another_makes_others() -> None:
    first, again, other = (next(crowd(seed).batches(at_once=300)) for seed in (2021, 2021, 7))

    assert first == again
    assert first.names != other.names


def test_the_city_becomes_one_county_of_an_invented_province() -> None:
    network = surrounded_small()
    by_code = {place.code: place for place in network.places}
    county = by_code["320583"]

    assert by_code[by_code[county.parent_code or ""].parent_code or ""].level == "province"
    assert Counter(place.level for place in network.places if is_invented(place.code)) == {
        "province": 1, "prefecture": 2, "county": 3, "town": 6, "village": 18,
    }  # fmt: skip


def test_parents_stand_before_their_children_and_no_login_twice() -> None:
    network = surrounded_small()
    seen: set[str] = set()
    for place in network.places:
        assert place.parent_code is None or place.parent_code in seen
        seen.add(place.code)
    logins = [worker.login for worker in network.workers]
    assert len(set(logins)) == len(logins)


def test_no_town_has_two_villages_of_one_name() -> None:
    villages = [(place.parent_code, place.name) for place in surrounded_small().villages]

    assert len(set(villages)) == len(villages)


def test_a_child_is_in_the_stage_of_its_age() -> None:
    stages = {
        born: found and (found[0], found[2])
        for born in (date(2024, 9, 1), date(2023, 8, 31), date(2020, 8, 31), date(2020, 9, 1))
        for found in [stage_on(born, AS_OF)]
    }

    assert stages == {
        date(2024, 9, 1): None,
        date(2023, 8, 31): ("kindergarten", "小班"),
        date(2020, 8, 31): ("primary", "1年级"),
        date(2020, 9, 1): ("kindergarten", "大班"),
    }
