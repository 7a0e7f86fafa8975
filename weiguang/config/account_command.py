"""`weiguang account`: the first administrators, and an account that nobody else may reset.

A first password is shown on a terminal and nowhere else: redirected, it would stay in a file.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from django.db import transaction
from django.utils.translation import gettext as _

from weiguang.config.prepare import database_running, make_keys, migrate
from weiguang.kernel import clock
from weiguang.kernel.errors import WeiguangError
from weiguang.kernel.wording import in_a_row
from weiguang.network.actions.accounts import reset_password
from weiguang.network.actions.beginnings import ADMINISTRATIONS, first_administrator
from weiguang.network.models import Account
from weiguang.network.queries import the_system
from weiguang.office.actions.account import forget_factor
from weiguang.office.rules.logins import SHAPE, SHAPE_IN_WORDS
from weiguang.office.rules.passwords import first_password


@click.group()
def account() -> None:
    """Accounts that only who runs the machine may make or reset."""


@account.command()
@click.argument("login")
@click.option("--name", required=True, help="The person's name.")
@click.option("--role", required=True, type=click.Choice(ADMINISTRATIONS))
def create(login: str, name: str, role: str) -> None:
    """Make the first person of one of the three administrations; the others come by the pages."""
    if not re.match(SHAPE, login):
        raise click.UsageError(str(SHAPE_IN_WORDS))
    password = first_password()
    with _at_the_machine():
        by = the_system(on=clock.today())
        first_administrator(login=login, name=name, role=role, password=password, by=by)
    _show(password)


@account.command()
@click.argument("login")
@click.option("--factor", "and_factor", is_flag=True, help="Remove the second factor as well.")
def reset(login: str, and_factor: bool) -> None:
    """Give an account a new password and end its sessions; for the administrators' own accounts."""
    password = first_password()
    with _at_the_machine():
        person = Account.objects.filter(login=login).first()
        if person is None:
            raise click.ClickException(_("没有这个登录名。"))
        by = the_system(on=clock.today())
        with transaction.atomic():
            reset_password(account=person, password=password, by=by)
            if and_factor:
                forget_factor(account=person, by=by)
    _show(password)


@contextmanager
def _at_the_machine() -> Iterator[None]:
    """The database, for who sits at a terminal; what goes wrong is told in the three parts."""
    if not sys.stdout.isatty():
        raise click.ClickException(
            _("初始密码只显示在终端上，不能写进文件；什么都没有改动。请在终端里直接运行。")
        )
    with database_running():
        make_keys()
        migrate()
        try:
            yield
        except WeiguangError as error:
            said = in_a_row(error.what, error.to_what, error.what_next)
            raise click.ClickException(said) from error


def _show(password: str) -> None:
    click.echo(
        _("初始密码（只显示这一次，登录后须立即修改）：%(password)s") % {"password": password}
    )
