"""No sequence of role changes makes one person of two administrators, or an auditor of herself."""

import random
from datetime import timedelta
from typing import Any

import pytest

from tests.administrators import (
    AUDIT,
    BEGINNING,
    PEOPLE,
    RULES,
    SECURITY,
    SYSTEM,
    WORK,
    Step,
    after,
    counterexample,
    steps,
    wrong_in,
)
from tests.cast import Cast, make_cast, system
from weiguang.kernel import clock
from weiguang.kernel.errors import WeiguangError
from weiguang.network.actions import accounts, posts
from weiguang.network.models import Account, Holding, Post
from weiguang.network.queries import actor_for

DEPTH = 6
OFFICE = {
    SYSTEM: "system_administrator", SECURITY: "security_administrator",
    AUDIT: "audit_administrator", WORK: "child_supervisor",
}  # fmt: skip


def test_no_sequence_of_six_role_changes_brings_two_administrations_together() -> None:
    assert counterexample(DEPTH) is None


@pytest.mark.parametrize("rule", sorted(RULES))
def test_without_any_one_of_the_rules_a_sequence_is_found(rule: str) -> None:
    """Otherwise the search could find nothing whatever the rules were."""
    assert counterexample(DEPTH, RULES - {rule}) is not None


def test_what_is_wrong_is_seen() -> None:
    ada, ben, cai, dan = BEGINNING
    both = type(ada)(frozenset({SYSTEM, AUDIT}))
    assert wrong_in((both, ben, cai, dan)) == "ada"
    assert wrong_in(BEGINNING) == ""


class Office:
    """The same four people in the real system, where each step is tried by the real actions."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.day = cast, 0
        # A post for each person and role, so that nobody takes another's.
        self.posts: dict[tuple[str, str], Post] = {}
        self.people = {
            name: accounts.create(login=name, name=name, password=None, by=system())
            for name in PEOPLE
        }
        for name, role in zip(PEOPLE, (SYSTEM, SECURITY, AUDIT), strict=False):
            self.seat(name, role, by=system(), since=clock.today())

    def seat(self, name: str, role: str, *, by: Any, since: Any) -> None:
        if (name, role) not in self.posts:
            self.posts[name, role] = self.cast.post(OFFICE[role], self.cast.county)
        posts.fill(post=self.posts[name, role], person=self.account(name), since=since, by=by)

    def account(self, name: str) -> Account:
        return Account.objects.get(login=name)

    def tries(self, step: Step) -> bool:
        """Whether the real system lets the step be done."""
        with clock.standing_at(clock.now() + timedelta(days=self.day)):
            try:
                return self._do(*step)
            except WeiguangError:
                return False

    def _do(self, verb: str, *named: str) -> bool:
        if verb == "tomorrow":
            self.day += 1
            return True
        if verb == "logs_in":
            return self._log_in(self.account(named[0]))
        by = actor_for(self.account(named[0]), on=clock.today())
        target = self.account(named[1])
        if verb == "reset":
            accounts.reset_password(account=target, password="qing-shan", by=by)
        elif verb in ("close", "reopen"):
            getattr(accounts, verb)(account=target, by=by)
        elif verb == "fill":
            later = timedelta(days=named[3] == "later")
            self.seat(named[1], named[2], by=by, since=clock.today() + later)
        else:
            return self._vacate(target, named[2], by)
        return True

    def _log_in(self, account: Account) -> bool:
        """The owner enters and chooses a password of her own, as the page makes her."""
        account.must_change_password = False
        account.save(update_fields=["must_change_password"])
        return account.is_active

    def _vacate(self, target: Account, role: str, by: Any) -> bool:
        held = Holding.objects.filter(
            person=target, post__role=OFFICE[role], during__upper_inf=True
        )
        for holding in held:
            day = max(clock.today(), holding.during.lower)
            posts.vacate(holding=holding, on=day, by=by)
        return bool(held) or SECURITY in {
            key for key, code in OFFICE.items() for post in by.posts if post.role.code == code
        }


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(12))
def test_the_real_actions_allow_what_the_model_allows_and_nothing_else(seed: int) -> None:
    chance, state = random.Random(seed), BEGINNING
    office = Office(make_cast())
    walked: list[Step] = []
    for _ in range(25):
        tried = list(steps(state))
        allowed = [step for step in tried if after(state, step) is not None]
        step = chance.choice(allowed if chance.random() < 0.6 else tried)
        reached = after(state, step)
        walked.append(step)

        assert office.tries(step) == (reached is not None), walked
        state = reached or state
