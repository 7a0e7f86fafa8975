"""Two counties with towns and villages, somebody on a post of every role, and something of every
kind in every place: the stage on which authority and secrecy are proved.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from django.db import transaction
from django.test import Client

from tests.assessed import assessed_things
from tests.cased import case_things
from tests.cast import browser_like, dead_delivery, entered, stays_awake
from tests.conferred import conferred_things
from tests.heard import heard_things
from tests.places import change_of
from tests.taken_out import export_of, hand_over
from weiguang.assessment.models import Assessment, LevelDecision
from weiguang.cases.models import Case, TeamMember
from weiguang.conferences.models import Conference, Decision, Participant
from weiguang.kernel import clock
from weiguang.kernel.events import Subject
from weiguang.kernel.history import amend
from weiguang.kernel.models import Delivery
from weiguang.kernel.sensitivity import Tier
from weiguang.network.actions import accounts, grants, places, posts
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.models import Account, Grant, Holding, Organisation, Place, Post
from weiguang.network.queries import actor_for, the_system
from weiguang.network.roles import ROLES, Level, Role
from weiguang.network.verbs import Verb
from weiguang.register.actions import (
    categories,
    children,
    conflicts,
    consents,
    documents,
    endings,
    entrustments,
    exports,
    family,
    leads,
    lists,
    surveys,
)
from weiguang.register.actions.children import Identity
from weiguang.register.actions.lists_confirm import confirm
from weiguang.register.actions.purposes import Why
from weiguang.register.actions.shelter import Refuge, move_to_safety
from weiguang.register.engine.documents.sandbox import Cleaned
from weiguang.register.models import (
    Adult,
    Child,
    ChildCategory,
    ConflictDeclaration,
    Consent,
    ContactBar,
    Document,
    Entrustment,
    Export,
    Handover,
    ImportedList,
    ImportedRow,
    Lead,
    Merge,
    PlaceChange,
    SafetyMove,
    SurveySheet,
    Transfer,
)
from weiguang.register.queries import bars
from weiguang.register.queries.judging import OfferedList
from weiguang.register.rules.identity import check_character
from weiguang.tasks.actions import approvals
from weiguang.tasks.actions.tasks import open_task
from weiguang.tasks.models import Approval, Task
from weiguang.tasks.rules.periods import Period
from weiguang.voice.models import View

SINCE: Final = date(2021, 1, 1)
BORN: Final = date(2016, 2, 29)
PASSWORD: Final = "qing-shan-lv-shui"
MASKED: Final = exports.Outgoing(Why("supervision"))
HEADER: Final = "村居,姓名,性别,身份证号码,出生日期,类别,监护人姓名,联系电话,居住地址"
# Where the things stand that somebody of a level meets: hers, her neighbour's, and above her. No
# place is above a city but another city.
SPOTS: Final[dict[Level, dict[str, str]]] = {
    Level.VILLAGE: {"own": "village", "neighbour": "other_village", "above": "town"},
    Level.TOWN: {"own": "village", "neighbour": "other_village", "above": "county"},
    Level.CITY: {"own": "village", "neighbour": "far_village", "above": "far_county"},
}
SEATS: Final = {Level.VILLAGE: "village", Level.TOWN: "town"}


@dataclass(frozen=True)
class Things:
    """One of everything that an address can name, in one place."""

    place: Place
    child: Child
    proposal: ChildCategory
    held: ChildCategory
    ending: ChildCategory
    judged: ImportedList
    confirmed: ImportedList
    row: ImportedRow
    post: Post
    empty_post: Post
    holding: Holding
    person: Account
    delivery: Delivery
    task: Task
    paused_task: Task
    approval: Approval
    twin: Child
    merge: Merge
    handover: Handover
    transfer: Transfer
    lead: Lead
    sheet: SurveySheet
    leave: Grant
    declaration: ConflictDeclaration
    guardian: Adult
    document: Document
    consent: Consent
    bar: ContactBar
    entrustment: Entrustment
    export: Export
    place_change: PlaceChange
    split: PlaceChange
    safety: SafetyMove
    case: Case
    member: TeamMember
    assessment: Assessment
    draft: Assessment
    level: LevelDecision
    view: View
    conference: Conference
    decision: Decision
    participant: Participant

    @property
    def names(self) -> tuple[str, ...]:
        """Words that would give one of them away."""
        return (
            self.child.name, self.judged.file_name, self.person.name, self.person.login,
            self.lead.name,
        )  # fmt: skip


@dataclass(frozen=True)
class Seated:
    """Somebody on a post of a role, her browser, and what she meets where."""

    role: Role
    account: Account
    actor: Actor
    client: Client
    meets: dict[str, Things]


@dataclass(frozen=True)
class World:
    """All places and people."""

    places: dict[str, Place]
    office: Organisation
    things: dict[str, Things]
    people: dict[str, Seated]

    def again(self) -> "World":
        """The same world in other hands: for a copy of the database."""
        places, office, things = deepcopy((self.places, self.office, self.things))
        people = {
            code: replace(who, client=browser_like(who.client), meets=_met(who.role, things))
            for code, who in self.people.items()
        }
        return World(places, office, things, people)


def make_world() -> World:
    """Build everything; takes some seconds, so that a run does it once (fixture `world`)."""
    stood = _places()
    offices = {
        name: posts.add_organisation(name=f"{stood[name].name}民政局", kind="office",
                                     place=stood[name], by=system())
        for name in ("county", "far_county")
    }  # fmt: skip
    importers = {
        name: _seat("city_officer", stood[name], offices[name], f"importer.{name}")
        for name in offices
    }
    things = {}
    for number, (name, place) in enumerate(stood.items()):
        county = "far_county" if name.startswith("far") else "county"
        by = actor_for(importers[county].person, on=clock.today())
        things[name] = _things(place, number, offices[county], by)
    people = {role.code: _seated(role, stood, offices["county"], things) for role in ROLES.values()}
    supervisor = people["child_supervisor"]
    hand_over(things["village"].export, supervisor.account, supervisor.actor.posts[0].path)
    return World(stood, offices["county"], things, people)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside leaves nothing behind."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def system() -> Actor:
    """Who brings the world up."""
    return the_system(on=clock.today())


def id_number(sequence: int) -> str:
    """A number that could be one, in the area that does not exist; even sequences are girls."""
    body = f"32958320160229{sequence:03d}"
    return body + check_character(body)


def line_of(village: str, name: str, number: str, phone: str = "13800138000") -> str:
    """One row of a list."""
    return f"{village},{name},女,{number},2016-02-29,孤儿,{name}的祖父,{phone},{name}的住处"


def offered(place: Place, name: str, *lines: str) -> OfferedList:
    """A list of these rows, for a place."""
    content = "\n".join([HEADER, *lines]).encode()
    return OfferedList(content=content, file_name=name, place=place, as_of=None)


def _places() -> dict[str, Place]:
    stood: dict[str, Place] = {}
    for name, level, parent, words in (
        ("county", "county", "", "某市"), ("town", "town", "county", "柳镇"),
        ("village", "village", "town", "双桥村"), ("other_town", "town", "county", "梅镇"),
        ("other_village", "village", "other_town", "西塘村"),
        ("far_county", "county", "", "邻市"), ("far_town", "town", "far_county", "竹镇"),
        ("far_village", "village", "far_town", "东浦村"),
    ):  # fmt: skip
        stood[name] = places.found(
            name=words, level=level, parent=stood.get(parent), sort_key=str(len(stood) + 1),
            since=SINCE, by=system(),
        )  # fmt: skip
    return stood


def _account(login: str, name: str) -> Account:
    """Somebody who has chosen her own password already."""
    person = accounts.create(login=login, name=name, password=None, by=system())
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    return person


def _seat(
    role: str, place: Place, office: Organisation, login: str, post: Post | None = None
) -> Holding:
    person = _account(login, f"姓名{login}")
    post = post or posts.establish(
        organisation=office, role=role, place=place, since=SINCE, by=system()
    )
    return posts.fill(post=post, person=person, since=SINCE, by=system())


def _seated(
    role: Role, stood: dict[str, Place], office: Organisation, things: dict[str, Things]
) -> Seated:
    place = stood[SEATS.get(role.level, "county")]
    # Who serves the village holds the post that its tasks lie with.
    own = things["village"].task.post if role.code == "child_director" else None
    person = _seat(role.code, place, office, role.code, own).person
    client = entered(person)
    client.get("/")  # the first page of a session marks it as used
    stays_awake(client)
    actor = actor_for(person, on=clock.today())
    return Seated(role, person, actor, client, _met(role, things))


def _met(role: Role, things: dict[str, Things]) -> dict[str, Things]:
    spots = SPOTS.get(role.level, SPOTS[Level.CITY])
    return {relation: things[name] for relation, name in spots.items()}


def _things(place: Place, number: int, office: Organisation, by: Actor) -> Things:
    child = _child(place, number)
    proposal = _proposed(child, "orphan")
    held, ending = _confirmed(child, "guardian_absent", by), _confirmed(child, "severe_illness", by)
    endings.propose_end(held=ending, on=clock.today(), reason="recovered", by=system())
    judged, confirmed = _lists(place, number, by)
    holding = _seat("provider_manager", place, office, f"manager.{number}")
    empty = posts.establish(
        organisation=office, role="provider_manager", place=place, since=SINCE, by=system()
    )
    task, paused = _tasks(place, child, office)
    approval = approvals.ask(
        kind="toy", about=child.subject, verb=Verb.MERGE_APPROVE, by=system(), says={},
        child_id=child.pk,
    )  # fmt: skip
    return Things(
        place=place, child=child, proposal=proposal, held=held, ending=ending, judged=judged,
        confirmed=confirmed, row=judged.rows.get(outcome="review"), post=holding.post,
        empty_post=empty, holding=holding, delivery=dead_delivery(),
        task=task, paused_task=paused, approval=approval, twin=_child(place, number, "双"),
        merge=_merge(place, number), handover=_handover(holding, task.post, number),
        transfer=_transfer(place, number),
        **_papers(child, by),
        person=_account(f"sought.{number}", f"被找的人{number}"), lead=_lead(place, by),
        leave=_leave(child, number), declaration=_declaration(child, office, number),
        sheet=_sheet(place, by), export=export_of(child, by),
        place_change=change_of(place, "rename", "asked", by),
        split=change_of(place, "split", "done", by),
        safety=_safety(place, number, by), **case_things(child, holding, by),
        **assessed_things(child, by),
        **heard_things(child, by), **conferred_things(child, by),
    )  # fmt: skip


def _safety(place: Place, number: int, by: Actor) -> SafetyMove:
    """A child of the place that was moved for safety; only who entered it is named."""
    assert by.person_id is not None
    who = Account.objects.get(pk=by.person_id)
    refuge = Refuge(reason="受到伤害", whereabouts="不说")
    return move_to_safety(child=_child(place, number, "隐"), refuge=refuge, people=[who], by=by)


def _leave(child: Child, number: int) -> Grant:
    """Leave for somebody from elsewhere to see the child."""
    return grants.give(
        person=_account(f"visitor.{number}", f"外来的人{number}"), subject_kind="child",
        subject_id=child.pk, verbs=[Verb.CHILD_OPEN], sees=Tier.PERSONAL, since=SINCE, until=None,
        reason="access.blind:visit", by=system(),
    )  # fmt: skip


def _declaration(child: Child, office: Organisation, number: int) -> ConflictDeclaration:
    """Somebody of the place says that she is near to the child."""
    place = child.residence_place
    assert place is not None
    near = _seat("village_secretary", place, office, f"near.{number}").person
    said = conflicts.declare(child=child, answer="relative", by=actor_for(near, on=clock.today()))
    assert said is not None
    return said


def _tasks(place: Place, child: Child, office: Organisation) -> tuple[Task, Task]:
    """An errand of the place's director, and one that is paused."""
    post = posts.establish(
        organisation=office, role="child_director", place=place, since=SINCE, by=system()
    )
    task, paused = (
        open_task(kind="errand", about=Subject("post", post.pk), post_id=post.pk,
                  within=Period(working_days=5), by=system(), child_id=child.pk)
        for _ in range(2)
    )  # fmt: skip
    with act(Verb.TASK_OPEN, by=system()):
        amend(paused, paused_at=clock.now(), pause_reason="等回复", left=3, escalates_at=None)
    return task, paused


def _transfer(place: Place, number: int) -> Transfer:
    """A child from nowhere near that the place is to receive."""
    child = _child(place, number, "转")
    sent = Transfer(
        child=child, from_path="/0/", to_place=place, to_path=place.path, since=clock.today()
    )
    with act(Verb.TASK_OPEN, by=system()):
        sent.save(force_insert=True)
    return sent


def _handover(holding: Holding, post: Post, number: int) -> Handover:
    """A hand-over that waits for its witness."""
    giver, taker = (_account(f"{who}.{number}", who) for who in ("giver", "taker"))
    made = Handover(
        from_post=post, to_post=post, place_path=post.place.path, giver=giver, taker=taker,
        prepared_by=holding.person, reason="leaving", on=clock.today(),
        giver_signed_at=clock.now(), taker_signed_at=clock.now(),
    )  # fmt: skip
    with act(Verb.TASK_OPEN, by=system()):
        made.save(force_insert=True)
    return made


def _papers(child: Child, by: Actor) -> dict[str, Any]:
    """A family with papers: a mother who agreed and entrusted, and an uncle who is not asked."""
    mother, aunt, uncle = (
        family.add_adult_tie(
            child=child, who=family.Person(name=f"{child.name}的{called}"),
            bond=family.NewBond(kind, relation), by=by,
        ).adult
        for called, kind, relation in (
            ("母亲", "guardian", "mother"), ("姑姑", "kin", "aunt_paternal"),
            ("叔叔", "kin", "uncle_paternal"),
        )
    )  # fmt: skip
    assert mother is not None
    assert aunt is not None
    assert uncle is not None
    document = documents.keep(
        child=child, offered=documents.OfferedDocument(b"%PDF-", "材料.pdf", "family"),
        cleaned=Cleaned("pdf", 1, b"%PDF-1.7", b""), scan=Document.Scan.NONE, by=by,
    )  # fmt: skip
    agreement = consents.Agreement("photo", mother.pk, "agrees", "paper", clock.today())
    bar = ContactBar(
        child=child, said={"adult": str(uncle.pk), "reason": "child_afraid"},
        adult_index=bars.index_of(uncle.pk), state="in_force", since=clock.today(),
    )  # fmt: skip
    with act(Verb.BAR_CARRY, by=system()):
        bar.save(force_insert=True)
    terms = entrustments.Terms(
        guardians=(mother.pk,), carer=aunt.pk, reason="work_away", first_day=clock.today(),
        last_day=clock.today() + timedelta(days=60), duties=("safety",),
        cleared=frozenset({"crime", "habits", "neglect", "unfit"}), heard="agrees",
        witness="王书记",
    )  # fmt: skip
    return {
        "guardian": mother, "document": document, "bar": bar,
        "consent": consents.record(child=child, agreement=agreement, by=by),
        "entrustment": entrustments.entrust(child=child, terms=terms, by=by),
    }  # fmt: skip


def _merge(place: Place, number: int) -> Merge:
    """Two files that the system proposes to merge."""
    kept, absorbed = _child(place, number, "甲"), _child(place, number, "乙")
    merge = Merge(kept=kept, absorbed=absorbed, path=place.path, reason="登记了两次", state="done")
    with act(Verb.MERGE_CARRY, by=system()):
        merge.save(force_insert=True)
    return merge


def _child(place: Place, number: int, more: str = "") -> Child:
    """A child of the place; only the first one has a number."""
    who = Identity(
        name=f"顾念{place.name[0]}{more}", sex="female", birth_date=BORN,
        id_number=None if more else id_number(number * 2), no_id_reason="lost" if more else "",
    )  # fmt: skip
    return children.register(identity=who, hukou=place, residence=place, since=SINCE, by=system())


def _proposed(child: Child, category: str) -> ChildCategory:
    return categories.propose(
        child=child, category=category, since=SINCE, evidence="death_certificate", legal_basis="",
        by=system(),
    )  # fmt: skip


def _confirmed(child: Child, category: str, by: Actor) -> ChildCategory:
    proposal = _proposed(child, category)
    categories.decide(proposal=proposal, is_confirmed=True, by=by)
    return proposal


def _lists(place: Place, number: int, by: Actor) -> tuple[ImportedList, ImportedList]:
    village = Place.objects.filter(level="village", path__startswith=place.path).first() or place
    done = offered(
        place, f"旧名单{number}.csv",
        line_of(village.name, f"王佳{place.name[0]}", id_number(100 + number * 2)),
    )  # fmt: skip
    waiting = offered(
        place, f"新名单{number}.csv",
        line_of(village.name, f"赵小{place.name[0]}", id_number(200 + number * 2)),
        line_of(village.name, f"钱多{place.name[0]}", "329583201602290000"),
    )  # fmt: skip
    confirmed = confirm(imported=lists.upload(offered=done, by=by), by=by)
    return lists.upload(offered=waiting, by=by), confirmed


def _lead(place: Place, by: Actor) -> Lead:
    """A lead that the city's officer has; whoever assigns or verifies there meets it."""
    said = leads.NewLead(
        source="report", place=place, name=f"周线{place.name[0]}", id_number=id_number(902)
    )
    lead = leads.enter(said=said, by=by)
    post = Post.objects.select_related("place").get(pk=by.posts[0].id)
    return leads.assign(lead=lead, to=post, seen=lead.moves, by=by)


def _sheet(place: Place, by: Actor) -> SurveySheet:
    """A village's sheet in a round that was announced for the place."""
    made = surveys.announce(
        place=place, title="上半年摸排", since=clock.today(), until=clock.today(),
        sources=["residents", "school_roll"], by=by,
    )  # fmt: skip
    sheet: SurveySheet = made.sheets.order_by("path")[0]
    return sheet
