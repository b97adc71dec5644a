"""What did people say of which traces, once they are counted together?"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from agentlens.analysis.failures.columns import texts_of
from agentlens.errors import BadInputError, UnknownNameError

__all__ = ["Marks", "marks_of"]

_LABELS = ("pass", "fail", "unsure")
_TEXTS = ("note", "expected", "code", "must_match", "must_not_match", "rubric")
_COLUMNS = ("trace_id", "rater", *_TEXTS)


@dataclass(frozen=True, eq=False)
class Marks:
    """Who failed, and how many others there were.

    Attributes:
        fails: a row per failed trace: trace_id, rater, time and what was said of it; "" for nothing.
        skipped: how many traces passed, were unsure, or were disputed between people.
        repeated: marks that say of a trace what another mark says, too.
    """

    fails: pd.DataFrame
    skipped: dict[str, int]
    repeated: int


def marks_of(given: Any) -> Marks:
    """Return marks, settled: of one person's marks the newest counts; pass against fail is disputed.

    The order in which marks stand does not matter.

    Args:
        given: a frame with trace_id and label ("pass", "fail" or "unsure") and, where known, rater,
            time, note, expected, code, must_match, must_not_match, rubric; a mapping of trace id
            to label; ids of failed traces; or anything that has such a frame as `labels`.

    Example:
        >>> marks_of({"a": "fail", "b": "pass"}).fails["trace_id"].tolist()
        ['a']
    """
    marks = _checked(_frame(given))
    kept = _newest(marks)
    said = kept.groupby("trace_id")["label"].agg(frozenset)
    verdicts = said.map(_verdict)
    counts = verdicts.value_counts()
    fails = kept[kept["trace_id"].map(verdicts).eq("fail") & kept["label"].eq("fail")]
    return Marks(
        fails=_joined(fails),
        skipped={name: int(counts.get(name, 0)) for name in ("pass", "unsure", "disputed")},
        repeated=len(marks) - len(said),
    )


def _frame(given: Any) -> pd.DataFrame:
    held = getattr(given, "labels", given)
    if isinstance(held, pd.DataFrame):
        return held
    if isinstance(held, Mapping):
        return pd.DataFrame({"trace_id": [*held], "label": [*held.values()]})
    if isinstance(held, Iterable) and not isinstance(held, (str, bytes)):
        return pd.DataFrame({"trace_id": list(held), "label": "fail"})
    message = (
        "marks are a frame with trace_id and label, a mapping of trace id to label, or a list of"
        f" failed trace ids, not {type(given).__name__}."
    )
    raise BadInputError(message)


def _checked(frame: pd.DataFrame) -> pd.DataFrame:
    for name in ("trace_id", "label"):
        if name not in frame:
            raise UnknownNameError("column of marks", name, map(str, frame.columns))
    renamed = frame.rename(columns={"comment": "note"} if "note" not in frame else {})
    marks = pd.DataFrame({name: texts_of(renamed, name) for name in (*_COLUMNS, "label")})
    marks["label"] = [one.strip().casefold() or "unsure" for one in marks["label"]]
    for label in sorted({*marks["label"]} - {*_LABELS}):
        raise UnknownNameError("label", label, _LABELS)
    for name in ("must_match", "must_not_match"):
        for pattern in marks[name].unique():
            _compiled(name, pattern)
    marks["time"] = _times(renamed)
    return marks[marks["trace_id"] != ""].reset_index(drop=True)


def _times(frame: pd.DataFrame) -> Any:
    if "time" not in frame:
        return pd.Series(pd.NaT, index=range(len(frame)), dtype="datetime64[us, UTC]")
    return pd.to_datetime(frame["time"], utc=True).dt.as_unit("us").reset_index(drop=True)


def _compiled(name: str, pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        message = f"{name} {pattern!r} is no regular expression: {error}."
        raise BadInputError(message) from error


def _newest(marks: pd.DataFrame) -> pd.DataFrame:
    """Return the newest marks of each person on each trace; all of them where there is no time."""
    by = ["trace_id", "rater"]
    last = marks.groupby(by)["time"].transform("max")
    return marks[marks["time"].eq(last) | last.isna()]


def _verdict(labels: frozenset[str]) -> str:
    if {"pass", "fail"} <= labels:
        return "disputed"
    return next(one for one in ("fail", "pass", "unsure") if one in labels)


def _joined(fails: pd.DataFrame) -> pd.DataFrame:
    """Return one row per trace, whose texts are what was said, each once and in order."""
    said = {name: _listed for name in (*_COLUMNS, "time") if name not in {"trace_id", "time"}}
    if fails.empty:
        return fails.drop(columns="label")
    how: Any = {**said, "time": "max"}
    together: pd.DataFrame = fails.groupby("trace_id", sort=True, as_index=False).agg(how)
    return together[[*_COLUMNS, "time"]]


def _listed(values: pd.Series) -> str:
    return "; ".join(sorted({one for one in values if one}))
