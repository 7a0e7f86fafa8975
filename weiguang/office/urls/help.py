"""The guides."""

from django.urls import path

from weiguang.office.views import help as views

urlpatterns = [
    path("", views.guides, name="guides"),
    path("<slug:name>/", views.guide, name="guide"),
]
