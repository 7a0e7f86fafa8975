"""Every address of the system."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("weiguang.desk.urls")),
    path("children/", include("weiguang.register.urls")),
    path("cases/", include("weiguang.cases.urls")),
    path("tasks/", include("weiguang.tasks.urls")),
    path("assessments/", include("weiguang.assessment.urls")),
    path("conferences/", include("weiguang.conferences.urls")),
    path("voices/", include("weiguang.voice.urls")),
    path("account/", include("weiguang.office.urls.account")),
    path("office/", include("weiguang.office.urls.pages")),
    path("help/", include("weiguang.office.urls.help")),
]
handler404 = "weiguang.web.errors.not_found"
handler400 = "weiguang.web.errors.bad_request"
handler403 = "weiguang.web.errors.forbidden"
handler429 = "weiguang.office.views.door.too_fast"
handler500 = "weiguang.web.errors.broken"
