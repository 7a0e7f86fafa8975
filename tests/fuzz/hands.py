"""Hands that press what a page offers: forms as a browser would send them, filled anyhow."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Final

# What is typed into a box of that kind; the choice is the driver's.
TYPED: Final[dict[str, tuple[str, ...]]] = {
    "date": ("2024-03-05", "2026-01-31", "2016-02-29", "2099-01-01"),
    "number": ("3", "0", "60"),
    "text": ("顾念新", "双桥村", "柳镇双桥村", "梅镇西塘村", "登记了两次", "13800138001", ""),
}
FREE: Final = frozenset({"text", "tel", "search", "textarea", "email", "password"})


@dataclass
class Box:
    """One field of a form: what it may be, and what it is when nobody touches it."""

    name: str
    kind: str
    value: str = ""
    options: list[str] = field(default_factory=list)
    chosen: list[str] = field(default_factory=list)


@dataclass
class Form:
    """A form that posts, with its fields and the buttons that say something."""

    action: str
    boxes: dict[str, Box] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def filled(self, picks: Sequence[int]) -> dict[str, list[str]]:
        """What is sent when the picks decide, one after another, each field and the button."""
        said: dict[str, list[str]] = {}
        picked = _endless(picks)
        for name, box in self.boxes.items():
            said[name] = _chosen(box, next(picked))
        if self.buttons:
            name, value = self.buttons[next(picked) % len(self.buttons)]
            said[name] = [value]
        return said


class Forms(HTMLParser):
    """The posting forms of a page, and where its links lead."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._form: Form | None = None
        self._select: Box | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what may be pressed or filled."""
        said = {name: value or "" for name, value in attrs}
        if tag == "a" and said.get("href", "").startswith("/"):
            self.links.append(said["href"])
        elif tag == "form" and said.get("method", "").lower() == "post":
            self._form = Form(said.get("action", ""))
            self.forms.append(self._form)
        elif self._form is not None:
            self._within(tag, said, self._form)

    def handle_endtag(self, tag: str) -> None:
        """Leave a form or a list of choices."""
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None

    def _within(self, tag: str, said: dict[str, str], form: Form) -> None:
        name, kind = said.get("name", ""), said.get("type", "text" if tag == "input" else tag)
        if tag == "option" and self._select is not None:
            self._select.options.append(said.get("value", ""))
        elif tag == "button" or kind == "submit":
            form.buttons += [(name, said.get("value", ""))] if name else []
        elif name and kind in ("radio", "checkbox"):
            box = form.boxes.setdefault(name, Box(name, kind))
            box.options.append(said.get("value", "on"))
            box.chosen += [box.options[-1]] if "checked" in said else []
        elif name and tag in ("input", "select", "textarea"):
            form.boxes[name] = Box(name, kind, said.get("value", ""))
            self._select = form.boxes[name] if tag == "select" else None


def _chosen(box: Box, pick: int) -> list[str]:
    if box.kind in ("hidden", "file"):
        return [box.value]
    if box.kind == "checkbox":
        return [each for n, each in enumerate(box.options) if pick >> n & 1] or box.chosen
    if box.options:
        return [box.options[pick % len(box.options)]]
    kept = [box.value] if box.value else []
    typed = TYPED["text"] if box.kind in FREE else TYPED.get(box.kind, TYPED["text"])
    return [[*kept, *typed][pick % (len(kept) + len(typed))]]


def _endless(picks: Sequence[int]) -> Any:
    while True:
        yield from picks or (0,)
