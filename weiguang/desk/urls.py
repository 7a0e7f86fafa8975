"""The addresses of the pages that join apps."""

from django.urls import path

from weiguang.desk import views

urlpatterns = [
    path("", views.home, name="home"),
    path("children/<uuid:child_id>/", views.child, name="child"),
    path("children/<uuid:child_id>/purpose/", views.purpose, name="child_purpose"),
]
