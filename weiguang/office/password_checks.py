"""What a new password is refused for, said in our words: Django's own are not all in Chinese."""

from django.contrib.auth.password_validation import (
    MinimumLengthValidator,
    UserAttributeSimilarityValidator,
)
from django.utils.translation import gettext as _


class LongEnough(MinimumLengthValidator):
    """Refuses a password of too few characters."""

    def get_error_message(self) -> str:
        """The refusal in words."""
        return _("密码太短，至少要 %(n)s 个字。") % {"n": self.min_length}


class UnlikeItsOwner(UserAttributeSimilarityValidator):
    """Refuses a password that repeats its owner's name or login name."""

    def get_error_message(self) -> str:
        """The refusal in words."""
        return _("密码和姓名或登录名太相近。")
