"""The addresses of cases."""

from django.urls import path

from weiguang.cases.views import cases, team

urlpatterns = [
    path("", cases.listed, name="cases"),
    path("of/<uuid:child_id>/new/", cases.new, name="case_new"),
    path("<uuid:case_id>/", cases.show, name="case"),
    path("<uuid:case_id>/step/<slug:action>/", cases.step, name="case_step"),
    path("<uuid:case_id>/team/", team.join, name="case_join"),
    path("<uuid:case_id>/team/<uuid:member_id>/leave/", team.leave, name="case_leave"),
    path("<uuid:case_id>/lead/", team.lead, name="case_lead"),
    path("<uuid:case_id>/note/", team.note, name="case_note"),
]
