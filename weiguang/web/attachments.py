"""Files that leave: saved, never opened in the page, and able to do nothing if they are."""

from typing import Final

from django.http import HttpResponse

HARMLESS: Final = "sandbox; default-src 'none'"


def attachment(content: bytes, *, name: str, media: str) -> HttpResponse:
    """The bytes to save under a name, which must name nobody."""
    answer = HttpResponse(content, content_type=media)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Content-Security-Policy"] = HARMLESS
    return answer
