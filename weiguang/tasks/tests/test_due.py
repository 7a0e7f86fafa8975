"""How long is left, as a person would say it."""

from datetime import UTC, datetime

import pytest

from weiguang.kernel.clock import CHINA
from weiguang.tasks.queries.inbox import in_words
from weiguang.tasks.rules.due import Due, due

# Nine in the morning in China, on the 15th.
NOW = datetime(2024, 10, 15, 1, tzinfo=UTC)


def china(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2024, 10, day, hour, minute, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("at", "by_the_hour", "expected", "words"),
    [
        (china(15, 9, 38), True, Due("now", "minutes", 38), "剩 38 分钟"),
        (china(15, 12), True, Due("now", "hours", 3), "剩 3 小时"),
        (china(15, 8, 30), True, Due("late", "minutes", 30), "逾期 30 分钟"),
        (china(14, 9), True, Due("late", "hours", 24), "逾期 24 小时"),
        (china(16, 0), False, Due("today", "days", 0), "今天"),
        (china(17, 0), False, Due("week", "days", 1), "还有 1 天"),
        (china(23, 0), False, Due("week", "days", 7), "还有 7 天"),
        (china(24, 0), False, Due("later", "days", 8), "还有 8 天"),
        (china(15, 0), False, Due("late", "days", 1), "逾期 1 天"),
        (china(12, 0), False, Due("late", "days", 4), "逾期 4 天"),
    ],
)
def test_a_due_moment_stands_to_now_as_a_person_would_say(
    at: datetime, by_the_hour: bool, expected: Due, words: str
) -> None:
    stands = due(at, now=NOW, by_the_hour=by_the_hour)

    assert stands == expected
    assert in_words(stands) == words
