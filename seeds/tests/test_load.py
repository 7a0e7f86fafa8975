"""The synthetic city stands in the database as it was made."""

from datetime import date

import pytest

from seeds.city import make_city
from seeds.load import load_network, load_places
from seeds.places import every_place
from seeds.sizes import DEMO, SMALL
from weiguang.kernel.errors import Conflict
from weiguang.kernel.events import Subject
from weiguang.kernel.ids import new_id
from weiguang.kernel.models import Event
from weiguang.network.authority import may
from weiguang.network.models import Account, Holding, Organisation, Place, PlaceFact, Post
from weiguang.network.queries import actor_for, the_system
from weiguang.network.verbs import Verb

pytestmark = pytest.mark.django_db

AS_OF = date(2024, 12, 31)
SYSTEM = the_system(on=AS_OF)


def test_the_demonstration_has_the_figures_of_2021() -> None:
    load_network(make_city(DEMO), password="demo", by=SYSTEM)

    assert Place.objects.filter(level="village").count() == 355
    assert Post.objects.filter(role="child_director").count() == 355
    on_duty = Holding.objects.filter(
        post__role="child_director", kind="holder", during__contains=AS_OF
    )
    assert on_duty.count() == 350
    assert Post.objects.filter(role="social_worker").count() == 32
    assert PlaceFact.objects.filter(kind="statistical_code", value="320583401").exists()


def test_a_city_is_loaded_by_one_act() -> None:
    load_network(make_city(SMALL), password="demo", by=SYSTEM)

    assert Event.objects.get().verb == Verb.CITY_SEED


def test_a_city_is_never_loaded_over_another() -> None:
    load_network(make_city(SMALL), password="demo", by=SYSTEM)

    with pytest.raises(Conflict):
        load_network(make_city(SMALL), password="demo", by=SYSTEM)


def test_a_director_reaches_her_village_and_no_other() -> None:
    loaded = load_network(make_city(SMALL), password="demo", by=SYSTEM)
    post = next(p for p in loaded.posts.values() if p.role == "child_director")
    holding = Holding.objects.filter(post=post, during__contains=AS_OF).select_related("person")[0]
    director = actor_for(holding.person, on=AS_OF)

    reached = {
        place.pk
        for place in Place.objects.filter(level="village")
        if may(director, Verb.CHILD_OPEN, Subject("child", new_id(), (place.path,)))
    }

    own = Holding.objects.filter(person=holding.person, during__contains=AS_OF)
    assert reached == set(own.values_list("post__place_id", flat=True))


def test_the_three_administrators_are_three_people() -> None:
    load_network(make_city(SMALL), password="demo", by=SYSTEM)

    people = Holding.objects.exclude(administers=None).values_list("person_id", flat=True)
    assert len(set(people)) == len(people) == 3


def test_everyone_can_log_in_with_the_password_of_the_demonstration() -> None:
    load_network(make_city(SMALL), password="demo", by=SYSTEM)

    assert Account.objects.get(login="city.1").check_password("demo")


def test_a_real_city_gets_its_places_with_their_facts_and_nobody() -> None:
    load_places(every_place("cn_js_kunshan"), operator="市信息中心", by=SYSTEM)

    town = Place.objects.get(name="花桥镇")
    assert {fact.kind: (fact.value, fact.mark) for fact in town.facts.all()} == {
        "name": ("花桥镇", "V"),
        "administrative_code": ("320583104", "V"),
        "statistical_code": ("320583104", "V"),
        "payment_unit": ("花桥经济开发区", "M"),
    }
    assert town.children.filter(level="village").exists()
    assert (Organisation.objects.get().name, Account.objects.count()) == ("市信息中心", 0)
    assert Post.objects.count() == 0
    with pytest.raises(Conflict):
        load_places(every_place("cn_js_kunshan"), operator="另一个", by=SYSTEM)
