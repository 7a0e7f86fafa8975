"""Both engines, the server's and the browser's, come to the same for every instrument there is."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from weiguang.assessment.engine.checking import check
from weiguang.assessment.engine.evaluating import evaluate
from weiguang.assessment.engine.instruments import Instrument
from weiguang.assessment.engine.places import written_in_yaml
from weiguang.assessment.engine.sending import outcome_sent, sent
from weiguang.assessment.tests.vectors import (
    CONTRACTS,
    ROOT,
    all_shipped,
    golden,
    path_of,
    written,
)

SHIPPED = list(all_shipped())
LEVELS = ("emergency", "high", "medium", "low", "stable")


def edges() -> Instrument:
    text = (CONTRACTS / "edges.yaml").read_text(encoding="utf-8")
    found = check(written_in_yaml(text), levels=LEVELS)
    assert found.faults == ()
    return found.instrument


def by_hand() -> list[dict[str, Any]]:
    return list(json.loads((CONTRACTS / "edges.json").read_text(encoding="utf-8")))


def in_the_browser(sets: list[dict[str, Any]]) -> Any:
    """What the browser's engine comes to, in Node."""
    path = os.pathsep.join((os.environ.get("PATH", ""), str(Path(sys.executable).parent)))
    node = shutil.which("node", path=path)
    assert node is not None, "Node is needed: make test installs it"
    done = subprocess.run(
        [node, "weiguang/assessment/tests/run_vectors.mjs"], cwd=ROOT, check=False,
        input=json.dumps(sets).encode(), capture_output=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def test_there_are_vectors_for_every_shipped_version_and_for_nothing_else() -> None:
    named = {path_of(each).name for each in SHIPPED}

    assert {path.name for path in CONTRACTS.glob("*.json")} == named | {"edges.json"}
    assert {each.code for each in SHIPPED} == {"needs", "sample19"}


@pytest.mark.parametrize("instrument", SHIPPED, ids=lambda each: f"{each.code}-{each.version}")
def test_the_server_comes_to_what_the_vectors_say(instrument: Instrument) -> None:
    kept = path_of(instrument).read_text(encoding="utf-8")

    assert kept == written(golden(instrument)), "an instrument changed: make a version of its own"


@pytest.mark.parametrize("case", by_hand(), ids=lambda case: case["why"])
def test_the_server_comes_to_what_was_reckoned_by_hand(case: dict[str, Any]) -> None:
    found = evaluate(edges(), case["answers"], age=case["age"])

    assert outcome_sent(found) == case["expect"]


def test_the_browser_comes_to_the_same() -> None:
    sets = [json.loads(path_of(each).read_text(encoding="utf-8")) for each in SHIPPED]
    sets.append({"instrument": sent(edges()), "cases": by_hand()})

    found = in_the_browser(sets)

    for each, outcomes in zip(sets, found, strict=True):
        assert outcomes == [case["expect"] for case in each["cases"]]


def test_vectors_reach_every_band_and_screen() -> None:
    """Else they would hold two engines together that differ where it matters."""
    for instrument in SHIPPED:
        cases = golden(instrument)["cases"]
        screens = {code for case in cases for code in case["expect"]["screens"]}

        assert screens == {each.code for each in instrument.screens}
        if instrument.adds_up:
            assert len({case["expect"]["band"] for case in cases} - {""}) >= 3
