"""How do verdicts of checks become rows of the scores?"""

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

import numpy as np
import pandas as pd

from agentlens.scoring.checks.check import Check
from agentlens.scoring.checks.found import NONE, PASS, Found
from agentlens.stats.arrays import Flags
from agentlens.tables.conform import conform
from agentlens.tables.log import Log
from agentlens.tables.match import among
from agentlens.tables.schema import SCORES
from agentlens.tables.weights import chance

__all__ = ["with_scores"]

_NAMED = 12


def with_scores(log: Log, answers: Sequence[tuple[Check, Found]], now: pd.Timestamp) -> Log:
    """Return the log with the verdicts in its scores, in the place of earlier ones of the same.

    A trace to which a check does not apply has no row. `inclusion_p` is the probability with which
    `sample` chose the trace: 1 unless it did, since a check looks at every trace that is there.

    Args:
        log: what was checked.
        answers: the checks and what each found.
        now: when that was.
    """
    kept = log.scores[~_same(log, [one for one, _ in answers])]
    p = chance(log.traces)
    new = [_rows(log, one, found, p, now) for one, found in answers if found.applies.any()]
    if not new:
        same = len(kept) == len(log.scores)
        return log if same else replace(log, scores=kept.reset_index(drop=True))
    fresh = conform(pd.concat(new, ignore_index=True), SCORES).frame
    scores = pd.concat([kept, fresh], ignore_index=True) if len(kept) else fresh
    return replace(log, scores=scores)


def _rows(log: Log, check: Check, found: Found, p: np.ndarray, now: pd.Timestamp) -> pd.DataFrame:
    here = np.flatnonzero(found.verdict != NONE)
    passed = found.verdict[here] == PASS
    evidence = found.evidence[here]
    ids = log.traces["trace_id"].astype("str").iloc[here].reset_index(drop=True)
    return pd.DataFrame(
        {
            "score_id": f"{_key(check)}-" + ids,
            "trace_id": ids,
            "name": check.name,
            "value": found.value[here],
            "label": np.where(passed, "pass", "fail"),
            "kind": "numeric" if check.graded else "boolean",
            "source": "check",
            "rubric": check.name,
            "rubric_version": check.edition,
            "time": now,
            "comment": pd.Series(evidence, dtype="str").replace("", None),
            "inclusion_p": p[here],
        }
    )


def _key(check: Check) -> str:
    """Return what the ids of a check's scores begin with, the same whenever it runs."""
    return sha256(check.label.encode(errors="backslashreplace")).hexdigest()[:_NAMED]


def _same(log: Log, checks: Sequence[Check]) -> Flags:
    """Return which scores these checks gave to these traces before."""
    scores = log.scores
    if not len(scores) or not {"source", "rubric_version"} <= {*scores.columns}:
        return np.zeros(len(scores), dtype=bool)
    labels = scores["name"].astype("str") + "@" + scores["rubric_version"].astype("str")
    ours = labels.isin([one.label for one in checks]) & (scores["source"] == "check")
    marked = ours.fillna(value=False).to_numpy(dtype=bool)
    return np.asarray(marked & among(scores["trace_id"], log.traces["trace_id"]), dtype=bool)
