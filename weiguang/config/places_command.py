"""`weiguang places`: a real city's places, from its pack."""

import click
from django.conf import settings
from django.utils.translation import gettext as _

from seeds.load import load_places
from seeds.places import every_place
from weiguang.config.prepare import database_running, make_keys, migrate
from weiguang.config.synthetic import is_demonstration
from weiguang.kernel import clock
from weiguang.kernel.errors import Conflict
from weiguang.network.queries import the_system


@click.group()
def places() -> None:
    """The places of the city."""


@places.command()
@click.option("--operator", help="The name of the unit that runs the system.")
def load(operator: str | None) -> None:
    """Enter the county of the pack, its towns and zones and every village."""
    if is_demonstration():
        raise click.ClickException(
            _("现在用的是演示数据包，没有写入任何内容。请把 WEIGUANG_PACK 设为本市的数据包。")
        )
    with database_running():
        make_keys()
        migrate()
        try:
            loaded = load_places(
                every_place(settings.WEIGUANG_PACK),
                operator=operator or _("系统运行单位"),
                by=the_system(on=clock.today()),
            )
        except Conflict as error:
            raise click.ClickException(_("数据库里已经有辖区，没有改动。")) from error
    counted = [each.level for each in loaded.places.values()]
    click.echo(
        _("已载入：%(towns)s 个区镇，%(villages)s 个村（社区）。")
        % {"towns": counted.count("town"), "villages": counted.count("village")}
    )
