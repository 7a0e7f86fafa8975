"""What hypothesis sends to a door: an address, a question, a form and headers, each perhaps wrong.

An attack knows nothing of a door's fields; `Attack.said` bends what the door expects, so that most
of it still holds and the odd value reaches what lies behind the first check.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, urlencode
from uuid import UUID

from hypothesis import strategies as st

Value = str | bytes
FORM: Final = "application/x-www-form-urlencoded"
HOSTILE: Final = "<img src=x onerror=alert(1)>"
BAD_VALUES: Final[dict[str, str]] = {
    "nothing": "", "NUL": "\x00", "NUL within": "顾\x00念", "long": "长" * 3_000,
    "a lone surrogate": "\udc80", "negative": "-1", "a huge number": "9" * 40,
    "two huge numbers": "1-" + "9" * 40,
    "a date that is none": "2016-02-31", "markup": HOSTILE, "a quote": "'\"; DROP TABLE x --",
    "direction": "\u202e念顾", "a token": "AAAA" * 30, "no base64": "%%%===",
}  # fmt: skip
MORE_VALUES: Final = (
    "0", "1e9", "NaN", "-0", "0x10", "１２３", "٣", "True", "null", "[]", '{"a":1}', "0000-00-00",
    "9999-12-31", "0001-01-01", "2016-02-29T00:00", "2026-W01-1", "child:x", "place:" + "9" * 30,
    "00000000-0000-0000-0000-000000000000", "../../etc/passwd", "{{7*7}}", "%s%n", "%(name)s",
    "\r\nSet-Cookie: a=b", "=HYPERLINK(1)", "\ufeff", "\u2028", "\U000e0001", "é" * 300, " ", "\t",
)  # fmt: skip
# What addresses say after the question mark, and what buttons say without a form's field.
ASKED: Final = ("v", "after", "p", "outcome", "reason", "next", "page", "place", "on", "kind")
UNLISTED: Final = ("answer", "decision", "back", "session", "numbers", "seen", "next", "text")
METHODS: Final = ("HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "QUERY", "get", "X" * 300)
SPOTS: Final = ("own", "neighbour", "above", "nowhere")

texts = st.one_of(
    st.sampled_from([*BAD_VALUES.values(), *MORE_VALUES]),
    # Every character, half of a pair included.
    st.text(st.characters(codec=None), max_size=30),
)
values: st.SearchStrategy[Value] = st.one_of(texts, st.binary(max_size=20))
HEADERS: Final = (
    ("HTTP_HX_REQUEST", "true"), ("HTTP_HX_CURRENT_URL", "http://evil/"),
    ("HTTP_HX_PROMPT", "\u202e"), ("HTTP_ACCEPT", "application/json"), ("HTTP_ACCEPT", "*/*;q=x"),
    ("HTTP_ACCEPT_LANGUAGE", "zz-" + "z" * 600), ("HTTP_ACCEPT_LANGUAGE", ",;q=,"),
    ("HTTP_HOST", "evil.example"), ("HTTP_HOST", "[::1"), ("HTTP_X_FORWARDED_HOST", "evil"),
    ("HTTP_X_FORWARDED_FOR", "1, x, ::1"), ("HTTP_X_FORWARDED_PROTO", "gopher"),
    ("HTTP_X_HTTP_METHOD_OVERRIDE", "DELETE"), ("HTTP_REFERER", "http://[x"),
    ("HTTP_ORIGIN", "null"), ("HTTP_RANGE", "bytes=0-1"), ("HTTP_IF_NONE_MATCH", "*"),
    ("HTTP_IF_MODIFIED_SINCE", "yesterday"), ("HTTP_AUTHORIZATION", "Basic Og=="),
    ("HTTP_USER_AGENT", "x" * 5_000), ("REMOTE_ADDR", "no address"),
    ("HTTP_COOKIE", ""), ("HTTP_COOKIE", "sessionid=x; csrftoken=y; language=zz"),
    ("HTTP_COOKIE", "sessionid=\"; messages=W10=; sessionid='"), ("HTTP_COOKIE", ";=;" * 300),
    ("HTTP_COOKIE", "messages=" + "A" * 900),
    ("CONTENT_LENGTH", ""), ("CONTENT_LENGTH", "many"), ("CONTENT_LENGTH", "-1"),
    ("CONTENT_LENGTH", "9" * 15),
    ("HTTP_CONTENT_ENCODING", "gzip"), ("HTTP_TRANSFER_ENCODING", "chunked"),
)  # fmt: skip
KINDS: Final = (
    "application/json", "text/plain", "text/plain; charset=utf-7", "multipart/form-data",
    "multipart/form-data; boundary=x", "multipart/form-data; boundary=" + "b" * 300,
    f"{FORM}; charset=utf-16", f"{FORM}; charset=nonsense", "application/xml", "", "x", ";;;",
)  # fmt: skip
PARTS: Final = (
    b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../a\x00.csv\"\r\n\r\nx"
    b"\r\n--x--\r\n",
    b"--x\r\nContent-Disposition: form-data; name=\"text\"\r\nContent-Transfer-Encoding: base64"
    b"\r\n\r\n!\r\n--x--\r\n",
    b"--x\r\nContent-Disposition: form-data; name*=utf-9''a%FF\r\n\r\nx\r\n--x--\r\n",
    b"--x\r\n" * 1_200, b"--x", b"\x00" * 64, b'{"name": NaN}', b"a=1&" * 1_100, b"%ff%00=%&&==",
    b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>",
)  # fmt: skip


@dataclass(frozen=True)
class Attack:
    """One request that is wrong somewhere; as plain as can be where nothing is said."""

    is_write: bool = False
    method: str = ""
    spot: str = "own"
    # Which part of the address becomes what.
    part: tuple[int, Value] | None = None
    asked: Sequence[tuple[str, Value]] = ()
    # Which of the door's own fields become what, and what is said beside them.
    bent: Sequence[tuple[int, Value]] = ()
    beside: Sequence[tuple[str, Value]] = ()
    is_silent: bool = False
    raw: tuple[str, bytes] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def verb(self, methods: Sequence[str]) -> str:
        """The method: mostly one that the door answers."""
        wanted = "POST" if self.is_write else "GET"
        return self.method or (wanted if wanted in methods else methods[0])

    def body(self, expected: Mapping[str, Any]) -> tuple[str, bytes]:
        """The form as this attack bends it, with its type."""
        if self.raw:
            return self.raw
        said = {} if self.is_silent else {name: _listed(value) for name, value in expected.items()}
        names = list(expected)
        for number, value in self.bent if names else ():
            said[names[number % len(names)]] = [value]
        pairs = [(name, one) for name, many in said.items() for one in many]
        return FORM, encoded([*pairs, *self.beside]).encode()

    def query(self) -> str:
        """What stands after the question mark."""
        return encoded(self.asked)

    def bend(self, address: str, parts: Mapping[str, Any]) -> str:
        """The address with one of its parts put wrong."""
        if self.part is None or not parts:
            return address
        number, value = self.part
        old = list(parts.values())[number % len(parts)]
        shown = quote(as_bytes(value), safe="")[:4_000] or "%20"
        return address.replace(f"/{old}/", f"/{shown}/", 1)


def encoded(pairs: Sequence[tuple[str, Value]]) -> str:
    """As a browser would send it, broken characters included."""
    return urlencode([(as_bytes(name), as_bytes(value)) for name, value in pairs])


def as_bytes(value: Any) -> bytes:
    """The value as it travels; half of a pair of characters travels as itself."""
    if isinstance(value, bytes):
        return value
    return str(value).encode("utf-8", "surrogatepass")


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


_numbers = st.integers(0, 12)
_ids = st.sampled_from(
    [str(UUID(int=0)), str(UUID(int=2**128 - 1)), "0", "-1", str(2**31), str(2**63), "9" * 40, "1"]
)
_pairs = st.lists(st.tuples(st.sampled_from(ASKED), values), max_size=3)
_odd_pairs = st.lists(st.tuples(texts.map(lambda t: t[:60]), values), max_size=2)


@st.composite
def attacks(draw: st.DrawFn) -> Attack:
    """A request of which one to three things are wrong."""
    wrong = draw(st.sets(st.sampled_from(sorted(_WRONG)), max_size=3))
    said: dict[str, Any] = {name: draw(_WRONG[name]) for name in sorted(wrong)}
    return Attack(is_write=draw(st.booleans()), spot=draw(st.sampled_from(SPOTS)), **said)


_WRONG: Final[dict[str, st.SearchStrategy[Any]]] = {
    "method": st.sampled_from(METHODS),
    "part": st.tuples(_numbers, st.one_of(_ids, values)),
    "asked": st.one_of(_pairs, _odd_pairs),
    "bent": st.lists(st.tuples(_numbers, values), min_size=1, max_size=3),
    "beside": st.one_of(
        st.lists(st.tuples(st.sampled_from(UNLISTED), values), max_size=3), _odd_pairs
    ),
    "is_silent": st.just(True),
    "raw": st.tuples(st.sampled_from(KINDS), st.one_of(st.sampled_from(PARTS), st.binary())),
    "headers": st.lists(st.sampled_from(HEADERS), min_size=1, max_size=3).map(dict),
}
