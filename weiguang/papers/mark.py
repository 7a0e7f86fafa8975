"""What stands on every page of a paper going out: whose it is, why, when, and which one."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from weiguang.kernel.clock import CHINA


def on_paper(at: datetime) -> str:
    """A moment as papers write it, on the clock of China."""
    return at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")


@dataclass(frozen=True, slots=True)
class Mark:
    """The issuer, the purpose in words, the moment, and the running number of one paper.

    The number is that of the event by which it was issued, so that whoever finds a page can ask
    the auditor.
    """

    issuer: str
    purpose: str
    at: datetime
    number: int

    @property
    def moment(self) -> str:
        """When it was issued, on the clock of China."""
        return on_paper(self.at)

    @property
    def line(self) -> str:
        """Everything in one line, with what must be kept in mind."""
        said = {
            "purpose": self.purpose, "name": self.issuer, "at": self.moment, "number": self.number,
        }  # fmt: skip
        return _(
            "用途：%(purpose)s　导出人：%(name)s　%(at)s　编号 %(number)s　"
            "内有未成年人信息，只限工作使用，用后销毁"
        ) % {key: str(value) for key, value in said.items()}

    @property
    def ground(self) -> str:
        """What is written slantwise under the text of a page."""
        return f"{self.issuer} {self.moment} {self.purpose} {self.number}"
