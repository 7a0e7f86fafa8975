"""The pages by which papers go out: a purpose first, then the result, for its taker alone."""

import io
import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from tests.cast import Cast, actor, entered, make_cast, system, text_of
from weiguang.kernel import worker
from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.kernel.history import amend
from weiguang.network.acts import act
from weiguang.network.models import Account
from weiguang.network.verbs import Verb
from weiguang.register.actions import exports
from weiguang.register.actions.exports import Outgoing, export_list, password_once
from weiguang.register.actions.purposes import Why
from weiguang.register.models import Export
from weiguang.register.queries.listing import ListWish
from weiguang.register.tests.test_pages import enter, found
from weiguang.tasks.actions.approvals import sign
from weiguang.tasks.models import Approval

MASKED = {"kind": "list", "numbers": "masked", "purpose": "supervision"}
FULL = MASKED | {"numbers": "full"}


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def supervisor(cast: Cast) -> Account:
    return cast.seated("child_supervisor", cast.town).person


@pytest.fixture
def client(supervisor: Account) -> Client:
    return entered(supervisor)


def export_form(client: Client, **wish: str) -> str:
    """The address that the list's button leads to."""
    page = found(client, **wish)
    address = page.partition(f'href="{reverse("export_new")}')[2].partition('"')[0]
    return reverse("export_new") + address.replace("&amp;", "&")


def taken_out(client: Client, said: dict[str, str] | None = None, **wish: str) -> Any:
    """What is answered after a list was asked for, as the browser follows."""
    return client.post(export_form(client, **wish), said or MASKED, follow=True)


def the_export() -> Export:
    return Export.objects.get()


def test_the_button_stands_on_the_list_of_who_may(cast: Cast, client: Client) -> None:
    enter("顾念安", cast.village)
    director = cast.client("child_director", cast.village)

    assert reverse("export_new") in found(client)
    assert reverse("export_new") not in found(director)


def test_what_was_searched_for_goes_out_and_nothing_else(cast: Cast, client: Client) -> None:
    child = enter("顾念安", cast.village, sequence=2)
    enter("王佳琪", cast.village)
    form = export_form(client, text="顾念安")
    assert "现在的条件下共 1 人" in text_of(client.get(form))
    assert "顾" not in form

    page = text_of(client.post(form, MASKED, follow=True))
    answer = client.post(reverse("export_fetch", args=[the_export().pk]))

    assert "已经做好，可以下载" in page
    assert answer["Content-Disposition"] == (
        f'attachment; filename="weiguang-{the_export().number}.xlsx"'
    )
    rows = load_workbook(io.BytesIO(answer.content)).worksheets[0].values
    said = str(list(rows))
    assert "顾念安" in said
    assert "王佳琪" not in said
    assert str(child.id_number) not in said


@pytest.mark.parametrize(
    "said", [MASKED | {"purpose": ""}, MASKED | {"purpose": "other"}, {"purpose": "visit"}]
)
def test_a_form_without_its_purpose_is_asked_again(
    said: dict[str, str], cast: Cast, client: Client
) -> None:
    enter("顾念安", cast.village)

    page = text_of(taken_out(client, said))

    assert 'class="wrong"' in page
    assert not Export.objects.exists()


def test_nobody_elses_exports_are_listed_or_opened(
    cast: Cast, client: Client, supervisor: Account
) -> None:
    enter("顾念安", cast.village)
    taken_out(client)
    other = cast.client("town_civil_affairs", cast.town)

    assert f"编号 {the_export().number}" in text_of(client.get(reverse("exports")))
    assert "您还没有导出过" in text_of(other.get(reverse("exports")))
    assert other.get(reverse("export", args=[the_export().pk])).status_code == 404
    for name in ("export_fetch", "export_password"):
        assert other.post(reverse(name, args=[the_export().pk])).status_code == 404


def test_a_whole_list_waits_is_approved_and_shows_its_password_once(
    cast: Cast, client: Client
) -> None:
    enter("顾念安", cast.village)
    leader = cast.client("town_leader", cast.town)

    page = text_of(taken_out(client, FULL))
    assert "等另一个人同意" in page
    assert 'hx-trigger="every 3s"' in page
    approval = Approval.objects.get()
    asked = text_of(leader.get(reverse("approval", args=[approval.pk])))
    for word in ("1 名孩子", "督导检查", "双桥村 1 人", "完整号码"):
        assert word in asked
    leader.post(reverse("approval_sign", args=[approval.pk]), {"answer": "approve"})
    worker.run_once()

    page = text_of(client.get(reverse("export", args=[the_export().pk])))
    assert "显示密码" in page
    shown = text_of(client.post(reverse("export_password", args=[the_export().pk])))
    assert shown.partition('class="secret">')[2][:19].count("-") == 3
    again = client.post(reverse("export_password", args=[the_export().pk]))
    assert again.status_code == 404
    page = text_of(client.get(reverse("export", args=[the_export().pk])))
    assert "密码已经显示过" in page


def test_the_second_person_reads_the_sentence_and_the_taker_of_a_list_is_named(
    cast: Cast, client: Client, supervisor: Account
) -> None:
    enter("顾念安", cast.village)
    taken_out(client, FULL | {"purpose": "other", "words": "市里要做联席会议材料"})
    leader = cast.client("town_leader", cast.town)

    asked = text_of(leader.get(reverse("approval", args=[Approval.objects.get().pk])))

    assert "市里要做联席会议材料" in asked
    assert supervisor.name in asked


def test_a_file_is_printed_from_the_childs_page(cast: Cast, client: Client) -> None:
    child = enter("顾念安", cast.village)
    door = reverse("child_print", args=[child.pk])
    assert door in text_of(client.get(reverse("child", args=[child.pk])))

    page = text_of(client.post(door, {"numbers": "masked", "purpose": "visit"}, follow=True))

    assert "一份档案" in page
    assert "顾念安" in page
    answer = client.post(reverse("export_fetch", args=[the_export().pk]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


def test_a_name_that_no_font_has_is_told_by_its_code(cast: Cast, client: Client) -> None:
    child = enter("陈𠮷", cast.village)

    answer = client.post(
        reverse("child_print", args=[child.pk]), {"numbers": "masked", "purpose": "visit"}
    )

    assert answer.status_code == 422
    assert "U+20BB7" in answer.content.decode()


def test_how_far_a_batch_is_stands_on_its_page(cast: Cast, client: Client) -> None:
    enter("顾念安", cast.village)
    taken_out(client, MASKED | {"kind": "files"})
    making = the_export()
    with act(Verb.EXPORT_MAKE, by=system()):
        amend(making, state=Export.State.MAKING, total=40, made=25)

    page = text_of(client.get(reverse("export", args=[making.pk])))

    assert "已做 25 份，共 40 份" in page
    assert '<progress max="40" value="25">' in page


def test_too_many_files_are_refused_in_words(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MOST_FILES", 1)
    enter("顾念安", cast.village)
    enter("王佳琪", cast.village)

    answer = taken_out(client, MASKED | {"kind": "files"})

    assert answer.status_code == 413
    assert "一次最多导出 1 名孩子" in answer.content.decode()


def test_a_stated_purpose_opens_a_file_and_is_read_by_who_answers_for_it(
    cast: Cast, client: Client
) -> None:
    child = enter("顾念安", cast.village)
    officer = cast.client("city_officer")
    ask = reverse("child_purpose", args=[child.pk])

    asked_again = text_of(officer.post(ask, {"purpose": "other"}))
    opened = officer.post(ask, {"purpose": "other", "words": "核对来信"}, follow=True)

    assert "请写明用途" in asked_again
    assert text_of(opened)
    (address, _status), *_ = opened.redirect_chain
    assert "核对" not in address
    assert "核对来信" in text_of(client.get(reverse("child_readers", args=[child.pk])))
    again = text_of(officer.get(reverse("child", args=[child.pk])))
    assert "顾念安" in again


# Two at once on one result, over connections of their own.


def test_of_two_who_ask_for_the_password_at_once_one_gets_it(committed: str) -> None:
    cast = make_cast()
    enter("顾念安", cast.village)
    supervisor = cast.seated("child_supervisor", cast.town).person
    leader = cast.seated("town_leader", cast.town).person
    by, second = actor(supervisor), actor(leader)
    asked = Outgoing(Why("supervision"), is_full=True)
    export = export_list(wish=ListWish(), asked=asked, by=by)
    sign(approval=Approval.objects.get(), answer="approve", by=second)
    worker.run_once()
    told: list[str] = []
    start = threading.Barrier(2)

    def ask() -> None:
        start.wait()
        try:
            told.append(password_once(export=export, by=by))
        except NotFoundOrRefused:
            told.append("")
        finally:
            connection.close()

    both = [threading.Thread(target=ask) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()

    assert len(told) == 2
    assert told.count("") == 1
