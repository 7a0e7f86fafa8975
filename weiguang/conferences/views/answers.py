"""Doing what a form asks, and telling above it what was refused."""

from collections.abc import Callable

from django import forms

from weiguang.kernel.errors import Conflict, Invalid


def done(form: forms.Form, deed: Callable[[], object]) -> bool:
    """Whether it was done; what was refused is told above the form."""
    try:
        deed()
    except (Invalid, Conflict) as error:
        form.add_error(None, error.said)
        return False
    return True
