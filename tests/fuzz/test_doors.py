"""No door breaks, whatever comes to it from whomever: no fault of ours, no word, no silent write.

The doors are forms, rendered by the server: there is no OpenAPI schema that schemathesis could
read, so the table of doors is the schema.
"""

from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.doors import DOORS
from tests.fuzz.attacks import Attack, attacks
from tests.fuzz.watch import Siege
from tests.world import World
from weiguang.network.roles import ROLES

NAMES: Final = sorted(DOORS)
CODES: Final = sorted(ROLES)
KEPT: Final = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow,
               HealthCheck.data_too_large, HealthCheck.large_base_example]  # fmt: skip
# One attack for each role: an example is a whole siege of a door.
sieges = st.tuples(*(attacks() for _ in CODES))


@pytest.fixture(scope="module")
def siege(world: World) -> Siege:
    return Siege(world)


def besieged(siege: Siege, name: str, every: tuple[Attack, ...]) -> str:
    """What went wrong, with who did it how; one a line.

    The plainest example comes first and is nothing but every page as its reader asks for it, which
    the matrix of access has seen already.
    """
    if set(map(str, every)) == {str(Attack())}:
        return ""
    return "\n".join(
        f"{code}: {fault} {attack}"[:900]
        for code, attack in zip(CODES, every, strict=True)
        for fault in siege.faults(siege.world.people[code], name, attack)
    )


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=2, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
          suppress_health_check=KEPT)  # fmt: skip
@given(every=sieges)
def test_no_attack_breaks_a_door(siege: Siege, name: str, every: tuple[Attack, ...]) -> None:
    faults = besieged(siege, name, every)

    assert not faults, faults


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=60, deadline=None, database=None, suppress_health_check=KEPT)
@given(every=sieges)
def test_no_attack_breaks_a_door_in_the_long_run(
    siege: Siege, name: str, every: tuple[Attack, ...]
) -> None:
    faults = besieged(siege, name, every)

    assert not faults, faults
