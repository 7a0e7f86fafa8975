"""Why a file is not read as a list, and how large a list may be.

The line a person reads names neither the file nor anything in it: file names hold children's names.
"""

from dataclasses import dataclass
from typing import Final

MESSAGES: Final = {
    "too_large": "文件太大，没有读取。请拆成几个较小的文件再导入。",
    "too_many": "行或列太多，没有读取。请删去多余的行列，或者拆成几个较小的文件再导入。",
    "bomb": "文件展开后过大，没有读取。请只保留名单所在的工作表，另存后再导入。",
    "macro": "文件里有宏，没有读取。请另存为不含宏的 xlsx 工作簿再导入。",
    "broken": "文件损坏、加了密码或没有传完，没有读取。请重新保存后再导入。",
    "not_a_list": ("这个文件不是表格，没有读取。请在表格软件里打开，另存为 xlsx 或 csv 再导入。"),
}


class UnreadableFileError(Exception):
    """The file cannot be read as a list; `message` says what to do, `reason` is a code."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.message = message


def refusal(reason: str) -> UnreadableFileError:
    """The error for a reason code, with its line."""
    return UnreadableFileError(reason, MESSAGES[reason])


@dataclass(frozen=True, slots=True)
class Limits:
    """Ceilings on what is read. `cells` bounds rows times columns of one sheet, empty ones too.

    Sheets that people fill pack ten to thirty times; what packs more than `times_packed` times and
    is larger than `never_mind_bytes` is nothing but repetition. `marks` bounds the separators in
    one line of text: far above the columns, since a cell in quotes may hold some.
    """

    file_bytes: int = 20 * 2**20
    unpacked_bytes: int = 200 * 2**20
    never_mind_bytes: int = 16 * 2**20
    times_packed: int = 100
    marks: int = 3_000
    members: int = 2_000
    rows: int = 200_000
    columns: int = 300
    cells: int = 12_000_000
