"""The maps by which an app shows up in another: the only place that knows everybody."""

from collections.abc import Mapping, Sequence
from typing import Final

from django.utils.translation import gettext_lazy as _

from weiguang.kernel.outbox import Reaction
from weiguang.network.verbs import Verb
from weiguang.web.shell import Door

REACTIONS: Final[Mapping[str, Sequence[Reaction]]] = {}

# The rail of the shell, in its order.
NAVIGATION: Final[Sequence[Door]] = (Door(_("待办"), "home", Verb.HOME_OPEN),)
