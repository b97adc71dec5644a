"""What moved in a column, in a few words?"""

import numpy as np

from agentlens import text
from agentlens.analysis.drift.answer import Answer, label_of
from agentlens.analysis.drift.columns import Column
from agentlens.stats.arrays import Floats

__all__ = ["level_of", "said"]

_NEW = 0.5


def said(answer: Answer) -> str:
    """Return what moved, such as "complaint 7% -> 28%"; nothing where nothing could be compared."""
    if not answer.share.size or answer.row.get("words"):
        return str(answer.row.get("words", ""))
    column = answer.column
    if column.is_number:
        return _number(column, answer.share)
    before, now = (
        text.share(float(share[answer.mover]), n)
        for share, n in zip(answer.share, answer.n, strict=True)
    )
    what = "" if column.is_flag else f"{label_of(column, answer.mover)} "
    return f"{what}{before} -> {now}{_come_and_gone(answer)}"


def level_of(answer: Answer, arm: int) -> float:
    """Return the number that stands for a period: a share, or a median."""
    if not answer.share.size:
        return float("nan")
    if answer.column.is_number:
        return _quantile(answer.column.value, answer.share[arm], 0.5)
    return float(answer.share[arm][answer.mover])


def _number(column: Column, share: Floats) -> str:
    unit = column.unit if column.unit in {"s", "USD", "share", "tokens"} else ""
    for name, q in (("median", 0.5), ("p90", 0.9), ("p10", 0.1)):
        before, now = (_quantile(column.value, one, q) for one in share)
        if before != now:
            shown = [text.number(one, unit) for one in (before, now)]
            if shown[0] != shown[1]:
                return f"{name} {shown[0]} -> {shown[1]}"
    before, now = (float(one @ column.value) for one in share)
    return f"mean {text.number(before, unit)} -> {text.number(now, unit)}"


def _come_and_gone(answer: Answer) -> str:
    """Return which categories are new and which are seen no more, the mover left aside."""
    column, (before, now) = answer.column, answer.share
    if column.is_flag:
        return ""
    least = [_NEW / max(n, 1) for n in answer.n]
    told = []
    for how, gone, here, enough in (
        ("new", before, now, least[1]),
        ("gone", now, before, least[0]),
    ):
        held = np.flatnonzero((gone == 0) & (here > enough))
        names = [label_of(column, int(one)) for one in held]
        if names:
            told.append(f"{how}: {text.listed(names, most=3)}")
    return f" ({'; '.join(told)})" if told else ""


def _quantile(value: Floats, share: Floats, q: float) -> float:
    reached = np.cumsum(share)
    return float(value[min(int(np.searchsorted(reached, q * reached[-1])), value.size - 1)])
