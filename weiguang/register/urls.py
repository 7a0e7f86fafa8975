"""The addresses of the register: children, and the lists imported into it."""

from django.urls import path

from weiguang.register.views import (
    amend,
    categories,
    child,
    import_rows,
    imports,
    listing,
    merges,
    reading,
    shelter,
)

CATEGORY = "<uuid:child_id>/categories/<uuid:category_id>/"
urlpatterns = [
    path("", listing.children, name="children"),
    path("find/", listing.search, name="children_search"),
    path("new/", child.new, name="child_new"),
    path("proposals/", categories.proposals, name="proposals"),
    path("imports/", imports.imports, name="imports"),
    path("imports/new/", imports.upload, name="import_upload"),
    path("imports/<uuid:list_id>/", imports.show, name="import"),
    path("imports/<uuid:list_id>/columns/", imports.columns, name="import_columns"),
    path("imports/<uuid:list_id>/confirm/", imports.confirm, name="import_confirm"),
    path("imports/<uuid:list_id>/rows/", imports.download, name="import_download"),
    path("imports/<uuid:list_id>/undo/", imports.undo, name="import_undo"),
    path("imports/<uuid:list_id>/discard/", imports.discard, name="import_discard"),
    path("imports/rows/<uuid:row_id>/", import_rows.row, name="import_row"),
    path("imports/rows/<uuid:row_id>/decide/", import_rows.decide, name="import_row_decide"),
    path("imports/rows/<uuid:row_id>/leave/", import_rows.leave_out, name="import_row_leave"),
    path("<uuid:child_id>/show/<str:field>/", reading.show, name="child_reveal"),
    path("<uuid:child_id>/amend/<slug:part>/", amend.amend, name="child_amend"),
    path("<uuid:child_id>/seen/", amend.confirm_residence, name="residence_confirm"),
    path("<uuid:child_id>/safety/", shelter.begin, name="safety_move"),
    path("<uuid:child_id>/safety/end/", shelter.end, name="safety_end"),
    path("<uuid:child_id>/merge/", merges.choose, name="merge_choose"),
    path("<uuid:child_id>/merge/<uuid:other_id>/", merges.propose, name="merge_propose"),
    path("merges/<uuid:merge_id>/", merges.show, name="merge"),
    path("merges/<uuid:merge_id>/undo/", merges.undo, name="merge_undo"),
    path("<uuid:child_id>/readers/", reading.readers_list, name="child_readers"),
    path("<uuid:child_id>/categories/new/", categories.propose, name="category_propose"),
    path(f"{CATEGORY}decide/", categories.decide, name="category_decide"),
    path(f"{CATEGORY}end/", categories.propose_end, name="category_propose_end"),
    path(f"{CATEGORY}end/decide/", categories.decide_end, name="category_decide_end"),
]
