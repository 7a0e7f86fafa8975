"""A file shows what its reader may see, hides what must be asked for, and remembers the asking."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from seeds.load import Loaded
from weiguang.kernel import clock
from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.kernel.ids import new_id
from weiguang.kernel.models import Event
from weiguang.kernel.records import Record
from weiguang.kernel.sensitivity import Tier
from weiguang.network.actions import grants
from weiguang.network.authority import Actor
from weiguang.network.models import Holding, Place
from weiguang.network.queries import actor_for
from weiguang.network.verbs import Verb
from weiguang.register import models
from weiguang.register.actions import children, family, files, health, household, reading, schooling
from weiguang.register.actions.reading import PurposeNeeded, open_file, purpose_in_use, reveal
from weiguang.register.models import Child, ParentSituation
from weiguang.register.queries import changes as changed
from weiguang.register.queries import family as kin
from weiguang.register.queries import files as sections
from weiguang.register.queries.changes import recent_changes
from weiguang.register.queries.field_labels import FIELDS
from weiguang.register.queries.files import child_of
from weiguang.register.queries.reading import readers
from weiguang.register.queries.recognition import categories_of
from weiguang.register.rules.masking import HIDDEN, Masked
from weiguang.register.tests.on_file import BEFORE, SYSTEM, TODAY, enter, holder, number

pytestmark = pytest.mark.django_db

PHONE, ADDRESS = "13800138000", "银杏路 7 号"


@pytest.fixture
def supervisor(village: Place) -> Actor:
    return holder("child_supervisor", village.parent)


@pytest.fixture
def child(village: Place, supervisor: Actor) -> Child:
    """A child with something in every section of its file."""
    made = enter("顾念安", village, sequence=2)
    moved = files.Move(kind="hukou", place=village, since=TODAY, address=ADDRESS)
    files.move(child=made, to=moved, by=supervisor)
    father = family.Person(name="顾大海", id_number=number(1, "19850101"), phone=PHONE)
    bond = family.NewBond(kind="guardian", relation="father")
    tie = family.add_adult_tie(child=made, who=father, bond=bond, by=supervisor)
    assert tie.adult is not None
    family.state_situation(
        child=made, adult=tie.adult, by=supervisor,
        stated=family.Stated("imprisoned", BEFORE, "prison_notice", date(2027, 1, 1)),
    )  # fmt: skip
    certificate = f"{number(2)}52"
    fact = health.Health("disability", BEFORE, disability_number=certificate)
    health.record_health(child=made, health=fact, by=supervisor)
    fact_of_school = schooling.Schooling("primary", "attending", BEFORE, school="第一小学")
    schooling.record_school(child=made, schooling=fact_of_school, by=supervisor)
    return made


def county(city: Loaded) -> Place:
    return next(place for place in city.places.values() if place.level == "county")


def hidden(entry: Any) -> Iterator[Masked]:
    """Every masked value in a section, however deep."""
    if isinstance(entry, Masked):
        yield entry
    elif isinstance(entry, tuple):
        for each in entry:
            yield from hidden(each)
    elif hasattr(entry, "__dataclass_fields__"):
        for name in entry.__dataclass_fields__:
            yield from hidden(getattr(entry, name))


def whole_file(actor: Actor, child: Child) -> tuple[Any, ...]:
    return (
        sections.identity_of(actor, child), sections.places_of(actor, child),
        kin.family_of(actor, child), categories_of(actor, child),
        sections.schooling_of(actor, child), sections.health_of(actor, child),
        sections.siblings_of(actor, child), recent_changes(actor, child),
    )  # fmt: skip


def test_a_file_holds_no_sensitive_word_until_it_is_asked_for(
    child: Child, supervisor: Actor
) -> None:
    seen = repr(whole_file(supervisor, child_of(supervisor, Verb.CHILD_OPEN, child.pk)))

    for secret in (number(2), number(1, "19850101"), PHONE, ADDRESS, "服刑", "imprisoned", "残疾"):
        assert secret not in seen
    assert "3295 **** **** **" in seen
    assert "138****8000" in seen


def test_every_masked_value_can_be_shown_to_who_may_and_leaves_an_event(
    child: Child, supervisor: Actor
) -> None:
    asked = [each.field for each in hidden(whole_file(supervisor, child))]

    shown = [reveal(supervisor, child, field) for field in asked]

    assert sorted(shown) == sorted(
        [number(2), ADDRESS, PHONE, number(1, "19850101"), "服刑在押 · 服刑通知、在押证明",
         "残疾", f"{number(2)}52"]
    )  # fmt: skip
    events = Event.objects.filter(verb=Verb.CHILD_REVEAL, about_id=child.pk)
    assert {event.detail["field"] for event in events} >= {"phone", "situation", "address"}
    assert not any(text in str(event.detail) for event, text in product(events, shown))


def test_a_town_leader_sees_that_there_is_something_and_cannot_have_it_shown(
    child: Child, village: Place, supervisor: Actor
) -> None:
    leader = holder("town_leader", village.parent)
    asked = [each.field for each in hidden(whole_file(supervisor, child))]

    values = list(hidden(whole_file(leader, child)))

    assert values
    assert {(value.field, value.hint) for value in values} <= {("", HIDDEN)}
    for field in asked:
        with pytest.raises(NotFoundOrRefused):
            reveal(leader, child, field)
    assert Event.objects.filter(verb=Verb.CHILD_REVEAL, was_refused=True).count() == len(asked)


@pytest.mark.parametrize(("sees", "is_shown"), [(Tier.PERSONAL, False), (Tier.SENSITIVE, True)])
def test_a_grant_shows_no_field_above_its_tier(sees: Tier, is_shown: bool, child: Child) -> None:
    worker = Holding.objects.filter(post__role="social_worker", during__contains=TODAY)[0].person
    grants.give(
        person=worker, subject_kind="child", subject_id=child.pk, since=BEFORE, until=None,
        verbs=[Verb.CHILD_OPEN, Verb.CHILD_REVEAL], sees=sees, reason="case", by=SYSTEM,
    )  # fmt: skip
    granted = actor_for(worker, on=TODAY)
    opened = child_of(granted, Verb.CHILD_OPEN, child.pk)

    open_file(child=opened, by=granted)

    assert Event.objects.get(verb=Verb.CHILD_OPEN, was_refused=False).purpose == "grant"
    assert all(bool(value.field) == is_shown for value in hidden(whole_file(granted, opened)))
    if is_shown:
        assert reveal(granted, opened, "id_number") == number(2)
    else:
        with pytest.raises(NotFoundOrRefused):
            reveal(granted, opened, "id_number")


def test_a_file_decrypts_nothing_for_a_reader_who_may_not_ask(
    child: Child, village: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    leader = holder("town_leader", village.parent)
    opened = child_of(leader, Verb.CHILD_OPEN, child.pk)
    monkeypatch.setattr(models.ChildPlace._meta.get_field("address"), "from_db_value", None)
    for model in (models.Child, models.Adult, models.HealthFact, ParentSituation):
        for field in model._meta.concrete_fields:
            if model.sensitivity[field.name] >= Tier.SENSITIVE and hasattr(field, "from_db_value"):
                monkeypatch.setattr(field, "from_db_value", None)

    assert sections.identity_of(leader, opened).id_number == Masked("", HIDDEN)
    assert kin.family_of(leader, opened)
    assert sections.places_of(leader, opened)
    assert sections.health_of(leader, opened)


@pytest.mark.parametrize("field", [
    "", "nonsense", "name", "id_number:x", "phone:", "phone:x",
    "phone:018f0000-0000-7000-8000-000000000000",
])  # fmt: skip
def test_a_field_that_does_not_exist_is_refused(
    field: str, child: Child, supervisor: Actor
) -> None:
    with pytest.raises(NotFoundOrRefused):
        reveal(supervisor, child, field)


def test_a_field_of_another_child_is_refused(
    child: Child, village: Place, supervisor: Actor
) -> None:
    other = enter("王佳琪", village)

    for masked in hidden(whole_file(supervisor, child)):
        with pytest.raises(NotFoundOrRefused):
            reveal(supervisor, other, masked.field)


def test_a_child_next_door_and_a_child_that_does_not_exist_look_alike(
    child: Child, elsewhere: Place
) -> None:
    neighbour = holder("child_director", elsewhere)

    for child_id in (child.pk, new_id()):
        with pytest.raises(NotFoundOrRefused) as refused:
            child_of(neighbour, Verb.CHILD_OPEN, child_id)
        assert type(refused.value) is NotFoundOrRefused

    refusals = Event.objects.filter(was_refused=True, verb=Verb.CHILD_OPEN)
    assert [event.person_id for event in refusals] == [neighbour.person_id] * 2


def test_a_neighbour_can_neither_open_nor_reveal(child: Child, elsewhere: Place) -> None:
    neighbour = holder("child_director", elsewhere)

    with pytest.raises(NotFoundOrRefused):
        open_file(child=child, by=neighbour)
    with pytest.raises(NotFoundOrRefused):
        reveal(neighbour, child, "id_number")


def test_a_city_officer_names_a_purpose_and_a_director_needs_none(
    city: Loaded, child: Child, village: Place
) -> None:
    officer = holder("city_officer", county(city))

    for purpose in ("", "nonsense", "other", "standing"):
        with pytest.raises(PurposeNeeded):
            open_file(child=child, purpose=purpose, by=officer)
    open_file(child=child, purpose="benefit_review", by=officer)
    open_file(child=child, by=holder("child_director", village))

    opened = Event.objects.filter(verb=Verb.CHILD_OPEN).order_by("id")
    assert [event.purpose for event in opened] == ["benefit_review", "standing"]


def test_a_named_purpose_holds_for_half_an_hour_for_its_reader_alone(
    city: Loaded, child: Child, village: Place
) -> None:
    officer = holder("city_officer", county(city))
    noon = datetime(2024, 12, 31, 4, tzinfo=UTC)
    with clock.standing_at(noon):
        open_file(child=child, purpose="visit", by=officer)

    later = noon + reading.PURPOSE_HOLDS
    director = holder("child_director", village)
    assert purpose_in_use(officer, child, now=later.replace(minute=29)) == "visit"
    assert purpose_in_use(officer, child, now=later) == ""
    assert purpose_in_use(director, child, now=noon) == ""


def test_the_readers_list_tells_who_read_what_and_why_page_by_page(
    child: Child, village: Place, supervisor: Actor
) -> None:
    director = holder("child_director", village)
    open_file(child=child, by=director)
    reveal(director, child, "id_number")

    first = readers(supervisor, child, size=1)
    second = readers(supervisor, child, first.next_key, size=1)

    (shown,), (opened,) = first.rows, second.rows
    assert (first.has_more, second.has_more) == (True, False)
    assert (shown.who, shown.field, shown.what) == (director.name, "身份证号码", "显示遮盖的内容")
    assert (opened.purpose, opened.what) == ("岗位职责", "打开档案")
    assert village.name in opened.post


def test_the_readers_list_is_for_those_who_have_it(
    child: Child, village: Place, elsewhere: Place
) -> None:
    for role, place in (("child_director", village), ("child_supervisor", elsewhere.parent)):
        with pytest.raises(NotFoundOrRefused):
            readers(holder(role, place), child)


def test_recent_changes_say_what_changed_when_by_whom_on_which_post(
    child: Child, supervisor: Actor
) -> None:
    children.rename(child=child, name="顾晚晴", since=TODAY, by=supervisor)

    latest = recent_changes(supervisor, child)[0]

    assert (latest.who, latest.what) == (supervisor.name, "更新")
    assert "儿童督导员" in latest.post
    assert ("姓名", "顾念安", "顾晚晴") in [(f.label, f.before, f.after) for f in latest.fields]


def test_recent_changes_never_show_a_word_above_the_personal_tier(
    child: Child, supervisor: Actor
) -> None:
    adult = child.ties.get().adult
    family.change_phone(child=child, adult=adult, phone="13900139000", by=supervisor)
    files.give_number(child=child, id_number=number(4), by=supervisor)

    told = recent_changes(supervisor, child)

    labels = {field.label: field for entry in told for field in entry.fields}
    assert not labels["家人电话"].is_shown
    assert not labels["身份证号码"].is_shown
    for secret in ("13900139000", PHONE, number(2), number(4)):
        assert secret not in repr(told)


def test_new_records_show_in_recent_changes(child: Child, supervisor: Actor) -> None:
    made = {label for entry in recent_changes(supervisor, child) for label in entry.made}

    assert made >= {"户籍或居住", "家人", "和家人的关系", "父母情形", "健康情况", "就学情况"}


def test_the_children_of_a_household_are_seen_together_within_the_readers_rows(
    child: Child, village: Place, elsewhere: Place, supervisor: Actor, city: Loaded
) -> None:
    near, far = enter("顾念北", village), enter("顾念南", village)
    for each in (near, far):
        household.join(child=each, other=child, by=supervisor)
    for kind in ("residence", "hukou"):
        files.move(child=far, to=files.Move(kind, elsewhere, TODAY), by=supervisor)
    child.refresh_from_db()

    seen = [each.name for each in sections.siblings_of(supervisor, child)]
    all_seen = sections.siblings_of(holder("city_officer", county(city)), child)

    assert seen == ["顾念北"]
    assert len(all_seen) == 2
    household.leave(child=near, by=supervisor)
    assert sections.siblings_of(supervisor, child) == ()


def test_a_section_costs_the_same_however_much_it_holds(
    child: Child, supervisor: Actor, village: Place
) -> None:
    household.join(child=enter("顾念北", village), other=child, by=supervisor)
    opened = child_of(supervisor, Verb.CHILD_OPEN, child.pk)
    with CaptureQueriesContext(connection) as few:
        whole_file(supervisor, opened)
    for nth in range(8):
        who = family.Person(name=f"顾{nth}", phone=f"1380013800{nth}")
        tie = family.add_adult_tie(
            child=child, who=who, bond=family.NewBond("kin", "other_relative"), by=supervisor
        )
        assert tie.adult is not None
        family.state_situation(
            child=child, adult=tie.adult, stated=family.Stated("dead", BEFORE), by=supervisor
        )
        health.record_health(child=child, health=health.Health("disability"), by=supervisor)
        household.join(child=enter(f"顾{nth}", village), other=child, by=supervisor)
    opened = child_of(supervisor, Verb.CHILD_OPEN, child.pk)

    with CaptureQueriesContext(connection) as many:
        whole_file(supervisor, opened)

    assert len(many) == len(few) <= 16


SILENT = {
    "register.child": {"sort_key", "pinyin", "loose_pinyin", "initials", "grams", "id_index",
                       "id_tail_index", "hukou_path", "residence_path", "merged_into",
                       "is_sheltered", "transfer_path"},
    "register.childplace": {"child", "kind", "place", "is_confirmed", "during"},
    "register.adult": {"id_index", "phone_index"},
    "register.tie": {"child", "adult", "organisation", "kind"},
    "register.parentsituation": {"adult"},
    "register.childcategory": {"child", "category", "proposed_by", "decided_by",
                               "end_proposed_by", "end_decided_by"},
    "register.schoolfact": {"child"},
    "register.healthfact": {"child"},
    "register.household": set(),
}  # fmt: skip


@pytest.mark.parametrize("kind", [*SILENT])
def test_every_field_of_a_file_is_told_or_silent_on_purpose(kind: str) -> None:
    model: Any = getattr(models, {m.lower(): m for m in models.__all__}[kind.split(".")[1]])

    fields = {field.name for field in model._meta.concrete_fields} - {"id", "written_in"}

    assert issubclass(model, Record)
    assert fields == set(FIELDS[kind]) | SILENT[kind]
    assert all(changed.tier_of(kind, field) in Tier for field in FIELDS[kind])
