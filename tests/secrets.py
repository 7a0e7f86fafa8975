"""Plants marked text in every sensitive and sealed field, through the actions that people use.

A field that nobody here knows how to plant has no marker, and a test says so.
"""

import dataclasses
import io
from collections.abc import Iterator
from typing import Final

from allauth.mfa.totp.internal.auth import TOTP
from django.apps import apps
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from openpyxl import Workbook

from tests.cased import CASE_MARKERS, plant_case
from tests.papers import docx
from tests.planted import CONFERENCE_MARKERS, planted_conference
from tests.world import HEADER, Things, World, id_number, line_of, system
from weiguang.assessment.actions import assessments, levels
from weiguang.assessment.models import Assessment, LevelDecision
from weiguang.assessment.queries.instruments import current
from weiguang.kernel import clock
from weiguang.kernel.fields import BlindIndex
from weiguang.kernel.history import amend
from weiguang.kernel.sensitivity import Tier
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.models import Post
from weiguang.network.queries import actor_for
from weiguang.network.verbs import Verb
from weiguang.register.actions import (
    access,
    access_answers,
    children,
    documents,
    exports,
    family,
    files,
    health,
    household,
    leads,
    lists,
    merges,
    shelter,
    surveys,
)
from weiguang.register.actions.purposes import Why
from weiguang.register.engine.documents.sandbox import Cleaned
from weiguang.register.models import (
    Child,
    ChildPlace,
    ContactBar,
    Document,
    Export,
    ExportPart,
    ExportPassword,
    HandoverItem,
    HealthFact,
    ImportedList,
    Lead,
    SurveySheet,
    Tie,
)
from weiguang.register.queries import bars
from weiguang.register.queries.judging import OfferedList
from weiguang.register.queries.matching import Sought
from weiguang.register.rules.identity import check_character
from weiguang.register.rules.leads import Finding, Step
from weiguang.tasks.actions import approvals
from weiguang.tasks.actions.tasks import Origin, open_task, pause
from weiguang.tasks.models import Approval, NoticeChoice
from weiguang.tasks.rules.periods import Period
from weiguang.voice.actions import views
from weiguang.voice.models import MayTell, View

CHILD_NUMBER: Final = id_number(886)
LEAD_NUMBER: Final = id_number(892)
GUARDIAN_BODY: Final = "32958319800101887"
GUARDIAN_NUMBER: Final = GUARDIAN_BODY + check_character(GUARDIAN_BODY)
# What each field holds once everything is planted: free text says its own field, numbers must look
# like numbers. Phones go from the first to the second to the third.
MARKERS: Final[dict[str, str]] = {
    "network.account.password": "暗记-account-password",
    "kernel.change.before": "13987610001",
    "kernel.change.after": "13987610002",
    "register.adult.phone": "13987610003",
    "register.household.address": "暗记-household-address",
    "register.child.id_number": CHILD_NUMBER,
    "register.childplace.address": "暗记-childplace-address",
    "register.adult.id_number": GUARDIAN_NUMBER,
    "register.parentsituation.situation": "暗记-situation",
    "register.parentsituation.evidence": "暗记-evidence",
    "register.healthfact.kind": "暗记-health-kind",
    "register.healthfact.detail": "暗记-health-detail",
    "register.healthfact.disability_number": f"{CHILD_NUMBER}21",
    "register.importedlist.file_name": "暗记-file-name",
    "register.importedlist.only_sheets": "暗记-only-sheets",
    "register.importedlist.sheets": "暗记-sheets",
    "register.importedfile.content": "暗记-content",
    "register.importedrow.said": "暗记-row-said",
    "register.importedrow.corrections": "暗记-row-corrections",
    "register.transfer.address": "暗记-transfer-address",
    "register.transfer.remark": "暗记-transfer-remark",
    "register.handover.instead_reason": "暗记-handover-instead",
    "register.handoveritem.open": "暗记-handover-open",
    "register.handoveritem.remark": "暗记-handover-remark",
    "register.safetymove.reason": "暗记-safety-reason",
    "register.safetymove.whereabouts": "暗记-safety-whereabouts",
    "register.safetymove.school": "暗记-safety-school",
    "register.safetymove.safe_phone": "暗记-safety-phone",
    "register.safetymove.end_reason": "暗记-safety-end",
    "register.merge.reason": "暗记-merge-reason",
    "register.merge.undo_reason": "暗记-merge-undo",
    "register.accessrequest.said": "暗记-access-words",
    "register.document.file_name": "暗记-document-name",
    "register.document.sealed_kind": "暗记-sealed-kind",
    "register.documentpart.content": "暗记-document-content",
    "register.contactbar.said": "暗记-bar-said",
    "register.statedpurpose.words": "暗记-stated-purpose",
    "register.exportpart.content": "暗记-export-content",
    "register.exportpassword.words": "暗记-export-password",
    "tasks.task.words": "暗记-task-words",
    "tasks.task.pause_reason": "暗记-pause-reason",
    "tasks.noticechoice.address": "暗记-notice-address",
    "tasks.approval.says": "暗记-approval-says",
    "tasks.signature.remark": "暗记-signature-remark",
    "register.lead.id_number": LEAD_NUMBER,
    "register.lead.guardian_name": "暗记-lead-guardian",
    "register.lead.guardian_phone": "13987610004",
    "register.lead.address": "暗记-lead-address",
    "register.lead.signs": "暗记-lead-signs",
    "register.lead.words": "暗记-lead-words",
    "register.leadstep.words": "暗记-step-words",
    "register.leadstep.receipt": "暗记-step-receipt",
    "register.surveysheet.reopened_why": "暗记-sheet-why",
    "assessment.assessment.answers": "暗记-assessment-answers",
    "assessment.assessment.sealed_answers": "暗记-assessment-sealed",
    "assessment.assessment.child_words": "暗记-assessment-child",
    "assessment.leveldecision.reason": "暗记-level-reason",
    "assessment.leveldecision.watch": "暗记-level-watch",
    "assessment.leveldecision.sealed_level": "暗记-level-sealed",
    "assessment.leveldecision.sealed_reason": "暗记-level-why-sealed",
    "voice.view.words": "暗记-view-words",
    "voice.view.sealed_words": "暗记-view-sealed",
    "voice.view.answer": "暗记-view-answer",
    "voice.view.sealed_answer": "暗记-view-kept",
    **CASE_MARKERS,
    **CONFERENCE_MARKERS,
    # Not a model of ours, and as secret as any.
    "mfa.authenticator.data": "ANJIWEIGUANGANJIWEIGUANGANJIWEIG",
}
# A blind index holds sixteen keyed bytes; what must not be found is the value it stands for.
INDEXED: Final = {
    "register.child.id_index": "register.child.id_number",
    "register.child.id_tail_index": "register.child.id_number",
    "register.adult.id_index": "register.adult.id_number",
    "register.adult.phone_index": "register.adult.phone",
    "register.lead.id_index": "register.lead.id_number",
    "register.lead.phone_index": "register.lead.guardian_phone",
    "register.importedlist.file_index": "register.importedfile.content",
    "register.document.offered_index": "register.documentpart.content",
    "register.document.kept_index": "register.documentpart.content",
    "register.contactbar.adult_index": "register.contactbar.said",
}
# Names are personal: pages show them to who may, and nothing else holds them in clear.
NAMES: Final = ("顾暗名", "顾暗叔")


def sensitive_fields() -> Iterator[tuple[str, bool]]:
    """Every field of a model of ours at or above `sensitive`, and whether it is an index."""
    for model in apps.get_models():
        for name, tier in getattr(model, "sensitivity", {}).items():
            if tier >= Tier.SENSITIVE:
                is_index = isinstance(model._meta.get_field(name), BlindIndex)
                yield f"{model._meta.label_lower}.{name}", is_index


def plant(world: World) -> Things:
    """Plant everything in the village; returns the things that stand there now."""
    things, keeper = world.things["village"], world.people["city_officer"]
    child, by = things.child, keeper.actor
    files.correct_identity(
        child=child,
        to=files.Correction(child.sex, child.birth_date, "", CHILD_NUMBER), by=by,
    )  # fmt: skip
    children.rename(child=child, name=NAMES[0], since=clock.today(), by=by)
    home = MARKERS["register.household.address"]
    household.form(children=[child], place=things.place, address=home, by=by)
    files.move(
        child=child, by=by,
        to=files.Move(ChildPlace.Kind.RESIDENCE, things.place, clock.today(),
                      MARKERS["register.childplace.address"]),
    )  # fmt: skip
    _plant_family(child, by)
    _plant_health(child, by)
    things.person.set_password(MARKERS["network.account.password"])
    things.person.save(update_fields=["password"])
    TOTP.activate(world.people["town_leader"].account, MARKERS["mfa.authenticator.data"])
    waiting = _plant_list(things, by)
    _plant_workbook(things, by)
    _plant_tasks(world, things)
    _plant_merge(world, things)
    _plant_safety_move(world, things)
    _plant_handover(things, by)
    with act(Verb.CHILD_AMEND, by=by, about=things.child.subject):
        said = {name: MARKERS[f"register.transfer.{name}"] for name in ("address", "remark")}
        amend(things.transfer, **said)
    _plant_request(world, things)
    plant_case(things.case)
    document, bar = _plant_papers(child, by)
    row = waiting.rows.get(outcome="review")
    export = _plant_export(world, Child.objects.get(pk=child.pk))
    return dataclasses.replace(
        things, child=Child.objects.get(pk=child.pk), judged=waiting, row=row,
        lead=_plant_lead(things, by), sheet=_plant_sheet(world, things, by),
        document=document, bar=bar, export=export,
        assessment=_plant_assessment(child, by), view=_plant_views(child, by),
        **planted_conference(child, by),
    )  # fmt: skip


def _plant_export(world: World, child: Child) -> Export:
    """A printed file of the supervisor's, for a purpose of her own, with what is marked in it."""
    supervisor = world.people["child_supervisor"].actor
    why = Why("other", MARKERS["register.statedpurpose.words"])
    export = exports.print_file(child=child, asked=exports.Outgoing(why), by=supervisor)
    exports.fetch(export=export, by=supervisor)
    password = MARKERS["register.exportpassword.words"]
    # The actions make documents and draw passwords; the columns take what stands in them.
    with act(Verb.EXPORT_MAKE, by=system()):
        export.parts.all().delete()
        content = MARKERS["register.exportpart.content"].encode()
        ExportPart(export=export, number=0, content=content).save(force_insert=True)
        ExportPassword(export=export, words=password).save(force_insert=True)
    return Export.objects.get(pk=export.pk)


def _plant_assessment(child: Child, by: Actor) -> Assessment:
    """An assessment with sealed answers, and two levels after it: one open, one sealed."""
    says = {name: MARKERS[f"assessment.assessment.{name}"] for name in (
        "answers", "sealed_answers", "child_words"
    )}  # fmt: skip
    needs = current("needs")
    texts = {item.name: ["met"] for item in needs.items if item.name.startswith("need_")} | {
        "left_alone": ["no"], "lives_away": ["no"], "cared_by": ["parents"],
        "capacity": ["enough"], "overall": [says["answers"]],
        "report_private": ["over_14"], "own_words": [says["sealed_answers"]],
    }  # fmt: skip
    begun = assessments.begin(child=child, instrument=needs, by=by)
    filled = assessments.Filled(texts, clock.today(), "home", "said", says["child_words"])
    done = assessments.submit(assessment=begun, filled=filled, by=by)
    reason, watch, sealed, why = (
        MARKERS[f"assessment.leveldecision.{name}"]
        for name in ("reason", "watch", "sealed_level", "sealed_reason")
    )
    waiting = LevelDecision.objects.get(child=child, state="asked")
    levels.carry_out(decision_id=waiting.pk, is_approved=False, caused_by=waiting.written_in)
    levels.set_level(
        child=child, decided=levels.Decided("low", reason, watch), by=by, assessment=done
    )
    sealed_one = levels.set_level(
        child=child, decided=levels.Decided("emergency", why), by=by, assessment=done
    )
    with act(Verb.LEVEL_SET, by=by, about=child.subject):
        # The action takes levels of the pack alone.
        amend(sealed_one, sealed_level=sealed)
    return done


def _plant_views(child: Child, by: Actor) -> View:
    """What the child said, with and without sentences that it keeps; both were answered."""
    says = {name: MARKERS[f"voice.view.{name}"] for name in (
        "words", "sealed_words", "answer", "sealed_answer"
    )}  # fmt: skip
    told = views.Sentence(says["words"], MayTell.TEAM)
    kept = views.Sentence(says["sealed_words"])
    today = clock.today()
    for sentences, answer in (((told, kept), says["sealed_answer"]), ((told,), says["answer"])):
        said = views.Heard("daily", "said", today, sentences, answer=answer)
        view = views.hear(child=child, about=child.subject, said=said, by=by)
    return view


def _plant_family(child: Child, by: Actor) -> None:
    who = family.Person(
        name=NAMES[1], id_number=GUARDIAN_NUMBER, phone=MARKERS["kernel.change.before"]
    )
    bond = family.NewBond(Tie.Kind.GUARDIAN, "father")
    adult = family.add_adult_tie(child=child, who=who, bond=bond, by=by).adult
    assert adult is not None
    for phone in (MARKERS["kernel.change.after"], MARKERS["register.adult.phone"]):
        family.change_phone(child=child, adult=adult, phone=phone, by=by)
    stated = family.Stated(
        MARKERS["register.parentsituation.situation"], clock.today(),
        MARKERS["register.parentsituation.evidence"],
    )  # fmt: skip
    family.state_situation(child=child, adult=adult, stated=stated, by=by)


def _plant_lead(things: Things, by: Actor) -> Lead:
    """A lead in which everything is said, that waits for the town to register the child."""
    known = {
        name: MARKERS[f"register.lead.{name}"]
        for name in ("id_number", "guardian_name", "guardian_phone", "address", "words")
    }
    signs = (MARKERS["register.lead.signs"],)
    said = leads.NewLead("report", things.place, name=NAMES[0], signs=signs, **known)
    lead = leads.enter(said=said, by=by)
    post = Post.objects.select_related("place").get(pk=by.posts[0].id)
    lead = leads.assign(lead=lead, to=post, seen=lead.moves, by=by)
    words, receipt = (MARKERS[f"register.leadstep.{name}"] for name in ("words", "receipt"))
    for step in (Step.TRIED, Step.POLICE_TOLD):
        note = leads.Note(words=words, receipt=receipt)
        lead = leads.take_step(lead=lead, step=step, note=note, seen=lead.moves, by=by)
    return leads.find(
        lead=lead, finding=Finding.ELIGIBLE, reason="", words=words, seen=lead.moves, by=by
    )


def _plant_sheet(world: World, things: Things, by: Actor) -> SurveySheet:
    """A sheet that was signed and sent back, with a reason in words."""
    director = world.people["child_director"].actor
    signed = surveys.sign(sheet=things.sheet, looked=["residents"], by=director)
    why = MARKERS["register.surveysheet.reopened_why"]
    return surveys.reopen(sheet=signed, why=why, by=by)


def _plant_health(child: Child, by: Actor) -> None:
    kind, detail, number = (
        MARKERS[f"register.healthfact.{name}"] for name in ("kind", "detail", "disability_number")
    )
    said = health.Health("severe_illness", detail=detail, disability_number=number)
    health.record_health(child=child, health=said, by=by)
    # The action takes codes alone; the column takes what a migration might bring.
    with act(Verb.CHILD_AMEND, by=by, about=child.subject):
        HealthFact.objects.create(child=child, kind=kind, during=DateRange(None, None))


def _plant_list(things: Things, by: Actor) -> ImportedList:
    """A list with a doubtful row, corrected once, and an odd title above its header."""
    said = MARKERS["register.importedrow.said"]
    doubtful = line_of(things.place.name, "钱暗名", "329583201602290000").replace(
        "钱暗名的住处", said
    )
    content = "\n".join([MARKERS["register.importedfile.content"], HEADER, doubtful]).encode()
    name = f"{MARKERS['register.importedlist.file_name']}.csv"
    kept = lists.upload(offered=OfferedList(content, name, things.place, None), by=by)
    corrected = {"guardian_name": MARKERS["register.importedrow.corrections"]}
    lists.resolve(row=kept.rows.get(outcome="review"), values=corrected, by=by)
    return ImportedList.objects.get(pk=kept.pk)


def _plant_tasks(world: World, things: Things) -> None:
    """A paused task of the director, and an approval that was sent back."""
    director, supervisor, leader = (
        world.people[role].actor for role in ("child_director", "child_supervisor", "town_leader")
    )
    task = open_task(
        kind="planted", about=things.child.subject, post_id=director.posts[0].id,
        within=Period(days=3), by=supervisor, child_id=things.child.pk,
        origin=Origin(words=MARKERS["tasks.task.words"]),
    )  # fmt: skip
    pause(task=task, reason=MARKERS["tasks.task.pause_reason"], by=director)
    with act(Verb.NOTICE_SET, by=director, about=world.people["child_director"].account.subject):
        NoticeChoice.objects.create(
            account=world.people["child_director"].account, channel="wecom",
            address=MARKERS["tasks.noticechoice.address"],
        )  # fmt: skip
    said = MARKERS["tasks.approval.says"]
    approval = approvals.ask(
        kind="planted", about=things.child.subject, verb=Verb.MERGE_APPROVE, by=supervisor,
        says={"said": said}, child_id=things.child.pk,
    )  # fmt: skip
    remark = MARKERS["tasks.signature.remark"]
    approvals.sign(approval=approval, answer="return", remark=remark, by=leader)


def _plant_handover(things: Things, by: Actor) -> None:
    """A list with a remark, signed in somebody's stead."""
    with act(Verb.CHILD_AMEND, by=by, about=things.child.subject):
        amend(things.handover, instead_reason=MARKERS["register.handover.instead_reason"])
        HandoverItem.objects.create(
            handover=things.handover, child=things.child,
            open={MARKERS["register.handoveritem.open"]: 1},
            remark=MARKERS["register.handoveritem.remark"],
        )  # fmt: skip


def _plant_safety_move(world: World, things: Things) -> None:
    """Another child of the village, moved for safety; the end is proposed."""
    who = children.Identity("吴避险", "male", clock.today(), no_id_reason="not_given")
    supervisor, duty = world.people["child_supervisor"], world.people["duty_officer"]
    child = children.register(
        identity=who, hukou=things.place, residence=things.place, since=clock.today(),
        by=supervisor.actor,
    )  # fmt: skip
    said = [
        MARKERS[f"register.safetymove.{name}"]
        for name in ("reason", "whereabouts", "school", "safe_phone")
    ]
    move = shelter.move_to_safety(
        child=child, refuge=shelter.Refuge(*said), people=[duty.account], by=supervisor.actor
    )
    move.child.refresh_from_db()
    named = actor_for(duty.account, on=clock.today())
    shelter.propose_end(move=move, reason=MARKERS["register.safetymove.end_reason"], by=named)


def _plant_merge(world: World, things: Things) -> None:
    """A merge of two other files that is to be taken back."""
    supervisor, leader = (world.people[r].actor for r in ("child_supervisor", "town_leader"))
    files = [
        children.register(
            identity=children.Identity(name=name, sex="male", birth_date=clock.today(),
                                       no_id_reason="not_given"),
            hukou=things.place, residence=things.place, since=clock.today(), by=supervisor,
        )
        for name in ("吴并一", "吴并二")
    ]  # fmt: skip
    reason, undo = (MARKERS[f"register.merge.{name}"] for name in ("reason", "undo_reason"))
    merge = merges.propose(kept=files[0], absorbed=files[1], reason=reason, by=supervisor)
    approval = Approval.objects.get(about_id=merge.pk)
    approvals.sign(approval=approval, answer="approve", by=leader)
    merges.carry_out(merge_id=merge.pk, caused_by=merge.written_in)
    merges.propose_undo(merge=merge, reason=undo, by=supervisor)


def _plant_request(world: World, things: Things) -> None:
    """A request to see the child, which waits for who answers for it."""
    sought = Sought(NAMES[0], CHILD_NUMBER)
    plea = access.Plea("visit", MARKERS["register.accessrequest.said"], "none", days=3)
    director = world.people["child_director"].actor
    request = access.request_access(sought=sought, plea=plea, by=director)
    with transaction.atomic():
        access_answers.pass_on(request_id=request.pk, caused_by=request.written_in)


def _plant_papers(child: Child, by: Actor) -> tuple[Document, ContactBar]:
    """A Word document, a sealed paper, and a bar on contact with the guardian."""
    content = docx(MARKERS["register.documentpart.content"])
    name = f"{MARKERS['register.document.file_name']}.docx"
    offer = documents.OfferedDocument(content, name, "other")
    document = documents.add(child=child, offered=offer, by=by)
    cleaned = Cleaned("pdf", 1, content, b"")
    offer = documents.OfferedDocument(content + b" ", name, "judicial")
    sealed = documents.keep(child=child, offered=offer, cleaned=cleaned, scan="none", by=by)
    guardian = child.ties.get(adult__name=NAMES[1]).adult
    assert guardian is not None
    said = {"adult": str(guardian.pk), "reason": MARKERS["register.contactbar.said"]}
    bar = ContactBar(
        child=child, said=said, adult_index=bars.index_of(guardian.pk), state="in_force",
        since=clock.today(),
    )  # fmt: skip
    with act(Verb.CHILD_AMEND, by=by, about=child.subject):
        # The action takes codes of the pack alone.
        amend(sealed, sealed_kind=MARKERS["register.document.sealed_kind"])
        bar.save(force_insert=True)
    return document, bar


def _plant_workbook(things: Things, by: Actor) -> None:
    """A workbook of which one sheet is read, with a column that nobody knows."""
    sheet, odd = (MARKERS[f"register.importedlist.{name}"] for name in ("only_sheets", "sheets"))
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    page.append([*HEADER.split(","), odd])
    page.append([*line_of(things.place.name, "周暗名", id_number(888)).split(","), "甲"])
    content = io.BytesIO()
    book.save(content)
    offer = OfferedList(content.getvalue(), "工作簿.xlsx", things.place, only_sheets=(sheet,))
    lists.upload(offered=offer, by=by)
