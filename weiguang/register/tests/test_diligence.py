"""A worker's own record: everything she did, nothing of anybody else, and no measure of her."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import entered, text_of
from weiguang.kernel import chain, clock
from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.kernel.models import Leaf
from weiguang.network.roles import ROLES
from weiguang.network.verbs import Verb
from weiguang.register.actions import conflicts, files
from weiguang.register.actions.reading import open_file, reveal
from weiguang.register.queries.diligence import NO_WORK, WORK, own_deeds, own_year, years_of
from weiguang.register.tests.two_towns import NINE, Towns, answered, broken, make_towns


@pytest.fixture
def towns(db: None) -> Iterator[Towns]:
    with clock.standing_at(NINE):
        yield make_towns()


def what(towns: Towns, who: str) -> list[tuple[str, str, str]]:
    return [
        (deed.what, deed.more, deed.about)
        for _day, deeds in own_deeds(towns.on(who)).days
        for deed in deeds
    ]


def test_the_record_says_what_she_did_and_about_whom_the_newest_first(towns: Towns) -> None:
    files.confirm_residence(child=towns.child, by=towns.on("far_director"))
    files.confirm_residence(child=towns.child, by=towns.on("far_supervisor"))
    answered(*broken(towns), towns.on("far_supervisor"))

    assert what(towns, "far_director") == [("确认居住地", "", "顾念安")]
    assert what(towns, "far_supervisor") == [
        ("签署审批意见", "同意", "顾念安"), ("确认居住地", "", "顾念安"),
    ]  # fmt: skip
    assert what(towns, "director") == []


def test_reading_and_coming_and_going_are_no_work(towns: Towns) -> None:
    far = towns.on("far_director")
    open_file(child=towns.child, by=far)
    reveal(far, towns.child, "id_number")
    entered(towns.far_director.person).get(reverse("diligence"))

    assert what(towns, "far_director") == []
    assert not {Verb.SESSION_OPEN, Verb.SESSION_END, Verb.HOME_OPEN, Verb.CHILD_OPEN} & set(WORK)
    assert {*WORK} | NO_WORK == set(Verb)


def test_a_child_she_may_not_see_any_more_is_not_named(towns: Towns) -> None:
    files.confirm_residence(child=towns.child, by=towns.on("far_director"))
    conflicts.declare(child=towns.child, answer="relative", by=towns.on("far_director"))

    assert {about for _what, _more, about in what(towns, "far_director")} == {""}


@pytest.mark.usefixtures("committed")
def test_each_deed_carries_the_moment_of_its_seal() -> None:
    towns = make_towns()
    files.confirm_residence(child=towns.child, by=towns.on("far_director"))
    ((_day, (deed,)),) = own_deeds(towns.on("far_director")).days
    assert deed.sealed_at is None
    assert own_year(towns.on("far_director"), clock.today().year).unsealed == 1

    chain.seal_block()

    ((_day, (sealed,)),) = own_deeds(towns.on("far_director")).days
    assert sealed.sealed_at == Leaf.objects.get(event_id=deed.number).block.sealed_at
    year = own_year(towns.on("far_director"), clock.today().year)
    assert (year.unsealed, year.seal_number) == (0, 1)


def test_a_year_counts_what_was_done_in_it_in_china(towns: Towns) -> None:
    for moment in (
        datetime(2023, 12, 31, 15, 59, tzinfo=UTC), datetime(2023, 12, 31, 16, 0, tzinfo=UTC)
    ):  # fmt: skip
        with clock.standing_at(moment):
            files.confirm_residence(child=towns.child, by=towns.on("far_director"))
    far = towns.on("far_director")

    assert own_year(far, 2023).counts == (("确认居住地", 1),)
    assert own_year(far, 2024).counts == (("确认居住地", 1),)
    assert years_of(far) == [2024, 2023]
    assert "东浦村 · 儿童主任" in own_year(far, 2023).posts[0]


@pytest.mark.parametrize("year", [1999, 2025, 10**9])
def test_a_year_that_has_not_come_is_absent(towns: Towns, year: int) -> None:
    with pytest.raises(NotFoundOrRefused):
        own_year(towns.on("far_director"), year)


def test_the_printed_year_names_no_child_and_nobody_else(towns: Towns) -> None:
    files.confirm_residence(child=towns.child, by=towns.on("far_director"))
    files.confirm_residence(child=towns.child, by=towns.on("far_supervisor"))

    page = text_of(entered(towns.far_director.person).get(reverse("diligence_year", args=[2024])))

    assert "确认居住地" in page
    assert "本人签名" in page
    assert "顾念安" not in page
    assert towns.far_supervisor.person.name not in page


def test_everybody_on_a_post_has_a_record() -> None:
    assert all(Verb.DILIGENCE_OWN in role.verbs for role in ROLES.values())


def test_the_record_goes_on_page_by_page_at_a_constant_number_of_queries(towns: Towns) -> None:
    counts = []
    for times in (2, 6):
        for _ in range(times):
            files.confirm_residence(child=towns.child, by=towns.on("far_director"))
        far = towns.on("far_director")
        with CaptureQueriesContext(connection) as queries:
            first = own_deeds(far, size=2)
        counts.append(len(queries))
    following = own_deeds(far, first.next_key, size=2)

    assert counts[0] == counts[1]
    seen = [deed.number for page in (first, following) for _d, deeds in page.days for deed in deeds]
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 4
