"""Whoever logs into the demonstration finds work under way, done by the people whose work it is."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from weiguang.config.accounts import village_to_show
from weiguang.config.synthetic import load_city
from weiguang.kernel import clock
from weiguang.kernel.models import Event
from weiguang.network.models import Account, Place
from weiguang.network.queries import actor_for
from weiguang.network.verbs import Verb
from weiguang.register.models import Child, Consent, Lead, SurveySheet, Transfer
from weiguang.register.queries.consents import consents_to_renew
from weiguang.tasks.access import approvals_for
from weiguang.tasks.models import Approval, Task

pytestmark = pytest.mark.django_db


def loaded(seed: int = 2021) -> Place:
    """The small city; the town whose desks live."""
    load_city("small", seed=seed, password="open sesame", tell=lambda done, total: None)
    village = village_to_show(clock.today())
    assert village is not None
    assert village.parent is not None
    return village.parent


def test_work_of_every_kind_is_under_way_in_the_town_of_the_accounts() -> None:
    town = loaded()

    states = set(Lead.objects.values_list("state", flat=True))
    assert states == {state.value for state in Lead.State}
    assert all(lead.path.startswith(town.path) for lead in Lead.objects.all())
    assert Child.objects.filter(leads__state="registered").exists()
    assert set(SurveySheet.objects.values_list("state", flat=True)) >= {"open", "done"}
    tasks = Task.objects.filter(place_path__startswith=town.path)
    assert tasks.filter(state="done").exists()
    assert tasks.filter(state="open", due_at__lt=clock.now()).exists()
    assert tasks.filter(state="open", due_at__gt=clock.now()).exists()
    assert Transfer.objects.get(state="sent").to_path.startswith(town.path)
    assert consents_to_renew(clock.today())


def test_each_person_of_the_first_accounts_has_something_to_do() -> None:
    loaded()

    roles = set(Task.objects.filter(state="open").values_list("post__role", flat=True))
    assert {
        "child_director", "child_supervisor", "village_secretary", "town_leader", "city_officer",
    } <= roles  # fmt: skip
    for approval in Approval.objects.filter(state="waiting"):
        signers = Account.objects.filter(holdings__post__role__in=("town_leader", "city_approver"))
        able = [
            each for each in signers
            if approvals_for(actor_for(each, on=clock.today())).filter(pk=approval.pk).exists()
        ]  # fmt: skip
        assert able
        assert approval.requested_by not in able


def test_the_memory_tells_it_in_the_order_in_which_it_happened() -> None:
    loaded()

    moments = list(Event.objects.order_by("pk").values_list("at", flat=True))
    assert moments == sorted(moments)
    assert moments[-1] <= clock.now()
    assert moments[0] > clock.now() - timedelta(days=30)
    told = Counter(Event.objects.values_list("verb", flat=True))
    for verb in (Verb.LEAD_CLOSE, Verb.SURVEY_SIGN, Verb.EXPORT_FULL, Verb.CONSENT_RECORD):
        assert told[verb]


def test_the_same_seed_tells_the_same_stories() -> None:
    assert told_by(7) == told_by(7)
    assert told_by(7) != told_by(8)


def told_by(seed: int) -> Any:
    """What a city of that seed holds on its desks; nothing of it stays."""
    with transaction.atomic():
        loaded(seed)
        said = (
            list(Lead.objects.order_by("entered_at").values_list("name", "state", "birth_year")),
            list(Task.objects.order_by("opened_at", "kind").values_list("kind", "due_at")),
            list(Consent.objects.values_list("child__name", "until")),
            list(Event.objects.order_by("pk").values_list("verb", "at")),
        )
        transaction.set_rollback(True)
    return said
