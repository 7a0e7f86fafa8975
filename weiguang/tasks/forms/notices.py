"""By which way a person wants to be told, where, and at what times."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from weiguang.tasks.channels import address_in, allowed
from weiguang.tasks.models.notices import Channel
from weiguang.tasks.queries.notices import Way, slots

ADDRESS_MAX: Final = 500
HELP: Final[dict[Channel, Any]] = {
    Channel.EMAIL: _("请填单位邮箱。"),
    Channel.WECOM: _("在只有您自己的群里添加群机器人，把它的 Webhook 地址粘贴到这里。"),
    Channel.DINGTALK: _(
        "在只有您自己的群里添加自定义机器人，安全设置选“自定义关键词”，"
        "关键词填“待办”，再把 Webhook 地址粘贴到这里。"
    ),
}


class ChannelForm(forms.Form):
    """Which way is meant; one that the city does not allow is none."""

    channel = forms.TypedChoiceField(widget=forms.HiddenInput, coerce=Channel)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(each.value, each.label) for each in allowed()]
        self.fields["channel"].choices = offered  # type: ignore[attr-defined]


class NoticeForm(ChannelForm):
    """How one is told by one way; what is kept of an address is never shown again."""

    address = forms.CharField(
        max_length=ADDRESS_MAX, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    slots = forms.MultipleChoiceField(
        label=_("每个工作日什么时候提醒"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("按小时计的急事不等到这些时间，随到随提醒。"),
    )  # fmt: skip
    is_on = forms.BooleanField(label=_("用这个方式提醒我"), required=False)

    def __init__(self, way: Way, *args: Any, **kwargs: Any) -> None:
        kept, channel = way.choice, way.channel
        initial = {
            "channel": channel,
            "slots": kept.slots if kept else [code for code, _label in slots()],
            "is_on": kept.is_on if kept else True,
        }
        super().__init__(*args, initial=initial, auto_id=f"{channel}_%s", **kwargs)
        self.way = way
        self.fields["slots"].choices = slots()  # type: ignore[attr-defined]
        field = self.fields["address"]
        field.label = _("邮箱地址") if channel is Channel.EMAIL else _("机器人的 Webhook 地址")
        field.help_text, field.required = HELP[channel], kept is None
        if kept:
            field.label, field.help_text = _("换一个地址"), _("不换就不用填。")

    def clean_address(self) -> str:
        """A typed address must be one to which something may be sent."""
        typed: str = self.cleaned_data["address"].strip()
        if typed and address_in(self.way.channel, typed) is None:
            raise forms.ValidationError(_("这个地址不能用来接收提醒，请核对后整个粘贴。"))
        return typed
