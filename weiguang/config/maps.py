"""The maps by which an app shows up in another: the only place that knows everybody."""

from collections.abc import Mapping, Sequence
from typing import Final

from weiguang.kernel.outbox import Reaction

REACTIONS: Final[Mapping[str, Sequence[Reaction]]] = {}
