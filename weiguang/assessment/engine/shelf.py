"""The instruments of a pack: which there are, which version is in use, and what is wrong with one.

A pack's instruments stand in `instruments/<code>/<version>.yaml` or `.xlsx`; a pack has those of
the packs it extends as well. An instrument in which anything is wrong is not on the shelf.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from weiguang.assessment.engine.checking import Checked, check
from weiguang.assessment.engine.instruments import Instrument
from weiguang.assessment.engine.places import Fault, UnreadableInstrument, Written, written_in_yaml
from weiguang.assessment.engine.workbook import written_in_workbook
from weiguang.kernel import packs

FOLDER: Final = "instruments"
LEVELS: Final = "risk_levels"
_PARTS: Final = re.compile(r"\d+|[a-z]+")


@dataclass(frozen=True, slots=True)
class OnFile:
    """A file of a pack, and what came of it: an instrument, or what is wrong with it."""

    path: Path
    instrument: Instrument | None
    faults: tuple[Fault, ...]


def shipped(pack: str, *, inherited: bool = True) -> tuple[Instrument, ...]:
    """Every version of every instrument of a pack that may be used, the oldest version first."""
    names = packs.lineage(pack) if inherited else (pack,)
    return tuple(
        each.instrument for name in names for each in on_file(name) if each.instrument is not None
    )


@cache
def on_file(pack: str) -> tuple[OnFile, ...]:
    """Every file of a pack's own instruments with what is wrong with it."""
    return tuple(
        checked_file(path, levels_of(pack)) for path in _files(packs.pack_path(pack) / FOLDER)
    )


def levels_of(pack: str) -> tuple[str, ...]:
    """The levels of a pack, the most urgent first."""
    return tuple(each.code for each in packs.words(pack, LEVELS))


@cache
def by_version(pack: str) -> dict[tuple[str, str], Instrument]:
    """The instruments of a pack by code and version; of two alike the nearest pack's."""
    found: dict[tuple[str, str], Instrument] = {}
    for each in shipped(pack):
        found.setdefault((each.code, each.version), each)
    return found


@cache
def newest(pack: str) -> tuple[Instrument, ...]:
    """The version in use of every instrument: the highest."""
    latest: dict[str, Instrument] = {}
    for each in by_version(pack).values():
        if each.code not in latest or _order(each.version) > _order(latest[each.code].version):
            latest[each.code] = each
    return tuple(latest.values())


def versions_of(pack: str, code: str) -> tuple[Instrument, ...]:
    """Every version of one instrument, the newest first."""
    found = [each for each in by_version(pack).values() if each.code == code]
    return tuple(sorted(found, key=lambda each: _order(each.version), reverse=True))


def checked_file(path: Path, levels: tuple[str, ...]) -> OnFile:
    """A file read and checked; its folder and name must say its code and version."""
    try:
        found: Checked = check(_written(path), levels=levels)
    except UnreadableInstrument as error:
        return OnFile(path, None, (error.fault,))
    instrument, faults = found.instrument, list(found.faults)
    if (path.parent.name, path.stem) != (instrument.code, instrument.version):
        faults.append(Fault("", "file_name", f"{instrument.code}/{instrument.version}"))
    return OnFile(path, None if faults else instrument, tuple(faults))


def _written(path: Path) -> Written:
    if path.suffix == ".xlsx":
        return written_in_workbook(path)
    try:
        return written_in_yaml(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise UnreadableInstrument(Fault("", "yaml")) from error


def _files(folder: Path) -> Iterator[Path]:
    for suffix in ("yaml", "xlsx"):
        found = folder.glob(f"*/*.{suffix}")
        yield from sorted(found, key=lambda each: (each.parent.name, _order(each.stem)))


def _order(version: str) -> tuple[tuple[bool, int, str], ...]:
    """How versions follow one another: `2` before `10`, `1.9` before `1.10`."""
    parts = _PARTS.findall(version)
    return tuple((part.isdigit(), int(part) if part.isdigit() else 0, part) for part in parts)
