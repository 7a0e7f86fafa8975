"""What people type to find a place or a person."""

from django import forms
from django.utils.translation import gettext_lazy as _


class PlaceSearch(forms.Form):
    """Part of a place's name, its pinyin or its initials."""

    text = forms.CharField(label=_("名称、拼音或拼音首字母"), max_length=40, required=False)


class PersonSearch(forms.Form):
    """Part of a person's name or login."""

    text = forms.CharField(label=_("姓名或登录名"), max_length=40, required=False)
