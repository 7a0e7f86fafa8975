"""What `make bench` shows at a million children, in small: pages cost the same few statements
whatever the size of the register, and each statement finds its rows by an index.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.city import open_tasks
from bench.measuring import scanned
from seeds.city import make_city
from seeds.load import load_network
from seeds.load_columns import load_columns
from seeds.sizes import PUBLISHED_HEADCOUNTS, SMALL, Around, shares
from tests.cast import entered
from weiguang.kernel import clock
from weiguang.network.models import Account, Place
from weiguang.network.queries import actor_for, the_system
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for
from weiguang.register.addresses import list_address
from weiguang.register.models import Child
from weiguang.register.queries.listing import ListWish

pytestmark = pytest.mark.django_db

# What grows with the children; anything else is as large as the network of those who serve them.
GROWING = frozenset(
    {
        "register_child", "register_childcategory", "register_childname", "register_childplace",
        "register_tie", "register_adult", "register_household", "register_schoolfact",
        "register_healthfact", "tasks_task", "tasks_escalation", "kernel_event", "kernel_change",
    }
)  # fmt: skip
TOWN, PROVINCE = "supervisor.990102100", "city.990000"
Pages = dict[str, Callable[[Client], object]]


@contextmanager
def register_of(children: int) -> Iterator[None]:
    """A province in small with so many children and their tasks, gone again afterwards."""
    size = replace(
        SMALL, has_history=False, around=Around(1, 2, 2, 2),
        quotas=shares(children, PUBLISHED_HEADCOUNTS),
    )  # fmt: skip
    city, by = make_city(size, as_of=clock.today()), the_system(on=clock.today())
    with transaction.atomic():
        load_columns(city, load_network(city, password="demo", by=by), by=by)
        open_tasks()
        with connection.cursor() as cursor:
            # Whoever reads a table whole although that is forbidden has no index to go by.
            cursor.execute("SET LOCAL enable_seqscan = off")
        yield
        transaction.set_rollback(True)


def pages(login: str) -> Pages:
    """The pages that are asked most, as one person asks for them."""
    actor = actor_for(Account.objects.get(login=login), on=clock.today())
    children = children_for(actor, Verb.CHILD_LIST)
    child = children.filter(id_index__isnull=False).order_by("id")[0]
    wishes = {
        "list": ListWish(), "by age": ListWish(order="age"), "newest": ListWish(order="newest"),
        "unconfirmed": ListWish(residence="unconfirmed"), "no number": ListWish(number="missing"),
        "name": ListWish(text=child.name), "one character": ListWish(text=child.name[0]),
        "pinyin": ListWish(text=child.pinyin), "initials": ListWish(text=child.initials),
        "tail": ListWish(text=str(child.id_number)[-4:]),
        "number": ListWish(text=str(child.id_number)),
    }  # fmt: skip
    found: Pages = {name: _getting(list_address(actor, wish)) for name, wish in wishes.items()} | {
        "inbox": _getting("/")
    }
    return found | {"file": _getting(f"/children/{child.pk}/")} if login == TOWN else found


def _getting(address: str) -> Callable[[Client], object]:
    def ask(client: Client) -> None:
        assert client.get(address).status_code == 200, address

    return ask


def asked(login: str) -> dict[str, list[str]]:
    """The statements behind each page, once what is read but once a process has been read."""
    client = entered(Account.objects.get(login=login))
    said: dict[str, list[str]] = {}
    for name, ask in pages(login).items():
        ask(client)
        with CaptureQueriesContext(connection) as queries:
            ask(client)
        said[name] = [query["sql"] for query in queries.captured_queries]
    return said


@pytest.mark.parametrize("login", [TOWN, PROVINCE])
def test_every_page_costs_as_many_statements_with_many_children_as_with_few(login: str) -> None:
    counts = []
    for children in (450, 900):
        with register_of(children):
            counts.append({name: len(said) for name, said in asked(login).items()})

    assert counts[0] == counts[1]
    assert counts[0]["list"] <= 10


@pytest.mark.parametrize("login", [TOWN, PROVINCE])
def test_no_statement_of_a_page_reads_a_growing_table_from_end_to_end(login: str) -> None:
    with register_of(120):
        found = {
            (name, table, sql[:300])
            for name, said in asked(login).items()
            for sql in said
            for table in scanned(sql) & GROWING
        }

    assert found == set()


def test_a_table_without_an_index_to_go_by_is_seen() -> None:
    with register_of(60):
        assert "register_child" in scanned("SELECT id FROM register_child WHERE ethnicity = '05'")


def test_a_child_is_entered_by_as_many_statements_among_many_as_among_few() -> None:
    counts = []
    for children in (450, 900):
        with register_of(children):
            client = entered(Account.objects.get(login=TOWN))
            village = Place.objects.filter(level="village", path__startswith=_path(TOWN))[0]
            said = {
                "name": "王小测", "sex": "male", "birth_date": "2015-05-05",
                "no_id_reason": "not_given", "hukou": village.name,
            }  # fmt: skip
            client.post("/children/new/", said)
            with CaptureQueriesContext(connection) as queries:
                assert client.post("/children/new/", said).status_code == 302
            counts.append(len(queries))
            assert Child.objects.count() == children + 2

    assert counts[0] == counts[1]


def _path(login: str) -> str:
    return actor_for(Account.objects.get(login=login), on=clock.today()).posts[0].path
