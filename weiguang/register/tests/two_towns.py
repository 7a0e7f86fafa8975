"""Two towns, a child in the far one, and the people who ask about it and answer for it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeAlias

from tests.cast import SINCE, Cast, actor, make_cast, system
from weiguang.kernel import worker
from weiguang.network.actions import places
from weiguang.network.authority import Actor
from weiguang.network.models import Holding, Place
from weiguang.register.actions import access, children, family
from weiguang.register.actions.access import Plea
from weiguang.register.actions.children import Identity
from weiguang.register.models import AccessRequest, Child, Tie
from weiguang.register.queries.matching import Sought
from weiguang.register.tests.on_file import number
from weiguang.tasks.actions.approvals import sign
from weiguang.tasks.models import Approval

# A Tuesday without holidays around it, nine in the morning in China.
NINE = datetime(2024, 10, 15, 1, tzinfo=UTC)
PHONE = "13800138000"
WORDS = "家里托我问，孩子最近没来上学"
BY_NUMBER = Sought("顾念安", number(2))
BY_PHONE = Sought("顾念安", birth_date=date(2016, 2, 29), phone=PHONE)
NOBODY = Sought("顾念安", number(4))
WHY = Plea("visit", WORDS, "none", days=3, asks_reveal=True)
EMERGENCY = Plea("missing", WORDS, "none")
Waiting: TypeAlias = tuple[AccessRequest, Approval]


@dataclass
class Towns:
    """Who is who: the director asks, the far town answers, the city stands above."""

    cast: Cast
    far_village: Place
    director: Holding
    supervisor: Holding
    far_supervisor: Holding
    far_leader: Holding
    far_director: Holding
    officer: Holding
    approver: Holding
    child: Child

    def on(self, name: str) -> Actor:
        """Somebody as she acts now."""
        return actor(getattr(self, name).person)


def make_towns() -> Towns:
    cast = make_cast()
    far_town = places.found(
        name="梅镇", level="town", parent=cast.county, sort_key="12", since=SINCE, by=system()
    )
    far = places.found(
        name="东浦村", level="village", parent=far_town, sort_key="121", since=SINCE, by=system()
    )
    return Towns(
        cast, far,
        director=cast.seated("child_director", cast.village),
        supervisor=cast.seated("child_supervisor", cast.town),
        far_supervisor=cast.seated("child_supervisor", far_town),
        far_leader=cast.seated("town_leader", far_town),
        far_director=cast.seated("child_director", far),
        officer=cast.seated("city_officer", cast.county),
        approver=cast.seated("city_approver", cast.county),
        child=child_in(far, "顾念安", 2),
    )  # fmt: skip


def child_in(village: Place, name: str, sequence: int) -> Child:
    """A girl with a number."""
    who = Identity(
        name=name, sex="female", birth_date=date(2016, 2, 29), id_number=number(sequence)
    )
    return children.register(
        identity=who, hukou=village, residence=village, since=SINCE, by=system()
    )


def with_father(child: Child, by: Actor, phone: str = PHONE) -> Child:
    """The child, with a father on file."""
    bond = family.NewBond(Tie.Kind.GUARDIAN, "father")
    family.add_adult_tie(child=child, who=family.Person("顾大海", phone=phone), bond=bond, by=by)
    return child


def asked(
    towns: Towns, sought: Sought = BY_NUMBER, plea: Plea = WHY, by: str = "director"
) -> Waiting:
    """A request that the system has passed on."""
    request = access.request_access(sought=sought, plea=plea, by=towns.on(by))
    return passed_on(request)


def broken(towns: Towns, sought: Sought = BY_NUMBER, by: str = "supervisor") -> Waiting:
    """A file that was broken open, or not, and that waits for its review."""
    return passed_on(access.break_open(sought=sought, plea=EMERGENCY, by=towns.on(by)))


def passed_on(request: AccessRequest) -> Waiting:
    worker.run_once()
    request.refresh_from_db()
    approval = next(
        each for each in Approval.objects.all() if each.says == {"request": str(request.pk)}
    )
    return request, approval


def answered(
    request: AccessRequest, approval: Approval, by: Actor, answer: str = "approve"
) -> AccessRequest:
    """What the request comes to when this person answers it."""
    sign(approval=approval, answer=answer, remark="说明", by=by)
    worker.run_once()
    request.refresh_from_db()
    return request
