"""A child, who hears it, and what it says, as the tests of views begin."""

from datetime import date
from typing import Any

from weiguang.kernel import clock
from weiguang.kernel.sensitivity import Tier
from weiguang.register.tests.home import Home, make_home, name
from weiguang.voice.actions.views import Heard, Sentence, hear
from weiguang.voice.models import MayTell, View

# Ten years old on any day of the tests.
TEN = date(clock.today().year - 10, 1, 1)
KEPT, FOR_AUNT, FOR_TEAM, FOR_HOME = "怕爸爸回来", "想住姑姑家", "想转回原来的班", "想妈妈打电话"
SENTENCES = (
    Sentence(KEPT), Sentence(FOR_AUNT, MayTell.NAMED, "姑姑"), Sentence(FOR_TEAM, MayTell.TEAM),
    Sentence(FOR_HOME, MayTell.GUARDIAN),
)  # fmt: skip


def make_work() -> Home:
    """A home with a social worker named for the child, and the centre's duty officer."""
    home = make_home(born=TEN)
    for role in ("social_worker", "duty_officer"):
        home.accounts[role] = home.cast.seated(role, home.cast.county).person
    name(home, "social_worker", Tier.SENSITIVE)
    return home


def said(*sentences: Sentence, **more: Any) -> Heard:
    """What a worker states, of a child who spoke unless it is said otherwise."""
    stated = {"matter": "plan", "how": View.How.SAID, "heard_on": clock.today()} | more
    return Heard(sentences=sentences, **stated)


def heard(home: Home, role: str = "social_worker", what: Heard | None = None) -> View:
    """A view of the home's child, with a sentence of each kind unless it is said otherwise."""
    return hear(
        child=home.child, about=home.child.subject, said=what or said(*SENTENCES), by=home.on(role)
    )
