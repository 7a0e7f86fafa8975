"""The pages of leads: a short form, a page with the next step, lists that cost the same."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import entered as browser
from tests.cast import text_of, tile
from weiguang.kernel import clock
from weiguang.kernel.models import Event
from weiguang.network.verbs import Verb
from weiguang.register.actions import lead_tasks
from weiguang.register.models import Child, Lead
from weiguang.register.rules.leads import Finding, Step
from weiguang.register.tests.on_leads import (
    Field,
    assigned,
    entered,
    found,
    make_field,
    step,
    unreachable,
)
from weiguang.tasks.models import Task

pytestmark = pytest.mark.django_db
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def field() -> Field:
    return make_field()


def client(field: Field, who: str) -> Client:
    return browser(field.people[who])


def test_a_director_enters_a_lead_with_a_name_and_a_choice_of_who_goes(field: Field) -> None:
    page = text_of(client(field, "director").get(reverse("lead_new")))
    assert 'value="柳镇 双桥村"' in page

    said = {"place": "柳镇 双桥村", "name": "顾小满", "source": "survey", "verifier": "myself"}
    page = text_of(client(field, "director").post(reverse("lead_new"), said, follow=True))

    assert "已登记，请您核实" in page
    assert "写核实结果" in page


def test_nothing_but_a_place_is_asked_and_one_way_to_find_the_child(field: Field) -> None:
    said = {"place": "柳镇 双桥村", "source": "report", "verifier": "town"}

    page = text_of(client(field, "director").post(reverse("lead_new"), said))
    assert "请至少写一样" in page
    answer = client(field, "director").post(reverse("lead_new"), said | {"address": "河边"})

    assert answer.status_code == 302
    assert Lead.objects.get().name == ""


def test_a_hotline_enters_a_lead_and_sees_none(field: Field) -> None:
    said = {"place": "柳镇", "name": "顾小满", "source": "hotline"}
    hotline = client(field, "hotline")

    page = text_of(hotline.post(reverse("lead_new"), said, follow=True))

    assert "已登记，等镇里分派" in page
    assert hotline.get(reverse("leads")).status_code == 404
    assert hotline.get(reverse("lead", args=[Lead.objects.get().pk])).status_code == 404


def test_a_neutral_lead_is_taken_from_the_directors_sight_with_a_plain_word(field: Field) -> None:
    said = {
        "place": "柳镇 双桥村", "name": "顾小满", "source": "report", "signs": ["town_matter"],
        "verifier": "myself",
    }  # fmt: skip

    page = text_of(client(field, "director").post(reverse("lead_new"), said, follow=True))

    assert "这条线索由镇里核实" in page
    assert "顾小满" not in page


def test_opening_a_lead_is_remembered_and_a_shown_number_too(field: Field) -> None:
    lead = assigned(field, guardian_phone="13800138000")
    director = client(field, "director")

    page = text_of(director.get(reverse("lead", args=[lead.pk])))
    shown = text_of(director.post(reverse("lead_reveal", args=[lead.pk, "guardian_phone"])))

    assert "13800138000" not in page
    assert "13800138000" in shown
    opened = Event.objects.filter(verb=Verb.LEAD_LIST, about_id=lead.pk, was_refused=False)
    assert [event.detail.get("field") for event in opened.order_by("id")] == [
        None, "guardian_phone",
    ]  # fmt: skip


def test_a_leader_reads_that_there_is_a_lead_and_not_what_was_seen(field: Field) -> None:
    lead = assigned(field, address="三组河边")

    page = text_of(client(field, "leader").get(reverse("lead", args=[lead.pk])))

    assert "顾小满" in page
    assert "三组河边" not in page
    assert "父母去世" not in page
    assert "爸妈两年没回来" not in page


@pytest.mark.parametrize("text", [HOSTILE, "a" * 900, "顾\n小\n满"])
def test_what_was_typed_is_text_and_nothing_else(field: Field, text: str) -> None:
    lead = assigned(field, words=text)

    assert HOSTILE not in text_of(client(field, "director").get(reverse("lead", args=[lead.pk])))


def test_assigning_asks_for_conflicts_and_presets_nothing(field: Field) -> None:
    lead = entered(field)
    address = reverse("lead_assign", args=[lead.pk, "assigned"])
    supervisor = client(field, "supervisor")

    page = text_of(supervisor.get(address))
    assert page.count('name="relation"') == 4
    assert "checked" not in page.partition('name="relation"')[2].partition("</form>")[0]
    said = {"seen": 0, "post": str(field.posts["director"].pk)}
    assert supervisor.post(address, said).status_code == 200
    assert supervisor.post(address, said | {"relation": "none"}).status_code == 302
    assert Lead.objects.get().post == field.posts["director"]


def test_a_conflict_named_at_assigning_keeps_the_lead_unassigned(field: Field) -> None:
    lead = entered(field)
    said = {"seen": 0, "post": str(field.posts["director"].pk), "relation": "relative"}

    page = text_of(
        client(field, "supervisor").post(
            reverse("lead_assign", args=[lead.pk, "assigned"]), said, follow=True
        )
    )

    assert "请换一个人" in page
    assert (Lead.objects.get().state, Lead.objects.get().post) == ("new", None)
    assert client(field, "director").get(reverse("lead", args=[lead.pk])).status_code == 404


def test_who_comes_too_late_is_told_and_keeps_what_she_wrote(field: Field) -> None:
    lead = found(field, Finding.NOT_ELIGIBLE)
    said = {"seen": lead.moves, "words": "请再问学校老师"}
    address = reverse("lead_close", args=[lead.pk, "returned"])
    assert client(field, "office").post(address, said).status_code == 302

    page = text_of(client(field, "supervisor").post(address, said))

    assert "这条线索刚刚有人办过" in page
    assert "请再问学校老师" in page


def test_the_page_of_one_who_cannot_be_found_says_what_that_means(field: Field) -> None:
    lead = unreachable(field)

    page = text_of(client(field, "supervisor").get(reverse("lead", args=[lead.pk])))

    assert "找不到不等于没事" in page
    assert "110" in page
    for closing in ("定为不符合", "登记为儿童", "定为重复"):
        assert f">{closing}<" not in page


def test_registering_types_nothing_twice(field: Field) -> None:
    lead = assigned(
        field, guardian_name="顾奶奶", guardian_phone="13800138000", address="三组八号",
        birth_date=clock.today() - timedelta(days=3000),
    )  # fmt: skip
    lead = found(field, Finding.ELIGIBLE, lead)
    supervisor = client(field, "supervisor")
    address = reverse("lead_register", args=[lead.pk])

    page = text_of(supervisor.get(address))
    for known in ("顾小满", "顾奶奶", "13800138000", "三组八号", "柳镇 双桥村"):
        assert known in page
    said = {
        "seen": lead.moves, "name": "顾小满", "sex": "female", "no_id_reason": "original_not_seen",
        "birth_date": lead.birth_date.isoformat(), "hukou": "柳镇 双桥村", "address": "三组八号",
        "guardian_name": "顾奶奶", "guardian_phone": "13800138000",
        "relation": "grandmother_paternal",
    }  # fmt: skip
    answer = supervisor.post(address, said)

    child = Child.objects.get()
    assert answer["Location"] == reverse("child", args=[child.pk])
    assert Lead.objects.get().child == child


@pytest.mark.parametrize("query", ["state=all", "state=verified", "source=report", "late=on"])
def test_a_list_of_leads_is_narrowed(field: Field, query: str) -> None:
    found(field, Finding.ELIGIBLE)
    with clock.standing_at(clock.now() + timedelta(days=40)):
        supervisor = client(field, "supervisor")
        page = text_of(supervisor.get(f"{reverse('leads')}?{query}"))
        other = text_of(supervisor.get(f"{reverse('leads')}?state=duplicate"))

    assert "顾小满" in page
    assert "顾小满" not in other


def test_sixty_leads_cost_what_three_do_and_go_over_pages(field: Field) -> None:
    supervisor = client(field, "supervisor")
    supervisor.get(reverse("home"))  # the first page of a session marks it as used
    costs = []
    for names in (range(3), range(3, 60)):
        for number in names:
            entered(field, name=f"周线{number:02d}")
        with CaptureQueriesContext(connection) as asked:
            page = text_of(supervisor.get(reverse("leads")))
        costs.append(len(asked))

    assert costs[0] == costs[1]
    assert page.count("周线") == 50
    following = page.partition('href="')[0] + page[page.rindex("after=") :]
    address = f"{reverse('leads')}?state=open&after={following.rpartition('after=')[2]}"
    rest = text_of(supervisor.get(address.partition('"')[0]))
    assert rest.count("周线") == 10


def test_a_lead_costs_the_same_however_long_its_history(field: Field) -> None:
    lead = unreachable(field)
    director = client(field, "director")
    address = reverse("lead_verify", args=[lead.pk, "tried"])
    costs = []
    for _times in range(2):
        director.get(reverse("home"))  # says what the last answers had to tell
        with CaptureQueriesContext(connection) as asked:
            text_of(director.get(reverse("lead", args=[lead.pk])))
        costs.append(len(asked))
        for _more in range(5):
            seen = Lead.objects.get(pk=lead.pk).moves
            assert director.post(address, {"seen": seen, "words": "没人"}).status_code == 302

    assert costs[0] == costs[1]


def test_the_home_page_counts_leads_and_each_number_opens_its_list(field: Field) -> None:
    unreachable(field)
    supervisor = client(field, "supervisor")

    number, address = tile(text_of(supervisor.get(reverse("home"))), "联系不上的")

    assert number == "1"
    assert "顾小满" in text_of(supervisor.get(address))


@pytest.mark.parametrize("who", ["hotline", "social_worker"])
def test_who_only_enters_leads_finds_the_door_at_home(field: Field, who: str) -> None:
    assert reverse("lead_new") in text_of(client(field, who).get(reverse("home")))


def test_a_city_that_looked_and_found_nothing_can_say_so(field: Field) -> None:
    step(assigned(field), Step.CITY_ASKED, field.supervisor)
    asked = Task.objects.get(kind=lead_tasks.CHECK)
    city = client(field, "city")
    assert reverse("task_finish", args=[asked.pk]) in text_of(city.get(reverse("home")))

    city.post(reverse("task_finish", args=[asked.pk]))

    asked.refresh_from_db()
    assert asked.state == Task.State.DONE
