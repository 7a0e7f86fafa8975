"""Events with something to say, for the forgers to work on."""

import uuid

from weiguang.kernel.events import Author, Subject, remembered
from weiguang.kernel.models import Event

PERSON, POST, CHILD = (uuid.UUID(int=n) for n in (1, 2, 3))


def write_events(count: int) -> None:
    """So many acts, each of another child, with every column filled."""
    for _ in range(count):
        number = Event.objects.count()
        about = Subject("child", uuid.UUID(int=number + 10), (f"1.{number}",))
        with remembered(
            f"toy.{number}", by=Author(PERSON, POST), about=about, purpose="visit", caused_by=number
        ) as event:
            event.detail = {"rows": number}
