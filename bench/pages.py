"""`make bench`: what pages cost at 1,000, 50,000 and 1,000,000 children, beside Django's own way.

Prints tables in Markdown: statements, CPU milliseconds of server and database, growth from the
smallest register to the largest, how often the rival's cost ours is, and every table of more than
10,000 rows that a plan reads from end to end. `python -m bench.pages [1000 50000 1000000]`.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any, Final

SIZES: Final = (1_000, 50_000, 1_000_000)
TURNS: Final = 1_000_000
Figures = dict[tuple[str, str, int], dict[str, Any]]


def main() -> None:
    """Measure each size in a process of its own, then print the tables."""
    sizes = [int(said) for said in sys.argv[1:]] or list(SIZES)
    found: Figures = {}
    began = _turns_ms()
    for size in sizes:
        print(f"measuring {size:,} children", file=sys.stderr, flush=True)
        for said in _measured(size):
            if said["kind"] != "rows":
                found[said["kind"], said["name"], size] = said
    for line in _report(found, sizes):
        print(line)
    print(
        f"\n{TURNS:,} turns of an empty loop: {began:.0f} ms of CPU before, {_turns_ms():.0f} after"
    )


def _measured(size: int) -> Iterator[dict[str, Any]]:
    command = [sys.executable, "-m", "bench.pages_of", str(size)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            yield json.loads(line)
    if process.returncode:
        raise SystemExit(process.returncode)


def _turns_ms() -> float:
    """How long this machine takes for a loop now: the measure of what others take from us."""
    began = time.process_time()
    for _ in range(TURNS):
        pass
    return (time.process_time() - began) * 1000


def _report(found: Figures, sizes: Sequence[int]) -> Iterator[str]:
    smallest, largest = sizes[0], sizes[-1]
    for kind, title in (("ours", "Weiguang"), ("rival", "Django's own way")):
        yield f"\n### {title}\n"
        heads = [f"{size:,}" for size in sizes]
        yield f"| Operation | statements | {' | '.join(heads)} | growth | p95 ms | read whole |"
        yield "|---|---|" + "---|" * len(sizes) + "---|---|---|"
        for name in _names(found, kind):
            at = {size: found[kind, name, size] for size in sizes if (kind, name, size) in found}
            yield _line(name, at, sizes, smallest, largest)
    yield "\n### The rival's CPU over ours, at each size\n"
    yield f"| Operation | {' | '.join(f'{size:,}' for size in sizes)} |"
    yield "|---|" + "---|" * len(sizes)
    for name in _names(found, "rival"):
        ratios = [_ratio(found, name, size) for size in sizes]
        yield f"| {name} | {' | '.join(ratios)} |"


def _names(found: Figures, kind: str) -> list[str]:
    return list(dict.fromkeys(name for of, name, _ in found if of == kind))


def _line(
    name: str, at: dict[int, dict[str, Any]], sizes: Sequence[int], smallest: int, largest: int
) -> str:
    statements = sorted({said["statements"] for said in at.values()})
    costs = [_cost(at.get(size)) for size in sizes]
    growth = "-"
    if smallest in at and largest in at:
        growth = f"{_cpu(at[largest]) / _cpu(at[smallest]):.2f}"
    worst = max(said["p95_ms"] for said in at.values())
    scanned = sorted({table for said in at.values() for table in said["scanned"]})
    count = "-".join(
        map(str, (statements[0], statements[-1]) if len(statements) > 1 else statements)
    )
    return (
        f"| {name} | {count} | {' | '.join(costs)} | {growth} | {worst:.0f} "
        f"| {', '.join(scanned) or 'none'} |"
    )


def _cost(said: dict[str, Any] | None) -> str:
    if said is None:
        return "-"
    return f"{_cpu(said):.1f} ({said['server_ms']:.1f} + {said['database_ms']:.1f})"


def _cpu(said: dict[str, Any]) -> float:
    return float(said["server_ms"] + said["database_ms"])


def _ratio(found: Figures, name: str, size: int) -> str:
    ours, theirs = found.get(("ours", name, size)), found.get(("rival", name, size))
    return f"{_cpu(theirs) / _cpu(ours):.1f}" if ours and theirs else "-"


if __name__ == "__main__":
    main()
