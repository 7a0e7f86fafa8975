"""What children said: for each reader the views she may know of, and of each its own sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NoReturn
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from weiguang.kernel.compiled import Compiled
from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.kernel.events import Author, Subject, remember_refusal
from weiguang.network.authority import Actor, may
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for
from weiguang.register.models import Child
from weiguang.register.queries.words import word
from weiguang.tasks.kinds import Line
from weiguang.tasks.models import Task
from weiguang.voice.access import knows_of, sees_sealed, sees_words
from weiguang.voice.models import MayTell, View
from weiguang.voice.queries.words import MATTERS, WHY_NOT

WORDS: Final = ("words", "sealed_words", "answer", "sealed_answer")


@dataclass(frozen=True, slots=True)
class ViewLine:
    """One view as lists show it: that the child was heard, and none of its words."""

    id: UUID
    matter: str
    how: str
    was_asked: bool
    why_not: str
    is_alone: bool
    is_sealed: bool
    heard_by: str
    heard_on: date
    answered_on: date | None
    waits: bool


@dataclass(frozen=True, slots=True)
class Spoken:
    """One sentence, and to whom the child lets it be told."""

    words: str
    may_tell: str
    is_kept: bool


@dataclass(frozen=True, slots=True)
class ViewShown:
    """One view as its page shows it to one reader; `answer` is empty where it is not hers."""

    line: ViewLine
    sentences: tuple[Spoken, ...]
    answer: str
    answered_by: str
    can_answer: bool


def views_of(actor: Actor, child: Child) -> tuple[ViewLine, ...]:
    """Every view of the child that the actor may know of, the newest first; one query."""
    found = (view for view in _of_child(child_id=child.pk) if knows_of(actor, child, view))
    return tuple(_line(view) for view in found)


def view_of(actor: Actor, child: Child, view_id: UUID) -> View:
    """One view of the child with its words; `NotFoundOrRefused` where it is not hers to know of."""
    found = View.objects.select_related("child", "heard_by", "answered_by")
    view = found.filter(child=child, pk=view_id).first()
    if view is None:
        _refuse(actor, child, Verb.VOICE_HEAR)
    require_known(actor, child, view, Verb.VOICE_HEAR)
    return view


def require_known(actor: Actor, child: Child, view: View, verb: Verb) -> None:
    """Refuse whoever has not the verb for the child, or may not know of the view."""
    if not (may(actor, verb, child.subject) and knows_of(actor, child, view)):
        _refuse(actor, child, verb)


def shown(actor: Actor, child: Child, view: View) -> ViewShown:
    """The view's sentences as far as they are the actor's."""
    sentences, answer = [], ""
    if sees_words(actor, child, view):
        sentences += [Spoken(words, _told(code), False) for words, code in view.words or ()]
        answer = view.answer or ""
    if sees_sealed(actor, child, view):
        sentences += [
            Spoken(words, _told(code, names), True)
            for words, code, names in view.sealed_words or ()
        ]
        answer = answer or view.sealed_answer or ""
    can = view.wants_an_answer and may(actor, Verb.VOICE_ANSWER, child.subject)
    by = view.answered_by.name if view.answered_by else ""
    return ViewShown(_line(view), tuple(sentences), answer, by, bool(can))


def view_about(about_kind: str, about_id: UUID) -> View | None:
    """The newest view that belongs to a decision, without its words; for who may see the decision.

    A view that is kept whole counts, and is told only as `ViewLine`s of who may know of it.
    """
    found = View.objects.filter(about_kind=about_kind, about_id=about_id).defer(*WORDS)
    return found.select_related("heard_by").order_by("-heard_on", "-id").first()


def has_view(about_kind: str, about_id: UUID) -> bool:
    """Whether a decision carries the child's view, or the reason why it could not be asked."""
    return View.objects.filter(about_kind=about_kind, about_id=about_id).exists()


def views_about(actor: Actor, child: Child, about: Subject) -> tuple[ViewLine, ...]:
    """The views of one decision that the actor may know of, the newest first; one query."""
    found = _of_child(child_id=child.pk)
    mine = (v for v in found if (v.about_kind, v.about_id) == (about.kind, about.id))
    return tuple(_line(view) for view in mine if knows_of(actor, child, view))


def sayable(view: View, to: str) -> tuple[str, ...]:
    """The sentences that may be told to `to` (`team` or `guardian`): the child allowed it.

    For what leaves the screen. Nothing that is sealed is ever among them.
    """
    allowed = {MayTell.GUARDIAN} if to == MayTell.GUARDIAN else {MayTell.TEAM, MayTell.GUARDIAN}
    return tuple(words for words, code in view.words or () if code in allowed)


def lines_of_answers(actor: Actor, tasks: Sequence[Task]) -> Mapping[UUID, Line]:
    """Which child is to be told what came of its words; about what is not said. One query.

    Of a talk that is kept whole only who heard it is reminded.
    """
    seen = children_for(actor, Verb.VOICE_HEAR)
    open_to_all = Q(is_sealed=False) | Q(heard_by=actor.person_id)
    about = [task.about_id for task in tasks]
    found = View.objects.filter(open_to_all, pk__in=about, child__in=seen)
    named = {pk: (child, name) for pk, child, name in found.values_list(
        "pk", "child_id", "child__name"
    )}  # fmt: skip
    return {
        task.pk: Line(
            named[task.about_id][1], _("把孩子的话有了什么结果，告诉孩子"),
            reverse("voice_answer", args=[named[task.about_id][0], task.about_id]),
        )
        for task in tasks
        if task.about_id in named
    }  # fmt: skip


@Compiled
def _of_child(*, child_id: UUID) -> QuerySet[View]:
    found = View.objects.filter(child_id=child_id).select_related("heard_by")
    return found.defer(*WORDS).order_by("-heard_on", "-id")


def _line(view: View) -> ViewLine:
    return ViewLine(
        id=view.pk, matter=word(MATTERS, view.matter), how=str(View.How(view.how).label),
        was_asked=view.how != View.How.NOT_ASKED, why_not=word(WHY_NOT, view.why_not),
        is_alone=view.is_alone, is_sealed=view.is_sealed, heard_by=view.heard_by.name,
        heard_on=view.heard_on, answered_on=view.answered_on, waits=view.wants_an_answer,
    )  # fmt: skip


def _told(code: str, names: str = "") -> str:
    label = str(MayTell(code).label)
    return _("%(rule)s：%(names)s") % {"rule": label, "names": names} if names else label


def _refuse(actor: Actor, child: Child, verb: Verb) -> NoReturn:
    remember_refusal(verb, by=Author(actor.person_id, None), about=child.subject)
    raise NotFoundOrRefused
