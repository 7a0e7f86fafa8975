"""Somebody at a served installation, with a browser's cookies and nothing else of a browser."""

import functools
import http.client
import re
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from http.cookiejar import CookieJar
from urllib.parse import urlencode

SECRET = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
PATIENCE_S = 300


@dataclass(frozen=True)
class Answer:
    """What came back after all redirections, and from where."""

    status: int
    address: str
    headers: Message
    text: str


class Visitor:
    """Asks one installation; over TLS where `trusting` is given, from the address `coming_from`."""

    def __init__(
        self,
        base: str,
        *,
        trusting: ssl.SSLContext | None = None,
        headers: Mapping[str, str] | None = None,
        coming_from: str = "",
    ) -> None:
        self.base = base
        self.cookies = CookieJar()
        self.headers = {"Accept-Language": "zh-CN", **(headers or {})}
        handlers: list[urllib.request.BaseHandler] = [
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(self.cookies),
        ]
        if trusting:
            handlers.append(_Tls(trusting, coming_from))
        self._opener = urllib.request.build_opener(*handlers)

    def get(self, address: str) -> Answer:
        """A page, after redirections."""
        return self._ask(urllib.request.Request(self.base + address))

    def post(self, address: str, said: Mapping[str, str]) -> Answer:
        """What a form sends: the page is asked for first, for its secret."""
        body = urlencode({"csrfmiddlewaretoken": self.secret(address), **said}).encode()
        return self.send(address, body, "application/x-www-form-urlencoded")

    def send(self, address: str, body: bytes, kind: str) -> Answer:
        """A body of any kind."""
        headers = {"Content-Type": kind, "Referer": self.base + address}
        return self._ask(urllib.request.Request(self.base + address, body, headers))

    def secret(self, address: str) -> str:
        """What a form on this page carries against forgery."""
        return SECRET.findall(self.get(address).text)[0]

    def log_in(self, login: str, password: str) -> Answer:
        """The page after the door; on refusal the door again."""
        return self.post("/account/login/", {"login": login, "password": password})

    def _ask(self, request: urllib.request.Request) -> Answer:
        for name, value in self.headers.items():
            request.add_header(name, value)
        try:
            answer = self._opener.open(request, timeout=PATIENCE_S)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            text = answer.read().decode(errors="replace")
            return Answer(answer.status, answer.url, answer.headers, text)


class _Tls(urllib.request.HTTPSHandler):
    """TLS from an address of this machine that one chooses."""

    def __init__(self, trusting: ssl.SSLContext, coming_from: str) -> None:
        super().__init__(context=trusting)
        source = (coming_from, 0) if coming_from else None
        self._connect = functools.partial(
            http.client.HTTPSConnection, context=trusting, source_address=source
        )

    def https_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(self._connect, request)
