"""The kinds of tasks and approvals that the stage of `tests.world` uses besides the real ones."""

from collections.abc import Iterator
from typing import Any

import pytest

from weiguang.tasks.kinds import approval_kinds, task_kinds


@pytest.fixture(autouse=True)
def toy_kinds(settings: Any) -> Iterator[None]:
    """A kind of approval that no app has yet stands beside those that are listed."""
    settings.WEIGUANG_TASK_KINDS = "tests.toy.maps.TASK_KINDS"
    settings.WEIGUANG_APPROVAL_KINDS = "tests.toy.maps.APPROVAL_KINDS"
    _forget()
    yield
    _forget()


def _forget() -> None:
    task_kinds.cache_clear()
    approval_kinds.cache_clear()
