"""The pages for what no view answered: the same shape as every other error."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from weiguang.kernel.errors import Invalid, NotFoundOrRefused, WeiguangError


class FormExpired(WeiguangError):  # noqa: N818 - named as in kernel.errors
    """The form's secret did not come along: it was open too long, or came from another site."""

    code = "form_expired"
    http_status = 403
    default_what = _("这张表单已经过期。")
    default_to_what = _("刚才填的内容没有保存。")
    default_what_next = _("请返回上一页，刷新后再提交一次。")


class NoPost(NotFoundOrRefused):
    """Nothing at all is this person's, because today she is on no post."""

    default_what = _("您现在没有在任的岗位。")
    default_to_what = _("所以看不到工作内容；您的账号没有问题。")
    default_what_next = _("需要工作时，请找安全管理员安排岗位。")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No such address; told in the same words as a page that is not the reader's."""
    return _page(request, NotFoundOrRefused())


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that cannot be understood."""
    return _page(request, Invalid())


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Refused by the machinery before any view."""
    return _page(request, NotFoundOrRefused())


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its secret."""
    return _page(request, FormExpired())


def broken(request: HttpRequest) -> HttpResponse:
    """Our own mistake; says nothing of what it was."""
    return _page(request, WeiguangError())


def _page(request: HttpRequest, error: WeiguangError) -> HttpResponse:
    return render(request, "web/error.html", {"error": error}, status=error.http_status)
