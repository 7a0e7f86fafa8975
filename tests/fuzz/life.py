"""The life of a register as hypothesis leads it: people press what their pages offer, in any order.

Everything is committed as in the city, in a database of its own, and the worker goes its rounds
between the steps. After each step nothing may be broken, unlogged, lost or doubled.
"""

from typing import Any, Final

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import Count
from django.urls import reverse
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.fuzz.hands import Forms
from tests.fuzz.watch import ANSWERS, TRACES, record_tables
from tests.test_planted_secrets import neighbour
from tests.world import HEADER, World, id_number, line_of
from weiguang.kernel import chain, outbox
from weiguang.kernel.clock import today
from weiguang.network.verbs import Verb
from weiguang.register.access import children_below, children_for
from weiguang.register.actions.merges import KIND as MERGE
from weiguang.register.models import (
    Child,
    Handover,
    ImportedList,
    ImportedRow,
    Lead,
    Merge,
    Transfer,
)
from weiguang.register.rules.leads import Step
from weiguang.tasks.models import Approval, Task

NAMES: Final = ("顾念安", "顾念案", "顾念平", "欧阳念", "钱多多")
VILLAGES: Final = ("双桥村", "西塘村")
PARTS: Final = ("residence", "hukou", "person", "situation", "phone", "tie", "school", "health",
                "identity", "name")  # fmt: skip
ROLES: Final = ("child_supervisor", "town_leader", "city_officer", "child_director",
                "village_secretary", "city_approver", "receiver")  # fmt: skip
# Which thing a page is about, and the table it is picked from.
PAGES: Final[dict[str, Any]] = {
    "child": Child, "import": ImportedList, "lead": Lead, "task": Task, "approval": Approval,
    "merge": Merge, "handover": Handover, "residence_confirm": Child, "category_propose": Child,
}  # fmt: skip
EMPTY_PAGES: Final = ("home", "task_new", "tasks_below", "lead_new", "handover_new", "inbox",
                      "approvals", "proposals")  # fmt: skip
# Leading out of the register's life: into another account's door, language or browser.
NOT_PRESSED: Final = ("/account/", "/office/", "/help/")
UNLOGGED: Final = """
SELECT count(*) FROM {table} AS row LEFT JOIN kernel_event AS e ON e.id = row.written_in
WHERE e.id IS NULL OR e.was_refused
"""
WAITS: Final = Approval.State.WAITING
picks = st.integers(0, 63)
several = st.lists(picks, min_size=1, max_size=6)


class Life(RuleBasedStateMachine):
    """Steps of people and of the worker; the stage is given by the test that runs it."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.clients = {code: who.client for code, who in self.world.people.items()}
        self.clients["receiver"] = self._receiver()
        self.tables = sorted(record_tables())
        self.children = set(Child.objects.values_list("pk", flat=True))
        for client in self.clients.values():
            client.raise_request_exception = False

    def _receiver(self) -> Any:
        """Who answers for the other town; one of them serves every life."""
        if not hasattr(self.world, "receivers"):
            client = neighbour(self.world, "child_supervisor", "other_town")
            object.__setattr__(self.world, "receivers", client)
        return self.world.receivers  # type: ignore[attr-defined]

    # Steps.

    @rule(name=st.sampled_from(NAMES), village=st.sampled_from(VILLAGES), number=picks)
    def register(self, name: str, village: str, number: int) -> None:
        """Somebody enters a child, perhaps one that is there."""
        said = {"name": name, "hukou": village, "sex": "female", "birth_date": "2016-02-29"}
        said |= {"id_number": id_number(300 + 2 * number)} if number % 3 else {
            "no_id_reason": "not_given"}  # fmt: skip
        self.post("child_supervisor", reverse("child_new"), said)

    @rule(rows=st.lists(st.tuples(st.sampled_from(NAMES), picks), min_size=1, max_size=3))
    def hand_in(self, rows: list[tuple[str, int]]) -> None:
        """Somebody hands in a list; whether it is taken, a later step decides."""
        lines = [line_of("双桥村", name, id_number(400 + 2 * number)) for name, number in rows]
        content = "\n".join([HEADER, *lines]).encode()
        place = str(self.world.places["town"].pk)
        file = SimpleUploadedFile("名单.csv", content)
        self.post("child_supervisor", reverse("import_upload"), {"file": file, "place": place})

    @rule(of=st.sampled_from(["confirm", "confirm", "undo", "discard"]), which=picks)
    def settle(self, of: str, which: int) -> None:
        """One of the newest lists is confirmed, undone or given up."""
        key = self.pick(ImportedList, which % 3)
        rows = ImportedRow.objects.filter(imported=key, outcome="new")
        brought = set(rows.values_list("child", flat=True))
        self.post("child_supervisor", reverse(f"import_{of}", args=[key]), {})
        if ImportedList.objects.filter(pk=key, state=ImportedList.State.UNDONE).exists():
            # What the list itself brought goes with it; whoever else was there stays.
            self.children -= brought

    @rule(name=st.sampled_from(NAMES), village=st.sampled_from(VILLAGES))
    def notice(self, name: str, village: str) -> None:
        """Somebody tells of a child."""
        said = {"place": village, "name": name, "source": "report", "verifier": "town"}
        self.post("child_supervisor", reverse("lead_new"), said)

    @rule(which=picks, of=st.sampled_from(["assign", "verify", "close"]),
          step=st.sampled_from([*map(str, Step)]), code=st.sampled_from(ROLES))  # fmt: skip
    def follow_up(self, which: int, of: str, step: str, code: str) -> None:
        """A lead goes one step on, or somebody tries."""
        lead = Lead.objects.get(pk=self.pick(Lead, which % 4))
        address = reverse(f"lead_{of}", args=[lead.pk, step])
        said = {"seen": lead.moves, "words": "家里没人", "place": "双桥村", "reason": "not_ours"}
        self.post(code, address, said)

    @rule(which=picks, name=st.sampled_from(NAMES))
    def register_lead(self, which: int, name: str) -> None:
        """The child of a lead enters the register."""
        said = {"name": name, "no_id_reason": "not_given", "sex": "female", "hukou": "双桥村",
                "birth_date": "2016-02-29"}  # fmt: skip
        lead = Lead.objects.get(pk=self.pick(Lead, which % 4))
        self.post("child_supervisor", reverse("lead_register", args=[lead.pk]),
                  said | {"seen": lead.moves})  # fmt: skip

    @rule(one=picks, other=picks)
    def find_the_same(self, one: int, other: int) -> None:
        """Two files are proposed to be one."""
        first, second = (self.pick(self.near, number) for number in (one, other))
        address = reverse("merge_propose", args=[first, second])
        self.post("child_supervisor", address, {"reason": "登记了两次"})

    @rule(which=picks, code=st.sampled_from(["town_leader", "city_officer", "city_approver"]),
          answer=st.sampled_from(["approve", "approve", "return", "refuse"]))  # fmt: skip
    def sign(self, which: int, code: str, answer: str) -> None:
        """An approval is signed by whoever has it before her."""
        address = self.address("approval_sign", Approval.objects.filter(state=WAITS), which)
        self.post(code, address, {"answer": answer, "remark": "看过了"})

    @rule(which=picks)
    def agree(self, which: int) -> None:
        """What waits about a merge is agreed to, and the worker carries it out."""
        asked = Approval.objects.filter(state=WAITS, kind=MERGE)
        self.post("town_leader", self.address("approval_sign", asked, which), {"answer": "approve"})
        self.work()

    @rule(which=picks)
    def take_apart(self, which: int) -> None:
        """A merge is asked to be undone."""
        self.post("child_supervisor", self.address("merge_undo", Merge, which), {"reason": "不是"})

    @rule(which=picks, receives=st.sampled_from([True, True, True, False]))
    def answer_a_move(self, which: int, receives: bool) -> None:
        """The other town receives a child, or sends it back."""
        said = {"answer": "receive" if receives else "return", "remark": "不在本镇",
                "near": "none"}  # fmt: skip
        sent = Transfer.objects.filter(state=Transfer.State.SENT)
        self.post("receiver", self.address("transfer_answer", sent, which), said)

    @rule(which=picks, to=st.sampled_from(VILLAGES), kind=st.sampled_from(["residence", "hukou"]))
    def move(self, which: int, to: str, kind: str) -> None:
        """A child moves; to the other town, that is a transfer."""
        address = reverse("child_amend", args=[self.pick(self.near, which), kind])
        said = {"place": to, "since": today().isoformat(), "address": "某处"}
        self.post("child_supervisor", address, said)

    @rule(which=picks, code=st.sampled_from(ROLES), step=st.sampled_from(["sign", "cancel"]))
    def hand_over(self, which: int, code: str, step: str) -> None:
        """A hand-over is signed or given up by somebody."""
        address = self.address(f"handover_{step}", Handover, which)
        self.post(code, address, {"is_near": "none"})

    @rule(which=picks, part=st.sampled_from(PARTS), code=st.sampled_from(ROLES), how=several)
    def amend(self, which: int, part: str, code: str, how: list[int]) -> None:
        """A part of a file is kept true, with whatever its form offers."""
        self.press(code, reverse("child_amend", args=[self.pick(self.near, which), part]), how)

    @rule(
        code=st.sampled_from(ROLES), page=st.sampled_from(sorted(PAGES)), which=picks, how=several
    )
    def press_about(self, code: str, page: str, which: int, how: list[int]) -> None:
        """Somebody opens a page about something and presses one of its buttons."""
        self.press(code, self.address(page, PAGES[page], which), how)

    @rule(code=st.sampled_from(ROLES), page=st.sampled_from(EMPTY_PAGES), how=several)
    def press_anywhere(self, code: str, page: str, how: list[int]) -> None:
        """Somebody begins something new."""
        self.press(code, reverse(page), how)

    @rule(code=st.sampled_from(ROLES), how=several)
    def follow(self, code: str, how: list[int]) -> None:
        """Somebody follows a link of her first page and presses a button there."""
        links = [each for each in Forms(self.get(code, "/")).links if _is_pressed(each)]
        if links:
            self.press(code, links[how[0] % len(links)], how)

    @rule()
    def work(self) -> None:
        """The worker delivers what is owed and seals what happened."""
        while outbox.deliver_one():
            pass
        while chain.seal_block():
            pass
        verdict = chain.verify()
        assert not verdict.findings, verdict.findings

    def teardown(self) -> None:
        """A life ends with nothing owed."""
        self.work()

    # What holds after each of them.

    @invariant()
    def every_write_is_logged(self) -> None:
        """Each row of a record names an event that stands and was no refusal."""
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(UNLOGGED.format(table=t) for t in self.tables))
            counts = [count for (count,) in cursor.fetchall()]
        assert not any(counts), dict(zip(self.tables, counts, strict=True))

    @invariant()
    def no_child_is_lost(self) -> None:
        """Whoever was registered is there, and found by the city or in the file it went into."""
        now = set(Child.objects.values_list("pk", flat=True))
        assert self.children <= now, f"{len(self.children - now)} lost"
        self.children = now
        officer = self.world.people["city_officer"].actor
        alone = Child.objects.filter(merged_into=None, is_sheltered=False)
        home = self.world.places["county"].path
        here = alone.filter(hukou_path__startswith=home).values_list("pk", flat=True)
        seen = children_for(officer, Verb.CHILD_OPEN).values_list("pk", flat=True)
        assert set(here) <= set(seen)
        assert not Child.objects.filter(merged_into__merged_into__isnull=False).exists()

    @invariant()
    def nothing_is_asked_twice(self) -> None:
        """One open task a key, and one open question about one merge."""
        keys = Task.objects.filter(state="open").exclude(key=None).values("key")
        assert not keys.annotate(n=Count("pk")).filter(n__gt=1).exists()
        asked = Approval.objects.filter(state=WAITS).values("kind", "about_id")
        assert not asked.annotate(n=Count("pk")).filter(n__gt=1).exists()

    # How people reach the pages.

    @property
    def near(self) -> Any:
        """The children of the town in which most of this happens."""
        return children_below(self.world.places["town"].path)

    def pick(self, rows: Any, number: int) -> Any:
        """The key of one of the things there are."""
        found = rows.objects if hasattr(rows, "objects") else rows
        keys = list(found.order_by("-pk").values_list("pk", flat=True)[:24])
        return keys[number % len(keys)] if keys else self.world.places["county"].pk

    def address(self, name: str, rows: Any, number: int) -> str:
        """The address of one of the things there are."""
        return reverse(name, args=[self.pick(rows, number)])

    def press(self, code: str, address: str, how: list[int]) -> None:
        """Open a page and send one of its forms."""
        page = Forms(self.get(code, address))
        forms = [form for form in page.forms if _is_pressed(form.action)]
        if forms:
            form = forms[how[0] % len(forms)]
            self.post(code, form.action or address, form.filled(how))

    def get(self, code: str, address: str) -> str:
        """What a page shows."""
        return self._answered(self.clients[code].get(address))

    def post(self, code: str, address: str, said: Any) -> str:
        """What is answered to a form."""
        return self._answered(self.clients[code].post(address, said))

    def _answered(self, answer: Any) -> str:
        page: str = answer.content.decode() if "html" in answer.get("Content-Type", "") else ""
        assert answer.status_code in ANSWERS, (answer.status_code, answer.request["PATH_INFO"])
        assert not [trace for trace in TRACES if trace.decode() in page]
        return page


def _is_pressed(address: str) -> bool:
    return not address.startswith(NOT_PRESSED)
