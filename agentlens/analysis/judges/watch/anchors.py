"""Which traces are anchors, and what should be said of each?"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from agentlens.errors import BadInputError
from agentlens.scoring.reading.labels import labels_of
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.tables.frames import from_frames
from agentlens.tables.log import Log

__all__ = ["Anchors", "anchors_of"]

Anchors = tuple[Log, pd.Series]
"""The traces, and by trace_id what people agreed on: 1 pass, 0 fail."""

_LABELS = ("label", "value", "y", "verdict", "expected")
_WORDS = {"pass": 1.0, "fail": 0.0, "true": 1.0, "false": 0.0, "1": 1.0, "0": 0.0, "1.0": 1.0, "0.0": 0.0}  # fmt: skip
_READERS: dict[str, Callable[..., Any]] = {
    ".jsonl": lambda path: pd.read_json(path, lines=True, dtype={"trace_id": str}),
    ".csv": lambda path: pd.read_csv(path, dtype={"trace_id": str}),
    ".parquet": pd.read_parquet,
}
_ONCE = pd.Timestamp("2020-01-01", tz="UTC")


def anchors_of(given: object, rubric: Rubric | str) -> Anchors:
    """Return anchors as a log and the verdict that is right for each.

    Args:
        given: a Log with labels, a frame, or the path of a .jsonl, .csv or .parquet file: a row
            for each trace with its fields and a column `label` that says pass or fail.
        rubric: what is asked of them.
    """
    if isinstance(given, Log):
        labels = labels_of(given, rubric).frame
        known = labels[labels["y"].notna()].drop_duplicates("trace_id")
        y = known.set_index("trace_id")["y"]
        return _told(given, y)
    frame = _frame(given)
    name = next((one for one in _LABELS if one in frame), None)
    if name is None:
        message = (
            f"Anchors need a column `label` that says pass or fail; found"
            f" {', '.join(map(str, frame.columns))}."
        )
        raise BadInputError(message)
    said = frame[name].astype("str").str.strip().str.lower()
    strange = sorted({*said} - {*_WORDS})
    if strange:
        message = f"An anchor's {name} is 'pass' or 'fail', not {strange[0]!r}."
        raise BadInputError(message)
    traces = frame.drop(columns=name)
    if "trace_id" not in traces:
        traces = traces.assign(trace_id=[f"anchor-{place:04d}" for place in range(len(traces))])
    if "start" not in traces:
        traces = traces.assign(start=_ONCE)
    y = pd.Series(said.map(_WORDS).to_numpy(), index=traces["trace_id"].astype("str").to_numpy())
    twice = y.index[y.index.duplicated()]
    if len(twice):
        message = f"The anchor {twice[0]!r} stands twice; each trace has one right verdict."
        raise BadInputError(message)
    return _told(from_frames(traces), y)


def _frame(given: object) -> pd.DataFrame:
    if isinstance(given, pd.DataFrame):
        return given.reset_index(drop=True)
    if not isinstance(given, (str, Path)):
        message = f"anchors is a Log, a frame or the path of a file, not {type(given).__name__}."
        raise BadInputError(message)
    path = Path(given)
    reader = _READERS.get(path.suffix)
    if reader is None:
        message = f"Anchors are read from .jsonl, .csv or .parquet, not from {path.name!r}."
        raise BadInputError(message)
    if not path.is_file():
        message = f"There is no file {str(path)!r} to read anchors from."
        raise BadInputError(message)
    frame: pd.DataFrame = reader(path)
    return frame


def _told(log: Log, y: pd.Series) -> Anchors:
    here = log.traces["trace_id"].isin(y.index)
    if not here.any():
        message = "None of these anchors has a label that says pass or fail."
        raise BadInputError(message)
    part = log.where(trace_id=log.traces["trace_id"][here].tolist())
    return part, y.reindex(part.traces["trace_id"].to_numpy()).astype(np.float64)
