"""How large is the share that fails each check, and between which values does it lie?"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from agentlens.measures.estimate import estimate
from agentlens.measures.metric import Metric
from agentlens.measures.rows import Rows, metric_rows
from agentlens.scoring.checks.check import Check
from agentlens.scoring.checks.found import FAIL, NONE, Found
from agentlens.tables.log import Log

__all__ = ["frame_of"]

_SHOWN = 4
_FAILING = Metric("check", "rate", "lower", "share", "1", meaning="share of traces that fail")


def frame_of(
    log: Log, answers: Sequence[tuple[Check, Found]], level: float
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return a row a check, and sentences on the weights of traces.

    Args:
        log: what was checked.
        answers: the checks and what each found.
        level: of the intervals.
    """
    base = metric_rows(log, "traffic") if len(log) else None
    rows = [_row(base, one, found, level) for one, found in answers]
    return pd.DataFrame(rows), base.notes if base is not None else ()


def _row(base: Rows | None, check: Check, found: Found, level: float) -> dict[str, object]:
    n, failed = int(found.applies.sum()), int(found.failed.sum())
    share, low, high = _estimated(base, found, level)
    return {
        "check": check.name,
        "n": n,
        "failed": failed,
        "passed": n - failed,
        "share": share,
        "low": low,
        "high": high,
        "not_applicable": len(found.verdict) - n,
        "why_not": found.absent or _said(found.tally(NONE)),
        "kinds": _said(found.tally(FAIL)),
        "severity": check.severity,
        "claims_meaning": check.claims_meaning,
        "question": check.question,
        "edition": check.edition,
    }


def _estimated(base: Rows | None, found: Found, level: float) -> tuple[float, float, float]:
    """Return the failing share of all traffic with its interval; weights and clusters count."""
    if base is None:
        return np.nan, np.nan, np.nan
    here = base.only(found.applies[base.positions])
    failed = found.failed[here.positions].astype(np.float64)
    rows = replace(here, metric=_FAILING, numerator=failed)
    one = estimate(rows, np.zeros(failed.size, dtype=np.int64), 1, level).iloc[0]
    return float(one["value"]), float(one["low"]), float(one["high"])


def _said(counts: Mapping[str, int]) -> str:
    every = [f"{kind} {n:,}" for kind, n in counts.items()]
    more = len(every) - _SHOWN
    return "; ".join(every[:_SHOWN] + ([f"{more} more"] if more > 0 else []))
