"""The verb x role matrix, made from the roles themselves, for people and programs to read."""

from dataclasses import dataclass

from weiguang.network.roles import ROLES


@dataclass(frozen=True, slots=True)
class Row:
    """One role as the matrix shows it; every value is plain text."""

    role: str
    label: str
    level: str
    reach: str
    sees: str
    has_standing_purpose: bool
    needs_second_factor: bool
    verbs: tuple[str, ...]


def matrix() -> list[Row]:
    """One row a role, in the order of the roles' page; verbs sorted."""
    return [
        Row(
            role=role.code,
            label=str(role.label),
            level=role.level.value,
            reach=role.reach.value,
            sees=role.sees.name.lower(),
            has_standing_purpose=role.has_standing_purpose,
            needs_second_factor=role.needs_second_factor,
            verbs=tuple(sorted(role.verbs)),
        )
        for role in ROLES.values()
    ]
