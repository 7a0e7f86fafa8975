"""Survey rounds: what a village signs, who signs with it, and that none found is a result."""

import re
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from tests.cast import entered, system, text_of
from weiguang.kernel import clock
from weiguang.kernel.errors import Invalid, NotFoundOrRefused
from weiguang.kernel.models import Change, Event
from weiguang.kernel.worker import run_once
from weiguang.network.acts import act
from weiguang.network.models import Holding
from weiguang.network.verbs import Verb
from weiguang.register.actions import leads, surveys
from weiguang.register.actions.surveys import FirstPerson, SecondPerson, SheetMoved
from weiguang.register.models import SurveyRound, SurveySheet
from weiguang.register.queries.surveys import rounds_of, sheet_file, sheet_of, sheets_of
from weiguang.register.reactions import ask_villages
from weiguang.register.tests.on_leads import Field, make_field, said
from weiguang.tasks.models import Task

pytestmark = pytest.mark.django_db
SOURCES = ["residents", "school_roll", "dibao_list"]


@pytest.fixture
def field() -> Field:
    return make_field()


def without_secret(answer: Any) -> str:
    """The page but for the form's secret, which is another each time."""
    return re.sub(r'"[A-Za-z0-9]{64}"', "", answer.content.decode())


def announced(field: Field, by: str = "supervisor", place: str = "town") -> SurveyRound:
    today = clock.today()
    return surveys.announce(
        place=getattr(field.cast, place), title="上半年摸排", since=today,
        until=today + timedelta(days=20), sources=SOURCES, by=getattr(field, by),
    )  # fmt: skip


def sheet(field: Field, made: SurveyRound | None = None) -> SurveySheet:
    made = made or announced(field)
    found: SurveySheet = made.sheets.get(place=field.cast.village)
    return found


def signed(field: Field, looked: list[str] | None = None) -> SurveySheet:
    return surveys.sign(sheet=sheet(field), looked=looked or SOURCES, by=field.director)


def done(field: Field) -> SurveySheet:
    return surveys.sign_second(sheet=signed(field), by=field.secretary)


# Announcing


def test_every_village_has_a_sheet_and_its_director_a_task_until_the_end(field: Field) -> None:
    made = announced(field)
    run_once()

    assert made.sheets.count() == 2
    tasks = Task.objects.filter(kind="survey.sheet").select_related("post")
    assert {task.post.place_id for task in tasks} == {
        field.cast.village.pk, field.cast.neighbour.pk,
    }  # fmt: skip
    # The task is over at midnight of the last day, or of the next day on which offices work.
    assert all(task.due_at.astimezone(clock.CHINA).date() > made.until for task in tasks)


def test_the_reaction_that_comes_again_asks_nobody_twice(field: Field) -> None:
    announced(field)
    run_once()
    event = Event.objects.get(verb=Verb.SURVEY_ANNOUNCE)

    ask_villages(event)

    assert Task.objects.filter(kind="survey.sheet").count() == 2


def test_a_village_without_a_director_is_asked_of_the_town(field: Field) -> None:
    with act(Verb.POST_FILL, by=system()):
        Holding.objects.filter(person=field.people["neighbour"]).delete()
        field.posts["neighbour"].delete()
    announced(field)
    run_once()

    roles = Task.objects.filter(kind="survey.sheet").values_list("post__role", flat=True)
    assert sorted(roles) == ["child_director", "child_supervisor"]


@pytest.mark.parametrize("who", ["director", "secretary", "leader", "hotline", "office"])
def test_only_a_supervisor_or_the_city_announces(field: Field, who: str) -> None:
    with pytest.raises(NotFoundOrRefused):
        announced(field, who)


def test_a_supervisor_announces_nothing_for_the_city(field: Field) -> None:
    with pytest.raises(NotFoundOrRefused):
        announced(field, "supervisor", "county")


@pytest.mark.parametrize(
    "wrong",
    [{"title": " "}, {"sources": []}, {"sources": ["gossip"]}, {"until": date(2020, 1, 1)}],
)  # fmt: skip
def test_a_round_that_looks_nowhere_or_is_over_is_refused(
    field: Field, wrong: dict[str, object]
) -> None:
    said = {"title": "摸排", "since": date(2020, 1, 1), "until": clock.today(), "sources": SOURCES}

    with pytest.raises(Invalid):
        surveys.announce(place=field.cast.town, by=field.supervisor, **said | wrong)  # type: ignore[arg-type]


# Signing


def test_none_found_is_signed_with_the_sources_that_were_looked_at(field: Field) -> None:
    one = signed(field, ["residents", "dibao_list"])

    assert (one.state, one.number, one.looked) == ("signed", 0, ["residents", "dibao_list"])
    assert "走访住户" in "".join(sheet_file(one).looked)


def test_no_sheet_is_signed_without_a_source(field: Field) -> None:
    one = sheet(field)

    for looked in ([], ["gossip"], ["kindergarten"]):
        with pytest.raises(Invalid):
            surveys.sign(sheet=one, looked=looked, by=field.director)


def test_the_database_refuses_a_signature_without_a_source(field: Field) -> None:
    one = sheet(field)

    with (
        pytest.raises(IntegrityError, match="sheet_signed_with_its_sources"),
        transaction.atomic(),
        act(Verb.CHILD_REGISTER, by=system()),
    ):
        SurveySheet.objects.filter(pk=one.pk).update(
            state="signed", number=0, signed_by=field.people["director"],
            signed_post=field.posts["director"], signed_at=clock.now(),
        )  # fmt: skip


def test_leads_of_the_survey_are_counted_never_typed(field: Field) -> None:
    one = sheet(field)
    for name in ("甲", "乙"):
        leads.enter(said=said(field.cast.village, source="survey", name=name), by=field.director)
    leads.enter(said=said(field.cast.village, source="report"), by=field.director)
    leads.enter(said=said(field.cast.neighbour, source="survey"), by=field.neighbour)

    assert surveys.sign(sheet=one, looked=SOURCES, by=field.director).number == 2


def test_what_the_town_enters_under_a_neutral_reason_shows_in_no_number_of_the_village(
    field: Field,
) -> None:
    one = sheet(field)
    neutral = said(field.cast.village, source="survey", signs=("town_matter",))
    leads.enter(said=neutral, by=field.supervisor)

    assert surveys.sign(sheet=one, looked=SOURCES, by=field.director).number == 0


def test_what_a_director_herself_entered_counts_even_when_it_went_to_the_town(
    field: Field,
) -> None:
    one = sheet(field)
    neutral = said(field.cast.village, source="survey", signs=("town_matter",))
    leads.enter(said=neutral, by=field.director)

    assert surveys.sign(sheet=one, looked=SOURCES, by=field.director).number == 1


def test_a_sheet_is_signed_once(field: Field) -> None:
    one = signed(field)

    with pytest.raises(SheetMoved):
        surveys.sign(sheet=one, looked=SOURCES, by=field.director)


def test_the_second_signature_is_another_persons_on_another_post(field: Field) -> None:
    one = signed(field)
    with pytest.raises(SecondPerson):
        surveys.sign_second(sheet=one, by=field.director)

    closed = surveys.sign_second(sheet=one, by=field.secretary)

    assert (closed.state, closed.second_by_id) == ("done", field.people["secretary"].pk)
    assert not Task.objects.filter(about_id=one.pk, state="open").exists()


def test_the_database_refuses_two_signatures_of_one_person(field: Field) -> None:
    one = signed(field)

    with (
        pytest.raises(IntegrityError, match="sheet_done_by_two_people"),
        transaction.atomic(),
        act(Verb.CHILD_REGISTER, by=system()),
    ):
        SurveySheet.objects.filter(pk=one.pk).update(
            state="done", second_by=one.signed_by_id, second_post=field.posts["secretary"],
            second_at=clock.now(),
        )  # fmt: skip


def test_a_secretary_signs_second_and_never_first(field: Field) -> None:
    with pytest.raises(FirstPerson):
        surveys.sign(sheet=sheet(field), looked=SOURCES, by=field.secretary)


def test_the_second_signer_is_asked(field: Field) -> None:
    one = signed(field)

    task = Task.objects.get(kind="survey.second", about_id=one.pk)
    assert task.post == field.posts["secretary"]


def test_a_neighbour_signs_nothing(field: Field) -> None:
    with pytest.raises(NotFoundOrRefused):
        surveys.sign(sheet=sheet(field), looked=SOURCES, by=field.neighbour)
    with pytest.raises(NotFoundOrRefused):
        sheet_of(field.neighbour, Verb.SURVEY_LIST, sheet(field, SurveyRound.objects.get()).pk)


# Opening again


def test_a_sheet_of_two_names_is_opened_again_by_the_supervisor_alone(field: Field) -> None:
    one = done(field)
    for who in (field.director, field.secretary):
        with pytest.raises(NotFoundOrRefused):
            surveys.reopen(sheet=one, why="少看了学校", by=who)

    again = surveys.reopen(sheet=one, why="少看了学校", by=field.supervisor)

    assert (again.state, again.looked, again.number, again.reopened) == ("open", [], None, 1)
    assert Task.objects.get(about_id=one.pk, state="open").kind == "survey.sheet"


def test_what_was_signed_before_stays_in_the_history(field: Field) -> None:
    one = done(field)
    surveys.reopen(sheet=one, why="少看了学校", by=field.supervisor)

    kept = {
        change.field: change.before
        for change in Change.objects.filter(record_id=one.pk).order_by("event_id")
    }
    assert kept["signed_by_id"] == str(field.people["director"].pk)
    assert kept["second_by_id"] == str(field.people["secretary"].pk)


def test_a_sheet_goes_back_for_a_reason_only(field: Field) -> None:
    with pytest.raises(Invalid):
        surveys.reopen(sheet=done(field), why=" ", by=field.supervisor)


def test_who_would_sign_second_can_send_it_back(field: Field) -> None:
    again = surveys.reopen(sheet=signed(field), why="条数不对", by=field.secretary)

    assert again.state == "open"
    assert surveys.sign(sheet=again, looked=SOURCES, by=field.director).state == "signed"


# Looking


def test_villages_stand_in_the_order_of_codes_whoever_signed_first(field: Field) -> None:
    made = announced(field)
    surveys.sign(sheet=made.sheets.get(place=field.cast.neighbour), looked=SOURCES,
                 by=field.neighbour)  # fmt: skip

    rows = sheets_of(field.supervisor, made)

    assert [row.place for row in rows] == ["双桥村", "西塘村"]
    assert [row.state for row in rows] == ["open", "signed"]


def test_the_list_says_what_stands_in_the_way(field: Field) -> None:
    made = announced(field)
    with act(Verb.POST_FILL, by=system()):
        Holding.objects.filter(person=field.people["neighbour"]).delete()

    rows = {row.place: row.hindrance for row in sheets_of(field.supervisor, made)}

    assert rows == {"双桥村": "", "西塘村": "vacant"}


def test_a_village_reads_its_own_sheet_and_no_other(field: Field) -> None:
    made = announced(field, "city", "county")

    assert [row.place for row in sheets_of(field.director, made)] == ["双桥村"]
    assert [(row.villages, row.done) for row in rounds_of(field.director)] == [(1, 0)]
    assert [(row.villages, row.done) for row in rounds_of(field.supervisor)] == [(2, 0)]


def test_a_round_elsewhere_is_as_absent_as_none(field: Field) -> None:
    made = surveys.announce(
        place=field.cast.neighbour, title="摸排", since=clock.today(), until=clock.today(),
        sources=SOURCES, by=field.city,
    )  # fmt: skip
    client = entered(field.people["director"])

    theirs = client.get(reverse("survey", args=[made.pk]))
    absent = client.get(reverse("survey", args=[uuid4()]))

    assert theirs.status_code == absent.status_code == 404
    assert without_secret(theirs) == without_secret(absent)


def test_the_paper_names_no_child_and_says_that_nobody_was_found(field: Field) -> None:
    one = done(field)

    client = entered(field.people["secretary"])

    page = text_of(client.get(reverse("sheet_print", args=[one.pk])))

    assert "零报告" in page
    assert field.people["director"].name in page
    assert field.people["secretary"].name in page
