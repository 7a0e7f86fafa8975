"""The addresses of the register: children, and the lists imported into it."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
