"""What the pages say of sealing: it needs transactions that really end."""

from datetime import timedelta

from django.urls import reverse

from conftest import as_owner
from tests.cast import events_since, last_event, make_cast, text_of, tile
from weiguang.kernel import chain, clock
from weiguang.kernel.events import Author, remembered
from weiguang.kernel.models import Delivery, Event
from weiguang.office.queries.operations import health


def remember() -> Event:
    with remembered("toy", by=Author(None, None)) as event:
        pass
    return Event.objects.get(pk=event.pk)


def test_proving_a_whole_memory_says_so_and_is_remembered(committed: str) -> None:
    auditor = make_cast().client("audit_administrator")
    chain.seal_block()
    before = last_event()

    shown = text_of(auditor.post(reverse("office_verify")))

    assert "验证通过" in shown
    assert [event.verb for event in events_since(before)] == ["chain.verify"]


def test_proving_an_altered_memory_names_the_event(committed: str) -> None:
    auditor = make_cast().client("audit_administrator")
    chain.seal_block()
    altered = last_event()
    with as_owner(committed) as owner:
        owner.execute("ALTER TABLE kernel_event DISABLE TRIGGER USER")
        owner.execute("UPDATE kernel_event SET purpose = 'forged' WHERE id = %s", [altered])

    shown = text_of(auditor.post(reverse("office_verify")))

    assert "验证通过" not in shown
    assert f"第 {altered} 号记录内容被改动过" in shown


def test_the_auditors_home_page_says_when_was_sealed_and_what_the_last_proof_found(
    committed: str,
) -> None:
    auditor = make_cast().client("audit_administrator")
    chain.seal_block()
    unproven = text_of(auditor.get(reverse("home")))

    auditor.post(reverse("office_verify"))
    with as_owner(committed) as owner:
        owner.execute("ALTER TABLE kernel_event DISABLE TRIGGER USER")
        owner.execute("UPDATE kernel_event SET purpose = 'forged' WHERE id = 2")
    sound = text_of(auditor.get(reverse("home")))
    auditor.post(reverse("office_verify"))
    forged = text_of(auditor.get(reverse("home")))

    found = [tile(page, "上次验证发现的问题")[0] for page in (unproven, sound, forged)]
    assert found == ["未验证", "0", "1"]
    when = sound.partition("最近封存")[2].partition('href="')[2].partition("</a>")[0]
    assert when.partition('">')[0] == reverse("office_chain")
    assert f">{clock.today().year}年" in when


def test_what_is_not_sealed_is_counted_and_not_vouched_for(committed: str) -> None:
    auditor = make_cast().client("audit_administrator")
    chain.seal_block()
    remember()
    remember()

    shown = text_of(auditor.get(reverse("office_chain")))

    assert "2 条" in shown
    assert "尚未封存的不在验证之内" in shown


def test_a_worker_that_seals_is_well_and_one_that_does_not_is_reported(committed: str) -> None:
    client = make_cast().client("system_administrator")
    chain.seal_block()
    fine = text_of(client.get(reverse("office_operations")))
    remember()

    with clock.standing_at(clock.now() + timedelta(minutes=5)):
        stuck = health()

    assert "后台任务可能停了" not in fine
    assert stuck.worker.is_behind


def test_a_delivery_overdue_is_reported_too(committed: str) -> None:
    make_cast()
    Delivery.objects.create(event=remember(), reaction="toy", next_at=clock.now())
    chain.seal_block()

    with clock.standing_at(clock.now() + timedelta(minutes=5)):
        stuck = health()

    assert (stuck.worker.waiting, stuck.worker.is_behind) == (1, True)
