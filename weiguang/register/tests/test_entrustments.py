"""Care is entrusted by guardians of today to an able adult, for a time, and looked at when over."""

from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from tests.cast import entered, text_of
from weiguang.kernel import clock
from weiguang.kernel.errors import Invalid, NotFoundOrRefused
from weiguang.kernel.history import amend
from weiguang.kernel.models import Event
from weiguang.network.acts import act
from weiguang.network.verbs import Verb
from weiguang.register.actions import bars, entrustments, family
from weiguang.register.actions.entrustments import AlreadyEnded, AlreadyEntrusted, Terms
from weiguang.register.models import Entrustment, Tie
from weiguang.register.queries.entrustments import (
    entrustments_ending,
    entrustments_of,
    parties,
)
from weiguang.register.rules.entrustments import Proposal, flaw
from weiguang.register.tests.home import Home, make_home
from weiguang.tasks.tests.test_at_once import at_once, one_was_told

TODAY = clock.today()
LAST = TODAY + timedelta(days=90)
EXCLUSIONS = frozenset({"crime", "habits", "neglect", "unfit"})
MOTHER, FATHER, AUNT = uuid4(), uuid4(), uuid4()
BORN, FIRST, END = date(2015, 6, 1), date(2024, 2, 1), date(2024, 12, 31)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({}, None),
        ({"guardians": (MOTHER, FATHER)}, None),
        ({"carer": MOTHER}, "carer_is_guardian"),
        ({"guardians": (MOTHER, MOTHER)}, "guardian_twice"),
        ({"carer_born": date(2006, 2, 2)}, "carer_minor"),
        ({"carer_born": date(2006, 2, 1)}, None),
        ({"carer_born": None}, None),
        ({"last_day": date(2024, 1, 31)}, "no_term"),
        ({"last_day": FIRST}, None),
        ({"child_born": date(2006, 12, 31)}, "grown_up"),
        ({"child_born": date(2007, 1, 1)}, None),
    ],
)
def test_what_an_agreement_may_be(said: dict[str, Any], found: str | None) -> None:
    stated = {"guardians": (MOTHER,), "carer": AUNT, "carer_born": date(1970, 1, 1),
              "first_day": FIRST, "last_day": END, "child_born": BORN} | said  # fmt: skip

    assert flaw(
        Proposal(**stated), cleared=EXCLUSIONS, exclusions=EXCLUSIONS, barred=frozenset()
    ) == found  # fmt: skip


@pytest.mark.parametrize("missing", sorted(EXCLUSIONS))
def test_one_exclusion_that_was_not_cleared_is_enough(missing: str) -> None:
    proposal = Proposal((MOTHER,), AUNT, None, FIRST, END, BORN)
    cleared = EXCLUSIONS - {missing}

    found = flaw(proposal, cleared=cleared, exclusions=EXCLUSIONS, barred=frozenset())

    assert found == "excluded"


@pytest.mark.parametrize("who", [MOTHER, AUNT])
def test_nobody_under_a_bar_entrusts_or_is_entrusted(who: Any) -> None:
    proposal = Proposal((MOTHER,), AUNT, None, FIRST, END, BORN)

    assert (
        flaw(proposal, cleared=EXCLUSIONS, exclusions=EXCLUSIONS, barred=frozenset({who}))
        == "barred"
    )


@pytest.fixture
def home(db: None) -> Home:
    return make_home()


def terms(home: Home, **said: Any) -> Terms:
    stated = {
        "guardians": (home.mother.pk, home.father.pk), "carer": home.aunt.pk,
        "reason": "work_away", "first_day": TODAY, "last_day": LAST,
        "duties": ("daily_life", "safety"), "cleared": EXCLUSIONS, "heard": "agrees",
        "witness": "王书记",
    } | said  # fmt: skip
    return Terms(**stated)


def entrusted(home: Home, role: str = "child_director", **said: Any) -> Entrustment:
    return entrustments.entrust(
        child=home.child, terms=terms(home, **said), by=home.on(role)
    )  # fmt: skip


def carer_ties(home: Home) -> list[Tie]:
    return list(Tie.objects.filter(child=home.child, adult=home.aunt, kind=Tie.Kind.CARER))


def test_an_agreement_makes_the_carer_an_entrusted_one_and_its_end_unmakes_her(home: Home) -> None:
    made = entrusted(home)

    (tie,) = carer_ties(home)
    assert (tie.is_entrusted, tie.relation, tie.during.upper) == (True, "aunt_paternal", None)
    end(home, made, on=TODAY + timedelta(days=3))

    (tie,) = carer_ties(home)
    assert tie.during.upper == TODAY + timedelta(days=3)


def test_who_cared_already_stays_a_carer_when_the_agreement_ends(home: Home) -> None:
    bond = family.NewBond("carer", "aunt_paternal", TODAY - timedelta(days=99))
    by = home.on("child_supervisor")
    family.add_adult_tie(child=home.child, who=home.aunt.pk, bond=bond, by=by)
    made = entrusted(home)
    assert [tie.is_entrusted for tie in carer_ties(home)] == [True]

    end(home, made)

    assert [(tie.is_entrusted, tie.during.upper) for tie in carer_ties(home)] == [(False, None)]


def end(home: Home, made: Entrustment, on: date = TODAY) -> None:
    entrustments.end(
        entrustment=made, on=on, ending="parent_returned", by=home.on("child_director")
    )


@pytest.mark.parametrize(
    "said",
    [
        {"guardians": ()}, {"cleared": EXCLUSIONS - {"habits"}}, {"heard": ""}, {"witness": " "},
        {"duties": ()}, {"last_day": TODAY - timedelta(days=1)}, {"carer": uuid4()},
        {"guardians": (uuid4(),)},
    ],
)  # fmt: skip
def test_what_is_no_agreement_is_not_recorded(home: Home, said: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        entrusted(home, **said)

    assert carer_ties(home) == []


def test_who_is_no_guardian_today_cannot_entrust(home: Home) -> None:
    family.end_tie(
        tie=home.child.ties.get(adult=home.father), on=TODAY, by=home.on("child_supervisor")
    )

    with pytest.raises(Invalid):
        entrusted(home)

    assert entrusted(home, guardians=(home.mother.pk,)).other_guardian is None


def test_nobody_under_a_bar_is_offered_and_none_can_be_named(home: Home) -> None:
    for who in (home.father, home.aunt):
        bars.set_bar(
            child=home.child, adult_id=who.pk, reason="child_afraid", is_immediate=True,
            by=home.on("child_supervisor"),
        )  # fmt: skip

    who = parties(home.child, TODAY)
    page = text_of(
        entered(home.accounts["child_director"]).get(
            reverse("entrustment_new", args=[home.child.pk])
        )
    )

    assert ([a.name for a in who.guardians], [a.name for a in who.carers]) == (
        ["林母亲"], ["林母亲"],
    )  # fmt: skip
    assert str(home.father.pk) not in page
    assert str(home.aunt.pk) not in page
    with pytest.raises(Invalid):
        entrusted(home, guardians=(home.mother.pk,))


def test_the_same_carer_is_not_entrusted_twice_at_a_time(home: Home) -> None:
    made = entrusted(home)

    with pytest.raises(AlreadyEntrusted):
        entrusted(home)
    end(home, made)

    assert entrusted(home, first_day=TODAY + timedelta(days=1)).pk != made.pk
    with pytest.raises(AlreadyEnded):
        end(home, made)


def test_what_ends_soon_is_told_until_somebody_ends_it(home: Home) -> None:
    made = entrusted(home, last_day=TODAY + timedelta(days=30))

    (due,) = entrustments_ending(TODAY)
    assert (due.entrustment_id, due.last_day) == (made.pk, TODAY + timedelta(days=30))
    assert due.carer_id == home.aunt.pk
    assert entrustments_ending(TODAY, timedelta(days=29)) == ()
    assert len(entrustments_ending(TODAY + timedelta(days=400))) == 1
    end(home, made)

    assert entrustments_ending(TODAY + timedelta(days=400)) == ()


@pytest.mark.parametrize(
    ("days", "state", "needs_a_look"),
    [(0, "有效", False), (59, "有效", False), (60, "有效", True), (90, "有效", True),
     (91, "已过期，要续签或者结束", True)],
)  # fmt: skip
def test_the_file_says_how_it_stands(home: Home, days: int, state: str, needs_a_look: bool) -> None:
    entrusted(home, told=("school",))
    by = home.on("child_director")
    with clock.standing_at(clock.now() + timedelta(days=days)):
        later = home.on("child_director")
        (line,) = entrustments_of(later, home.child)

    assert (str(line.state), line.needs_a_look) == (state, needs_a_look)
    assert line.untold == ("实际居住地的村（居）委会",)
    assert by.on == TODAY


def test_the_paper_for_signing_says_what_was_agreed_and_leaves_the_child_out_of_it(
    home: Home,
) -> None:
    made = entrusted(home, heard="refuses")
    browser = entered(home.accounts["child_director"])

    page = text_of(browser.get(reverse("entrustment_print", args=[home.child.pk, made.pk])))

    assert [w for w in ("林母亲、顾父亲", "顾姑姑", "照顾吃住和日常生活") if w not in page] == []
    assert "不愿意" not in page
    event = Event.objects.latest("id")
    assert (event.verb, event.about_id) == (Verb.DOCUMENT_SHOW, home.child.pk)


def test_an_agreement_is_recorded_and_ended_through_the_pages(home: Home) -> None:
    browser = entered(home.accounts["child_director"])
    said: dict[str, Any] = {
        "guardian": home.mother.pk, "carer": home.aunt.pk, "reason": "work_away",
        "first_day": TODAY, "last_day": LAST, "duties": ["safety"], "heard": "agrees",
        "witness": "王书记", "cleared": sorted(EXCLUSIONS - {"crime"}),
    }  # fmt: skip
    address = reverse("entrustment_new", args=[home.child.pk])

    assert "有一条就不能委托" in text_of(browser.post(address, said))
    made = browser.post(address, said | {"cleared": sorted(EXCLUSIONS)})
    entrustment = Entrustment.objects.get()
    assert made.url == reverse("entrustment_print", args=[home.child.pk, entrustment.pk])
    address = reverse("entrustment_end", args=[home.child.pk, entrustment.pk])
    assert browser.post(address, {"on": TODAY, "ending": "other"}).status_code == 302
    assert "已经结束" in text_of(browser.post(address, {"on": TODAY, "ending": "other"}))
    assert "没有委托照护协议" not in text_of(browser.get(reverse("child", args=[home.child.pk])))


def test_an_agreement_of_another_child_is_as_absent_as_none(home: Home) -> None:
    made, other = entrusted(home), home.another(BORN)
    browser = entered(home.accounts["child_supervisor"])

    for name in ("entrustment_print", "entrustment_end"):
        assert browser.get(reverse(name, args=[other.pk, made.pk])).status_code == 404
        assert browser.get(reverse(name, args=[other.pk, other.pk])).status_code == 404


def test_the_neighbour_entrusts_nothing(home: Home) -> None:
    with pytest.raises(NotFoundOrRefused):
        entrusted(home, "neighbour")


def test_of_two_who_entrust_or_end_at_once_one_is_told(committed: str) -> None:
    home = make_home()

    one_was_told(at_once(*[partial(entrusted, home)] * 2))
    made = Entrustment.objects.select_related("child").get()
    one_was_told(at_once(*[partial(end, home, made)] * 2))


def test_a_minor_known_by_birth_date_is_not_entrusted(home: Home) -> None:
    with act(Verb.CHILD_AMEND, by=home.on("child_supervisor"), about=home.child.subject):
        amend(home.aunt, birth_date=date(TODAY.year - 17, 1, 1))

    with pytest.raises(Invalid):
        entrusted(home)
