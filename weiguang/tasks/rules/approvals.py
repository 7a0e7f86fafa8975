"""When an approval is decided: all, any, or n of m; one return sends it back."""

from collections.abc import Sequence
from enum import StrEnum


class Answer(StrEnum):
    """What a signer may say."""

    APPROVE = "approve"
    RETURN = "return"
    REFUSE = "refuse"


class State(StrEnum):
    """How an approval stands."""

    WAITING = "waiting"
    APPROVED = "approved"
    RETURNED = "returned"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


def decided(answers: Sequence[Answer], *, needed: int, seats: int) -> State:
    """How an approval stands after these answers of one round.

    `seats` is how many were asked, 0 when whoever has the right may sign: then one refusal is
    enough. Of named seats, so many must refuse that those who are left cannot approve it any more.

    >>> decided([Answer.APPROVE], needed=2, seats=3)
    <State.WAITING: 'waiting'>
    """
    if Answer.RETURN in answers:
        return State.RETURNED
    if answers.count(Answer.APPROVE) >= needed:
        return State.APPROVED
    refusals = answers.count(Answer.REFUSE)
    if refusals and seats - refusals < needed:
        return State.REFUSED
    return State.WAITING
