"""Which scores of a log go out, and what is said of each?"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import isfinite
from typing import Any

import orjson
import pandas as pd

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.tables.characters import whole
from agentlens.tables.log import Log
from agentlens.tables.match import among
from agentlens.tables.redact.policy import Said

__all__ = ["Outgoing", "outgoing", "own_scores"]

_OWN = ("judge", "check", "human")
_COMMENT = 2_000
_TEXT = 500
_PLACE = re.compile(r"(?!langfuse)[a-z0-9_-]{1,40}")
_DESIGN = (
    *("source", "rubric", "rubric_version", "rubric_hash", "judge_model", "rater", "repeat"),
    *("inclusion_p", "plan", "stage", "stratum", "split", "round", "seconds", "blind"),
    *("reference", "note", "code", "judge_id", "status", "confidence", "truncated", "via"),
)
"""What only we say of a score; a label that loses it can enter no rate."""


@dataclass(frozen=True)
class Outgoing:
    """One score on its way.

    Attributes:
        id: the same for the same judgement, on any machine.
        known_as: its id in the log; a score that came from Langfuse is there under that id.
        trace_id: what it judges.
        name: what was judged.
        body: what is sent; None where it cannot be.
        reason: why it cannot be sent.
    """

    id: str
    known_as: str
    trace_id: str
    name: str
    body: Mapping[str, Any] | None
    reason: str = ""


def own_scores(log: Log, names: str | Sequence[str] | None) -> pd.DataFrame:
    """Return the scores that a judge, a check or a person gave, of some names or of all.

    Raises:
        UnknownNameError: no such score was given.
        BadInputError: it is no log.
    """
    if not isinstance(log, Log):
        message = f"push_scores takes a Log first, not {type(log).__name__}."
        raise BadInputError(message)
    scores = log.scores
    own = (
        scores["source"].isin(_OWN)
        if "source" in scores
        else pd.Series(data=False, index=scores.index)
    )
    rows = scores[own.fillna(value=False).astype(bool)]
    if names is None:
        return rows.reset_index(drop=True)
    wanted = [names] if isinstance(names, str) else list(names)
    known = list(rows["name"].unique())
    for one in wanted:
        if one not in known:
            hint = "Only scores by a judge, a check or a person are sent."
            raise UnknownNameError("score", one, known, hint=hint)
    return rows[rows["name"].isin(wanted)].reset_index(drop=True)


def outgoing(log: Log, rows: pd.DataFrame, project: str, redact: Said) -> list[Outgoing]:
    """Return the scores as they are sent, each judgement once: the newest.

    Args:
        log: the traces that they judge.
        rows: scores.
        project: the id of the project in Langfuse.
        redact: what is hidden.
    """
    newest = (
        rows.sort_values("time", kind="stable", na_position="first") if "time" in rows else rows
    )
    ids = [_id(project, one) for one in newest.to_dict("records")]
    hidden = _hidden(log, newest, redact).to_dict("records")
    columns = [name for name in ("start", "environment") if name in log.traces]
    traces = log.traces.drop_duplicates("trace_id").set_index("trace_id")[columns]
    about = traces[among(traces.index.to_series(), rows["trace_id"])].to_dict("index")
    steps = {*log.spans["span_id"]} if len(log.spans) else None
    made: dict[str, Outgoing] = {}
    for name, row in zip(ids, hidden, strict=True):
        reason = _refused(row, about, steps)
        body = None if reason else _body(name, row, about[row["trace_id"]])
        known = str(row["score_id"])
        trace, score = str(row["trace_id"]), str(row["name"])
        made[name] = Outgoing(name, known, trace, score, body, reason)
    return list(made.values())


def _id(project: str, row: Mapping[Any, Any]) -> str:
    """Return the name of a judgement: project, subject, what, by which rubric, by whom, again.

    A label in a later round, and one that was changed once the judge's verdict was shown, stand
    beside the first and not in its place.
    """
    rubric = _first(row, "rubric_hash", "rubric_version")
    rater = _first(row, "judge_id", "rater", "judge_model")
    told = [project, row["trace_id"], _first(row, "span_id"), row["name"], rubric, rater]
    whole_id = [*told, _first(row, "repeat"), *_apart(row)]
    plain = orjson.dumps([None if one is None else whole(str(one)) for one in whole_id])
    return f"al-{sha256(plain).hexdigest()[:32]}"


def _apart(row: Mapping[Any, Any]) -> list[str]:
    """Return what tells a person's label from another one by the same person, none for the first."""
    if _first(row, "source") != "human":
        return []
    round_, blind = _first(row, "round"), _first(row, "blind")
    apart = [f"round {int(round_)}"] if round_ is not None and round_ > 1 else []
    return [*apart, "seen"] if blind is not None and not blind else apart


def _hidden(log: Log, rows: pd.DataFrame, redact: Said) -> pd.DataFrame:
    from agentlens.tables.redact.frames import redact_frames  # noqa: PLC0415 - slow to load

    names = [one for one in ("trace_id", "session_id", "user_id", "start") if one in log.traces]
    traces = log.traces.loc[among(log.traces["trace_id"], rows["trace_id"]), names]
    return redact_frames({"traces": traces, "scores": rows}, redact).frames["scores"]


def _refused(row: Mapping[Any, Any], about: Mapping[Any, Any], steps: set[Any] | None) -> str:
    """Return why a score cannot be sent, "" where it can."""
    step, label = _first(row, "span_id"), _first(row, "label")
    value, kind = _first(row, "value"), _first(row, "kind")
    lost = step is not None and steps is not None and step not in steps
    odd = kind == "boolean" and value is not None and value not in {0, 1}
    infinite = value is not None and not isfinite(value)
    length = len(str(label or ""))
    faults = (
        (row["trace_id"] not in about, "its trace is not in this log"),
        (_first(row, "level") == "session", "it judges a session, not a trace"),
        (lost, "its step is not in this log"),
        (value is None and label is None, "it has neither a value nor a word"),
        (odd, f"a boolean is 0 or 1, not {value!r}"),
        (infinite, "its value is not finite"),
        (kind == "text" and not 1 <= length <= _TEXT, f"a text has 1 to {_TEXT} characters"),
    )
    return next((why for wrong, why in faults if wrong), "")


def _body(name: str, row: Mapping[Any, Any], trace: Mapping[Any, Any]) -> dict[str, Any]:
    from agentlens import __version__  # noqa: PLC0415 - the package is loaded by now

    design = {one: _plain(_first(row, one)) for one in _DESIGN if _first(row, one) is not None}
    at = _first(row, "time")
    body: dict[str, Any] = {
        "id": name,
        "trace_id": str(row["trace_id"]),
        "observation_id": _first(row, "span_id"),
        "name": _clean(str(row["name"])),
        "timestamp": (trace["start"] if at is None else at).to_pydatetime(),
        "metadata": {"agentlens": {"version": __version__, **design}},
        **_verdict(row),
    }
    comment = _first(row, "comment")
    if comment is not None:
        body["comment"] = _clean(str(comment))[:_COMMENT]
    place = trace.get("environment")
    if isinstance(place, str) and _PLACE.fullmatch(place):
        body["environment"] = place
    return {field: one for field, one in body.items() if one is not None}


def _verdict(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return value and type as Langfuse takes them: a boolean as a number, a word as a text."""
    value, label, kind = (_first(row, one) for one in ("value", "label", "kind"))
    if kind == "text":
        return {"data_type": "TEXT", "value": _clean(str(label))}
    if value is None or (kind == "categorical" and label is not None):
        return {"data_type": "CATEGORICAL", "value": _clean(str(label))}
    whole_value = float(value)
    return {"data_type": "BOOLEAN" if kind == "boolean" else "NUMERIC", "value": whole_value}


def _first(row: Mapping[Any, Any], *names: str) -> Any:
    """Return the first value that is there."""
    held = (row.get(name) for name in names)
    return next((one for one in held if one is not None and not pd.isna(one)), None)


def _plain(value: Any) -> Any:
    held = value.item() if hasattr(value, "item") else value
    return _clean(held) if isinstance(held, str) else held


def _clean(text: str) -> str:
    """Return a text that any store can take: half a character makes a server drop the batch."""
    return whole(text).replace("\0", "\N{REPLACEMENT CHARACTER}")
