"""Lets the desks of one town live: leads, tasks, approvals and moves under way, as in any week.

Whoever logs in first sees work to do. All of it is done by the real actions of the people whose
work it is, over the weeks before the city's day, so that the memory tells it as it would have been.
"""

from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Final
from uuid import UUID

from seeds.city import City
from seeds.leads import LEADS
from seeds.load import Loaded
from seeds.office import LONGEST, Office, Story, moment, tell
from weiguang.kernel import clock
from weiguang.network.models import Place
from weiguang.register.actions import access, consents, exports, transfers
from weiguang.register.actions.files import Move
from weiguang.register.actions.purposes import Why
from weiguang.register.models import Child, ChildPlace, Consent
from weiguang.register.queries.consents import askable
from weiguang.register.queries.listing import ListWish
from weiguang.register.queries.matching import Sought
from weiguang.tasks.actions.errands import give_errand
from weiguang.tasks.actions.tasks import finish
from weiguang.tasks.models import Task

WHOLE: Final = exports.Outgoing(Why("supervision"), is_full=True)
MASKED: Final = exports.Outgoing(Why("supervision"))
# What the errands say.
SCHOOLS: Final = "开学了，请核对本村孩子的学校和年级"
HOMES: Final = "请见一见上月登记的孩子，确认居住地"
SIGNATURES: Final = "请通知三户家长周五上午来镇里签字"
MEETING: Final = "准备下周联席会议的儿童情况材料"
NEWCOMERS: Final = "请和儿童主任一起去看看三组新来的租户"
DATES: Final = "请定本镇下月儿童工作例会的时间，报市里"
WORDS: Final = (SCHOOLS, HOMES, SIGNATURES, MEETING, NEWCOMERS, DATES)


def load_desks(city: City, loaded: Loaded, *, around: Place) -> int:
    """Tell the stories of the town of a village; how many acts. None without a steady director."""
    office = Office(city, loaded, around)
    if not office.villages:
        return 0
    stories = [told(office) for told in (*LEADS, *ERRANDS, *APPROVALS, consented)]
    if office.neighbour is not None:
        stories += [moving_in(office, office.neighbour), asked_for(office, office.neighbour)]
    return tell(stories, today=city.as_of)


def before_desks(city: City) -> AbstractContextManager[None]:
    """The clock of a city's loading: standing before all that happens on its desks."""
    return clock.standing_at(moment(city.as_of, LONGEST))


def done_in_time(office: Office) -> Story:
    """An errand that the director has done."""
    yield 18
    task = _errand(office, 0, SCHOOLS, 5)
    yield 15
    finish(task=task, by=office.director(0))


def overdue(office: Office) -> Story:
    """An errand that nobody has done: the town is told of it, and then the city."""
    yield 12
    _errand(office, 1, HOMES, 3)


def soon_due(office: Office) -> Story:
    """An errand with some days left."""
    yield 1
    _errand(office, 0, SIGNATURES, 3)


def own(office: Office) -> Story:
    """What a supervisor has to do herself."""
    yield 2
    post = office.post("child_supervisor", office.town)
    give_errand(
        post_id=post.pk, words=MEETING, working_days=3, by=office.at_work("town_civil_affairs")
    )  # fmt: skip


def list_asked(office: Office) -> Story:
    """A list with whole numbers that waits for the town's second person."""
    yield 1
    wish = ListWish(place_path=office.nth(0).path)
    exports.export_list(wish=wish, asked=WHOLE, by=office.at_work("child_supervisor"))


def files_asked(office: Office) -> Story:
    """The files of a town that wait for the city's second person."""
    yield 1
    wish = ListWish(place_path=office.town.path)
    by = office.at_work("city_officer", office.town.parent)
    exports.export_batch(wish=wish, asked=MASKED, by=by)


def of_a_secretary(office: Office) -> Story:
    """What a village's secretary is asked to do with the director."""
    yield 1
    post = office.post("village_secretary", office.nth(0))
    by = office.at_work("child_supervisor")
    give_errand(post_id=post.pk, words=NEWCOMERS, working_days=5, by=by)


def of_a_leader(office: Office) -> Story:
    """What the city asks of a town's leader."""
    yield 2
    post = office.post("town_leader", office.town)
    by = office.at_work("city_officer", office.town.parent)
    give_errand(post_id=post.pk, words=DATES, working_days=2, by=by)


ERRANDS: Final = (done_in_time, overdue, soon_due, own, of_a_secretary, of_a_leader)
APPROVALS: Final = (list_asked, files_asked)


def consented(office: Office) -> Story:
    """A guardian agreed for a time that is soon over."""
    yield 25
    by = office.director(0)
    for child in office.children(office.nth(0)):
        able = askable(child, clock.today()).guardians
        if able and child.birth_date > clock.today() - timedelta(days=10 * 365):
            consents.record(child=child, agreement=_agreement(able[0].pk), by=by)
            return


def moving_in(office: Office, neighbour: Place) -> Story:
    """A child of another town moves here; the town has not answered yet."""
    yield 2
    child = _with_number(office, neighbour)[-1]
    to = Move(ChildPlace.Kind.RESIDENCE, office.nth(0), clock.today(), "新村路三号")
    transfers.send(child=child, to=to, by=office.at_work("child_supervisor", neighbour))


def asked_for(office: Office, neighbour: Place) -> Story:
    """Another town's supervisor asks to see a file, not knowing whose it is."""
    yield 1
    child = _with_number(office, office.nth(0))[0]
    plea = access.Plea("visit", "孩子的外婆住在我们镇，托我问上学的事", "none", days=3)
    by = office.at_work("child_supervisor", neighbour)
    access.request_access(sought=Sought(child.name, str(child.id_number)), plea=plea, by=by)


def _errand(office: Office, village: int, words: str, working_days: int) -> Task:
    return give_errand(
        post_id=office.post("child_director", office.nth(village)).pk, words=words,
        working_days=working_days, by=office.at_work("child_supervisor"),
    )  # fmt: skip


def _agreement(guardian: UUID) -> consents.Agreement:
    today = clock.today()
    return consents.Agreement(
        "photo", guardian, "agrees", Consent.How.SPOKEN, today,
        until=today + timedelta(days=LONGEST + 7), witness="村里的妇女主任",
    )  # fmt: skip


def _with_number(office: Office, place: Place) -> list[Child]:
    return [child for child in office.children(place) if child.id_number]
