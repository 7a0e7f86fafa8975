"""The second factor that some roles need: without it their holders are led to set it up."""

from django.http import HttpRequest, HttpResponseBase

from weiguang.network.authority import Actor


def missing_factor(request: HttpRequest, actor: Actor) -> HttpResponseBase | None:
    """Where to go first when a role of the actor needs a second factor that is not there."""
    return None
