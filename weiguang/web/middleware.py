"""What holds for every request: its language, what is kept of it, and how errors look."""

import logging
from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_cache_control

from weiguang.kernel.errors import NotFoundOrRefused, TooLarge, WeiguangError, whereabouts

Respond = Callable[[HttpRequest], HttpResponse]
logger = logging.getLogger(__name__)

# A form without a file; a page that takes more says so (`page`).
LARGEST_FORM: Final = 2_500_000


class NothingTooLarge:
    """Refuses what is declared too large for its page, or by no number, before a byte is read.

    Stands before every middleware that reads a form. What is longer than it declares is not read
    further than that.
    """

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.respond(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """The page for what is too large; None lets it in."""
        declared = request.META.get("CONTENT_LENGTH") or "0"
        largest = getattr(view, "largest_body", LARGEST_FORM)
        if not declared.isdecimal() or int(declared) > largest:
            request.asked = None  # type: ignore[attr-defined]
            return _told(request, TooLarge())
        return None


class NothingUnwritable:
    """Refuses an address with a character that no database can keep (NUL); forms refuse it too."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.respond(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """The page of what does not exist, which nothing at such an address does."""
        said = (value for values in request.GET.lists() for value in values[1])
        if "\0" in request.path or any("\0" in value for value in said):
            return _told(request, NotFoundOrRefused())
        return None


class LanguageOfTheAccount:
    """Who has logged in reads in the language of her account."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.respond(request)


class NothingIsKept:
    """No browser and no proxy keeps a page; it names people."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.respond(request)
        patch_cache_control(response, no_store=True, private=True)
        return response


class ErrorsAsPages:
    """Turns expected errors into pages in one place; a fragment gets the sentences alone."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.respond(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page for an expected error; None leaves any other to the server's own."""
        if not isinstance(error, WeiguangError):
            # Where alone: the words of an exception may hold what a person typed.
            match = request.resolver_match
            logger.error("%s behind %s", whereabouts(error), match.view_name if match else "?")
            return None
        return _told(request, error)


class SomebodyAsked:
    """A view that answered without asking for permission is our mistake, and is not shown."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.respond(request)
        if request.resolver_match and not hasattr(request, "asked") and response.status_code < 400:
            raise PermissionNotAskedError(str(request.resolver_match.view_name))
        return response


class PermissionNotAskedError(RuntimeError):
    """A view without `page` or `public`."""


def _told(request: HttpRequest, error: WeiguangError) -> HttpResponse:
    template = "web/error_part.html" if request.headers.get("HX-Request") else "web/error.html"
    return render(request, template, {"error": error}, status=error.http_status)
