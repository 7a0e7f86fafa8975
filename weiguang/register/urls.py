"""The addresses of the register: children, and the lists imported into it."""

from django.urls import path

from weiguang.register.views import amend, categories, child, listing, reading

CATEGORY = "<uuid:child_id>/categories/<uuid:category_id>/"
urlpatterns = [
    path("", listing.children, name="children"),
    path("find/", listing.search, name="children_search"),
    path("new/", child.new, name="child_new"),
    path("proposals/", categories.proposals, name="proposals"),
    path("<uuid:child_id>/show/<str:field>/", reading.show, name="child_reveal"),
    path("<uuid:child_id>/amend/<slug:part>/", amend.amend, name="child_amend"),
    path("<uuid:child_id>/seen/", amend.confirm_residence, name="residence_confirm"),
    path("<uuid:child_id>/readers/", reading.readers_list, name="child_readers"),
    path("<uuid:child_id>/categories/new/", categories.propose, name="category_propose"),
    path(f"{CATEGORY}decide/", categories.decide, name="category_decide"),
    path(f"{CATEGORY}end/", categories.propose_end, name="category_propose_end"),
    path(f"{CATEGORY}end/decide/", categories.decide_end, name="category_decide_end"),
]
