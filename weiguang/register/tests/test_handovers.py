"""A leaving director hands over: nothing is forgotten, and three different people sign."""

from datetime import date

import pytest
from django.urls import reverse

from tests.cast import Cast, account, actor, entered, make_cast, system, text_of
from weiguang.kernel import clock
from weiguang.kernel.errors import Invalid, NotFoundOrRefused
from weiguang.network.actions import posts
from weiguang.network.models import Holding
from weiguang.register.actions import categories, children, handovers, leads
from weiguang.register.actions.children import Identity
from weiguang.register.actions.handovers import HandoverUnderWay, SignedAlready
from weiguang.register.models import Child, Handover
from weiguang.register.queries.handovers import story_of
from weiguang.tasks.access import tasks_of
from weiguang.tasks.actions.tasks import open_task
from weiguang.tasks.models import Task
from weiguang.tasks.rules.periods import Period
from weiguang.tasks.tests.test_at_once import at_once, one_was_told


class Stage:
    """A village with two children, whose director leaves."""

    def __init__(self) -> None:
        self.cast: Cast = make_cast()
        self.director = self.cast.seated("child_director", self.cast.village)
        self.secretary = self.cast.seated("village_secretary", self.cast.village)
        self.supervisor = self.cast.seated("child_supervisor", self.cast.town)
        self.children = [self.child(name) for name in ("安一一", "周二二")]
        categories.propose(
            child=self.children[0], category="orphan", since=date(2021, 1, 1),
            evidence="death_certificate", legal_basis="", by=system(),
        )  # fmt: skip
        self.task = open_task(
            kind="errand", about=self.children[1].subject, post_id=self.director.post_id,
            by=system(), within=Period(days=3), child_id=self.children[1].pk,
        )  # fmt: skip

    def child(self, name: str) -> Child:
        who = Identity(
            name=name, sex="female", birth_date=date(2016, 2, 29), no_id_reason="not_given"
        )
        place = self.cast.village
        return children.register(
            identity=who, hukou=place, residence=place, since=date(2021, 1, 1), by=system()
        )

    def prepared(self, taking: Holding | None = None) -> Handover:
        taking = taking or self.supervisor
        return handovers.prepare(
            from_post=self.director.post, giver=self.director.person, to_post=taking.post,
            taker=taking.person, reason="leaving", on=clock.today(),
            by=actor(self.supervisor.person),
        )  # fmt: skip

    def by(self, who: Holding):  # type: ignore[no-untyped-def]
        return actor(who.person)


@pytest.fixture
def stage(db: None) -> Stage:
    return Stage()


def waiting(stage: Stage, who: Holding) -> list[str]:
    return [task.kind for task in tasks_of(stage.by(who))]


def test_the_list_names_every_child_with_what_is_open(stage: Stage) -> None:
    story = story_of(stage.by(stage.supervisor), stage.prepared().pk)

    assert [(line.name, line.open) for line in story.lines] == [
        ("安一一", ("1 个类别待核定", "居住地未确认")), ("周二二", ("1 项待办", "居住地未确认")),
    ]  # fmt: skip


def test_three_different_people_sign_in_their_order_and_then_the_tasks_are_the_takers(
    stage: Stage,
) -> None:
    made = stage.prepared()
    with pytest.raises(NotFoundOrRefused):
        handovers.sign_as_taker(handover=made, near={}, by=stage.by(stage.secretary))
    with pytest.raises(SignedAlready):
        handovers.sign_as_taker(handover=made, near={}, by=stage.by(stage.supervisor))
    handovers.sign_as_giver(handover=made, by=stage.by(stage.director))
    handovers.sign_as_taker(handover=made, near={}, by=stage.by(stage.supervisor))
    for who in (stage.director, stage.supervisor):
        with pytest.raises(NotFoundOrRefused):
            handovers.sign_as_witness(handover=made, by=stage.by(who))
    assert waiting(stage, stage.supervisor) == []
    assert waiting(stage, stage.secretary) == ["handover.sign"]

    handovers.sign_as_witness(handover=made, by=stage.by(stage.secretary))

    assert Handover.objects.get().state == "done"
    assert list(tasks_of(stage.by(stage.supervisor))) == [stage.task]
    assert waiting(stage, stage.director) == waiting(stage, stage.secretary) == []


def test_to_a_successor_on_the_same_post_the_tasks_stay_with_the_post(stage: Stage) -> None:
    successor = posts.fill(
        post=stage.director.post, person=account("successor"), since=clock.today(), by=system(),
        kind=Holding.Kind.SUBSTITUTE,
    )  # fmt: skip
    made = stage.prepared(successor)
    handovers.sign_as_giver(handover=made, by=stage.by(stage.director))
    handovers.sign_as_taker(handover=made, near={}, by=stage.by(successor))
    handovers.sign_as_witness(handover=made, by=stage.by(stage.secretary))

    assert Task.objects.get(kind="errand").post_id == stage.director.post_id
    assert list(tasks_of(stage.by(successor))) == [stage.task]


def test_who_signs_in_the_givers_stead_says_why_and_is_not_the_witness(stage: Stage) -> None:
    civil = stage.cast.seated("town_civil_affairs", stage.cast.town)
    made = handovers.prepare(
        from_post=stage.director.post, giver=stage.director.person,
        to_post=stage.supervisor.post, taker=stage.supervisor.person, reason="leaving",
        on=clock.today(), by=stage.by(civil),
    )  # fmt: skip
    with pytest.raises(Invalid):
        handovers.sign_as_giver(handover=made, by=stage.by(civil))
    handovers.sign_as_giver(handover=made, by=stage.by(civil), instead_reason="已搬走")
    handovers.sign_as_taker(handover=made, near={}, by=stage.by(stage.supervisor))
    with pytest.raises(NotFoundOrRefused):
        handovers.sign_as_witness(handover=made, by=stage.by(civil))


def test_nothing_is_changed_on_a_list_that_was_signed(stage: Stage) -> None:
    made = stage.prepared()
    item = made.items.first()
    assert item is not None
    said = {item.pk: "每周五下午在奶奶家"}
    assert handovers.explain(handover=made, remarks=said, by=stage.by(stage.director)) == 1
    handovers.sign_as_giver(handover=made, by=stage.by(stage.director))

    with pytest.raises(SignedAlready):
        handovers.explain(handover=made, remarks=said, by=stage.by(stage.director))


def test_a_post_is_handed_over_once_at_a_time_and_to_who_is_on_a_post(stage: Stage) -> None:
    stage.prepared()
    with pytest.raises(HandoverUnderWay):
        stage.prepared()
    with pytest.raises(Invalid):
        handovers.prepare(
            from_post=stage.secretary.post, giver=stage.secretary.person,
            to_post=stage.supervisor.post, taker=account("nobody"), reason="leave",
            on=clock.today(), by=stage.by(stage.supervisor),
        )  # fmt: skip


def test_a_neighbour_neither_reads_nor_signs(stage: Stage) -> None:
    made = stage.prepared()
    neighbour = stage.cast.client("child_director", stage.cast.neighbour)

    assert neighbour.get(reverse("handover", args=[made.pk])).status_code == 404
    assert neighbour.post(reverse("handover_sign", args=[made.pk])).status_code == 404


def test_the_pages_from_choosing_to_the_last_signature(stage: Stage) -> None:
    supervisor, director = entered(stage.supervisor.person), entered(stage.director.person)
    secretary = entered(stage.secretary.person)
    giver = f"{stage.director.post_id}.{stage.director.person_id}"
    taker = f"{stage.supervisor.post_id}.{stage.supervisor.person_id}"
    said = {"giver": giver, "taker": taker, "reason": "leaving", "on": clock.today().isoformat()}
    page = supervisor.post(reverse("handover_new"), said)["Location"]
    item = Handover.objects.get().items.first()
    assert item is not None

    director.post(f"{page}explain/", {f"remark-{item.pk}": "每周五下午在奶奶家"})
    for client in (director, supervisor, secretary):
        client.post(f"{page}sign/", {"is_near": "none"})

    shown = text_of(secretary.get(page))
    assert "每周五下午在奶奶家" in shown
    assert "已交接" in shown
    assert "已交接" in text_of(supervisor.get(reverse("handovers")))


def test_of_two_who_witness_at_once_one_is_told(committed: str) -> None:
    stage = Stage()
    leader = stage.cast.seated("town_leader", stage.cast.town)
    made = stage.prepared()
    handovers.sign_as_giver(handover=made, by=stage.by(stage.director))
    handovers.sign_as_taker(handover=made, near={}, by=stage.by(stage.supervisor))
    people = [stage.by(who) for who in (stage.secretary, leader)]

    one_was_told(
        at_once(
            lambda: handovers.sign_as_witness(handover=made, by=people[0]),
            lambda: handovers.sign_as_witness(handover=made, by=people[1]),
        )
    )


def test_what_is_open_besides_the_children_is_on_the_list_and_leads_go_along(
    stage: Stage,
) -> None:
    lead = leads.enter(
        said=leads.NewLead(source="report", place=stage.cast.village, name="吴三三"),
        by=stage.by(stage.director), verifies_herself=True,
    )  # fmt: skip
    assert lead.post_id == stage.director.post_id
    open_task(
        kind="errand", about=stage.director.post.place.subject, post_id=stage.director.post_id,
        by=system(), within=Period(days=3),
    )  # fmt: skip

    made = stage.prepared()

    others = story_of(stage.by(stage.supervisor), made.pk).others
    assert others == ("2 项不属于某个孩子的待办", "1 条没办完的线索")
    shown = text_of(entered(stage.director.person).get(reverse("handover", args=[made.pk])))
    assert "这个岗位另外还有：2 项不属于某个孩子的待办、1 条没办完的线索。" in shown
    assert "没导入的名单" not in shown
    handovers.sign_as_giver(handover=made, by=stage.by(stage.director))
    handovers.sign_as_taker(handover=made, near={}, by=stage.by(stage.supervisor))
    handovers.sign_as_witness(handover=made, by=stage.by(stage.secretary))
    lead.refresh_from_db()
    assert lead.post_id == stage.supervisor.post_id
