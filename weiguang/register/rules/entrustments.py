"""Whether care may be entrusted: who entrusts, to whom, for how long, and what must be known first.

Law on the Protection of Minors, Article 22: to an adult of full capacity who is able to care, for a
certain time, for a good reason, after the child was heard.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from weiguang.register.rules.identity import is_minor_on


@dataclass(frozen=True, slots=True)
class Proposal:
    """An entrustment as it is stated; `carer_born` is None where nobody knows it."""

    guardians: tuple[UUID, ...]
    carer: UUID
    carer_born: date | None
    first_day: date
    last_day: date
    child_born: date


def flaw(
    proposal: Proposal,
    *,
    cleared: frozenset[str],
    exclusions: frozenset[str],
    barred: frozenset[UUID],
) -> str | None:
    """Why it may not be, as a code, or None: `carer_is_guardian`, `guardian_twice`, `barred`,
    `carer_minor`, `no_term`, `grown_up`, `excluded`.

    `cleared` are the exclusions of the law that were asked about and do not apply.
    """
    named = (*proposal.guardians, proposal.carer)
    checks = (
        ("carer_is_guardian", proposal.carer in proposal.guardians),
        ("guardian_twice", len(set(proposal.guardians)) != len(proposal.guardians)),
        ("barred", not barred.isdisjoint(named)),
        ("carer_minor", _is_minor(proposal)),
        ("no_term", proposal.last_day < proposal.first_day),
        ("grown_up", not is_minor_on(proposal.child_born, proposal.last_day)),
        ("excluded", not exclusions <= cleared),
    )
    return next((code for code, holds in checks if holds), None)


def _is_minor(proposal: Proposal) -> bool:
    born = proposal.carer_born
    return born is not None and is_minor_on(born, proposal.first_day)
