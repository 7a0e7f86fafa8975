"""Lists besides that of the children go out as they are shown, for a purpose, remembered."""

import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from tests.cast import entered as browser
from tests.cast import text_of
from weiguang.kernel.models import Event
from weiguang.register.actions import surveys
from weiguang.register.models import SurveyRound
from weiguang.register.tests.on_leads import Field, entered, make_field

pytestmark = pytest.mark.django_db
WHY = {"purpose": "supervision"}


@pytest.fixture
def field() -> Field:
    return make_field()


@pytest.fixture
def client(field: Field) -> Client:
    return browser(field.people["supervisor"])


def cells(answer: Any) -> list[tuple[Any, ...]]:
    assert answer["Content-Disposition"].startswith('attachment; filename="weiguang-')
    return list(load_workbook(io.BytesIO(answer.content)).worksheets[0].values)


def test_leads_go_out_as_the_list_shows_them_and_not_what_was_seen(
    field: Field, client: Client
) -> None:
    entered(field, name="周知夏", address="三组河边第二家", guardian_phone="13800138000",
            words="夜里一个人在家")  # fmt: skip
    page = text_of(client.get(reverse("leads")))
    assert f"{reverse('leads_out')}?" in page

    notice, header, row = cells(client.post(reverse("leads_out"), WHY))

    assert field.people["supervisor"].name in notice[0]
    assert "督导检查" in notice[0]
    assert "周知夏" in row
    said = str((header, row))
    for hidden in ("三组河边第二家", "13800138000", "夜里一个人在家"):
        assert hidden not in said


def test_what_the_list_was_narrowed_to_goes_out(field: Field, client: Client) -> None:
    entered(field, name="周知夏", source="report")
    entered(field, name="石望舒", source="social_worker")

    found = cells(client.post(f"{reverse('leads_out')}?source=report", WHY))

    assert "周知夏" in str(found)
    assert "石望舒" not in str(found)


def test_what_went_out_is_remembered_by_its_purpose_and_number_of_rows(
    field: Field, client: Client
) -> None:
    entered(field, name="周知夏")

    client.post(reverse("leads_out"), {"purpose": "other", "words": "联席会议"})

    event = Event.objects.filter(verb="export.masked").latest("pk")
    assert event.purpose == "other"
    assert (event.detail["table"], event.detail["rows"]) == ("leads", 1)
    assert "联席会议" not in str(event.detail)


@pytest.mark.parametrize("said", [{}, {"purpose": "other"}, {"purpose": "curiosity"}])
def test_nothing_goes_out_without_a_purpose(
    said: dict[str, str], field: Field, client: Client
) -> None:
    entered(field, name="周知夏")

    answer = client.post(reverse("leads_out"), said)

    assert "attachment" not in answer.get("Content-Disposition", "")
    assert not Event.objects.filter(verb="export.masked").exists()


def test_an_empty_list_says_so(client: Client) -> None:
    answer = client.post(reverse("leads_out"), WHY)

    assert answer.status_code == 422
    assert "一条也没有" in answer.content.decode()


def test_who_takes_no_lists_out_finds_no_door(field: Field) -> None:
    entered(field, name="周知夏")
    director = browser(field.people["director"])

    assert director.post(reverse("leads_out"), WHY).status_code == 404
    assert reverse("leads_out") not in text_of(director.get(reverse("leads")))


def test_the_villages_of_a_round_go_out_in_the_order_of_codes(field: Field, client: Client) -> None:
    made = surveys.announce(
        title="上半年摸排", place=field.cast.town, since=field.supervisor.on,
        until=field.supervisor.on, sources=["residents"], by=field.supervisor,
    )  # fmt: skip
    assert SurveyRound.objects.count() == 1

    found = cells(client.post(reverse("survey_out", args=[made.pk]), WHY))

    assert field.cast.village.name in found[2]
    assert len(found) == 2 + made.sheets.count()
