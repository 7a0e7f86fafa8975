"""Events in words: who, on which post, did what, about what, where, why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final
from uuid import UUID

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from weiguang.kernel import packs
from weiguang.kernel.models import Event
from weiguang.kernel.packs import Label
from weiguang.network.models import Account, Place, Post
from weiguang.network.roles import ROLES
from weiguang.network.verb_labels import label_of
from weiguang.office.queries.events import ids_of

TAIL_LENGTH: Final = 6
KINDS: Final[Mapping[str, str | Promise]] = {
    "child": pgettext_lazy("one", "儿童"),
    "account": gettext_lazy("账号"),
    "post": gettext_lazy("岗位"),
    "place": gettext_lazy("地方"),
    "grant": gettext_lazy("单项权限"),
    "import": gettext_lazy("名单"),
    "lead": gettext_lazy("线索"),
    "survey": gettext_lazy("摸排"),
    "sheet": gettext_lazy("摸排表"),
    "export": gettext_lazy("导出"),
    "delivery": gettext_lazy("后台事项"),
    "access": gettext_lazy("查阅申请"),
}
# Why a file was open to somebody who did not have to say it; the rest stands in the pack.
UNSAID_PURPOSES: Final[Mapping[str, Promise]] = {
    "standing": gettext_lazy("岗位职责"),
    "grant": gettext_lazy("专门授权"),
    "access.blind": gettext_lazy("经批准查阅"),
    "access.break": gettext_lazy("紧急查阅"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One event as the page shows it; `child_id` is set where it is about a child."""

    number: int
    at: datetime
    person: str
    login: str
    post: str
    verb: str
    about: str
    child_id: str
    place: str
    purpose: str
    was_refused: bool


@dataclass(frozen=True, slots=True)
class Names:
    """The names that a page of events needs, by what the events hold."""

    people: Mapping[UUID, Account]
    posts: Mapping[UUID, Post]
    places: Mapping[str, Place]


def lines_of(events: Sequence[Event]) -> list[Line]:
    """The events in words; three queries, however many events."""
    names = _names(events)
    return [_line(event, names) for event in events]


def purpose_word(code: str) -> str:
    """Why somebody did it, in the words of the pack."""
    if code in UNSAID_PURPOSES:
        return str(UNSAID_PURPOSES[code])
    door, _separator, reason = code.rpartition(":")
    label = _purposes().get(reason)
    said = label.text(get_language() or "zh-hans") if label else reason
    return f"{UNSAID_PURPOSES[door]} · {said}" if door in UNSAID_PURPOSES else said


def _names(events: Sequence[Event]) -> Names:
    people = {e.person_id for e in events if e.person_id} | ids_of(events, "account")
    posts = {e.post_id for e in events if e.post_id} | ids_of(events, "post")
    found = Post.objects.select_related("place").in_bulk(posts)
    paths = {e.place_path for e in events if e.place_path}
    places = {place.path: place for place in Place.objects.filter(path__in=paths)}
    return Names(Account.objects.in_bulk(people), found, places)


def _line(event: Event, names: Names) -> Line:
    person = names.people.get(event.person_id) if event.person_id else None
    place = names.places.get(event.place_path)
    return Line(
        number=event.pk,
        at=event.at,
        person=person.name if person else _author_without_account(event),
        login=person.login if person else "",
        post=_post_words(names.posts.get(event.post_id) if event.post_id else None),
        verb=label_of(event.verb),
        about=_about(event, names),
        child_id=str(event.about_id) if event.about_kind == "child" and event.about_id else "",
        place=place.name if place else "",
        purpose=purpose_word(event.purpose),
        was_refused=event.was_refused,
    )


def _author_without_account(event: Event) -> str:
    return _("未登录") if event.was_refused else _("系统")


def _about(event: Event, names: Names) -> str:
    if not event.about_kind or event.about_id is None:
        return str(KINDS.get(event.about_kind, event.about_kind))
    kind = str(KINDS.get(event.about_kind, event.about_kind))
    if event.about_kind == "account" and event.about_id in names.people:
        return f"{kind} {names.people[event.about_id].name}"
    if event.about_kind == "post" and event.about_id in names.posts:
        return f"{kind} {_post_words(names.posts[event.about_id])}"
    if event.about_kind == "place":
        return kind
    return f"{kind} …{str(event.about_id)[-TAIL_LENGTH:]}"


def _post_words(post: Post | None) -> str:
    return f"{post.place.name} {ROLES[post.role].label}" if post else ""


@cache
def _purposes() -> Mapping[str, Label]:
    return {
        word.code: word.label
        for name in ("access_purposes", "access_emergencies")
        for word in packs.words(settings.WEIGUANG_PACK, name)
    }
