"""The small synthetic city that the register's tests share: two towns, three villages each."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from seeds.load import Loaded
from weiguang.kernel import clock
from weiguang.network.models import Place
from weiguang.register.tests.importing import small_city


@pytest.fixture
def city(db: None) -> Loaded:
    return small_city()


@pytest.fixture
def village(city: Loaded) -> Place:
    return next(place for place in city.places.values() if place.level == "village")


@pytest.fixture
def town(village: Place) -> Place:
    assert village.parent is not None
    return village.parent


@pytest.fixture
def other_town(city: Loaded, town: Place) -> Place:
    return next(
        place for place in city.places.values() if place.level == "town" and place.pk != town.pk
    )


@pytest.fixture
def elsewhere(city: Loaded, village: Place) -> Place:
    """A village of the other town."""
    return next(
        place
        for place in city.places.values()
        if place.level == "village" and place.parent_id != village.parent_id
    )


@pytest.fixture
def on_the_day() -> Iterator[None]:
    # A list that prints no date is of the day on which it is offered.
    with clock.standing_at(datetime(2024, 10, 15, 4, tzinfo=UTC)):
        yield
