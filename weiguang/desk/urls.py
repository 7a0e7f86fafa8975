"""The addresses of the pages that join apps."""

from django.urls import path

from weiguang.desk import views

urlpatterns = [
    path("", views.home, name="home"),
]
