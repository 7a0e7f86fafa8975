"""The door, and what a person does with her own account."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
