"""The addresses of assessments, levels and instruments."""

from django.urls import path

from weiguang.assessment.views import filling, instruments, results

urlpatterns = [
    path("instruments/", instruments.listed, name="instruments"),
    path("instruments/<slug:code>/<str:version>/", instruments.preview, name="instrument"),
    path(
        "instruments/<slug:code>/<str:before>/<str:after>/",
        instruments.changes,
        name="instrument_changes",
    ),
    path("of/<uuid:child_id>/", results.history, name="assessments"),
    path("of/<uuid:child_id>/new/", filling.new, name="assessment_new"),
    path("of/<uuid:child_id>/level/", results.set_level, name="level_set"),
    path("levels/<uuid:decision_id>/withdraw/", results.withdraw, name="level_withdraw"),
    path("<uuid:assessment_id>/", results.show, name="assessment"),
    path("<uuid:assessment_id>/fill/", filling.fill, name="assessment_fill"),
    path("<uuid:assessment_id>/save/", filling.save, name="assessment_save"),
    path("<uuid:assessment_id>/discard/", filling.discard, name="assessment_discard"),
    path("<uuid:assessment_id>/level/", results.set_from, name="assessment_level"),
]
