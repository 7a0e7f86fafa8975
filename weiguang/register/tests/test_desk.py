"""The desks: what is due for each child of hers, and how many stand at each level."""

from datetime import date

import pytest

from tests.cast import Cast, actor, entered, make_cast, system, text_of, tile
from weiguang.kernel.sensitivity import Tier
from weiguang.network.actions import grants
from weiguang.network.models import Holding
from weiguang.network.verbs import Verb
from weiguang.register.actions import children, standing
from weiguang.register.actions.children import Identity
from weiguang.register.models import Child
from weiguang.tasks.actions.errands import ERRAND
from weiguang.tasks.actions.tasks import open_task
from weiguang.tasks.queries.inbox import due_of_children
from weiguang.tasks.rules.periods import Period


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def director(cast: Cast) -> Holding:
    return cast.seated("child_director", cast.village)


def child_named(name: str, cast: Cast) -> Child:
    who = Identity(name=name, sex="female", birth_date=date(2016, 2, 29), no_id_reason="not_given")
    return children.register(
        identity=who, hukou=cast.village, residence=cast.village, since=date(2021, 1, 1),
        by=system(),
    )  # fmt: skip


def wait_for(child: Child, held: Holding) -> None:
    open_task(kind=ERRAND, about=child.subject, post_id=held.post_id, by=system(),
              within=Period(working_days=2), child_id=child.pk)  # fmt: skip


def test_a_child_for_whom_something_is_due_stands_first_on_the_village_desk(
    cast: Cast, director: Holding
) -> None:
    child_named("安一一", cast)
    wait_for(child_named("周二二", cast), director)

    shown = text_of(entered(director.person).get("/"))
    mine = shown[shown.index('id="children"') :]

    assert mine.index("周二二") < mine.index("安一一")
    assert "交办事项" in mine


def test_what_waits_for_a_child_with_somebody_else_does_not_show(
    cast: Cast, director: Holding
) -> None:
    child = child_named("安一一", cast)
    wait_for(child, cast.seated("child_supervisor", cast.town))

    assert due_of_children(actor(director.person), [child.pk]) == {}


def test_each_level_that_somebody_stands_at_leads_to_its_children(cast: Cast) -> None:
    high, calm = child_named("安一一", cast), child_named("周二二", cast)
    standing.push(child=high, by=system(), level="high")
    standing.push(child=calm, by=system(), level="stable")
    client = cast.client("child_supervisor", cast.town)

    number, address = tile(text_of(client.get("/")), "高")
    listed = text_of(client.get(address))

    assert number == "1"
    assert "安一一" in listed
    assert "周二二" not in listed


def test_where_nobody_was_assessed_no_level_is_shown(cast: Cast) -> None:
    child_named("安一一", cast)
    assert "按等级看" not in text_of(cast.client("child_supervisor", cast.town).get("/"))


def test_who_serves_single_children_is_told_of_those_and_of_no_area(cast: Cast) -> None:
    child, worker = child_named("安一一", cast), cast.seated("social_worker", cast.town)
    child_named("周二二", cast)
    grants.give(
        person=worker.person, subject_kind="child", subject_id=child.pk,
        verbs=[Verb.CHILD_LIST, Verb.CHILD_OPEN], sees=Tier.SENSITIVE, since=date(2021, 1, 1),
        until=None, reason="service", by=system(),
    )  # fmt: skip

    shown = text_of(entered(worker.person).get("/"))

    assert tile(shown, "我服务的孩子")[0] == "1"
    assert "辖区儿童" not in shown
