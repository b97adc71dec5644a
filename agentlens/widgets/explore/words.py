"""How is a selection said in a few words?"""

from collections.abc import Sequence

import pandas as pd

from agentlens import text
from agentlens.widgets.explore.selection import Period, Selection

__all__ = ["chips_of", "covered", "period_words", "sentence"]

_SHOWN = 3
_CUT = 60


def chips_of(selection: Selection) -> list[dict[str, str]]:
    """Return a chip for each part of a selection: its words, and by what it is taken away.

    >>> [chip["words"] for chip in chips_of(Selection(where={"device": "mobile"}, ids=["a"]))]
    ['device: mobile', '1 trace by id']
    """
    chips: list[dict[str, str]] = []
    if selection.current is not None:
        chips.append({"part": "current", "name": "", "words": period_words(selection.current)})
    for name, values in selection.where.items():
        chips.append({"part": "where", "name": name, "words": f"{name}: {_listed(values)}"})
    for name, (low, high) in selection.score.items():
        words = f"{name.replace('_', ' ')} {low:g} to {high:g}"
        chips.append({"part": "score", "name": name, "words": words})
    if selection.ids is not None:
        words = f"{text.plural(len(selection.ids), 'trace')} by id"
        chips.append({"part": "ids", "name": "", "words": words})
    return chips


def sentence(selection: Selection, n: int, share: float, metric: str) -> str:
    """Return what is selected, how much of the traffic it is, and what is looked at.

    Args:
        selection: which traces.
        n: how many they are.
        share: of the traffic.
        metric: whose chart it is.
    """
    parts = [chip["words"] for chip in chips_of(selection)] or ["everything"]
    said = f"{text.plural(n, 'trace')}, {text.share(share)} of the traffic"
    return f"{text.capital(metric)}: {'; '.join(parts)} ({said})."


def period_words(period: Period) -> str:
    """Return a period as people write it.

    >>> period_words((pd.Timestamp("2026-11-03 18:00Z"), pd.Timestamp("2026-11-04 00:00Z")))
    '3 Nov 18:00 to 4 Nov 00:00 UTC'
    """
    first, last = (f"{one.day} {one:%b %H:%M}" + _seconds(one) for one in period)
    return f"{first} to {last} UTC"


def covered(period: Period | None) -> str:
    """Return what a log covers, as a sentence.

    Args:
        period: from its first trace to its last; None of an empty log.
    """
    return "The log is empty." if period is None else f"The log covers {period_words(period)}."


def _seconds(time: pd.Timestamp) -> str:
    return f":{time:%S}" if time.second or time.microsecond else ""


def _listed(values: Sequence[object]) -> str:
    said = ["(missing)" if one is None else _cut(str(one)) for one in values]
    if not said:
        return "nothing"
    more = len(said) - _SHOWN
    return " or ".join(said[:_SHOWN]) + (f" or {more:,} more" if more > 0 else "")


def _cut(words: str) -> str:
    return words if len(words) <= _CUT else f"{words[: _CUT - 1]}…"
