"""How much a field may hurt if the wrong person reads it: four tiers in one order.

Which tier a role may read is decided in ``network``; which tier a field has is declared where the
field is born.
"""

import enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Tier(enum.IntEnum):
    """Tiers in rising order, so that ``Tier.PERSONAL < Tier.SEALED`` reads as it should."""

    CODE = 0
    PERSONAL = 1
    SENSITIVE = 2
    SEALED = 3

    @property
    def label(self) -> Promise:
        """The tier's name for people, translated when shown."""
        return _LABELS[self]

    @property
    def is_encrypted(self) -> bool:
        """Whether a column of this tier must be encrypted at rest."""
        return self >= Tier.SENSITIVE


_LABELS: dict[Tier, Promise] = {
    Tier.CODE: _("非个人信息"),
    Tier.PERSONAL: _("个人信息"),
    Tier.SENSITIVE: _("敏感信息"),
    Tier.SEALED: _("封存信息"),
}
