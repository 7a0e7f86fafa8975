"""Sessions of people who have entered already; what the door costs has tests of its own."""

from typing import Final

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from weiguang.network.models import Account

BACKEND: Final = "weiguang.web.session_store.Accounts"


def session_of(person: Account) -> str:
    """The key of a new session of the person."""
    session = SessionStore()
    session[SESSION_KEY] = person._meta.pk.value_to_string(person)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def client_of(login: str) -> Client:
    """A browser in which the person has entered."""
    client = Client(SERVER_NAME=settings.ALLOWED_HOSTS[0])
    key = session_of(Account.objects.get(login=login))
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    return client
