"""The addresses of the inbox and of approvals."""

from django.urls import path

from weiguang.tasks.views import approvals, notices, tasks

urlpatterns = [
    path("", tasks.mine, name="inbox"),
    path("new/", tasks.errand, name="task_new"),
    path("below/", tasks.in_my_places, name="tasks_below"),
    path("hand-over/", tasks.hand_over, name="tasks_hand_over"),
    path("approvals/", approvals.approvals, name="approvals"),
    path("approvals/<uuid:approval_id>/", approvals.show, name="approval"),
    path("approvals/<uuid:approval_id>/sign/", approvals.sign, name="approval_sign"),
    path("approvals/<uuid:approval_id>/again/", approvals.ask_again, name="approval_again"),
    path("approvals/<uuid:approval_id>/withdraw/", approvals.withdraw, name="approval_withdraw"),
    path("notices/", notices.notices, name="notices"),
    path("notices/test/", notices.try_notice, name="notice_try"),
    path("<uuid:task_id>/", tasks.show, name="task"),
    path("<uuid:task_id>/finish/", tasks.finish, name="task_finish"),
    path("<uuid:task_id>/pause/", tasks.pause, name="task_pause"),
    path("<uuid:task_id>/resume/", tasks.resume, name="task_resume"),
]
