"""Of which failure is this one an example?

A pattern is what failures of one kind have in common: the task, the type of error, the tool that
failed, what the error said with ids and numbers taken out, and the first check that failed. Where
none of these is known, what the user did; and where nothing else is, the first judge who objected:
judges see a sample, and one failure must not have two names because only half of it was judged.
"""

import re

import pandas as pd

from agentlens.analysis.failures.columns import looked_up, texts_of
from agentlens.analysis.failures.verdicts import failing
from agentlens.stats.arrays import Flags
from agentlens.tables.log import Log

__all__ = ["fold", "masked", "patterns", "signs"]

_LONGEST = 120
# What a text must hold for a mask to find anything, the mask, and what stands instead. A number is
# sought from the beginning of its word only: each letter would else be tried anew.
_MASKS = (
    ("<", re.compile(r"<([A-Z]+(?:_[A-Z]+)*)_[A-Z0-9]{1,8}>"), r"<\1>"),
    ("@", re.compile(r"[^\s@<>]{1,64}@[^\s@<>]{1,255}"), "<email>"),
    ("://", re.compile(r"https?://\S{1,500}"), "<link>"),
    ("_", re.compile(r"\b[us]_[a-z2-7]{20}\b"), "#"),
    ("", re.compile(r"(?<![\w-])[\w-]*\d[\w-]*(?:[.:,]\d[\w-]*)*"), "#"),
    ("", re.compile(r"\b[0-9a-f]{8,}\b", re.IGNORECASE), "#"),
)
_LOW_RATING = 0.5
_PARTS = ["task_type", "error", "tool", "says", "check", "sign"]
_CAUSES = ["error", "tool", "says", "check", "sign"]
_SIGNS = (
    ("abandoned", "abandoned"),
    ("user_corrected", "corrected by the user"),
    ("escalated", "escalated"),
    ("safety_flagged", "safety flagged"),
)
_ASKED = (
    *("trace_id", "task_type", "error_type", "completed", "repeated_prompts", "user_rating"),
    *(column for column, _ in _SIGNS),
)


def fold(text: str) -> str:
    """Return what a message says apart from the ids, numbers, links and spaces in it.

    >>> fold("InvalidArgument: amount 8985 exceeds the total of  order W-748359")
    'invalidargument: amount # exceeds the total of order #'
    """
    folded = masked(text).casefold()
    return folded if len(folded) <= _LONGEST else folded[: _LONGEST - 1] + "…"


def masked(text: str) -> str:
    """Return a message with its ids, numbers and links taken out, else as it is.

    >>> masked("InvalidArgument: amount 8985 exceeds the total of  order W-748359")
    'InvalidArgument: amount # exceeds the total of order #'
    """
    for needed, mask, instead in _MASKS:
        if needed in text:
            text = mask.sub(instead, text)
    return " ".join(text.split())


def patterns(
    log: Log, failed: pd.DataFrame | None = None, only: Flags | None = None
) -> pd.DataFrame:
    """Return a row per trace: trace_id, the parts of its pattern, the pattern, and has_cause.

    `sign` is what the user did or a guardrail said. `has_cause` is False where nothing was recorded
    that could tell failures apart.

    Args:
        log: the traces to name, with their spans.
        failed: failed verdicts as `failing` gives them; by default those of this log.
        only: which traces to name, where not all of them.

    Example:
        >>> import agentlens as al
        >>> log = al.demo(days=3, traces_per_day=80, seed=1).where(status="error")
        >>> patterns(log)["pattern"].iloc[0]
        'order_status: model_error, "modelerror: the provider answered # (request #)"'
    """
    traces = log.traces[[name for name in _ASKED if name in log.traces]]
    traces = traces if only is None else traces[only]
    ids = traces["trace_id"]
    found = pd.DataFrame({"trace_id": ids.to_numpy(dtype=object)})
    found["task_type"] = pd.Series(texts_of(traces, "task_type"), dtype=object)
    error = texts_of(traces, "error_type")
    broken = _broken(log, {one: said for one, said in zip(ids, error, strict=True) if said})
    for name, column in (("tool", "tool"), ("says", "says"), ("span_error", "error_type")):
        found[name] = looked_up(found["trace_id"], broken[column])
    found["error"] = pd.Series(error, dtype=object).where(
        lambda one: one != "", found["span_error"]
    )
    verdicts = failing(log) if failed is None else failed
    found["check"] = _first(verdicts[verdicts["source"] == "check"], found["trace_id"])
    told = (found[["error", "tool", "says", "check"]] != "").any(axis=1)
    found["sign"] = pd.Series(signs(traces), dtype=object).where(~told, "")
    told |= found["sign"] != ""
    judged = _first(verdicts[verdicts["source"] == "judge"], found["trace_id"])
    found["check"] = found["check"].where(told, judged)
    found["has_cause"] = (found[_CAUSES] != "").any(axis=1)
    return _named(found)[["trace_id", *_PARTS, "pattern", "has_cause"]]


def _broken(log: Log, error_of: dict[str, str]) -> pd.DataFrame:
    """Return the step of each trace that shows its error best, by trace: tool, says, error_type.

    The error that ended the trace comes before others, a tool before what called it, the root
    last; of equals the first in time.
    """
    spans = log.spans
    if "status" not in spans or not len(spans):
        return pd.DataFrame(columns=["tool", "says", "error_type"], dtype=object)
    rows = spans[(spans["status"] == "error").fillna(value=False).to_numpy(dtype=bool)]
    steps = pd.DataFrame({"trace_id": rows["trace_id"].to_numpy(dtype=object)})
    for name in ("kind", "name", "error_type", "error_message", "span_id"):
        steps[name] = texts_of(rows, name)
    steps["start"] = rows["start"].to_numpy() if "start" in rows else 0
    ending = looked_up(steps["trace_id"], pd.Series(error_of, dtype=object))
    steps["other"] = steps["error_type"].ne(ending) & ending.ne("")
    kinds = steps["kind"].map({"tool": 0, "agent": 2})
    steps["rank"] = kinds.fillna(1)
    steps = steps.sort_values(["trace_id", "other", "rank", "start", "span_id"], kind="stable")
    best = steps.drop_duplicates("trace_id").set_index("trace_id")
    tool = best["name"].where(best["kind"] == "tool", "")
    folded = {one: fold(one) for one in best["error_message"].unique()}
    return pd.DataFrame(
        {"tool": tool, "says": best["error_message"].map(folded), "error_type": best["error_type"]}
    )


def _first(verdicts: pd.DataFrame, ids: pd.Series) -> pd.Series:
    names = verdicts.drop_duplicates("trace_id").set_index("trace_id")["name"]
    return looked_up(ids, names)


def signs(traces: pd.DataFrame) -> list[str]:
    """Return the gravest thing that a column says of each trace, "" for nothing."""
    signs = pd.Series("", index=range(len(traces)), dtype=object)
    rules: list[tuple[str, pd.Series]] = []
    if "completed" in traces:
        rules.append(("no answer", ~traces["completed"].astype("boolean")))
    if "repeated_prompts" in traces:
        rules.append(("asked again", traces["repeated_prompts"] > 0))
    if "user_rating" in traces:
        rules.append(("rated badly", traces["user_rating"] < _LOW_RATING))
    for column, words in _SIGNS:
        if column in traces:
            rules.append((words, traces[column]))
    for words, marked in rules:  # the gravest comes last and stays
        signs[marked.fillna(value=False).to_numpy(dtype=bool)] = words
    return signs.tolist()


def _named(found: pd.DataFrame) -> pd.DataFrame:
    which = found.groupby(_PARTS, sort=False, dropna=False).ngroup()
    distinct = found.loc[~which.duplicated(), _PARTS]  # in the order in which they are numbered
    names = [_phrase(*row) for row in distinct.itertuples(index=False, name=None)]
    return found.assign(pattern=pd.Series(names, dtype="str").array.take(which.to_numpy()))


def _phrase(task: str, error: str, tool: str, says: str, check: str, sign: str) -> str:
    cause = f"{error or 'error'} in {tool}" if tool else error
    parts = [cause, f'"{says}"' if says else "", f"fails {check}" if check else "", sign]
    words = ", ".join(part for part in parts if part) or "nothing recorded"
    return f"{task}: {words}" if task else words
