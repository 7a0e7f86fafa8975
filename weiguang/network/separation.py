"""What keeps the three administrators apart: from one another, from the files, from their past.

The database keeps what it can see (`administrators_are_three_people`, `auditors_only_audit`); the
rest is here: who gave an account its password, what somebody was before, leave for single files.
Who asks has locked the account first, so that of two acts at once the second sees the first.
"""

from datetime import date

from django.db.backends.postgresql.psycopg_any import DateRange

from weiguang.network.errors import ActedBefore, FilesApart, PasswordIsNotHers
from weiguang.network.models import Account, Grant, Holding
from weiguang.network.roles import AdministratorKind

AUDIT = AdministratorKind.AUDIT


def locked(account: Account) -> Account:
    """The account, which nobody else changes or appoints until the end of the transaction."""
    return Account.objects.select_for_update().get(pk=account.pk)


def is_administrator(account: Account, *, on: date) -> bool:
    """Whether an account has one of the three administrations on that day or later; one query.

    Standing in counts like holding. Who will be one tomorrow is one already, or else her account
    could be taken over today.
    """
    from_now_on = DateRange(on, None)
    held = Holding.objects.filter(person=account, administers__isnull=False)
    return held.filter(during__overlap=from_now_on).exists()


def audits(account: Account, *, on: date) -> bool:
    """Whether somebody is the auditor on that day or later; one query."""
    held = Holding.objects.filter(person=account, administers=AUDIT)
    return held.filter(during__overlap=DateRange(on, None)).exists()


def require_fit(account: Account, kind: AdministratorKind, during: DateRange) -> None:
    """Refuse an administration to an account that another may enter, or to a judge of herself.

    Raises `PasswordIsNotHers` when its password was last given by a person and not at the machine
    (who changed it since, she or the giver, nobody can know); `FilesApart` when an auditor could
    open files; `ActedBefore` when she was ever put on one of the other two, or would be before the
    audit that waits for her: she may still enter accounts whose passwords she gave.
    """
    if account.password_given_by_id is not None:
        raise PasswordIsNotHers
    if kind is not AUDIT:
        if audits(account, on=during.lower):
            raise ActedBefore
        return
    if Grant.objects.filter(person=account, during__overlap=during).exists():
        raise FilesApart
    acted = Holding.objects.filter(person=account, administers__isnull=False)
    if acted.exclude(administers=AUDIT).exists():
        raise ActedBefore
