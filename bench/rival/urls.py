"""The rival's pages."""

from django.urls import path

from bench.rival import views

urlpatterns = [
    path("children/", views.children, name="rival_children"),
    path("children/new/", views.create, name="rival_create"),
    path("children/<uuid:child_id>/", views.child, name="rival_child"),
    path("inbox/", views.inbox, name="rival_inbox"),
]
