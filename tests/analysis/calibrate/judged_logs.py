"""Which judged and labelled logs, of known truth, are calibrations tried on?"""

from dataclasses import replace

import numpy as np
import pandas as pd

from agentlens.tables.frames import from_frames
from agentlens.tables.log import Log

__all__ = ["START", "judged_log", "labels", "relabelled", "told", "verdicts"]

START = pd.Timestamp("2026-11-01", tz="UTC")


def told(both: int, person: int, judge: int, neither: int) -> tuple[np.ndarray, np.ndarray]:
    """Return what people and the judge say, from the four counts."""
    counts = [both, person, judge, neither]
    return np.repeat([1.0, 1.0, 0.0, 0.0], counts), np.repeat([1.0, 0.0, 1.0, 0.0], counts)


def verdicts(ids: pd.Series, value: np.ndarray, **more: object) -> pd.DataFrame:
    """Return rows of scores by a judge; NaN is no verdict."""
    base: dict[str, object] = {
        "score_id": "j" + ids,
        "trace_id": ids,
        "name": "met",
        "value": value,
        "kind": "boolean",
        "source": "judge",
        "rubric": "met",
        "rubric_version": "1",
        "judge_model": "small-1",
        "judge_id": "aa11bb22cc33dd44",
        "inclusion_p": 1.0,
        "time": START + pd.Timedelta("3D"),
    }
    return pd.DataFrame({**base, **more})


def labels(ids: pd.Series, value: np.ndarray, **more: object) -> pd.DataFrame:
    """Return rows of scores by a person; NaN is unsure."""
    base: dict[str, object] = {
        "score_id": "h" + ids,
        "trace_id": ids,
        "name": "met",
        "value": value,
        "kind": "boolean",
        "source": "human",
        "rater": "ana",
        "rubric": "met",
        "rubric_version": "1",
        "stage": "uniform",
        "split": "test",
        "reference": "single rater",
        "inclusion_p": 0.5,
        "time": START + pd.Timedelta("4D") + pd.to_timedelta(np.arange(len(ids)), unit="s"),
    }
    return pd.DataFrame({**base, **more})


def judged_log(
    person: np.ndarray,
    judge: np.ndarray,
    labelled: np.ndarray | int,
    *,
    prefix: str = "t",
    start: pd.Timestamp = START,
    seed: int = 0,
    columns: dict[str, object] | None = None,
    how: dict[str, object] | None = None,
    by: dict[str, object] | None = None,
) -> Log:
    """Return traces that all have a verdict, and labels of some of them.

    Args:
        person: what people would say of each, 1, 0 or NaN for unsure.
        judge: what the judge says, NaN for no verdict.
        labelled: places of the labelled ones, or how many are drawn at random.
        prefix: of the trace ids.
        start: of the window of two days.
        seed: of the draw.
        columns: of the traces, beside.
        how: columns of the labels.
        by: columns of the verdicts.
    """
    n = len(person)
    ids = pd.Series([f"{prefix}{place}" for place in range(n)], dtype="str")
    if isinstance(labelled, int):
        labelled = np.random.default_rng(seed).choice(n, labelled, replace=False)
    moments = start + pd.to_timedelta(np.linspace(0, 2 * 86400, n), unit="s")
    traces = pd.DataFrame({"trace_id": ids, "start": moments, **(columns or {})})
    mine = ids.iloc[labelled].reset_index(drop=True)
    told_ = labels(mine, person[labelled], **(how or {}))
    parts = [verdicts(ids, judge, **(by or {}))] + ([told_] if len(mine) else [])
    return from_frames(traces, scores=pd.concat(parts, ignore_index=True))


def relabelled(log: Log, *, without: str) -> Log:
    """Return the log whose scores lost a column on the way."""
    return replace(log, scores=log.scores.drop(columns=without))
