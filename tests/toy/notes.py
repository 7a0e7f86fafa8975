"""Everything the toy app gives to the maps."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from tests.toy.models import Note
from weiguang.kernel import clock
from weiguang.kernel.history import amend
from weiguang.kernel.models import Event
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.queries import the_system
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for
from weiguang.register.actions import standing
from weiguang.register.actions.adopt import Moved, moved
from weiguang.register.models import Child
from weiguang.tasks.kinds import Line
from weiguang.tasks.models import Approval, Task


def note_the_newcomer(event: Event) -> None:
    """After a child was registered: note it once, and push how it stands."""
    child = Child.objects.get(pk=event.about_id)
    if Note.objects.filter(child=child).exists():
        return
    system = the_system(on=clock.today())
    with act(Verb.STANDING_PUSH, by=system, about=child.subject, caused_by=event.pk):
        Note.objects.create(child=child, text="新来的孩子", secret="不外传的话")
        standing.push(child=child, by=system, level="watched")


def on_the_file(actor: Actor, child: Child) -> Mapping[str, object] | None:
    """The child's notes, if it has any."""
    notes = list(Note.objects.filter(child=child))
    return {"notes": notes} if notes else None


def on_the_desk(actor: Actor, nothing: None) -> Mapping[str, object] | None:
    """How many notes there are in the actor's rows."""
    mine = children_for(actor, Verb.CHILD_LIST).values("pk")
    return {"count": Note.objects.filter(child__in=mine).count()}


def adopt_notes(from_child: UUID, to_child: UUID) -> list[Moved]:
    """Notes go over."""
    notes = list(Note.objects.filter(child_id=from_child))
    for note in notes:
        amend(note, about_id=to_child, child_id=to_child)
    return [moved(note) for note in notes]


def gather_notes(actor: Actor, children: Sequence[UUID]) -> Mapping[UUID, Mapping[str, object]]:
    """Notes travel with their secrets, and with a child nobody asked for: the frame must mind."""
    return {
        note.child_id: {"text": note.text, "secret": note.secret} for note in Note.objects.all()
    }


def gather_undeclared(
    actor: Actor, children: Sequence[UUID]
) -> Mapping[UUID, Mapping[str, object]]:
    """A part that sends what it has not declared."""
    return {child: {"text": "", "forgotten": ""} for child in children}


def no_words(actor: Actor, things: Sequence[Task | Approval]) -> Mapping[UUID, Line]:
    """A line that says nothing, for each."""
    return {thing.pk: Line("", "") for thing in things}
