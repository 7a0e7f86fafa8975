"""The families of the synthetic city stand in the register with their history."""

from datetime import date

import pytest

from seeds.city import City, make_city
from seeds.load import load_network
from seeds.load_families import load_families
from seeds.sizes import DEMO, SMALL, Size
from weiguang.network.models import Holding
from weiguang.network.queries import actor_for, the_system
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for
from weiguang.register.models import Child, ChildCategory, ParentSituation, Tie
from weiguang.register.queries.search import search

pytestmark = pytest.mark.django_db

AS_OF = date(2024, 12, 31)
SYSTEM = the_system(on=AS_OF)


def load(size: Size) -> City:
    city = make_city(size, as_of=AS_OF)
    load_families(city, load_network(city, password="demo", by=SYSTEM), by=SYSTEM)
    return city


def test_the_demonstration_has_the_1200_children_of_2021() -> None:
    load(DEMO)

    assert Child.objects.count() == 1200


def test_every_child_stands_in_the_register_as_it_was_made() -> None:
    city = load(SMALL)

    made = sorted((child.name, child.birth_date, child.id_number) for child in city.children())
    stored = sorted(
        (child.name, child.birth_date, child.id_number) for child in Child.objects.all()
    )
    assert sorted(made, key=str) == sorted(stored, key=str)


def test_confirmed_categories_have_two_people_behind_them() -> None:
    load(SMALL)

    confirmed = ChildCategory.objects.filter(status="confirmed")
    assert confirmed.exists()
    for each in confirmed:
        assert each.decided_by_id not in (None, each.proposed_by_id)


def test_history_is_kept_with_its_dates() -> None:
    city = load(SMALL)

    spans = sum(len(adult.situations) for family in city.families() for adult in family.adults)
    assert ParentSituation.objects.count() == spans


def test_every_guardian_and_carer_is_tied_the_organisations_too() -> None:
    city = load(DEMO)

    spans = [span for child in city.children() for span in (*child.guardians, *child.carers)]
    ties = Tie.objects.exclude(kind="kin")
    organisations = [span for span in spans if span.organisation_key]
    assert organisations
    assert ties.filter(organisation__isnull=False).count() == len(organisations)
    assert ties.count() == len(spans)


def test_each_director_sees_the_children_of_her_places_and_no_other() -> None:
    load(SMALL)
    holdings = Holding.objects.filter(post__role="child_director", during__contains=AS_OF)

    for holding in holdings.select_related("person"):
        director = actor_for(holding.person, on=AS_OF)
        paths = tuple(post.path for post in director.posts)
        for child in Child.objects.all():
            concerns = child.residence_path.startswith(paths) or child.hukou_path.startswith(paths)
            seen = children_for(director, Verb.CHILD_LIST).filter(pk=child.pk).exists()
            assert seen == concerns


def test_a_search_costs_one_query_whatever_it_finds(
    django_assert_num_queries: object,
) -> None:
    load(SMALL)
    officer = Holding.objects.filter(post__role="city_officer").select_related("person")[0].person
    actor = actor_for(officer, on=AS_OF)
    initials = Child.objects.values_list("initials", flat=True)[0]

    with django_assert_num_queries(1):  # type: ignore[operator]
        assert list(search(actor, initials))


def test_a_child_is_found_by_the_phone_of_its_family_in_the_rows_of_the_actor_only() -> None:
    city = load(SMALL)
    family = next(f for f in city.families() if any(a.phone for a in f.adults) and f.children)
    bonds = {bond.adult_key for child in family.children for bond in child.bonds}
    phone = next(a.phone for a in family.adults if a.phone and a.key in bonds)
    officer = Holding.objects.filter(post__role="city_officer").select_related("person")[0].person

    found = {child.name for child in search(actor_for(officer, on=AS_OF), phone)}
    nobody = search(SYSTEM, phone)

    assert found & {child.name for child in family.children}
    assert list(nobody) == []
