"""Places and posts, accounts, audit, operations."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
