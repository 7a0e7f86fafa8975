"""What a row says that the register may take over, in the words the register itself uses.

The same words are written when a list is confirmed and compared when it comes again, so that the
same list twice changes nothing.
"""

from collections.abc import Mapping
from typing import Final

from weiguang.register.engine.cells import Cell, name_of, text_of
from weiguang.register.engine.places import PlaceIndex
from weiguang.register.engine.report import Row
from weiguang.register.engine.words import ImportWords, bare
from weiguang.register.rules.identity import (
    bare_number,
    bare_phone,
    disability_certificate,
    identity_number,
)

PLAIN: Final[tuple[str, ...]] = ("hukou_address", "residence_address", "school", "grade")


def facts_of(
    row: Row, cells: Mapping[str, Cell], words: ImportWords, places: PlaceIndex
) -> dict[str, str]:
    """The facts by identifier; only those that the row really states."""
    said = {code: text_of(cell) for code, cell in cells.items()}
    said = {code: text for code, text in said.items() if not words.is_nothing(bare(text))}
    facts = {code: " ".join(said[code].split()) for code in PLAIN if code in said}
    facts |= _guardian_facts(said, words)
    certificate = bare_number(said.get("disability_number", ""))
    if disability_certificate(certificate):
        facts["disability_number"] = certificate
    if row.category:
        facts["category"] = row.category
    if row.place:
        facts["place"] = row.place
    row.residence_place = places.named_in(said.get("residence_address", "")) or row.place
    return facts


def _guardian_facts(said: Mapping[str, str], words: ImportWords) -> dict[str, str]:
    """The guardian as the row names it; nothing is said of a guardian without a name."""
    name = name_of(said.get("guardian_name", ""))
    if not name:
        return {}
    facts = {"guardian_name": name}
    number = identity_number(said.get("guardian_id_number", ""))
    if number:
        facts["guardian_id_number"] = number.text
    relation = words.relations.get(bare(said.get("relation", "")))
    if relation:
        facts["relation"] = relation
    if "phone" in said:
        facts["phone"] = bare_phone(said["phone"])
    return facts
