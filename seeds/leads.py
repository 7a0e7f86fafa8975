"""What a town noticed about children in the last weeks, each lead at another point of its way.

Every step is taken by the real action of the person whose step it is.
"""

from datetime import timedelta
from typing import Final

from seeds.numbers import FEMALE
from seeds.office import Office, Story
from weiguang.kernel import clock
from weiguang.network.authority import Actor
from weiguang.network.models import Place
from weiguang.register.actions import children, family, lead_closing, surveys
from weiguang.register.actions.leads import NewLead, Note, assign, enter, find, take_step
from weiguang.register.models import Lead, SurveyRound, Tie
from weiguang.register.rules.leads import Finding, Step

FIRST_HALF: Final = "上半年困境儿童摸排"
SECOND_HALF: Final = "下半年困境儿童摸排"
ROUND_DAYS: Final = 40


def surveyed(office: Office) -> Story:
    """A round that runs still: one village found nobody, one waits for a second signature."""
    yield 26
    survey = _announced(office)
    yield 6
    _sign(office, survey, 1, ("residents", "school_roll", "dibao_list"))
    yield 5
    sheet = survey.sheets.get(place=office.nth(1))
    surveys.sign_second(sheet=sheet, by=office.at_work("village_secretary", office.nth(1)))
    yield 1
    if len(office.villages) > 2:
        _sign(office, survey, 2, ("residents", "kindergarten", "newcomers"))


def registered(office: Office) -> Story:
    """Found in the survey, verified by the director, entered as a child by the town."""
    yield 24
    village, director = office.nth(0), office.director(0)
    name, surname = office.new_name()
    said = NewLead(
        "survey", village, name=name, sex=FEMALE, about_age=9, guardian_name=f"{surname}巧英",
        guardian_phone=next(office.phones), signs=("parents_gone", "guardian_unable"),
        words="奶奶一个人带，爸妈出去两年没有回来过",
    )  # fmt: skip
    lead = enter(said=said, by=director, verifies_herself=True)
    yield 22
    _found(office, lead, 0, Finding.ELIGIBLE, words="见到孩子和奶奶，在上小学三年级")
    yield 20
    lead_closing.register_child(
        lead=lead, entry=_entry(lead, said), seen=_seen(lead), by=office.at_work("child_supervisor")
    )


def not_eligible(office: Office) -> Story:
    """Told by a neighbour; the child was seen and needs nothing."""
    yield 16
    lead = _entered(office, 1, "report", "孩子常常一个人在小卖部门口", signs=("no_adult",))
    yield 15
    _assign(office, lead, 1)
    yield 12
    words = "见到孩子和妈妈，妈妈上夜班，白天外婆带"
    _found(office, lead, 1, Finding.NOT_ELIGIBLE, reason="no_difficulty", words=words)
    yield 11
    lead_closing.refuse(lead=lead, seen=_seen(lead), by=office.at_work("child_supervisor"))


def known_already(office: Office) -> Story:
    """A family applied whose child is in the register."""
    yield 14
    child = office.children(office.nth(0))[0]
    said = NewLead("application", office.nth(0), name=child.name, words="家里来问能不能申请补助")
    supervisor = office.at_work("child_supervisor")
    lead = enter(said=said, by=supervisor)
    yield 13
    lead_closing.call_duplicate(lead=lead, of=child, seen=_seen(lead), by=supervisor)


def unreachable(office: Office) -> Story:
    """Nobody opens the door: the police know, the school must still be asked, the city too."""
    yield 13
    lead = _entered(
        office, 0, "hotline", "来电说出租房里有孩子没有上学", signs=("out_of_school",),
        by=office.at_work("hotline_operator", office.town.parent),
    )  # fmt: skip
    yield 12
    _assign(office, lead, 0)
    yield 10
    _step(lead, Step.TRIED, office.director(0), words="门锁着，邻居说晚上才回来")
    yield 8
    _step(lead, Step.TRIED, office.director(0), words="晚上八点去，没有人")
    yield 6
    _step(lead, Step.LOST, office.director(0), words="房东说上周搬走了，不知道去哪")
    yield 5
    supervisor = office.at_work("child_supervisor")
    note = Note(words="民警说去查暂住登记", receipt="接警第0117号")
    take_step(lead=lead, step=Step.POLICE_TOLD, note=note, seen=_seen(lead), by=supervisor)
    yield 2
    _step(lead, Step.CITY_ASKED, supervisor, words="请市里查查孩子在哪里上过学")


def to_decide(office: Office) -> Story:
    """A social worker's: verified, and the town must say what it comes to."""
    yield 9
    words = "孩子常来社工站，说家里只有爷爷"
    lead = _entered(office, 1, "social_worker", words, signs=("guardian_unable", "poor"))
    yield 8
    _assign(office, lead, 1)
    yield 5
    _step(lead, Step.REACHED, office.director(1), words="约了周末上门")
    yield 1
    _found(office, lead, 1, Finding.ELIGIBLE, words="爷爷七十六岁，孩子由爷爷照看")


def neutral(office: Office) -> Story:
    """Sent by a department: it stays in the town, and no village hears of it."""
    yield 7
    lead = _entered(office, 0, "department", "部门来函，请镇里了解孩子由谁照看")
    yield 6
    civil = office.at_work("town_civil_affairs")
    post = office.post("town_civil_affairs", office.town)
    assign(lead=lead, to=post, seen=_seen(lead), by=office.at_work("child_supervisor"))
    yield 3
    _step(lead, Step.REACHED, civil, words="电话联系上姑姑，约周四见面")


def to_verify(office: Office) -> Story:
    """Found by a director in the survey yesterday; she goes there herself."""
    yield 1
    said = NewLead(
        "survey", office.nth(0), name=office.new_name()[0], about_age=6, address="新来的租户，三组",
        signs=("no_adult",), words="白天只有一个六岁左右的孩子在家",
    )  # fmt: skip
    enter(said=said, by=office.director(0), verifies_herself=True)


def to_assign(office: Office) -> Story:
    """The hotline's of yesterday, which nobody has yet."""
    yield 1
    _entered(
        office, 0, "hotline", "来电说孩子跟着七十多岁的外公，很久没有交医保",
        signs=("guardian_unable", "ill_or_disabled"),
        by=office.at_work("hotline_operator", office.town.parent),
    )  # fmt: skip


LEADS: Final = (
    surveyed, registered, not_eligible, known_already, unreachable, to_decide, neutral, to_verify,
    to_assign,
)  # fmt: skip


def _announced(office: Office) -> SurveyRound:
    today = clock.today()
    title = FIRST_HALF if today.month <= 6 else SECOND_HALF
    return surveys.announce(
        place=office.town, title=title, since=today, until=today + timedelta(days=ROUND_DAYS),
        sources=("residents", "school_roll", "kindergarten", "dibao_list", "newcomers"),
        by=office.at_work("child_supervisor"),
    )  # fmt: skip


def _sign(office: Office, survey: SurveyRound, village: int, looked: tuple[str, ...]) -> None:
    sheet = survey.sheets.get(place=office.nth(village))
    surveys.sign(sheet=sheet, looked=looked, by=office.director(village))


def _entered(
    office: Office, village: int, source: str, words: str, *, signs: tuple[str, ...] = (),
    by: Actor | None = None,
) -> Lead:  # fmt: skip
    name, surname = office.new_name()
    said = NewLead(
        source, office.nth(village), name=name, about_age=office.rng.randint(5, 12),
        guardian_name=f"{surname}建明", guardian_phone=next(office.phones), signs=signs,
        words=words,
    )  # fmt: skip
    return enter(said=said, by=by or office.at_work("child_supervisor"))


def _assign(office: Office, lead: Lead, village: int) -> None:
    post = office.post("child_director", office.nth(village))
    assign(lead=lead, to=post, seen=_seen(lead), by=office.at_work("child_supervisor"))


def _step(lead: Lead, step: Step, by: Actor, *, words: str) -> None:
    take_step(lead=lead, step=step, note=Note(words=words), seen=_seen(lead), by=by)


def _found(
    office: Office, lead: Lead, village: int, finding: Finding, *, words: str, reason: str = ""
) -> None:
    find(
        lead=lead, finding=finding, reason=reason, words=words, seen=_seen(lead),
        by=office.director(village),
    )  # fmt: skip


def _entry(lead: Lead, said: NewLead) -> lead_closing.Entry:
    born = clock.today().replace(year=clock.today().year - 9, day=1) - timedelta(days=70)
    place: Place = said.place
    return lead_closing.Entry(
        children.Identity(said.name, FEMALE, born, no_id_reason="original_not_seen"),
        hukou=place, residence=place,
        guardian=family.Person(said.guardian_name, phone=said.guardian_phone),
        bond=family.NewBond(Tie.Kind.GUARDIAN, "grandmother_paternal"),
    )  # fmt: skip


def _seen(lead: Lead) -> int:
    """How many steps it has taken, as somebody sees who opens it."""
    moves: int = Lead.objects.values_list("moves", flat=True).get(pk=lead.pk)
    return moves
