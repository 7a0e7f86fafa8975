"""The addresses of children's views."""

from django.urls import path

from weiguang.voice import views

urlpatterns = [
    path("of/<uuid:child_id>/", views.listed, name="voices"),
    path("of/<uuid:child_id>/hear/", views.hear, name="voice_hear"),
    path("of/<uuid:child_id>/<uuid:view_id>/", views.show, name="voice"),
    path("of/<uuid:child_id>/<uuid:view_id>/answer/", views.answer, name="voice_answer"),
]
