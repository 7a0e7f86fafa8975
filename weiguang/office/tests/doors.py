"""What people do at the door, in the office's tests: log in, and read codes from their phones."""

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.http import HttpResponse
from django.test import Client

from weiguang.network.models import Account

PASSWORD = "qing-shan-lv-shui"
WRONG = "mima-bu-dui-a"
LOGIN = "/account/login/"


def give_password(person: Account, password: str = PASSWORD) -> Account:
    person.set_password(password)
    person.save()
    return person


def knock(
    login: str, password: str = PASSWORD, *, client: Client | None = None,
    address: str = "10.0.0.1", target: str = LOGIN, **headers: str,
) -> tuple[HttpResponse, Client]:  # fmt: skip
    client = client or Client()
    typed = {"login": login, "password": password}
    return client.post(target, typed, REMOTE_ADDR=address, **headers), client


def logged_in(login: str) -> Client:
    answer, client = knock(login)
    assert answer.status_code == 302, answer.content.decode()
    return client


def give_factor(person: Account) -> str:
    """Set up a second factor behind the pages' back; returns its secret."""
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    return secret


def code_of(secret: str, *, later: int = 0) -> str:
    """What the phone shows now, or one or more periods later."""
    now = list(yield_hotp_counters_from_time())[1]
    return format_hotp_value(hotp_value(secret, now + later))


def paper_codes(person: Account) -> list[str]:
    paper = Authenticator.objects.get(user=person, type=Authenticator.Type.RECOVERY_CODES)
    codes: list[str] = paper.wrap().get_unused_codes()
    return codes
