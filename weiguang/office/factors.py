"""The second factor: codes from a phone, and codes on paper for when the phone is gone.

Their secrets stand encrypted in allauth's table, under a context of their own.
"""

import base64
from typing import Any, Final

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from weiguang.kernel.crypto import provider

CONTEXT: Final = "mfa"
SECRETS: Final = frozenset({"secret", "seed"})


class Factors(DefaultMFAAdapter):
    """Our answers to allauth's questions about second factors."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("验证码不对，或者已经用过。请等手机上换了新的六位数字再试。"),
        "cannot_generate_recovery_codes": _("请先开启第二重验证。"),
    }

    def encrypt(self, text: str) -> str:
        """The secret as it may stand in the table."""
        return base64.b64encode(provider().encrypt(text.encode(), context=CONTEXT)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again."""
        return provider().decrypt(base64.b64decode(encrypted_text), context=CONTEXT).decode()


def reencrypt_secrets() -> int:
    """Rewrite every secret that another key wrote with today's; returns how many factors changed.

    For the rotation of keys; safe to repeat.
    """
    changed = 0
    with transaction.atomic():
        for factor in Authenticator.objects.select_for_update():
            renewed = {name: _renewed(name, value) for name, value in factor.data.items()}
            if renewed != factor.data:
                factor.data = renewed
                factor.save(update_fields=["data"])
                changed += 1
    return changed


def _renewed(name: str, value: Any) -> Any:
    if name not in SECRETS or provider().is_current(base64.b64decode(value)):
        return value
    adapter = Factors()
    return adapter.encrypt(adapter.decrypt(value))
