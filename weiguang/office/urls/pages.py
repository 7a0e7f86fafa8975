"""Places and posts, accounts, audit, operations."""

from django.urls import path

from weiguang.office.views import (
    audit,
    coverage,
    due_seats,
    operations,
    organisations,
    people,
    places,
    posts,
)

urlpatterns = [
    path("places/", places.places, name="office_places"),
    path("places/search/", places.search, name="office_places_search"),
    path("places/coverage/", coverage.coverage, name="office_coverage"),
    path("places/vacant/", due_seats.vacant, name="office_vacant"),
    path("places/ending/", due_seats.ending, name="office_ending"),
    path("places/<uuid:place_id>/", places.place, name="office_place"),
    path("places/<uuid:place_id>/organisations/", organisations.new, name="office_organisation"),
    path("places/<uuid:place_id>/posts/", posts.establish, name="office_establish"),
    path("places/posts/<uuid:post_id>/", posts.choose, name="office_post"),
    path("places/posts/<uuid:post_id>/search/", posts.search, name="office_post_search"),
    path("places/posts/<uuid:post_id>/fill/<uuid:person_id>/", posts.fill, name="office_fill"),
    path("places/holdings/<uuid:holding_id>/", posts.vacate, name="office_vacate"),
    path("people/", people.people, name="office_people"),
    path("people/search/", people.search, name="office_people_search"),
    path("people/new/", people.new, name="office_new_person"),
    path("people/<uuid:account_id>/", people.person, name="office_person"),
    path("people/<uuid:account_id>/close/", people.close, name="office_close"),
    path("people/<uuid:account_id>/reopen/", people.reopen, name="office_reopen"),
    path("people/<uuid:account_id>/reset/", people.reset, name="office_reset"),
    path("people/<uuid:account_id>/factor/", people.reset_factor, name="office_reset_factor"),
    path("people/<uuid:account_id>/unlock/", people.unlock, name="office_unlock"),
    path("audit/", audit.events, name="office_events"),
    path("audit/search/", audit.search, name="office_events_search"),
    path("audit/chain/", audit.sealed, name="office_chain"),
    path("audit/chain/verify/", audit.verify, name="office_verify"),
    path("audit/matrix/", audit.matrix, name="office_matrix"),
    path("operations/", operations.operations, name="office_operations"),
    path("operations/<int:number>/retry/", operations.retry, name="office_retry"),
]
