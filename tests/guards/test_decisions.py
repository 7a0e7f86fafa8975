"""Each decision has a number of its own, says it in its first line, and is named by it."""

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
DECISIONS = sorted((ROOT / "docs" / "adr").glob("*.md"))
NAMED = re.compile(r"\bADR (\d+)|docs/adr/(\d{4})")


def test_no_two_decisions_share_a_number() -> None:
    numbers = Counter(path.name[:4] for path in DECISIONS)

    assert [number for number, times in numbers.items() if times > 1] == []
    assert sorted(map(int, numbers)) == list(range(1, len(numbers) + 1))


def test_every_decision_begins_with_its_number() -> None:
    wrong = [
        path.name
        for path in DECISIONS
        if not path.read_text(encoding="utf-8").startswith(f"# {path.name[:4]}: ")
    ]

    assert wrong == []


def test_every_decision_that_is_named_is_there() -> None:
    there = {int(path.name[:4]) for path in DECISIONS}
    texts = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "weiguang").rglob("*.py")]

    named = {
        int(short or long)
        for path in texts
        for short, long in NAMED.findall(path.read_text(encoding="utf-8"))
    }

    assert named
    assert named <= there
