"""The addresses of conferences."""

from django.urls import path

from weiguang.conferences.views import calling, holding

urlpatterns = [
    path("of/<uuid:child_id>/", calling.listed, name="conferences"),
    path("of/<uuid:child_id>/new/", calling.new, name="conference_new"),
    path("decisions/<uuid:decision_id>/", holding.decision, name="conference_decision"),
    path("<uuid:conference_id>/", holding.show, name="conference"),
    path("<uuid:conference_id>/invite/", calling.invite, name="conference_invite"),
    path("<uuid:conference_id>/cancel/", calling.cancel, name="conference_cancel"),
    path("<uuid:conference_id>/record/", holding.record, name="conference_record"),
    path("<uuid:conference_id>/decide/", holding.decide, name="conference_decide"),
    path("<uuid:conference_id>/conclude/", holding.conclude, name="conference_conclude"),
    path("<uuid:conference_id>/sign/", holding.sign, name="conference_sign"),
    path("<uuid:conference_id>/paper/", holding.paper, name="conference_paper"),
    path(
        "<uuid:conference_id>/decisions/<uuid:decision_id>/drop/",
        holding.drop,
        name="conference_drop",
    ),
    path(
        "<uuid:conference_id>/people/<uuid:participant_id>/signed/",
        holding.sign_paper,
        name="conference_sign_paper",
    ),
]
