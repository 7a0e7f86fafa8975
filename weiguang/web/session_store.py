"""Who is logged in: the session's row and the account behind it, asked for on every request."""

from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from weiguang.kernel.compiled import Compiled
from weiguang.network.models import Account


class SessionStore(db.SessionStore):
    """Django's sessions in the database, read by a statement that is made once."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Django's own table."""
        return Session

    def _get_session_from_db(self) -> Session | None:
        found = _alive(key=self.session_key or "", now=timezone.now())
        if not found:
            self._session_key = None
        return found[0] if found else None


class Accounts(AuthenticationBackend):
    """Logins as allauth checks them; an account is read by a statement that is made once."""

    def get_user(self, user_id: Any) -> Account | None:
        """The account of a session while it is in use."""
        found = _accounts(account_id=UUID(str(user_id)))
        return found[0] if found and self.user_can_authenticate(found[0]) else None


@Compiled
def _alive(*, key: str, now: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=now)


@Compiled
def _accounts(*, account_id: UUID) -> QuerySet[Account]:
    return Account.objects.filter(pk=account_id)
