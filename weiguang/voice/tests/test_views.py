"""A child is heard: each sentence reaches only those to whom the child lets it be told."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.cast import system
from weiguang.kernel import clock, packs
from weiguang.kernel.errors import Invalid, NotFoundOrRefused
from weiguang.kernel.events import Subject
from weiguang.kernel.ids import new_id
from weiguang.kernel.models import Event
from weiguang.kernel.sensitivity import Tier
from weiguang.network.acts import act
from weiguang.network.verbs import Verb
from weiguang.register.actions.shelter import Refuge, move_to_safety
from weiguang.register.tests.home import Home
from weiguang.tasks.models import Task
from weiguang.tasks.queries.inbox import inbox
from weiguang.tasks.tests.test_at_once import at_once, one_was_told
from weiguang.voice.actions.adopt import adopt_views
from weiguang.voice.actions.reading import open_view
from weiguang.voice.actions.views import ANSWER, Heard, Sentence, answer, hear
from weiguang.voice.errors import AlreadyAnswered, NotHeard, NothingToAnswer, TooEarly
from weiguang.voice.models import MayTell, View
from weiguang.voice.queries.views import (
    has_view,
    sayable,
    shown,
    view_about,
    view_of,
    views_of,
)
from weiguang.voice.tests.at_work import (
    FOR_AUNT,
    FOR_HOME,
    FOR_TEAM,
    KEPT,
    SENTENCES,
    heard,
    make_work,
    name,
    said,
)

TODAY = clock.today()


@pytest.fixture
def home(db: None) -> Home:
    return make_work()


def words_for(home: Home, role: str, view: View) -> set[str]:
    """The sentences that somebody reads of a view."""
    found = view_of(home.on(role), home.child, view.pk)
    return {each.words for each in shown(home.on(role), home.child, found).sentences}


def test_who_heard_the_child_reads_all_it_said(home: Home) -> None:
    view = heard(home)

    assert words_for(home, "social_worker", view) == {KEPT, FOR_AUNT, FOR_TEAM, FOR_HOME}


@pytest.mark.parametrize("role", ["child_supervisor", "city_officer", "duty_officer"])
def test_another_of_the_team_reads_only_what_the_team_may_be_told(home: Home, role: str) -> None:
    view = heard(home)

    assert words_for(home, role, view) == {FOR_TEAM, FOR_HOME}


def test_the_village_does_not_know_what_somebody_else_heard(home: Home) -> None:
    view = heard(home)

    assert views_of(home.on("child_director"), home.child) == ()
    with pytest.raises(NotFoundOrRefused):
        view_of(home.on("child_director"), home.child, view.pk)


def test_the_child_director_reads_what_she_heard_herself(home: Home) -> None:
    view = heard(home, "child_director")

    assert words_for(home, "child_director", view) == {KEPT, FOR_AUNT, FOR_TEAM, FOR_HOME}
    assert words_for(home, "child_supervisor", view) == {FOR_TEAM, FOR_HOME}


def test_a_talk_kept_whole_exists_for_nobody_but_who_heard_it(home: Home) -> None:
    view = heard(home, "duty_officer", said(*SENTENCES, is_sealed=True))

    assert view.words is None
    for role in ("child_supervisor", "city_officer", "social_worker", "child_director"):
        assert views_of(home.on(role), home.child) == ()
        with pytest.raises(NotFoundOrRefused):
            view_of(home.on(role), home.child, view.pk)
    assert len(words_for(home, "duty_officer", view)) == 4


def test_no_level_above_is_told_of_an_answer_to_a_talk_kept_whole(home: Home) -> None:
    heard(home, "child_director", said(*SENTENCES, is_sealed=True))
    assert Task.objects.get(kind=ANSWER).escalates_at is None

    heard(home, "child_director")
    assert Task.objects.filter(kind=ANSWER, escalates_at__isnull=False).count() == 1


def test_who_is_named_for_the_child_reads_what_is_sealed(home: Home) -> None:
    view = heard(home, "duty_officer", said(*SENTENCES, is_sealed=True))
    name(home, "social_worker", Tier.SEALED)

    assert len(words_for(home, "social_worker", view)) == 4


def test_a_sentence_is_told_to_nobody_else_unless_the_child_allows_it(home: Home) -> None:
    view = heard(home, what=said(Sentence(KEPT)))

    assert view.words is None
    assert words_for(home, "child_supervisor", view) == set()


def test_only_what_the_guardian_may_be_told_leaves_for_the_guardian(home: Home) -> None:
    view = heard(home)

    assert sayable(view, MayTell.GUARDIAN) == (FOR_HOME,)
    assert set(sayable(view, MayTell.TEAM)) == {FOR_TEAM, FOR_HOME}


@pytest.mark.parametrize("role", ["neighbour", "town_leader"])
def test_neither_the_next_village_nor_who_only_signs_hears_the_child(home: Home, role: str) -> None:
    view = heard(home)

    with pytest.raises(NotFoundOrRefused):
        heard(home, role)
    with pytest.raises(NotFoundOrRefused):
        answer(view=view, words="好的", told_on=TODAY, by=home.on(role))


@pytest.mark.parametrize(
    "stated",
    [
        said(),
        said(Sentence("  ")),
        said(how=View.How.NOT_ASKED),
        said(how=View.How.NOT_ASKED, why_not="unheard_of"),
        said(Sentence(KEPT), matter="weather"),
        said(Sentence(KEPT), how="guessed"),
        said(Sentence(KEPT, "everybody")),
        said(Sentence(KEPT), heard_on=TODAY + timedelta(days=1)),
    ],
)
def test_a_view_without_words_or_a_reason_is_refused(home: Home, stated: Heard) -> None:
    with pytest.raises(Invalid):
        heard(home, what=stated)

    assert not View.objects.exists()


@pytest.mark.parametrize("reason", [each.code for each in packs.words("cn", "voice_why_not")])
def test_a_decision_carries_the_view_or_why_it_could_not_be_asked(home: Home, reason: str) -> None:
    plan = Subject("plan", new_id())
    assert not has_view("plan", plan.id)
    assert view_about("plan", plan.id) is None

    not_asked = said(how=View.How.NOT_ASKED, why_not=reason)
    hear(child=home.child, about=plan, said=not_asked, by=home.on("social_worker"))

    assert has_view("plan", plan.id)
    found = view_about("plan", plan.id)
    assert found is not None
    assert found.why_not == reason
    assert not has_view("review", plan.id)
    assert not Task.objects.filter(kind=ANSWER).exists()


def test_words_of_a_child_who_was_silent_are_not_kept(home: Home) -> None:
    view = heard(home, what=said(Sentence("不知道"), how=View.How.SILENT))

    assert (view.words, view.sealed_words) == (None, None)


def test_the_database_refuses_open_words_in_a_talk_that_is_kept_whole(home: Home) -> None:
    view = heard(home)
    by, about = home.on("social_worker"), home.child.subject
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        act(Verb.VOICE_HEAR, by=by, about=about),
    ):
        View.objects.filter(pk=view.pk).update(is_sealed=True)


def test_who_heard_the_child_is_to_tell_it_what_came_of_it(home: Home) -> None:
    view = heard(home, "child_director")
    ((_code, _title, (row,)),) = inbox(home.on("child_director")).groups
    assert row.line.who == home.child.name

    answer(view=view, words="老师同意了", told_on=TODAY, by=home.on("child_director"))

    assert inbox(home.on("child_director")).is_empty
    (line,) = views_of(home.on("child_director"), home.child)
    assert line.answered_on == TODAY
    assert not line.waits


def test_a_child_who_was_answered_at_once_leaves_nothing_to_do(home: Home) -> None:
    heard(home, what=said(*SENTENCES, answer="我去和老师说"))

    assert not Task.objects.filter(kind=ANSWER).exists()


def test_an_answer_to_what_is_kept_is_kept_as_well(home: Home) -> None:
    view = heard(home)
    answer(view=view, words="不会告诉爸爸", told_on=TODAY, by=home.on("social_worker"))

    seen = {
        role: shown(home.on(role), home.child, view_of(home.on(role), home.child, view.pk)).answer
        for role in ("social_worker", "child_supervisor")
    }

    assert seen == {"social_worker": "不会告诉爸爸", "child_supervisor": ""}


def test_an_answer_to_what_the_team_knows_is_the_teams(home: Home) -> None:
    view = heard(home, what=said(Sentence(FOR_TEAM, MayTell.TEAM)))
    answer(view=view, words="老师同意了", told_on=TODAY, by=home.on("child_supervisor"))

    found = view_of(home.on("city_officer"), home.child, view.pk)
    assert shown(home.on("city_officer"), home.child, found).answer == "老师同意了"


def test_a_child_is_answered_once_and_after_it_was_heard(home: Home) -> None:
    view = heard(home)
    by = home.on("social_worker")
    for day in (TODAY - timedelta(days=1), TODAY + timedelta(days=1)):
        with pytest.raises(TooEarly):
            answer(view=view, words="好", told_on=day, by=by)
    answer(view=view, words="好", told_on=TODAY, by=by)

    with pytest.raises(AlreadyAnswered):
        answer(view=view, words="好", told_on=TODAY, by=by)
    silent = heard(home, what=said(how=View.How.SILENT))
    with pytest.raises(NothingToAnswer):
        answer(view=silent, words="好", told_on=TODAY, by=by)
    with pytest.raises(NotHeard):
        heard(home, what=said(how=View.How.SAID))


def test_of_two_who_answer_at_once_the_second_is_told(committed: str) -> None:
    home = make_work()
    view = heard(home, what=said(Sentence(FOR_TEAM, MayTell.TEAM)))
    told = [
        partial(answer, view=view, words="好", told_on=TODAY, by=home.on(role))
        for role in ("social_worker", "child_supervisor")
    ]

    one_was_told(at_once(*told))
    assert View.objects.get(pk=view.pk).answered_on == TODAY


def test_reading_the_words_is_remembered_and_tells_nothing_of_a_talk_kept_whole(
    home: Home,
) -> None:
    open_one, kept = heard(home), heard(home, "duty_officer", said(*SENTENCES, is_sealed=True))
    name(home, "social_worker", Tier.SEALED)
    before = Event.objects.latest("id").pk

    open_view(view=open_one, by=home.on("child_supervisor"))
    open_view(view=kept, by=home.on("social_worker"))

    after = Event.objects.filter(pk__gt=before).order_by("id")
    assert [(each.verb, each.detail) for each in after] == [
        (Verb.VOICE_READ, {"read": str(open_one.pk)}), (Verb.VOICE_HEAR, {"read": str(kept.pk)}),
    ]  # fmt: skip


def test_of_a_child_moved_for_safety_only_who_is_named_knows_what_it_said(home: Home) -> None:
    mine, theirs = heard(home, "child_director"), heard(home, "child_supervisor")
    named = home.accounts["duty_officer"]
    move_to_safety(
        child=home.child, refuge=Refuge("受到伤害", "不说"), people=[named],
        by=home.on("child_supervisor"),
    )  # fmt: skip
    home.child.refresh_from_db()

    assert len(words_for(home, "duty_officer", theirs)) == 4
    assert heard(home, "duty_officer").heard_by == named
    for role in ("child_director", "child_supervisor", "city_officer", "social_worker"):
        for view in (mine, theirs):
            with pytest.raises(NotFoundOrRefused):
                view_of(home.on(role), home.child, view.pk)
            with pytest.raises(NotFoundOrRefused):
                answer(view=view, words="好", told_on=TODAY, by=home.on(role))
        assert inbox(home.on(role)).is_empty


def test_what_a_child_said_goes_over_when_two_files_are_merged(home: Home) -> None:
    other = home.another(home.child.birth_date)
    view = heard(home)

    with act(Verb.MERGE_CARRY, by=system(), about=home.child.subject):
        gone = adopt_views(home.child.pk, other.pk)

    view.refresh_from_db()
    assert (view.child_id, view.about_id) == (other.pk, other.pk)
    assert [each.id for each in gone] == [view.pk]


def test_the_views_of_a_child_are_one_query_however_many(home: Home) -> None:
    by, counts = home.on("child_supervisor"), []
    heard(home)
    views_of(by, home.child)
    for _round in range(2):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            views_of(by, home.child)
        counts.append(len(asked))
        for _each in range(5):
            heard(home)

    assert counts == [1, 1]
