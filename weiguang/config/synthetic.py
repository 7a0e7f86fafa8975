"""Brings an invented city into an empty database: whole or not at all, and never among real people.

What the city consists of is `seeds`' duty.
"""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from seeds.city import City, make_city
from seeds.load import Loaded, load_network
from seeds.load_columns import load_columns
from seeds.load_desks import before_desks, load_desks
from seeds.load_families import load_families
from seeds.load_services import load_services
from seeds.sizes import DEMO, DISTRICT, PROVINCE, SMALL
from weiguang.config.accounts import village_to_show
from weiguang.config.prepare import as_owner
from weiguang.kernel import clock
from weiguang.kernel.errors import Conflict
from weiguang.kernel.packs import pack
from weiguang.network.models import Place
from weiguang.network.queries import the_system

SIZES: Final = {"demo": DEMO, "small": SMALL, "district": DISTRICT, "province": PROVINCE}
DEFAULT_SEED: Final = 2021
# Known to everybody who reads this: no account of a real installation ever gets it.
DEMO_PASSWORD: Final = "weiguang-demo"  # noqa: S105


class NotADemonstration(Conflict):
    """Invented people were asked for where the pack is a real city's."""

    default_what = _("这里不是演示系统。")
    default_to_what = _("虚构的人员只能进入演示数据包，没有写入任何内容。")
    default_what_next = _("要看演示，请换一个数据目录，并设置 WEIGUANG_PACK=demo。")


def is_demonstration() -> bool:
    """Whether the installation's pack is for demonstrations only."""
    return pack(settings.WEIGUANG_PACK).is_demonstration


def has_city() -> bool:
    """Whether the database already holds places, invented or real."""
    return Place.objects.exists()


def load_city(
    size: str, *, seed: int, password: str, tell: Callable[[int, int], None]
) -> tuple[Loaded, int]:
    """Write the city and return it with its number of children; `tell` hears how many of how many.

    One transaction: a command killed half-way leaves the database empty. Raises `Conflict` when
    the database holds places, `NotADemonstration` when the pack is a real city's.
    """
    if not is_demonstration():
        raise NotADemonstration
    today = clock.today()
    city: City = make_city(SIZES[size], seed, as_of=today)
    tell(0, city.size.children)
    # Only the tables' owner can lay their indexes aside while they are filled by the million.
    with nullcontext() if city.size.has_history else as_owner(), transaction.atomic():
        with before_desks(city) if city.size.has_history else nullcontext():
            loaded, children = _written(city, password, tell)
        village = village_to_show(today) if city.size.has_history else None
        if village is not None:
            load_desks(city, loaded, around=village)
    return loaded, children


def _written(city: City, password: str, tell: Callable[[int, int], None]) -> tuple[Loaded, int]:
    system, total = the_system(on=city.as_of), city.size.children
    loaded = load_network(city, password=password, by=system)
    load_children = load_families if city.size.has_history else load_columns
    children = load_children(city, loaded, by=system, tell=lambda written: tell(written, total))
    load_services(by=system)
    return loaded, children
