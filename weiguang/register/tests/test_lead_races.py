"""Two people at once on one lead or one sheet: one wins, the other is told, nothing is lost."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections
from django.db.models import Model

from weiguang.kernel.errors import Conflict
from weiguang.network.authority import Actor
from weiguang.register.actions import lead_closing, leads, surveys
from weiguang.register.models import LeadStep
from weiguang.register.rules.leads import Finding, Step
from weiguang.register.tests.on_leads import Field, assigned, entered, found, make_field, step
from weiguang.register.tests.test_surveys import SOURCES, sheet, signed
from weiguang.tasks.models import Task


@pytest.fixture
def field(committed: str) -> Field:
    return make_field()


def at_once(*does: Callable[[], object]) -> list[str]:
    """What becomes of things done at the same moment, each on a connection of its own."""
    together, ends = threading.Barrier(len(does)), [""] * len(does)

    def work(place: int, do: Callable[[], object]) -> None:
        together.wait()
        try:
            do()
            ends[place] = "done"
        except Conflict as error:
            ends[place] = error.code
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=each) for each in enumerate(does)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return sorted(ends)


def decide(lead: Any, by: Actor) -> Callable[[], object]:
    return lambda: lead_closing.refuse(lead=lead, seen=lead.moves, by=by)


def again(one: Model) -> Any:
    return type(one).objects.get(pk=one.pk)  # type: ignore[attr-defined]


def test_two_people_decide_one_lead(field: Field) -> None:
    lead = found(field, Finding.NOT_ELIGIBLE)

    ends = at_once(decide(lead, field.supervisor), decide(lead, field.office))

    assert ends == ["done", "lead_moved"]
    assert again(lead).state == "not_eligible"
    assert LeadStep.objects.filter(lead=lead, kind="not_eligible").count() == 1


def test_one_decides_while_another_sends_it_back(field: Field) -> None:
    lead = found(field, Finding.NOT_ELIGIBLE)

    ends = at_once(
        decide(lead, field.supervisor),
        lambda: lead_closing.send_back(lead=lead, words="再问问", seen=lead.moves, by=field.office),
    )

    assert ends == ["done", "lead_moved"]
    assert again(lead).moves == lead.moves + 1


def test_two_people_assign_one_lead(field: Field) -> None:
    lead = entered(field)

    ends = at_once(
        *(
            lambda post=post, by=by: leads.assign(  # type: ignore[misc]
                lead=lead, to=field.posts[post], seen=0, by=by
            )
            for post, by in (("director", field.supervisor), ("office", field.office))
        )
    )

    assert ends == ["done", "lead_moved"]
    assert Task.objects.filter(about_id=lead.pk, kind="lead.verify", state="open").count() == 1


def test_one_says_what_was_found_while_another_notes_a_try(field: Field) -> None:
    lead = assigned(field)

    ends = at_once(
        lambda: found(field, Finding.ELIGIBLE, lead),
        lambda: step(lead, Step.TRIED, field.supervisor),
    )

    assert ends == ["done", "lead_moved"]


def test_two_people_sign_one_sheet(field: Field) -> None:
    one = sheet(field)

    ends = at_once(
        *(
            lambda by=by: surveys.sign(sheet=one, looked=SOURCES, by=by)  # type: ignore[misc]
            for by in (field.director, field.supervisor)
        )
    )

    assert ends == ["done", "sheet_moved"]


def test_one_signs_second_while_another_sends_it_back(field: Field) -> None:
    one = signed(field)

    ends = at_once(
        lambda: surveys.sign_second(sheet=one, by=field.secretary),
        lambda: surveys.reopen(sheet=one, why="少看了学校", by=field.office),
    )

    # Sent back first, it cannot be signed; signed first, it may still be opened by the town.
    assert ends in (["done", "done"], ["done", "sheet_moved"])
    assert (again(one).state == "open") == (again(one).reopened == 1)
