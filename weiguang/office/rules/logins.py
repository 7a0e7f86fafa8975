"""What a login looks like, wherever accounts are made."""

from typing import Final

from django.utils.translation import gettext_lazy as _

SHAPE: Final = r"^[a-z0-9][a-z0-9._-]{1,39}$"
SHAPE_IN_WORDS: Final = _("只能用小写字母、数字、点和横线，2 到 40 个字符。")
