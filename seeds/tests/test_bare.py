"""Tables that are filled by the million are afterwards guarded exactly as they were before."""

from collections.abc import Iterator

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from conftest import as_owner
from seeds.bare import EXCLUSIONS, INDEXES
from seeds.city import make_city
from seeds.load import load_network
from seeds.load_columns import ORDER, load_columns
from seeds.tests.test_load_columns import AS_OF, SIZE, SYSTEM
from weiguang.config.postgres import OWNER_ROLE
from weiguang.network.acts import act
from weiguang.network.verbs import Verb
from weiguang.register.models import Child, ChildPlace


@pytest.fixture
def owned(committed: str) -> Iterator[str]:
    """The connection of the schema's owner, as `weiguang seed` has it for large sizes."""
    before = connection.settings_dict["USER"]
    connection.close()
    connection.settings_dict["USER"] = OWNER_ROLE
    yield committed
    connection.close()
    connection.settings_dict["USER"] = before


def guards(database: str) -> list[str]:
    """Every exclusion and index of the filled tables, as the database defines them."""
    tables = [model._meta.db_table for model in ORDER]
    with as_owner(database) as owner:
        found = [owner.execute(query, [tables]).fetchall() for query in (EXCLUSIONS, INDEXES)]
    return sorted(create for rows in found for _drop, create in rows)


def test_indexes_and_constraints_are_back_and_hold(owned: str) -> None:
    before = guards(owned)
    city = make_city(SIZE, as_of=AS_OF)

    with transaction.atomic():
        load_columns(city, load_network(city, password="demo", by=SYSTEM), by=SYSTEM)

    assert len(before) > 25
    assert guards(owned) == before
    child = Child.objects.earliest("id")
    with (
        pytest.raises(IntegrityError, match="child_is_in_one_place_of_a_kind"),
        act(Verb.CITY_SEED, by=SYSTEM),
    ):
        ChildPlace.objects.create(
            child=child, kind="hukou", is_confirmed=True, during=DateRange(AS_OF, None)
        )
    assert Child.objects.count() == 60
