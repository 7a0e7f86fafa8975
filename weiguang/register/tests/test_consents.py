"""Consent is asked only of whom the law says at the child's age, and ends when it says."""

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.urls import reverse

from tests.cast import entered, text_of
from tests.papers import pdf
from weiguang.kernel import clock
from weiguang.kernel.errors import Conflict, Invalid, NotFoundOrRefused
from weiguang.register.actions import bars, consents, documents, family
from weiguang.register.actions.consents import (
    Agreement,
    AlreadyAgreed,
    AlreadyWithdrawn,
    Withdrawal,
)
from weiguang.register.models import Adult, Consent
from weiguang.register.queries.consents import (
    Renewal,
    askable,
    consents_of,
    consents_to_renew,
    has_consent,
)
from weiguang.register.rules.consents import (
    Given,
    Giver,
    Standing,
    own_from,
    standing,
    whose_consent,
)
from weiguang.register.tests.home import Home, make_home
from weiguang.tasks.tests.test_at_once import at_once, one_was_told

LEAP = date(2012, 2, 29)
TODAY = clock.today()


def years_ago(years: int, days: int = 0) -> date:
    """The birth date of who turned so many years that many days ago."""
    day = TODAY - timedelta(days=days)
    last = 28 if (day.month, day.day) == (2, 29) else day.day
    return date(day.year - years, day.month, last)


# Whose consent: the day before, the day, the day after.


@pytest.mark.parametrize(
    ("born", "on", "whose"),
    [
        (date(2010, 9, 1), date(2024, 8, 31), Giver.GUARDIAN),
        (date(2010, 9, 1), date(2024, 9, 1), Giver.CHILD),
        (date(2010, 9, 1), date(2024, 9, 2), Giver.CHILD),
        (LEAP, date(2026, 2, 27), Giver.GUARDIAN),
        (LEAP, date(2026, 2, 28), Giver.CHILD),
        (LEAP, date(2026, 3, 1), Giver.CHILD),
        (date(2014, 2, 28), date(2028, 2, 27), Giver.GUARDIAN),
        (date(2014, 2, 28), date(2028, 2, 28), Giver.CHILD),
        (date(2014, 3, 1), date(2028, 2, 29), Giver.GUARDIAN),
        (date(2010, 12, 31), date(2024, 12, 30), Giver.GUARDIAN),
        (date(2011, 1, 1), date(2024, 12, 31), Giver.GUARDIAN),
    ],
)
def test_a_guardian_consents_until_the_day_before_fourteen(
    born: date, on: date, whose: Giver
) -> None:
    assert whose_consent(born, on) is whose
    assert (on >= own_from(born)) == (whose is Giver.CHILD)


BORN, GIVEN = date(2010, 9, 1), date(2024, 3, 1)


@pytest.mark.parametrize(
    ("given", "on", "expected"),
    [
        (Given(Giver.GUARDIAN, BORN, GIVEN), date(2024, 2, 29), Standing.NOT_YET),
        (Given(Giver.GUARDIAN, BORN, GIVEN), GIVEN, Standing.HOLDS),
        (Given(Giver.GUARDIAN, BORN, GIVEN), date(2024, 8, 31), Standing.HOLDS),
        (Given(Giver.GUARDIAN, BORN, GIVEN), date(2024, 9, 1), Standing.OUTGROWN),
        (Given(Giver.CHILD, BORN, date(2024, 9, 1)), date(2030, 1, 1), Standing.HOLDS),
        (Given(Giver.GUARDIAN, BORN, GIVEN, date(2024, 5, 1)), date(2024, 5, 1), Standing.HOLDS),
        (Given(Giver.GUARDIAN, BORN, GIVEN, date(2024, 5, 1)), date(2024, 5, 2), Standing.EXPIRED),
        (Given(Giver.GUARDIAN, BORN, GIVEN, None, date(2024, 4, 1)), date(2024, 3, 31),
         Standing.HOLDS),
        (Given(Giver.GUARDIAN, BORN, GIVEN, None, date(2024, 4, 1)), date(2024, 4, 1),
         Standing.WITHDRAWN),
        (Given(Giver.GUARDIAN, BORN, GIVEN, None, GIVEN), GIVEN, Standing.WITHDRAWN),
        (Given(Giver.GUARDIAN, BORN, GIVEN, None, date(2024, 4, 1)), date(2025, 1, 1),
         Standing.WITHDRAWN),
    ],
)  # fmt: skip
def test_where_a_consent_stands(given: Given, on: date, expected: Standing) -> None:
    assert standing(given, on) is expected


# Recorded.


@pytest.fixture
def home(db: None) -> Home:
    return make_home(born=years_ago(9))


@pytest.fixture
def grown(db: None) -> Home:
    return make_home(born=years_ago(14))


def by_mother(home: Home, **said: Any) -> Agreement:
    stated = {"matter": "photo", "given_by": home.mother.pk, "heard": "agrees", "how": "paper",
              "given_on": TODAY} | said  # fmt: skip
    return Agreement(**stated)


def record(home: Home, agreement: Agreement, role: str = "child_director") -> Consent:
    return consents.record(child=home.child, agreement=agreement, by=home.on(role))


def by_child(**said: Any) -> Agreement:
    return Agreement(**{"matter": "photo", "given_by": None, "heard": "", "how": "paper",
                        "given_on": TODAY} | said)  # fmt: skip


def test_a_guardian_agrees_for_a_child_of_nine_and_the_child_is_heard(home: Home) -> None:
    consent = record(home, by_mother(home))

    (line,) = consents_of(home.on("child_director"), home.child)
    assert (line.giver, line.holds, line.heard) == ("林母亲", True, "告诉了孩子，孩子愿意")
    assert has_consent(home.child, "photo", TODAY)
    assert not has_consent(home.child, "publicity", TODAY)
    assert consent.recorded_by_id == home.on("child_director").person_id


@pytest.mark.parametrize(
    "said",
    [
        {"given_by": None, "heard": ""}, {"heard": "refuses"}, {"heard": ""},
        {"how": "spoken", "witness": " "},
    ],
)  # fmt: skip
def test_what_is_no_consent_for_a_child_of_nine_is_not_recorded(
    home: Home, said: dict[str, Any]
) -> None:
    with pytest.raises(Invalid):
        record(home, by_mother(home, **said))

    assert not Consent.objects.exists()


def test_who_is_no_guardian_cannot_agree(home: Home) -> None:
    stranger = Adult.objects.exclude(pk__in=[home.mother.pk, home.father.pk]).first()
    assert stranger is not None

    with pytest.raises(Invalid):
        record(home, by_mother(home, given_by=home.aunt.pk))
    family.end_tie(
        tie=home.child.ties.get(adult=home.mother), on=TODAY, by=home.on("child_supervisor")
    )
    with pytest.raises(Invalid):
        record(home, by_mother(home))


def test_from_fourteen_the_child_agrees_and_no_guardian_instead(grown: Home) -> None:
    assert askable(grown.child, TODAY).whose is Giver.CHILD
    with pytest.raises(Invalid):
        record(grown, by_mother(grown))

    record(grown, by_child())

    (line,) = consents_of(grown.on("child_director"), grown.child)
    assert (line.giver, line.holds) == ("", True)


def test_a_guardians_word_of_before_is_not_recorded_after_the_birthday(grown: Home) -> None:
    with pytest.raises(Invalid):
        record(grown, by_mother(grown, given_on=TODAY - timedelta(days=1)))


def test_fourteen_ends_a_guardians_consent_and_it_is_asked_anew(grown: Home) -> None:
    before = TODAY - timedelta(days=30)
    with clock.standing_at(clock.now() - timedelta(days=30)):
        consent = record(grown, by_mother(grown, given_on=before))

    assert not has_consent(grown.child, "photo", TODAY)
    (due,) = consents_to_renew(TODAY)
    assert (due.consent_id, due.why, due.ends_on) == (consent.pk, Renewal.OUTGROWN, TODAY)
    assert consents_to_renew(before - timedelta(days=1), timedelta(days=30)) == ()
    assert len(consents_to_renew(before, timedelta(days=30))) == 1

    record(grown, by_child())

    assert consents_to_renew(TODAY) == ()


def test_a_consent_that_ends_soon_is_told_and_a_withdrawn_one_is_not(home: Home) -> None:
    until = TODAY + timedelta(days=20)
    consent = record(home, by_mother(home, until=until))

    (due,) = consents_to_renew(TODAY)
    assert (due.why, due.ends_on) == (Renewal.EXPIRING, until + timedelta(days=1))
    assert consents_to_renew(TODAY, timedelta(days=20)) == ()
    withdraw(home, consent)

    assert consents_to_renew(TODAY) == ()


def test_the_same_use_is_not_agreed_to_twice(home: Home) -> None:
    record(home, by_mother(home))

    with pytest.raises(AlreadyAgreed):
        record(home, by_mother(home, given_by=home.father.pk))


def test_the_paper_must_be_one_of_the_childs(home: Home) -> None:
    other = home.another(years_ago(10))
    by = home.on("child_director")
    offer = documents.OfferedDocument(pdf(), "a.pdf", "signed_notice")
    theirs = documents.add(child=other, offered=offer, by=by)
    own = documents.add(child=home.child, offered=offer, by=by)

    with pytest.raises(Invalid):
        record(home, by_mother(home, document_id=theirs.pk))

    assert record(home, by_mother(home, document_id=own.pk)).document_id == own.pk


# Withdrawn.


def withdraw(home: Home, consent: Consent, **said: Any) -> None:
    consents.withdraw(
        consent=consent, withdrawal=Withdrawal(**{"on": TODAY} | said),
        by=home.on("child_director"),
    )  # fmt: skip


@pytest.mark.parametrize("who", ["child", "mother", "father"])
def test_the_child_at_any_age_and_any_guardian_can_withdraw(home: Home, who: str) -> None:
    consent = record(home, by_mother(home))
    by_adult = None if who == "child" else getattr(home, who).pk

    withdraw(home, consent, by_adult=by_adult)

    assert not has_consent(home.child, "photo", TODAY)
    (line,) = consents_of(home.on("child_director"), home.child)
    assert (line.withdrawn_on, line.withdrawal) == (TODAY, "没有说原因")


def test_who_is_no_guardian_cannot_withdraw_and_nobody_before_it_was_given(home: Home) -> None:
    consent = record(home, by_mother(home))

    for said in ({"by_adult": home.aunt.pk}, {"on": TODAY - timedelta(days=1)}):
        with pytest.raises(Invalid):
            withdraw(home, consent, **said)
    assert has_consent(home.child, "photo", TODAY)


def test_a_second_withdrawal_is_told(home: Home) -> None:
    consent = record(home, by_mother(home))
    withdraw(home, consent)

    with pytest.raises(AlreadyWithdrawn):
        withdraw(home, consent)


def test_of_two_who_record_or_withdraw_at_once_one_is_told(committed: str) -> None:
    home = make_home(born=years_ago(9))

    one_was_told(at_once(*[partial(record, home, by_mother(home))] * 2))
    (consent,) = Consent.objects.select_related("child")
    one_was_told(at_once(*[partial(withdraw, home, consent)] * 2))


# Nobody under a bar is asked.


def barred(home: Home, adult: Adult) -> None:
    bars.set_bar(
        child=home.child, adult_id=adult.pk, reason="suspected_harm", is_immediate=True,
        by=home.on("child_supervisor"),
    )  # fmt: skip


def test_a_barred_guardian_is_not_offered_and_no_form_says_why(home: Home) -> None:
    barred(home, home.father)

    page = text_of(
        entered(home.accounts["child_director"]).get(
            reverse("consent_record", args=[home.child.pk])
        )
    )

    assert f'value="{home.mother.pk}"' in page
    assert str(home.father.pk) not in page
    assert "顾父亲：暂不能由其办理。" in page
    assert [w for w in ("侵害", "保护令", "告诫", "害怕", "原因封存") if w in page] == []


def test_what_a_barred_guardian_agreed_to_or_withdrew_is_not_recorded(home: Home) -> None:
    consent = record(home, by_mother(home))
    barred(home, home.mother)

    with pytest.raises(Invalid):
        withdraw(home, consent, by_adult=home.mother.pk)
    with pytest.raises(Invalid):
        record(home, by_mother(home, matter="charity"))


def test_where_every_guardian_is_barred_nothing_can_be_recorded(home: Home) -> None:
    barred(home, home.mother)
    barred(home, home.father)

    page = text_of(
        entered(home.accounts["child_director"]).get(
            reverse("consent_record", args=[home.child.pk])
        )
    )

    assert "现在没有可以办理的监护人" in page
    assert askable(home.child, TODAY).guardians == ()


# Through the pages.


def test_a_consent_is_recorded_and_withdrawn_through_the_pages(home: Home) -> None:
    browser = entered(home.accounts["child_director"])
    said = {"matter": "provider", "given_by": str(home.mother.pk), "heard": "unsure",
            "how": "spoken", "witness": "王书记", "given_on": TODAY.isoformat()}  # fmt: skip
    address = reverse("consent_record", args=[home.child.pk])

    assert "要写明在场的人" in text_of(browser.post(address, said | {"witness": ""}))
    assert browser.post(address, said).status_code == 302
    assert "这一项已经有有效的同意" in text_of(browser.post(address, said))
    file = text_of(browser.get(reverse("child", args=[home.child.pk])))
    consent = Consent.objects.get()
    back = reverse("consent_withdraw", args=[home.child.pk, consent.pk])
    assert back in file
    assert "不用征求同意" in file
    assert browser.post(back, {"who": "child", "on": TODAY.isoformat(), "reason": "none"}).url
    assert not has_consent(home.child, "provider", TODAY)


def test_a_consent_of_another_child_is_as_absent_as_none(home: Home) -> None:
    consent, other = record(home, by_mother(home)), home.another(years_ago(9))
    browser = entered(home.accounts["child_supervisor"])

    mixed = browser.get(reverse("consent_withdraw", args=[other.pk, consent.pk]))
    nowhere = browser.get(reverse("consent_withdraw", args=[other.pk, other.pk]))

    assert mixed.status_code == nowhere.status_code == 404


def test_the_neighbour_records_nothing(home: Home) -> None:
    with pytest.raises(NotFoundOrRefused):
        record(home, by_mother(home), role="neighbour")


def test_conflicts_are_conflicts() -> None:
    assert issubclass(AlreadyAgreed, Conflict)
    assert issubclass(AlreadyWithdrawn, Conflict)
