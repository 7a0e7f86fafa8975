"""The maps with the toy app added: what `config.maps` would say of it."""

from typing import Final

from tests.toy import notes
from weiguang.config import maps
from weiguang.kernel.sensitivity import Tier
from weiguang.network.verbs import Verb
from weiguang.register.queries.bundle import Part
from weiguang.tasks.kinds import ApprovalKind, TaskKind
from weiguang.web.panels import Panel

TIERS: Final = {"text": Tier.PERSONAL, "secret": Tier.SENSITIVE}

REACTIONS: Final = {**maps.REACTIONS, Verb.CHILD_REGISTER: (notes.note_the_newcomer,)}
CHILD_PANELS: Final = (
    *maps.CHILD_PANELS,
    Panel("toy", "随记", Verb.CHILD_REVEAL, "toy/notes.html", notes.on_the_file),
)
DESK_PANELS: Final = (
    *maps.DESK_PANELS,
    Panel("toy", "随记", Verb.CHILD_REVEAL, "toy/desk.html", notes.on_the_desk),
)
ADOPT: Final = (*maps.ADOPT, notes.adopt_notes)
BUNDLE: Final = (*maps.BUNDLE, Part("toy", TIERS, notes.gather_notes))
TASK_KINDS: Final = (*maps.TASK_KINDS, TaskKind("toy.task", "随记待办", notes.no_words))
APPROVAL_KINDS: Final = (*maps.APPROVAL_KINDS, ApprovalKind("toy", "随记审批", notes.no_words))
CARELESS_BUNDLE: Final = (Part("toy", TIERS, notes.gather_undeclared),)
