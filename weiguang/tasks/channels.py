"""The ways out: e-mail and group robots. Only one sentence ever leaves by them.

Nobody gives an address that is fetched: of a robot's address only its key is kept, and only if the
rest is exactly the city's gateway.
"""

import re
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs, urlsplit

import requests
from apprise import Apprise, AppriseAsset, NotifyFormat
from apprise.plugins.base import NotifyBase
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.email import NotifyEmail
from apprise.plugins.wecombot import NotifyWeComBot
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from weiguang.tasks.models.notices import Channel

# What the library would otherwise say of itself in a message's headers.
ASSET: Final = AppriseAsset(app_id="notice", app_desc="", app_url="", http_redirects=False)


class Robot(NamedTuple):
    """Where a gateway takes a robot's message, and what its key is called and looks like."""

    path: str
    name: str
    key: re.Pattern[str]


ROBOTS: Final = {
    Channel.WECOM: Robot("/cgi-bin/webhook/send", "key", re.compile(r"[A-Za-z0-9_-]{16,128}")),
    Channel.DINGTALK: Robot("/robot/send", "access_token", re.compile(r"[A-Za-z0-9]{32,128}")),
}


class _WeCom(NotifyWeComBot):
    """A WeCom robot at the city's gateway."""

    def __init__(self, key: str) -> None:
        self.notify_url = _door(Channel.WECOM, "{key}")
        super().__init__(key=key, asset=ASSET)

    def send(self, body: str, title: str = "", *args: Any, **kwargs: Any) -> bool:
        return _taken(self.api_url, body, self)


class _DingTalk(NotifyDingTalk):
    """A DingTalk robot at the city's gateway."""

    def __init__(self, token: str) -> None:
        self.notify_url = _door(Channel.DINGTALK, "{token}")
        super().__init__(token=token, asset=ASSET)

    def send(self, body: str, title: str = "", *args: Any, **kwargs: Any) -> bool:
        return _taken(self.notify_url.format(token=self.token), body, self)


def allowed() -> list[Channel]:
    """The ways that the operator has opened, in their order."""
    return [channel for channel in Channel if channel in settings.WEIGUANG_NOTICES]


def address_in(channel: Channel, typed: str) -> str | None:
    """What is kept of an address that a person typed; None when nothing may be sent there."""
    if channel is Channel.EMAIL:
        return _mailbox_in(typed.strip())
    try:
        robot, parts = ROBOTS[channel], urlsplit(typed.strip())
    except ValueError:
        return None
    if f"{parts.scheme}://{parts.netloc}" != settings.WEIGUANG_NOTICES[channel]:
        return None
    keys = parse_qs(parts.query).get(robot.name, [])
    is_ours = parts.path == robot.path and len(keys) == 1 and robot.key.fullmatch(keys[0])
    return keys[0] if is_ours else None


def send(channel: Channel, address: str, sentence: str) -> bool:
    """Say one sentence to a kept address; whether the gateway took it. Never raises.

    When a gateway takes it but its answer is lost, the answer is False.
    """
    try:
        plugin = _plugin(channel, address)
        title = sentence if channel is Channel.EMAIL else ""
        return bool(plugin.notify(body=sentence, title=title, body_format=NotifyFormat.TEXT))
    except Exception:  # whatever a library raises over an operator's setting or a broken line
        return False


def _plugin(channel: Channel, address: str) -> NotifyBase:
    if channel is Channel.WECOM:
        return _WeCom(address)
    if channel is Channel.DINGTALK:
        return _DingTalk(address)
    said = NotifyEmail.parse_url(settings.WEIGUANG_NOTICES[channel])
    said |= {"targets": [address], "format": NotifyFormat.TEXT}
    found = Apprise.instantiate(said, asset=ASSET, suppress_exceptions=False)
    assert found is not None
    return found


def _mailbox_in(typed: str) -> str | None:
    try:
        validate_email(typed)
    except ValidationError:
        return None
    domains = settings.WEIGUANG_NOTICES.get("email_domains")
    domain = typed.rpartition("@")[2].lower()
    return typed if domains is None or domain in domains else None


def _door(channel: Channel, key: str) -> str:
    robot = ROBOTS[channel]
    return f"{settings.WEIGUANG_NOTICES[channel]}{robot.path}?{robot.name}={key}"


def _taken(address: str, sentence: str, plugin: NotifyBase) -> bool:
    """Whether a robot took a sentence: a refusal comes with status 200 and a code in the answer,
    which the library itself takes for success.
    """
    answer = requests.post(
        address, json={"msgtype": "text", "text": {"content": sentence}},
        timeout=plugin.request_timeout, allow_redirects=False,
    )  # fmt: skip
    return bool(answer.status_code == requests.codes.ok and answer.json().get("errcode") == 0)
