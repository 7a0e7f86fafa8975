"""Social workers of the synthetic city serve a few children each, of the place of their post."""

from collections import Counter

import pytest

from seeds.city import make_city
from seeds.load import load_network
from seeds.load_families import load_families
from seeds.load_services import EACH_SERVES, load_services
from seeds.sizes import SMALL
from weiguang.kernel import clock
from weiguang.network.models import Grant, Holding
from weiguang.network.queries import actor_for, the_system
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for

pytestmark = pytest.mark.django_db


def test_each_serves_a_few_children_of_her_place_and_no_child_has_two_workers() -> None:
    today = clock.today()
    system, city = the_system(on=today), make_city(SMALL, as_of=today)
    load_families(city, load_network(city, password="demo", by=system), by=system)

    load_services(by=system)

    served = Counter(Grant.objects.values_list("subject_id", flat=True))
    assert served
    assert set(served.values()) == {1}
    for held in Holding.objects.filter(post__role="social_worker", person__grants__isnull=False):
        seen = children_for(actor_for(held.person, on=today), Verb.CHILD_LIST)
        assert 0 < seen.count() <= EACH_SERVES
        assert all(each.residence_path.startswith(held.post.place.path) for each in seen)
