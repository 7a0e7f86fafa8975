"""After a child was moved for safety: everybody who is not named asks for everything, and nothing
that is answered knows of the child.
"""

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse

from tests.assessed import assessed_things
from tests.doors import DOORS, known_patterns
from tests.secrets import GUARDIAN_NUMBER
from tests.test_access_matrix import SECRET
from tests.test_planted_secrets import unpacked
from tests.world import Things, World, id_number, line_of, offered, system, undone
from weiguang.assessment.models import Assessment, LevelDecision
from weiguang.kernel import clock, worker
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.models import Post
from weiguang.network.verbs import Verb
from weiguang.register.actions import (
    access,
    children,
    family,
    handovers,
    household,
    lead_closing,
    leads,
    lists,
    merges,
)  # fmt: skip
from weiguang.register.actions.children import Identity
from weiguang.register.actions.lists_confirm import confirm
from weiguang.register.actions.shelter import Refuge, move_to_safety
from weiguang.register.models import Child, Handover, ImportedList, Lead, Merge, Tie
from weiguang.register.queries.matching import Sought
from weiguang.tasks.actions.approvals import sign
from weiguang.tasks.actions.tasks import finish, open_task
from weiguang.tasks.models import Approval
from weiguang.tasks.rules.periods import Period

NAME, NUMBER, PHONE = "康无踪", id_number(706), "13912345678"
REFUGE = Refuge("暗处的缘由", "暗处的住处", "暗处的学校", "13987654321")
# Who is named; everybody else must learn nothing.
NAMED = "duty_officer"
TRACES = (
    NAME, NUMBER, PHONE, REFUGE.reason, REFUGE.whereabouts, REFUGE.school, REFUGE.safe_phone,
)  # fmt: skip
SEARCHES = (NAME, "kwz", "kangwuzong", NUMBER, NUMBER[-4:], PHONE, GUARDIAN_NUMBER)


# What the old town wrote on its own papers stays there; it is nothing that the register says.
ITS_PAPERS = (NAME, NUMBER, PHONE)
# In her own list of requests stands the name that she typed, and no answer to it.
TYPED = (NAME,)


@pytest.fixture(scope="module")
def entangled(world: World) -> Things:
    """Everything in the old village through which the child could be met."""
    things, child = world.things["village"], Child.objects.get(name=NAME)
    return dataclasses.replace(
        things,
        merge=Merge.objects.exclude(state="undone").get(absorbed=child),
        approval=Approval.objects.get(kind=merges.KIND),
        assessment=Assessment.objects.get(child=child, state="submitted"),
        draft=Assessment.objects.get(child=child, state="draft"),
        level=LevelDecision.objects.get(child=child, state="asked"),
        handover=Handover.objects.get(items__child=child),
        judged=ImportedList.objects.filter(rows__child=child, state="judged").first(),
        confirmed=ImportedList.objects.filter(rows__child=child, state="confirmed").first(),
    )  # fmt: skip


@pytest.fixture(scope="module")
def world(world: World) -> World:
    """The stage, after the child was moved."""
    things, by = world.things["village"], world.people["child_supervisor"].actor
    who = Identity(name=NAME, sex="female", birth_date=things.child.birth_date, id_number=NUMBER)
    child = children.register(
        identity=who, hukou=things.place, residence=things.place, since=clock.today(), by=by
    )
    father = family.Person("康父", phone=PHONE, id_number=GUARDIAN_NUMBER)
    bond = family.NewBond(Tie.Kind.GUARDIAN, "father")
    adult = family.add_adult_tie(child=child, who=father, bond=bond, by=by).adult
    assert adult is not None
    # A brother or sister who stays where both lived.
    household.form(children=[child, things.child], place=things.place, address="老家", by=by)
    family.add_adult_tie(child=things.child, who=adult.pk, bond=bond, by=by)
    entangle(world, child, by)
    move_to_safety(
        child=Child.objects.get(pk=child.pk), refuge=REFUGE,
        people=[world.people[NAMED].account], by=by,
    )  # fmt: skip
    return world


def entangle(world: World, child: Child, by: Actor) -> None:
    """What is under way about the child on the day on which it must be moved."""
    things = world.things["village"]
    # The child is on two lists of the village: one that was imported, one that still waits.
    for name, phone in (("去年.csv", PHONE), ("今年.csv", "13700137000")):
        paper = offered(things.place, name, line_of(things.place.name, NAME, NUMBER, phone))
        waiting = lists.upload(offered=paper, by=by)
        if name == "去年.csv":
            confirm(imported=waiting, by=by)
    # Its file was once merged in error, and is proposed to be merged again with its sister's.
    wrong = Merge(kept=things.child, absorbed=child, path=things.place.path, reason="登记了两次",
                  state="undone")  # fmt: skip
    with act(Verb.MERGE_CARRY, by=system()):
        wrong.save(force_insert=True)
    sister, child = (Child.objects.get(pk=each.pk) for each in (things.child, child))
    merges.propose(kept=sister, absorbed=child, reason="像是同一个", by=by)
    seats = {code: world.people[code] for code in ("child_director", "village_secretary")}
    director, secretary = (who.actor.posts[0].id for who in seats.values())
    handovers.prepare(
        from_post=Post.objects.get(pk=secretary), giver=seats["village_secretary"].account,
        to_post=Post.objects.get(pk=director), taker=seats["child_director"].account,
        reason="leaving", on=clock.today(), by=by,
    )  # fmt: skip
    assessed_things(child, by)
    _leads(things, child, by)
    _access(world, by)
    tasks = [
        open_task(kind="errand", about=child.subject, post_id=director, within=Period(days=2),
                  by=system(), child_id=child.pk)
        for _ in range(2)
    ]  # fmt: skip
    finish(task=tasks[0], by=seats["child_director"].actor)
    # Who worked with the file has read it.
    for code in ("child_director", "child_supervisor"):
        address = reverse("child", args=[child.pk])
        assert NAME in world.people[code].client.get(address).content.decode()


def _leads(things: Things, child: Child, by: Actor) -> None:
    """What was noticed of the child: one lead that is open, one that came to it, and one alike."""
    said = leads.NewLead(source="report", place=things.place, name=NAME, id_number=NUMBER,
                         guardian_phone=PHONE)  # fmt: skip
    opened, closed, alike = (leads.enter(said=said, by=by) for _ in range(3))
    known = lead_closing.call_duplicate(lead=closed, of=child, seen=closed.moves, by=by)
    lead_closing.call_duplicate(lead=alike, of=known, seen=alike.moves, by=by)
    assert opened.is_open


def _access(world: World, by: Actor) -> None:
    """A worker of the other town asked to see the child, and was let."""
    asker = world.people["social_worker"].actor
    sought = Sought(NAME, NUMBER)
    access.request_access(
        sought=sought, plea=access.Plea("visit", "走访", "none", days=7), by=asker
    )
    worker.run_once()
    asked = Approval.objects.get(kind="access.request", state="waiting")
    sign(approval=asked, answer="approve", by=by)
    worker.run_once()


def strangers(world: World) -> Iterator[tuple[str, Any]]:
    for code, who in world.people.items():
        if code not in (NAMED, "audit_administrator"):
            yield code, who.client


def traces_in(content: bytes, child: Child) -> list[str]:
    said = (*TRACES, str(child.pk))
    return [each for each in said if each.encode() in content]


def test_no_page_knows_of_the_child(world: World, entangled: Things) -> None:
    child, found = Child.objects.get(name=NAME), []
    for code, client in strangers(world):
        for name, address in pages_about(entangled):
            with undone():
                answer = client.get(address, follow=True)
            said = traces_in(unpacked(answer.content), child)
            own = ITS_PAPERS if name.startswith("import") else TYPED if name == "access" else ()
            found += [(code, name, trace) for trace in said if trace not in own]

    assert not found, "\n".join(map(str, found))


def test_who_was_let_see_the_child_reads_what_is_read_of_any_leave_that_ended(world: World) -> None:
    with undone():
        page = world.people["social_worker"].client.get(reverse("access")).content.decode()

    assert NAME in page
    assert "已到期或收回" in page
    assert "打开档案" not in page


def pages_about(things: Things) -> Iterator[tuple[str, str]]:
    """Every address that can be read, about each of the things of its kind."""
    for name, pattern in known_patterns().items():
        if "GET" not in getattr(pattern.callback, "methods", ("GET",)):
            continue
        yield name, DOORS[name].address(name, things)
        if "merge_id" in pattern.pattern.converters:
            for merge in Merge.objects.filter(absorbed__name=NAME):
                yield name, reverse(name, args=[merge.pk])
        if "list_id" in pattern.pattern.converters:
            yield name, reverse(name, args=[things.confirmed.pk])
        if name == "lead":
            for lead in Lead.objects.filter(name=NAME):
                yield name, reverse(name, args=[lead.pk])
        if name == "approval":
            for approval in Approval.objects.all():
                yield name, reverse(name, args=[approval.pk])
        if name == "leads":
            yield name, reverse(name) + "?state=all"


def test_no_search_knows_of_the_child(world: World) -> None:
    child, found = Child.objects.get(name=NAME), []
    for code, client in strangers(world):
        for text in SEARCHES:
            with undone():
                answer = client.post(reverse("children_search"), {"text": text}, follow=True)
            # What was typed stands in the box again; it is not an answer.
            answered = answer.content.replace(f'value="{text}"'.encode(), b"")
            found += [(code, text, trace) for trace in traces_in(answered, child)]

    assert found == []


def test_every_address_of_the_child_is_as_absent_as_one_of_nobody(world: World) -> None:
    child = Child.objects.get(name=NAME)
    names = [n for n, p in known_patterns().items() if "child_id" in p.pattern.converters]
    told = []
    for code, client in strangers(world):
        for name in names:
            parts = DOORS[name].parts(world.things["village"]) if DOORS[name].parts else {}
            address = reverse(name, kwargs={**parts, "child_id": child.pk})
            for method in known_patterns()[name].callback.methods:  # type: ignore[attr-defined]
                with undone():
                    if getattr(client, method.lower())(address).status_code != 404:
                        told.append((code, name, method))

    assert told == []
    assert len(names) > 10


def test_an_import_answers_as_for_any_child_elsewhere(world: World) -> None:
    things = world.things["village"]
    elsewhere = world.things["other_village"].child
    by = world.people["child_supervisor"].actor
    line = "{0},{1},女,{2},2016-02-29,孤儿,某人,13800138000,某处"
    rows = [
        line.format(things.place.name, name, number)
        for name, number in ((NAME, NUMBER), (elsewhere.name, elsewhere.id_number))
    ]
    with undone():
        judged = lists.upload(offered=offered(things.place, "名单.csv", *rows), by=by)
        said = [(row.outcome, row.differing, row.child_id) for row in judged.rows.all()]

    assert said[0] == said[1]
    assert said[0][2] is None


def test_whoever_enters_the_number_is_told_what_is_told_of_any_child_elsewhere(
    world: World,
) -> None:
    elsewhere = world.things["other_village"].child
    client, answers = world.people["child_supervisor"].client, []
    for number in (NUMBER, elsewhere.id_number):
        said = {"name": "新来的", "id_number": number, "sex": "female", "hukou": "双桥村",
                "birth_date": elsewhere.birth_date.isoformat()}  # fmt: skip
        with undone():
            answer = client.post(reverse("child_new"), said)
        answers.append((answer.status_code, SECRET.sub(b"", answer.content.replace(
            str(number).encode(), b""))))  # fmt: skip

    assert answers[0] == answers[1]
    assert "已经登记过" in answers[0][1].decode()


def test_a_list_that_waited_changes_nothing_of_the_child(world: World, entangled: Things) -> None:
    child, by = Child.objects.get(name=NAME), world.people["child_supervisor"].actor
    with undone():
        confirm(imported=entangled.judged, by=by)
        row = entangled.judged.rows.get()
        phones = {tie.adult.phone for tie in child.ties.all() if tie.adult}

    assert (row.outcome, row.child_id) == ("review", None)
    assert "13700137000" not in phones


def test_who_is_named_does_find_the_child(world: World) -> None:
    """Otherwise all the others would find nothing whatever happened."""
    client = world.people[NAMED].client
    with undone():
        answer = client.post(reverse("children_search"), {"text": PHONE}, follow=True)

    assert NAME in answer.content.decode()
