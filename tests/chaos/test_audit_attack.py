"""Ten thousand forgeries of the sealed audit, each one found."""

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chaos.attacks import ATTACKS, attacked, make_chain, switch_guards_off
from conftest import _django_speaks_to
from tests.chaos.acts import write_events
from weiguang.config.postgres import OWNER_ROLE
from weiguang.kernel.chain import verify

FIRST = 1_000_000  # the seeds of the short run, apart from those of the long one


@pytest.fixture
def sealed(committed: str, settings: Any, tmp_path: Path) -> Iterator[None]:
    """A chain of its own, spoken to as the owner who has switched the guards off."""
    settings.DATA_DIR = tmp_path
    make_chain(blocks=6, chance=random.Random(4), write=write_events)
    with _django_speaks_to(committed, role=OWNER_ROLE):
        switch_guards_off()
        assert verify().findings == ()
        yield
        assert verify().findings == ()


def missed(seeds: range) -> list[str]:
    """Attacks that were not found, by kind and seed; every kind must have been tried."""
    attacks = [attacked(number) for number in seeds]
    assert {attack.kind for attack in attacks} == set(ATTACKS)
    print(sorted(Counter(attack.kind for attack in attacks).items()))
    return [f"{attack.kind} {attack.number}" for attack in attacks if not attack.was_found]


def test_each_of_three_hundred_forgeries_is_found(sealed: None) -> None:
    assert missed(range(FIRST, FIRST + 300)) == []


@pytest.mark.long
def test_each_of_ten_thousand_forgeries_is_found(sealed: None) -> None:
    assert missed(range(10_000)) == []
