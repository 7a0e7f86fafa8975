"""A town with two villages, a director and a supervisor on their posts, and the city above."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.cast import Cast, actor, make_cast, system
from weiguang.kernel.events import Subject
from weiguang.kernel.ids import new_id
from weiguang.network.authority import Actor
from weiguang.network.models import Holding
from weiguang.tasks.actions.notices import Wish, choose
from weiguang.tasks.actions.tasks import NO_ORIGIN, Origin, open_task
from weiguang.tasks.models import Task
from weiguang.tasks.models.notices import Channel
from weiguang.tasks.rules.periods import Period
from weiguang.tasks.tests.gateways import KEY, SLOTS, Mail, Robots, mail, robots, webhook

# A Tuesday without holidays around it, nine in the morning in China.
NINE = datetime(2024, 10, 15, 1, tzinfo=UTC)
FIVE_DAYS = Period(working_days=5)


@dataclass
class Crew:
    """Who works in the town."""

    cast: Cast
    director: Holding
    neighbour: Holding
    supervisor: Holding
    leader: Holding
    officer: Holding

    def on(self, name: str) -> Actor:
        """Somebody of the crew as she acts today."""
        return actor(getattr(self, name).person)

    def task(
        self, who: str = "director", within: Period = FIVE_DAYS, origin: Origin = NO_ORIGIN
    ) -> Task:
        """A task about some child, for somebody's post."""
        child = new_id()
        return open_task(
            kind="test", about=Subject("child", child), post_id=getattr(self, who).post_id,
            within=within, by=system(), child_id=child, origin=origin,
        )  # fmt: skip


@pytest.fixture
def crew(db: None) -> Crew:
    return make_crew()


def make_crew() -> Crew:
    cast = make_cast()
    return Crew(
        cast,
        cast.seated("child_director", cast.village),
        cast.seated("child_director", cast.neighbour),
        cast.seated("child_supervisor", cast.town),
        cast.seated("town_leader", cast.town),
        cast.seated("city_officer", cast.county),
    )


@pytest.fixture
def gateway(settings: Any) -> Iterator[Robots]:
    with robots() as kept:
        settings.WEIGUANG_NOTICES = {"wecom": kept.address, "dingtalk": kept.address}
        yield kept


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mail]:
    with mail() as kept:
        settings.WEIGUANG_NOTICES = {"email": kept.address}
        yield kept


def told_by_wecom(crew: Crew, gateway: Robots, *people: str, is_on: bool = True) -> None:
    for who in people or ("director",):
        wish = Wish(webhook(gateway, f"{who}{KEY}"), SLOTS, is_on)
        choose(channel=Channel.WECOM, wish=wish, by=crew.on(who))
