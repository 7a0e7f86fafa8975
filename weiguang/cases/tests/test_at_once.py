"""Two people at once on one case, each on a connection of her own: one wins, the other is told,
and nothing of what either wrote is lost.
"""

from functools import partial

import pytest

from weiguang.cases.actions import cases, notes, team
from weiguang.cases.actions.cases import Said
from weiguang.cases.actions.team import Joining
from weiguang.cases.models import Case, CaseNote, CaseStep
from weiguang.cases.rules.transitions import Action
from weiguang.cases.tests.at_work import Home, assessed, holding, make_work, opened
from weiguang.tasks.models import Task
from weiguang.tasks.tests.test_at_once import at_once, one_was_told


@pytest.fixture
def home(committed: str) -> Home:
    return make_work()


def test_of_two_people_at_once_one_wins_and_the_other_is_told(home: Home) -> None:
    told = at_once(partial(opened, home), partial(opened, home, by="town_civil_affairs"))
    one_was_told(told)
    case = Case.objects.get()
    assert Task.objects.filter(about_id=case.pk).count() == 1

    assessed(home)
    step = partial(cases.take_step, case=case)
    told = at_once(
        partial(step, action=Action.ASSESS, said=Said(0, "缺少照料"), by=home.on("social_worker")),
        partial(
            step, action=Action.SUSPEND, said=Said(0, "孩子住院"), by=home.on("child_supervisor")
        ),
    )
    one_was_told(told)
    case = Case.objects.get()
    assert case.moves == 1
    assert CaseStep.objects.filter(case=case).count() == 2
    assert (case.state == "assessed") != case.is_suspended

    who = Joining(holding(home, "colleague"), "co_worker")
    told = at_once(*[
        partial(team.join, case=case, who=who, by=home.on(name))
        for name in ("child_supervisor", "town_civil_affairs")
    ])  # fmt: skip
    one_was_told(told)
    assert case.team.filter(ended_at=None).count() == 2

    told = at_once(*[
        partial(notes.note, case=case, noted=notes.Noted(words), by=home.on(name))
        for name, words in (("social_worker", "甲写的"), ("child_supervisor", "乙写的"))
    ])  # fmt: skip
    assert told == [None, None]
    assert {each.words for each in CaseNote.objects.all()} == {"甲写的", "乙写的"}
