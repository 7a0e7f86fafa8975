"""Where each value of an instrument's file stands, so that whatever is wrong can be found again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import yaml

Path: TypeAlias = tuple[str | int, ...]
MOST_NESTED: Final = 20


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong: where (as it follows the file's name), a code, and what it speaks of.

    `place` is `:12 sections[0].items[3]` in a YAML file and ` survey!F7` in a workbook.
    """

    place: str
    reason: str
    detail: str = ""


class UnreadableInstrument(ValueError):  # noqa: N818 - what is told is the fault
    """The file is no instrument at all; `fault` says where and why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.reason)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Written:
    """An instrument as it is written: plain values, and the place of each by its path."""

    raw: Mapping[str, Any]
    places: Mapping[Path, str]

    def place(self, path: Path) -> str:
        """The place of a value, or of the nearest thing around it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, "")


def written_in_yaml(text: str) -> Written:
    """A YAML text with the line of every value; raises `UnreadableInstrument`."""
    places: dict[Path, str] = {}
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        raw = _plain(node, (), places)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f":{mark.line + 1}" if mark else ""
        raise UnreadableInstrument(Fault(line, "yaml")) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise UnreadableInstrument(Fault("", "yaml")) from error
    if not isinstance(raw, dict):
        raise UnreadableInstrument(Fault(":1", "yaml"))
    return Written(raw, places)


def _plain(node: yaml.Node | None, path: Path, places: dict[Path, str]) -> Any:
    """The node's value as texts, lists and mappings; a key that stands twice is a fault."""
    if node is None:
        return None
    if len(path) > MOST_NESTED:
        raise yaml.MarkedYAMLError(problem_mark=node.start_mark)
    places[path] = f":{node.start_mark.line + 1} {_dotted(path)}".rstrip()
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.value in found:
                raise yaml.MarkedYAMLError(problem_mark=key.start_mark)
            found[key.value] = _plain(value, (*path, key.value), places)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_plain(each, (*path, place), places) for place, each in enumerate(node.value)]
    # Everything stays the text that was written: `1.0` is a version, `no` a code.
    return None if node.tag.endswith(":null") else node.value


def _dotted(path: Path) -> str:
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")
