"""The verb x role matrix as people read it: roles by level, what each may do in words."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from weiguang.network.matrix import Row, matrix
from weiguang.network.roles import EVERYONE, Level, Reach
from weiguang.network.verb_labels import label_of
from weiguang.network.verbs import Verb

LEVELS: Final[dict[str, str | Promise]] = {
    Level.VILLAGE: _("村（社区）"),
    Level.TOWN: _("区镇"),
    Level.CITY: _("市级部门"),
    Level.PROVIDER: _("承接机构"),
    Level.SYSTEM: _("系统管理"),
}
REACHES: Final[dict[str, str | Promise]] = {
    Reach.SUBTREE: _("本岗位辖区内的全部儿童"),
    Reach.GRANTS: _("单独授权的儿童"),
}
SEES: Final[dict[str, str | Promise]] = {
    "code": _("不含个人信息"),
    "personal": _("一般个人信息"),
    "sensitive": _("敏感信息（须点开，留痕）"),
    "sealed": _("封存信息"),
}


@dataclass(frozen=True, slots=True)
class RoleLine:
    """One role in words."""

    role: str
    reach: str | Promise
    sees: str | Promise
    states_purpose: bool
    needs_second_factor: bool
    verbs: list[str]


@dataclass(frozen=True, slots=True)
class LevelLines:
    """The roles of one level."""

    label: str | Promise
    roles: list[RoleLine]


def levels() -> list[LevelLines]:
    """The whole matrix, from the village up, without what everyone may; no query."""
    rows = matrix()
    return [
        LevelLines(label, [_line(row) for row in rows if row.level == level])
        for level, label in LEVELS.items()
    ]


def everyone() -> list[str]:
    """What every person may do with her own account, whatever her role."""
    return [label_of(verb) for verb in Verb if verb in EVERYONE]


def _line(row: Row) -> RoleLine:
    opens_children = Verb.CHILD_OPEN in row.verbs
    own = set(row.verbs) - {str(verb) for verb in EVERYONE}
    order = {str(verb): n for n, verb in enumerate(Verb)}
    return RoleLine(
        role=row.label,
        reach=REACHES[row.reach] if opens_children else "",
        sees=SEES[row.sees] if opens_children else "",
        states_purpose=opens_children and not row.has_standing_purpose,
        needs_second_factor=row.needs_second_factor,
        verbs=[label_of(verb) for verb in sorted(own, key=lambda verb: order[verb])],
    )
