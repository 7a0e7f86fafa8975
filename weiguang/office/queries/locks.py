"""What stands between a person and her account: wrong passwords counted, a second factor set."""

from collections.abc import Iterable

from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.conf import settings

from weiguang.kernel import clock
from weiguang.network.models import Account
from weiguang.office.door import digest_of


def locked_among(logins: Iterable[str]) -> frozenset[str]:
    """Those of the logins that are shut out from at least one address now; one query."""
    by_digest = {digest_of(login): login for login in logins}
    counted = AccessAttempt.objects.filter(
        username__in=by_digest,
        failures_since_start__gte=settings.AXES_FAILURE_LIMIT,
        attempt_time__gt=clock.now() - settings.AXES_COOLOFF_TIME,
    )
    return frozenset(by_digest[each] for each in counted.values_list("username", flat=True))


def has_factor(account: Account) -> bool:
    """Whether the person has set up a second factor; one query."""
    return Authenticator.objects.filter(user=account).exists()
