"""`act`: the one line that carries authority, transaction and memory.

with act(Verb.CHILD_AMEND, by=actor, about=child.subject):
    amend(child, ...)
"""

from collections.abc import Iterator
from contextlib import contextmanager

from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.kernel.events import NOTHING, Author, Subject, remember_refusal, remembered
from weiguang.kernel.models import Event
from weiguang.network.authority import Actor, author, may
from weiguang.network.verbs import Verb


@contextmanager
def act(
    verb: Verb,
    *,
    by: Actor,
    about: Subject = NOTHING,
    purpose: str = "",
    caused_by: int | None = None,
) -> Iterator[Event]:
    """Check the actor's right, open the transaction, and leave one event; yields that event.

    Raises `NotFoundOrRefused` when the right is missing: refused and absent look alike from
    outside, and only the audit tells them apart.
    """
    decision = may(by, verb, about)
    if not decision:
        remember_refusal(verb, by=Author(by.person_id, None), about=about)
        raise NotFoundOrRefused
    with remembered(
        verb, by=author(by, decision), about=about, purpose=purpose, caused_by=caused_by
    ) as event:
        yield event
