"""What follows an event happens once, is tried again, and is never lost."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from weiguang.kernel import clock, outbox, worker
from weiguang.kernel.events import Author, remembered
from weiguang.kernel.models import Delivery, Event

NOBODY = Author(None, None)
NOON = datetime(2024, 10, 15, 4, tzinfo=UTC)
CALLS: list[int] = []


def echo(event: Event) -> None:
    CALLS.append(event.pk)
    with remembered("toy.echoed", by=NOBODY, caused_by=event.pk):
        pass


def stumble(event: Event) -> None:
    raise RuntimeError("a name that must not be kept")


@pytest.fixture(autouse=True)
def toy_map(monkeypatch: pytest.MonkeyPatch) -> None:
    CALLS.clear()
    chosen = {"toy.happened": (echo,), "toy.stumbled": (stumble,)}
    monkeypatch.setattr(outbox, "reactions", lambda: chosen)


def happen(verb: str = "toy.happened") -> Event:
    with remembered(verb, by=NOBODY) as event:
        pass
    return event


def test_a_reaction_runs_once_and_names_its_cause(committed: str) -> None:
    event = happen()

    worker.run_once()
    worker.run_once()

    assert [event.pk] == CALLS
    assert Event.objects.get(verb="toy.echoed").caused_by == event.pk


def test_a_worker_that_is_told_to_stop_leaves_what_is_owed_for_the_next(committed: str) -> None:
    happen()
    stopped = threading.Event()
    stopped.set()

    assert worker.run_once(stopped) == 0
    assert CALLS == []
    assert worker.run_once() == 1


def test_an_act_that_failed_owes_nothing(committed: str) -> None:
    with pytest.raises(ValueError, match="no"), remembered("toy.happened", by=NOBODY):
        raise ValueError("no")

    assert worker.run_once() == 0


def test_a_failing_reaction_waits_longer_each_time_and_then_is_dead(committed: str) -> None:
    with clock.standing_at(NOON):
        happen("toy.stumbled")
    waits, moment = [], NOON
    for _ in range(len(outbox.PAUSES) + 1):
        with clock.standing_at(moment):
            assert outbox.deliver_one()
            assert not outbox.deliver_one()
        delivery = Delivery.objects.get()
        waits.append(delivery.next_at - moment)
        moment = delivery.next_at + timedelta(microseconds=1)

    assert waits[:-1] == sorted(waits[:-1])
    assert delivery.dead_at is not None
    assert "must not be kept" not in delivery.error
    assert delivery.error.startswith("RuntimeError in stumble")


def test_a_dead_delivery_comes_back_when_the_operator_says_so(committed: str) -> None:
    happen("toy.stumbled")
    delivery = Delivery.objects.get()
    delivery.dead_at = clock.now()
    delivery.save()

    outbox.retry(delivery)

    assert outbox.deliver_one()


def test_a_reaction_that_failed_half_way_leaves_nothing(
    committed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(event: Event) -> None:
        echo(event)
        raise RuntimeError

    monkeypatch.setattr(outbox, "reactions", lambda: {"toy.happened": (half,)})
    happen()

    outbox.deliver_one()

    assert not Event.objects.filter(verb="toy.echoed").exists()


def test_two_workers_never_take_the_same_delivery(committed: str) -> None:
    events = [happen().pk for _ in range(40)]
    barrier = threading.Barrier(2)

    def work() -> None:
        barrier.wait()
        while outbox.deliver_one():
            pass
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for thread in workers:
        thread.start()
    for thread in workers:
        thread.join()

    assert sorted(CALLS) == events
