"""Who may: default deny, subtree, tier, grants, terms, and administrators apart."""

from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest

from weiguang.kernel import clock
from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.kernel.events import Subject
from weiguang.kernel.ids import new_id
from weiguang.kernel.models import Event
from weiguang.kernel.sensitivity import Tier
from weiguang.network.actions import accounts, bars, grants, places, posts
from weiguang.network.acts import act
from weiguang.network.authority import ActingGrant, ActingPost, Actor, may, rows
from weiguang.network.errors import (
    ActedBefore,
    AdministrationsApart,
    AlreadyOnPost,
    FilesApart,
    LoginTaken,
    OtherAdministrator,
    OwnAccount,
    PasswordIsNotHers,
    PostIsHeld,
    TermIsOver,
)
from weiguang.network.models import Account, Holding, Organisation, Place
from weiguang.network.queries import actor_for, the_system
from weiguang.network.roles import ONESELF, ROLES, Reach
from weiguang.network.verb_labels import LABELS
from weiguang.network.verbs import Verb

TODAY = date(2024, 10, 15)
SYSTEM = the_system(on=TODAY)
OWN, NEIGHBOUR, ABOVE = "/1/2/3/", "/1/2/4/", "/1/2/"


def holder_of(code: str, path: str = OWN) -> Actor:
    post = ActingPost(new_id(), ROLES[code], path, "", "")
    return Actor(new_id(), "x", TODAY, (post,))


def child_at(*paths: str) -> Subject:
    return Subject("child", new_id(), paths)


@pytest.mark.parametrize("code", ROLES)
@pytest.mark.parametrize("verb", list(Verb))
def test_a_role_reaches_its_own_places_with_its_own_verbs_and_nothing_else(
    code: str, verb: Verb
) -> None:
    actor, role = holder_of(code), ROLES[code]
    expected = verb in role.verbs and role.reach is Reach.SUBTREE

    assert bool(may(actor, verb, child_at(OWN))) == expected
    assert bool(may(actor, verb, child_at(OWN + "9/"))) == expected
    assert not may(actor, verb, child_at(NEIGHBOUR))
    assert not may(actor, verb, child_at(ABOVE))
    assert not may(actor, verb, child_at())


def test_nobody_without_a_post_may_anything_but_care_for_her_own_account() -> None:
    nobody = Actor(new_id(), "x", TODAY)

    assert {verb for verb in Verb if may(nobody, verb)} == ONESELF
    assert not any(may(nobody, verb, Subject("account", new_id())) for verb in Verb)
    assert rows(nobody, Verb.CHILD_LIST, "child").paths == ()


def test_a_child_is_reached_from_hukou_and_from_residence() -> None:
    assert may(holder_of("child_director"), Verb.CHILD_OPEN, child_at(NEIGHBOUR, OWN))


def test_a_path_that_merely_begins_alike_is_another_place() -> None:
    assert not may(holder_of("child_director", "/1/2/3/"), Verb.CHILD_OPEN, child_at("/1/2/33/"))


def test_of_several_posts_the_one_that_sees_most_decides() -> None:
    both = Actor(
        new_id(), "x", TODAY,
        holder_of("village_secretary").posts + holder_of("child_director").posts,
    )  # fmt: skip

    decision = may(both, Verb.CHILD_OPEN, child_at(OWN))

    assert decision.sees is Tier.SENSITIVE
    assert decision.post == both.posts[1]


def test_rows_keep_only_the_widest_subtrees() -> None:
    both = Actor(
        new_id(), "x", TODAY,
        holder_of("child_supervisor", ABOVE).posts + holder_of("child_director").posts,
    )  # fmt: skip

    assert rows(both, Verb.CHILD_LIST, "child").paths == (ABOVE,)


def test_administrators_cannot_open_a_child() -> None:
    administrators = [role for role in ROLES.values() if role.administers]

    assert len(administrators) == 3
    for role in administrators:
        assert not {Verb.CHILD_LIST, Verb.CHILD_OPEN, Verb.CHILD_REVEAL} & role.verbs


def test_no_administrator_can_both_act_and_see_to_the_trace() -> None:
    acting = {Verb.POST_FILL, Verb.ACCOUNT_CREATE, Verb.KEYS_ROTATE, Verb.GRANT_GIVE}
    for role in ROLES.values():
        assert not (Verb.CHAIN_VERIFY in role.verbs and role.verbs & acting)


@pytest.mark.parametrize("code", ROLES)
def test_a_bar_refuses_every_verb_about_its_subject_and_nothing_else(code: str) -> None:
    held = holder_of(code)
    mine, other = child_at(OWN), child_at(OWN)
    assert mine.id is not None
    everything = ActingGrant(("child", mine.id), frozenset(Verb), Tier.SENSITIVE)
    bars = frozenset({("child", mine.id)})
    barred = Actor(held.person_id, "x", TODAY, held.posts, (everything,), bars=bars)

    for verb in Verb:
        assert not may(barred, verb, mine)
        assert bool(may(barred, verb, other)) == bool(may(held, verb, other))
        assert may(barred, verb) or not may(held, verb)
    reached = rows(barred, Verb.CHILD_LIST, "child")
    assert (reached.subjects, reached.barred) == (frozenset(), {mine.id})


# With the database.


@pytest.fixture
def village(db: None) -> Place:
    city = places.found(
        name="某市", level="county", parent=None, sort_key="a", since=TODAY, by=SYSTEM
    )
    return places.found(
        name="东村", level="village", parent=city, sort_key="b", since=TODAY, by=SYSTEM
    )


@pytest.fixture
def committee(village: Place) -> Organisation:
    return posts.add_organisation(name="东村委会", kind="village", place=village, by=SYSTEM)


def person(login: str) -> Account:
    return accounts.create(login=login, name=login, password=None, by=SYSTEM)


def put(committee: Organisation, role: str, who: Account, **term: date) -> Holding:
    post = posts.establish(
        organisation=committee, role=role, place=committee.place, since=TODAY, by=SYSTEM
    )
    return posts.fill(post=post, person=who, since=TODAY, by=SYSTEM, **term)


def test_authority_ends_with_the_term(committee: Organisation) -> None:
    li = person("li")
    put(committee, "child_director", li, until=TODAY + timedelta(days=30))
    child = child_at(committee.place.path)

    assert may(actor_for(li, on=TODAY + timedelta(days=29)), Verb.CHILD_OPEN, child)
    assert not may(actor_for(li, on=TODAY + timedelta(days=30)), Verb.CHILD_OPEN, child)
    assert not may(actor_for(li, on=TODAY - timedelta(days=1)), Verb.CHILD_OPEN, child)


def test_a_closed_account_has_no_authority(committee: Organisation) -> None:
    li = person("li")
    put(committee, "child_director", li)

    accounts.close(account=li, by=Actor(None, "", TODAY, holder_of("system_administrator").posts))

    assert actor_for(li, on=TODAY).posts == ()


def test_an_actor_costs_one_query(
    committee: Organisation, django_assert_num_queries: object
) -> None:
    li = person("li")
    put(committee, "child_director", li)
    put(committee, "village_secretary", li)

    with django_assert_num_queries(1):  # type: ignore[operator]
        assert len(actor_for(li, on=TODAY).posts) == 2


def test_a_post_has_one_holder_at_a_time(committee: Organisation) -> None:
    held = put(committee, "child_director", person("li"))

    with pytest.raises(PostIsHeld):
        posts.fill(post=held.post, person=person("wang"), since=TODAY, by=SYSTEM)


def test_one_person_cannot_hold_two_administrations(committee: Organisation) -> None:
    li = person("li")
    put(committee, "system_administrator", li)

    with pytest.raises(AdministrationsApart):
        put(committee, "security_administrator", li)


def test_the_auditor_has_no_other_post(committee: Organisation) -> None:
    li, wang = person("li"), person("wang")
    put(committee, "audit_administrator", li)
    put(committee, "child_director", wang)

    with pytest.raises(AdministrationsApart):
        put(committee, "child_director", li)
    with pytest.raises(AdministrationsApart):
        put(committee, "audit_administrator", wang)


def test_an_administrators_password_comes_from_the_machine(committee: Organisation) -> None:
    held = put(committee, "system_administrator", person("li"))
    by = actor_for(held.person, on=TODAY)
    new = accounts.create(login="wang", name="王", password="qing-shan", by=by)
    # Whoever entered first has changed it; nobody can know who that was.
    new.must_change_password = False
    new.save()

    with pytest.raises(PasswordIsNotHers):
        put(committee, "audit_administrator", new)
    accounts.reset_password(account=new, password="lv-shui", by=SYSTEM)

    assert put(committee, "audit_administrator", new)


def test_who_will_be_an_administrator_is_not_taken_over_today(committee: Organisation) -> None:
    by = actor_for(put(committee, "system_administrator", person("li")).person, on=TODAY)
    post = posts.establish(
        organisation=committee, role="system_administrator", place=committee.place, since=TODAY,
        by=SYSTEM,
    )  # fmt: skip
    tomorrow = posts.fill(
        post=post, person=person("wang"), since=TODAY + timedelta(days=1), by=SYSTEM
    )

    for deed in (partial(accounts.reset_password, password="x"), accounts.close):
        with pytest.raises(OtherAdministrator):
            deed(account=tomorrow.person, by=by)


def test_ending_never_makes_longer(committee: Organisation) -> None:
    tomorrow, later = TODAY + timedelta(days=1), TODAY + timedelta(days=9)
    held = put(committee, "child_director", person("li"), until=tomorrow)

    with pytest.raises(TermIsOver):
        posts.vacate(holding=held, on=later, by=_security_administrator())


def test_leave_is_given_for_work_to_others_and_not_to_the_auditor(committee: Organisation) -> None:
    security = put(committee, "security_administrator", person("li")).person
    auditor = put(committee, "audit_administrator", person("wang")).person
    worker = person("zhao")
    by = actor_for(security, on=TODAY)

    def give(who: Account, verb: Verb) -> None:
        grants.give(
            person=who, subject_kind="child", subject_id=new_id(), verbs=[verb],
            sees=Tier.PERSONAL, since=TODAY, until=None, reason="case_team", by=by,
        )  # fmt: skip

    for who, verb in ((security, Verb.CHILD_OPEN), (worker, Verb.EVENT_LIST)):
        with pytest.raises(NotFoundOrRefused):
            give(who, verb)
    with pytest.raises(FilesApart):
        give(auditor, Verb.CHILD_OPEN)
    give(worker, Verb.CHILD_OPEN)
    with pytest.raises(FilesApart):
        put(committee, "audit_administrator", worker)


def test_nobody_is_put_twice_on_the_same_post(committee: Organisation) -> None:
    li = person("li")
    held = put(committee, "child_director", li)

    with pytest.raises(AlreadyOnPost):
        posts.fill(post=held.post, person=li, since=TODAY, by=SYSTEM, kind="substitute")


def test_a_substitute_may_stand_beside_the_holder(committee: Organisation) -> None:
    held = put(committee, "child_director", person("li"))

    posts.fill(post=held.post, person=person("wang"), since=TODAY, by=SYSTEM, kind="substitute")

    assert held.post.holdings.count() == 2


def test_a_login_belongs_to_one_person(committee: Organisation) -> None:
    person("li")

    with pytest.raises(LoginTaken):
        person("li")


def test_an_administrator_neither_closes_nor_resets_her_own_account(
    committee: Organisation,
) -> None:
    held = put(committee, "system_administrator", person("li"))
    actor = actor_for(held.person, on=TODAY)

    with pytest.raises(OwnAccount):
        accounts.close(account=held.person, by=actor)
    with pytest.raises(OwnAccount):
        accounts.reset_password(account=held.person, password="x", by=actor)


def test_every_verb_has_a_name_in_words() -> None:
    assert set(LABELS) == set(Verb)


def test_one_administration_may_follow_another_but_the_audit_follows_none(
    committee: Organisation,
) -> None:
    li = person("li")
    first = put(committee, "system_administrator", li)
    posts.vacate(holding=first, on=TODAY, by=_security_administrator())

    assert put(committee, "security_administrator", li).administers == "security"
    posts.vacate(holding=li.holdings.last(), on=TODAY, by=_security_administrator())
    with pytest.raises(ActedBefore):
        put(committee, "audit_administrator", li)


def test_nobody_fills_a_post_for_herself(committee: Organisation) -> None:
    li = person("li")
    held = put(committee, "security_administrator", li)
    actor = actor_for(li, on=TODAY)
    post = posts.establish(
        organisation=committee, role="child_director", place=held.post.place, since=TODAY, by=actor
    )

    with pytest.raises(NotFoundOrRefused):
        posts.fill(post=post, person=li, since=TODAY, by=actor)


def test_a_refusal_writes_nothing_and_is_remembered(committee: Organisation) -> None:
    li = actor_for(person("li"), on=TODAY)
    about = child_at(committee.place.path)

    with pytest.raises(NotFoundOrRefused), act(Verb.CHILD_OPEN, by=li, about=about):
        pytest.fail("the body must not run")

    refusal = Event.objects.get(verb="child.open")
    assert (refusal.was_refused, refusal.person_id, refusal.about_id) == (
        True, li.person_id, about.id,
    )  # fmt: skip


def test_a_grant_opens_one_subject_for_its_time(committee: Organisation) -> None:
    worker = person("worker")
    mine, other = child_at(committee.place.path), child_at(committee.place.path)
    assert mine.id is not None

    grants.give(
        person=worker, subject_kind="child", subject_id=mine.id, verbs=[Verb.CHILD_OPEN],
        sees=Tier.PERSONAL, since=TODAY, until=TODAY + timedelta(days=1), reason="case_team",
        by=SYSTEM,
    )  # fmt: skip

    today, tomorrow = actor_for(worker, on=TODAY), actor_for(worker, on=TODAY + timedelta(days=1))
    assert may(today, Verb.CHILD_OPEN, mine)
    assert not may(today, Verb.CHILD_OPEN, other)
    assert not may(today, Verb.CHILD_REVEAL, mine)
    assert not may(tomorrow, Verb.CHILD_OPEN, mine)
    assert rows(today, Verb.CHILD_OPEN, "child").subjects == {mine.id}


def test_a_grant_with_a_moment_ends_at_that_moment_and_can_be_ended_at_once(
    committee: Organisation,
) -> None:
    worker, child = person("worker"), child_at(committee.place.path)
    assert child.id is not None
    noon = datetime(2024, 10, 15, 4, tzinfo=UTC)
    with clock.standing_at(noon):
        grant = grants.give(
            person=worker, subject_kind="child", subject_id=child.id, verbs=[Verb.CHILD_OPEN],
            sees=Tier.PERSONAL, since=TODAY, until=None, reason="x", by=SYSTEM,
            until_moment=noon + timedelta(hours=2),
        )  # fmt: skip
        assert may(actor_for(worker, on=TODAY), Verb.CHILD_OPEN, child)
    with clock.standing_at(noon + timedelta(hours=2)):
        assert not may(actor_for(worker, on=TODAY), Verb.CHILD_OPEN, child)
    with clock.standing_at(noon + timedelta(hours=1)):
        grants.end_at_once(grant=grant, by=SYSTEM)
        assert not may(actor_for(worker, on=TODAY), Verb.CHILD_OPEN, child)
    with clock.standing_at(noon + timedelta(hours=3)):
        grants.end_at_once(grant=grant, by=SYSTEM)
    assert grant.until == noon + timedelta(hours=1)


def test_a_bar_holds_against_post_and_grant_until_it_is_lifted(committee: Organisation) -> None:
    li, child, origin = person("li"), child_at(committee.place.path), new_id()
    put(committee, "child_director", li)
    assert child.id is not None

    bars.bar(
        person_id=li.pk, subject_kind="child", subject_id=child.id, reason="conflict",
        origin=origin, by=SYSTEM,
    )  # fmt: skip
    assert actor_for(li, on=TODAY).bars == {("child", child.id)}
    assert not may(actor_for(li, on=TODAY), Verb.CHILD_OPEN, child)

    assert bars.lift(origin=origin, by=SYSTEM) == 1
    assert may(actor_for(li, on=TODAY), Verb.CHILD_OPEN, child)
    assert bars.lift(origin=origin, by=SYSTEM) == 0


def _security_administrator() -> Actor:
    return holder_of("security_administrator", "/")
