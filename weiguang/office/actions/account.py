"""What a person changes of her own account, and what an administrator opens again for her."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt

from weiguang.network.actions.accounts import act_on_another
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.models import Account
from weiguang.network.verbs import Verb
from weiguang.office.door import digest_of


def read_in(*, account: Account, language: str, wants_elder_view: bool, by: Actor) -> None:
    """Show this person her pages in that language, large or not."""
    with act(Verb.ACCOUNT_OWN, by=by, about=account.subject) as event:
        event.detail = {"language": language, "elder": wants_elder_view}
        account.language = language
        account.wants_elder_view = wants_elder_view
        account.save(update_fields=["language", "wants_elder_view"])


def end_session(*, session: UserSession, account: Account, by: Actor) -> None:
    """Log the person out where this session is; its next request leads to the door."""
    with act(Verb.SESSION_END, by=by, about=account.subject) as event:
        event.detail = {"elsewhere": True}
        session.end()


def unlock(*, account: Account, by: Actor) -> None:
    """Forget the wrong passwords that were counted for a login, from whatever address."""
    with act_on_another(Verb.ACCOUNT_UNLOCK, account, by):
        AccessAttempt.objects.filter(username=digest_of(account.login)).delete()


def forget_factor(*, account: Account, by: Actor) -> None:
    """Take away the second factor of who lost phone and paper; her role will ask for a new one."""
    with act_on_another(Verb.ACCOUNT_RESET, account, by) as event:
        event.detail = {"factor": True}
        Authenticator.objects.filter(user=account).delete()
