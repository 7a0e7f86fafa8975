"""A lead is hidden with the file that it came to; two files that became one are found as one."""

import pytest
from django.urls import reverse

from tests.cast import entered as browser
from tests.world import BORN, id_number
from weiguang.network.verbs import Verb
from weiguang.register.access import leads_for
from weiguang.register.actions import children, conflicts, lead_closing, merges
from weiguang.register.actions.children import Identity
from weiguang.register.actions.lead_closing import Entry
from weiguang.register.models import Child, Lead
from weiguang.register.queries.lead_alike import alike, sought_of
from weiguang.register.rules.leads import Finding
from weiguang.register.tests.on_leads import Field, assigned, entered, found, make_field

pytestmark = pytest.mark.django_db


@pytest.fixture
def field() -> Field:
    return make_field()


def child_named(name: str, sequence: int) -> Identity:
    return Identity(name=name, sex="female", birth_date=BORN, id_number=id_number(sequence))


def registered(field: Field, lead: Lead) -> Child:
    """The child that a lead was found to be."""
    village = field.cast.village
    lead = found(field, Finding.ELIGIBLE, lead)
    entry = Entry(child_named("顾小满", 2), village, village)
    return lead_closing.register_child(lead=lead, entry=entry, seen=lead.moves, by=field.supervisor)


def test_a_lead_is_hidden_with_the_file_that_somebody_is_kept_from(field: Field) -> None:
    lead, other = assigned(field), entered(field, name="周知夏")
    child = registered(field, lead)
    assert lead in leads_for(field.director, Verb.LEAD_LIST)

    conflicts.declare(child=child, answer="relative", by=field.director)

    assert list(leads_for(field.director, Verb.LEAD_LIST)) == [other]
    client = browser(field.people["director"])
    assert client.get(reverse("lead", args=[lead.pk])).status_code == 404
    assert "顾小满" not in client.get(f"{reverse('leads')}?state=all").content.decode()
    assert lead in leads_for(field.supervisor, Verb.LEAD_LIST)


def test_the_number_of_a_file_that_went_into_another_finds_that_one(field: Field) -> None:
    village = field.cast.village
    kept, gone = (
        children.register(
            identity=child_named(name, sequence), hukou=village, residence=village,
            since=field.supervisor.on, by=field.supervisor,
        )
        for name, sequence in (("周知夏", 2), ("周之夏", 4))
    )  # fmt: skip
    merge = merges.propose(kept=kept, absorbed=gone, reason="same", by=field.supervisor)
    merges.carry_out(merge_id=merge.pk, caused_by=0)

    lead = entered(field, name="", id_number=id_number(4), sex="", about_age=None)
    same = alike(field.supervisor, sought_of(lead))

    assert [each.id for each in same.children] == [kept.pk]
    assert not same.is_elsewhere
