"""Accounts are made and closed; what an account may do comes from posts alone."""

from weiguang.kernel.events import Subject
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.models import Account
from weiguang.network.verbs import Verb


def create(*, login: str, name: str, password: str | None, by: Actor) -> Account:
    """Add a person who can log in; without a password she cannot until one is set."""
    account = Account(login=login, name=name)
    with act(Verb.ACCOUNT_CREATE, by=by, about=Subject("account", account.pk)):
        account.set_password(password)
        account.save(force_insert=True)
    return account


def close(*, account: Account, by: Actor) -> None:
    """End a person's right to log in; her past stays."""
    with act(Verb.ACCOUNT_CLOSE, by=by, about=Subject("account", account.pk)):
        account.is_active = False
        account.save(update_fields=["is_active"])
