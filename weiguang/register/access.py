"""Which children, leads and sheets an actor may see for a verb: the rows of `network.authority`,
as queries.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet

from weiguang.network.authority import Actor, rows
from weiguang.network.verbs import Verb
from weiguang.register.models import Child, Lead, SurveyRound, SurveySheet


def children_for(actor: Actor, verb: Verb) -> QuerySet[Child]:
    """The children whose residence or hukou lies in the actor's places, and those granted.

    A file that went into another is in no list, a child moved for safety only in that of people
    who are named; from whom the actor is kept, none.
    """
    reached = rows(actor, verb, "child")
    condition = Q(pk__in=())
    for path in reached.paths:
        condition |= below(path)
    condition &= Q(is_sheltered=False)
    found = Child.objects.filter(condition | Q(pk__in=reached.subjects), merged_into=None)
    return found.exclude(pk__in=reached.barred) if reached.barred else found


def children_below(path: str) -> QuerySet[Child]:
    """The children of a place and all below it whom its people may know of, whoever asks."""
    return Child.objects.filter(below(path), is_sheltered=False, merged_into=None)


def below(path: str) -> Q:
    """The residence or the hukou lies below a path, or the town to or from which it moves."""
    moves = Q(transfer_path__startswith=path) & ~Q(transfer_path="")
    return Q(residence_path__startswith=path) | Q(hukou_path__startswith=path) | moves


def leads_for(actor: Actor, verb: Verb) -> QuerySet[Lead]:
    """The leads of the actor's places, without those of families she is too near to.

    A lead that came to a child whose file she is kept from is hidden like the file.
    """
    sheltered = Child.objects.filter(is_sheltered=True)
    numbers = sheltered.filter(id_index__isnull=False).values("id_index")
    # What led to a child that was moved for safety, or names its number, is shown to nobody.
    leads = (
        Lead.objects.filter(_within(actor, verb, "lead"))
        .exclude(child__is_sheltered=True)
        .exclude(same_as__child__is_sheltered=True)
        .exclude(id_index__in=numbers)
    )
    if actor.person_id is None:
        return leads
    files = rows(actor, verb, "child").barred
    leads = leads.exclude(child__in=files) if files else leads
    return leads.exclude(barred__contains=[actor.person_id])


def sheets_for(actor: Actor, verb: Verb) -> QuerySet[SurveySheet]:
    """The survey sheets of the actor's villages."""
    return SurveySheet.objects.filter(_within(actor, verb, "sheet"))


def rounds_for(actor: Actor, verb: Verb) -> QuerySet[SurveyRound]:
    """The rounds in which one of the actor's villages takes part, whoever announced them."""
    mine = sheets_for(actor, verb).filter(round=OuterRef("pk"))
    return SurveyRound.objects.filter(Exists(mine))


def _within(actor: Actor, verb: Verb, kind: str) -> Q:
    reached = rows(actor, verb, kind)
    condition = Q(pk__in=reached.subjects) if reached.subjects else Q(pk__in=())
    for path in reached.paths:
        condition |= Q(path__startswith=path)
    return condition
