"""Whether what somebody typed means a name: its characters, its pinyin, or its initials."""

from functools import lru_cache

from pypinyin import Style, lazy_pinyin


def means(typed: str, name: str) -> bool:
    """Whether the typed text is part of the name, its pinyin or its initials.

    >>> [means(typed, "双桥村") for typed in ("双桥", "shuangqiao", "sqc", "qiao cun", "lqc")]
    [True, True, True, True, False]
    """
    wanted = "".join(typed.lower().split())
    return bool(wanted) and any(wanted in key for key in _keys(name))


@lru_cache(maxsize=4096)
def _keys(name: str) -> tuple[str, str, str]:
    return (
        "".join(name.lower().split()),
        "".join(lazy_pinyin(name)).lower(),
        "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower(),
    )
