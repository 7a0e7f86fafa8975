"""Reads deploy/container/Containerfile: its stages and what each does, in order."""

from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
CONTAINERFILE = ROOT / "deploy" / "container" / "Containerfile"


@dataclass
class Stage:
    """One image on the way: of what it is made, under which name, and by which steps."""

    image: str
    name: str
    steps: list[tuple[str, str]] = field(default_factory=list)


def stages(text: str = "") -> list[Stage]:
    """Every stage in order; a step is an instruction and the rest of its line."""
    found: list[Stage] = []
    for line in (text or CONTAINERFILE.read_text(encoding="utf-8")).splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        assert not line.endswith("\\"), "one step, one line"
        word, rest = line.split(" ", 1)
        if word == "FROM":
            image, _, name = rest.partition(" AS ")
            found.append(Stage(image, name))
        else:
            found[-1].steps.append((word, rest))
    return found


def copied(rest: str) -> tuple[str, list[str], str]:
    """Of a COPY: the stage it is from (empty: the sources), what, and where to."""
    words = rest.split()
    stage = words.pop(0).removeprefix("--from=") if words[0].startswith("--from=") else ""
    return stage, words[:-1], words[-1]
