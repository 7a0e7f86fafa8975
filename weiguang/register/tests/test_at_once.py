"""Two people at once on one child's record: one wins, the other is told, nothing is lost unseen."""

from datetime import date

import pytest

from tests.cast import Cast, actor, make_cast, system
from weiguang.kernel.errors import Conflict
from weiguang.kernel.history import amend
from weiguang.kernel.models import Change, Event
from weiguang.network.acts import act
from weiguang.network.verbs import Verb
from weiguang.register.actions import categories, children, files
from weiguang.register.actions.children import Identity
from weiguang.register.models import Child, ChildCategory
from weiguang.tasks.tests.test_at_once import at_once, one_was_told


@pytest.fixture
def cast(committed: str) -> Cast:
    return make_cast()


@pytest.fixture
def child(cast: Cast) -> Child:
    who = Identity(
        name="安一一", sex="female", birth_date=date(2016, 2, 29), no_id_reason="not_given"
    )
    return children.register(
        identity=who, hukou=cast.village, residence=cast.village, since=date(2021, 1, 1),
        by=system(),
    )  # fmt: skip


def test_of_two_who_correct_one_child_at_once_one_is_told(cast: Cast, child: Child) -> None:
    people = [cast.seated(role, cast.town) for role in ("child_supervisor", "town_civil_affairs")]
    births = [date(2016, 3, 1), date(2016, 3, 2)]

    def corrects(number: int) -> None:
        read = Child.objects.get(pk=child.pk)
        to = files.Correction("female", births[number], "汉族", "")
        files.correct_identity(child=read, to=to, by=actor(people[number].person))

    for _ in range(5):
        before = Change.objects.filter(field="birth_date").count()
        told = at_once(lambda: corrects(0), lambda: corrects(1))
        now = Child.objects.get(pk=child.pk)
        said = Change.objects.filter(field="birth_date").order_by("id")

        # Whoever came second either read what the first had written, or was told.
        assert all(isinstance(error, Conflict) for error in told if error)
        assert said.count() - before == told.count(None)
        assert now.birth_date.isoformat() == said.last().after  # type: ignore[union-attr]
        with act(Verb.CHILD_REGISTER, by=system(), about=child.subject):
            amend(now, birth_date=date(2016, 2, 29))


def test_what_was_read_before_somebody_else_wrote_is_not_laid_over_it(
    cast: Cast, child: Child
) -> None:
    mine, theirs = Child.objects.get(pk=child.pk), Child.objects.get(pk=child.pk)
    with act(Verb.CHILD_REGISTER, by=system(), about=child.subject):
        amend(theirs, ethnicity="回族")

    with pytest.raises(Conflict), act(Verb.CHILD_REGISTER, by=system(), about=child.subject):
        amend(mine, ethnicity="满族")

    assert Child.objects.get(pk=child.pk).ethnicity == "回族"


def test_one_act_may_write_a_record_that_it_holds_twice(cast: Cast, child: Child) -> None:
    with act(Verb.CHILD_REGISTER, by=system(), about=child.subject):
        first, second = Child.objects.get(pk=child.pk), Child.objects.get(pk=child.pk)
        with act(Verb.CHILD_REGISTER, by=system(), about=child.subject):
            amend(first, ethnicity="回族")
        amend(second, no_id_reason="lost")

    assert Child.objects.get(pk=child.pk).ethnicity == "回族"


def test_of_two_who_decide_one_category_at_once_one_is_told(cast: Cast, child: Child) -> None:
    proposal = categories.propose(
        child=child, category="orphan", since=date(2021, 1, 1), evidence="death_certificate",
        legal_basis="", by=system(),
    )  # fmt: skip
    people = [cast.seated(role, cast.town) for role in ("child_supervisor", "town_leader")]

    def decides(number: int) -> None:
        by = actor(people[number].person)
        categories.decide(proposal=proposal, is_confirmed=number == 0, by=by)

    one_was_told(at_once(lambda: decides(0), lambda: decides(1)))

    assert ChildCategory.objects.get(pk=proposal.pk).status != "proposed"
    assert Event.objects.filter(verb=Verb.CATEGORY_CONFIRM, was_refused=False).count() == 1
