"""Which Result of an earlier report answered the same question, though another week stands in it?"""

import re
from collections import defaultdict
from collections.abc import Mapping

from agentlens.report.since.known import Remembered

__all__ = ["LISTS", "Pair", "masked", "paired"]

Pair = tuple[str | None, str | None]
"""The names of the earlier and of the new Result; None where there is none."""

LISTS = frozenset({"alert", "backtest", "charts", "check", "check_slos"})
"""Verbs whose title lists what they hold: one promise more is still the same scorecard."""

_TIME = r"(?:[ T]\d{2}:\d{2}(?::\d{2})?)?"
_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_COUNTED = "trace|result|chart|failure|user|label|judge|case|row|metric"
_PASSING = re.compile(
    rf"\d{{4}}-W\d{{2}}|\d{{4}}-\d{{2}}-\d{{2}}{_TIME}|\d{{1,2}} {_MONTH}(?: \d{{4}})?{_TIME}"
    rf"|(?<![\w.,=-])\d[\d,]*(?: [a-z]+)? (?:{_COUNTED})s?\b"
    r"|(?<![\w.,=-])\d[\d,]*(?:\.\d+)?%|(?<=@)\d\w*"
)


def masked(words: str) -> str:
    """Return words without what passes: dates, counts, shares and the version of a rubric.

    >>> masked("Drift in task_type, 2026-11-02 to 2026-11-09 10:00"), masked("Worst of 4,219 traces")
    ('Drift in task_type, … to …', 'Worst of …')
    >>> masked("release 2026.11.1 against 2026.11.0"), masked("Judge on tone@3")
    ('release 2026.11.1 against 2026.11.0', 'Judge on tone@…')
    """
    return _PASSING.sub("…", words)


def paired(before: Mapping[str, Remembered], now: Mapping[str, Remembered]) -> list[Pair]:
    """Return the Results of two reports by their question: the new ones in order, then the gone.

    Args:
        before: of the earlier report, by name.
        now: of the new one.
    """
    waiting: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, one in before.items():
        waiting[_asked(one)].append(name)
    pairs: list[Pair] = []
    for name, one in now.items():
        same = waiting[_asked(one)]
        pairs.append((same.pop(0) if same else None, name))
    return [*pairs, *((name, None) for names in waiting.values() for name in names)]


def _asked(one: Remembered) -> tuple[str, str]:
    return one.verb, "" if one.verb in LISTS else masked(one.title)
