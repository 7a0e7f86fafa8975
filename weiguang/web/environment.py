"""The Jinja2 environment of every page: what templates may call, and how values are written."""

from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, Final
from uuid import UUID

from django.template.backends.utils import csrf_input
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django_vite.templatetags.django_vite import vite_asset
from jinja2 import StrictUndefined
from markupsafe import Markup

from weiguang.kernel import clock, wording
from weiguang.web.spoken import SpokenEnvironment

# Stands in an address for the id that will be put there.
NOBODY: Final = UUID(int=0)


def environment(**options: Any) -> SpokenEnvironment:
    """Jinja2 as we use it: escaping everything, and failing on a name that does not exist."""
    made = SpokenEnvironment(
        autoescape=True,
        undefined=StrictUndefined,
        loader=options["loader"],
        auto_reload=options["auto_reload"],
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext, translation.ngettext, newstyle=True, pgettext=translation.pgettext
    )
    made.globals.update(url=url, csrf=csrf, assets=assets, now=clock.now)
    made.filters.update(
        day=day,
        moment=moment,
        until=until,
        tabular=tabular,
        listed=wording.listed,
        clauses=wording.clauses,
    )
    return made


def url(name: str, /, **parts: Any) -> str:
    """The address of a page by its name."""
    if len(parts) == 1:
        ((key, value),) = parts.items()
        if isinstance(value, UUID):
            return _address_of_nobody(name, key).replace(str(NOBODY), str(value))
    return reverse(name, kwargs=parts)


@cache
def _address_of_nobody(name: str, key: str) -> str:
    """Finding an address costs more than filling it in, and a list holds fifty of one kind."""
    return reverse(name, kwargs={key: NOBODY})


def csrf(request: Any) -> Markup:
    """The hidden field without which no form is accepted."""
    return Markup(csrf_input(request))  # noqa: S704 - made by Django


def assets(entry: str) -> Markup:
    """The tags that load a built script and its styles."""
    return Markup(vite_asset(entry))  # noqa: S704 - made from our own manifest


def day(value: date | None, *, otherwise: str = "") -> str:
    """A date in words: 2016年2月29日."""
    return date_format(value, "DATE_FORMAT") if value else otherwise


def moment(value: datetime | None, *, otherwise: str = "") -> str:
    """A moment on the clock of China: 2016年2月29日 14:05."""
    if value is None:
        return otherwise
    local = timezone.localtime(value)
    return f"{date_format(local, 'SHORT_DATE_FORMAT')} {local:%H:%M}"


def until(value: datetime | None, *, otherwise: str = "") -> str:
    """When something is due: a moment, or, of the midnight that ends a day, that day."""
    if value is None:
        return otherwise
    local = timezone.localtime(value)
    if local.time() == time():
        return date_format(local - timedelta(microseconds=1), "SHORT_DATE_FORMAT")
    return moment(value)


def tabular(value: int) -> str:
    """A whole number with its thousands apart."""
    return f"{value:,}"
