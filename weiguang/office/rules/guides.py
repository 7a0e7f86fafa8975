"""The guides: one page for each kind of work, in Markdown, the same pages in Chinese and English.

They lie in `office/guide` and are read on the help pages and, with pictures, in the site that
`make guide` builds. A guide refers to another as `NAME.md` and to a picture as
`../screens/NAME.png`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

FOLDER: Final = Path(__file__).resolve().parent.parent / "guide"
LANGUAGES: Final = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Guide:
    """A page of the guides, and the roles whose work it tells."""

    name: str
    roles: frozenset[str] = frozenset()


GUIDES: Final = (
    Guide("child-director", frozenset({"child_director", "village_secretary"})),
    Guide("child-supervisor", frozenset({"child_supervisor", "town_leader", "town_civil_affairs"})),
    Guide("city-officer", frozenset({"city_officer", "city_approver", "duty_officer"})),
    Guide(
        "administrators",
        frozenset({"system_administrator", "security_administrator", "audit_administrator"}),
    ),
    Guide(
        "leads",
        frozenset(
            {
                "child_director",
                "village_secretary",
                "child_supervisor",
                "town_leader",
                "town_civil_affairs",
                "hotline_operator",
            }
        ),
    ),
    Guide(
        "access",
        frozenset(
            {
                "child_director",
                "child_supervisor",
                "town_leader",
                "town_civil_affairs",
                "duty_officer",
                "social_worker",
            }
        ),
    ),
    Guide(
        "exports",
        frozenset(
            {
                "child_supervisor",
                "town_leader",
                "town_civil_affairs",
                "city_officer",
                "city_approver",
            }
        ),
    ),
    Guide("signing-in"),
)


def guides_for(roles: Iterable[str]) -> tuple[Guide, ...]:
    """All guides, those of the given roles first.

    >>> [guide.name for guide in guides_for(["city_officer"])][:2]
    ['city-officer', 'exports']
    """
    held = frozenset(roles)
    return tuple(sorted(GUIDES, key=lambda guide: not guide.roles & held))


def title_of(name: str, language: str) -> str:
    """A guide's own title, which is its first line."""
    return _source(name, language)[0].removeprefix("# ")


def page_of(
    name: str, language: str, *, address: Callable[[str], str], with_pictures: bool = False
) -> str:
    """A guide as HTML below its title; `address` says where another guide is found."""
    return rendered(_source(name, language)[1], address=address, with_pictures=with_pictures)


def rendered(text: str, *, address: Callable[[str], str], with_pictures: bool = False) -> str:
    """Markdown as HTML; whatever is HTML in it already is shown as text.

    >>> rendered("<b>1</b> [2](a.md)", address=str.upper)
    '<p>&lt;b&gt;1&lt;/b&gt; <a href="A">2</a></p>\\n'
    """
    markdown = MarkdownIt("commonmark", {"html": False})
    tokens = markdown.parse(text)
    if not with_pictures:
        tokens = _without_pictures(tokens)
    for token in _all(tokens):
        target = str(token.attrs.get("href", ""))
        if target.endswith(".md"):
            token.attrs["href"] = address(target.removesuffix(".md"))
    html: str = markdown.renderer.render(tokens, markdown.options, {})
    return html


@cache
def _source(name: str, language: str) -> tuple[str, str]:
    title, _, text = (FOLDER / language / f"{name}.md").read_text(encoding="utf-8").partition("\n")
    return title, text


def _all(tokens: list[Token]) -> list[Token]:
    return [part for token in tokens for part in (token, *(token.children or ()))]


def _without_pictures(tokens: list[Token]) -> list[Token]:
    """The tokens without paragraphs that are one picture: its opening, the picture, its end."""
    kept: list[Token] = []
    for token in tokens:
        if kept and kept[-1].type == "inline" and _is_picture(kept[-1]):
            kept[-2:] = []
        else:
            kept.append(token)
    return kept


def _is_picture(token: Token) -> bool:
    return [part.type for part in token.children or ()] == ["image"]
