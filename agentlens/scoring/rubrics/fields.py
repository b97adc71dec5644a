"""What does a judge see of a trace?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.tables.log import Log
from agentlens.tables.redact.texts.columns import as_texts

__all__ = ["SPECIAL", "Fields", "fields_of"]

SPECIAL = frozenset({"steps", "retrieved", "step"})
_NOTHING = "(nothing)"
_OF_A_STEP = 1_200
_STEP_COLUMNS = ("span_id", "kind", "name", "status", "error_message", "input", "output")


@dataclass(frozen=True, eq=False)
class Fields:
    """The texts of every trace, to be read off item by item.

    Attributes:
        names: the fields, in the order in which they are shown.
        columns: texts of trace columns, by field.
        row: of each trace in those columns.
        steps: of each trace, in order of time.
        most: characters of one field.
    """

    names: tuple[str, ...]
    columns: Mapping[str, Sequence[str | None]]
    row: Mapping[str, int]
    steps: Mapping[str, list[Mapping[str, str]]]
    most: int

    def of(self, trace_id: str, span_id: str) -> tuple[dict[str, str], bool]:
        """Return the texts of one item by field, and whether any was cut."""
        parts = {}
        cut = False
        for name in self.names:
            words = self._field(name, trace_id, span_id) or _NOTHING
            shown = middle_cut(words, self.most)
            cut |= shown != words
            parts[name] = shown
        return parts, cut

    def bare(self, trace_id: str, span_id: str) -> bool:
        """Return whether an item holds nothing to read at all."""
        return not any((self._field(name, trace_id, span_id) or "").strip() for name in self.names)

    def _field(self, name: str, trace_id: str, span_id: str) -> str | None:
        if name in self.columns:
            return self.columns[name][self.row[trace_id]]
        steps = self.steps.get(trace_id, [])
        if name == "retrieved":
            found = [one["output"] for one in steps if one["kind"] == "retrieval" and one["output"]]
            return "\n\n".join(f"[{place}] {words}" for place, words in enumerate(found, 1))
        if name == "step":
            own = [one for one in steps if one["span_id"] == span_id]
            return "\n".join(_in_full(one) for one in own)
        return "\n".join(f"{place}. {_in_short(one)}" for place, one in enumerate(steps, 1))


def fields_of(log: Log, rubric: Rubric) -> Fields:
    """Return what a rubric shows of a log's traces.

    Args:
        log: the traces, rid of what must not be shown.
        rubric: its fields; "step" is added where tool calls are judged.
    """
    names = rubric.fields
    if rubric.unit == "tool" and "step" not in names:
        names = (*names, "step")
    steps: dict[str, list[Mapping[str, str]]] = {}
    if SPECIAL & set(names) and len(log.spans):
        steps = _steps(log.spans)
    return Fields(
        names=names,
        columns={name: _texts(log.traces[name]) for name in names if name not in SPECIAL},
        row={str(one): place for place, one in enumerate(log.traces["trace_id"])},
        steps=steps,
        most=rubric.max_chars,
    )


def middle_cut(words: str, most: int) -> str:
    """Return a text of at most about this many characters, cut in the middle with a visible mark.

    >>> middle_cut("abcdefghij" * 30, 20).splitlines()
    ['abcdefghij', '[… 280 characters left out …]', 'abcdefghij']
    """
    lost = len(words) - most
    if lost <= 0:
        return words
    half = most // 2
    return f"{words[:half]}\n[… {lost:,} characters left out …]\n{words[-(most - half) :]}"


def _steps(spans: pd.DataFrame) -> dict[str, list[Mapping[str, str]]]:
    rows = spans.sort_values("start", kind="stable")
    if "kind" in rows:
        rows = rows[~rows["kind"].isin(["agent", "chain", "evaluator"])]
    held: dict[str, Sequence[Any]] = {
        name: _texts(rows[name]) if name in rows else [None] * len(rows) for name in _STEP_COLUMNS
    }
    found: dict[str, list[Mapping[str, str]]] = {}
    for place, trace_id in enumerate(rows["trace_id"]):
        one = {name: values[place] or "" for name, values in held.items()}
        found.setdefault(str(trace_id), []).append(one)
    return found


def _in_short(step: Mapping[str, str]) -> str:
    """Return a step as a line: what it is, what went in, what came out."""
    failed = f", {step['status']}: {step['error_message']}" if step["status"] == "error" else ""
    parts = [f"{step['kind']} {step['name']}{failed}"]
    for mark, name in (("in", "input"), ("out", "output")):
        if step[name]:
            parts.append(f"{mark}: {middle_cut(step[name], _OF_A_STEP)}")
    return " | ".join(parts)


def _in_full(step: Mapping[str, str]) -> str:
    outcome = step["error_message"] if step["status"] == "error" else step["output"]
    word = "error" if step["status"] == "error" else "result"
    return f"tool: {step['name']}\narguments: {step['input']}\n{word}: {outcome}"


def _texts(values: pd.Series) -> list[str | None]:
    """Return values as texts; what is no text as Python says it, None where there is nothing."""
    texts = as_texts(values)
    if any(one is None for one in texts):
        missing = values.isna().to_numpy()
        plain = values.astype(object).tolist()
        texts = [
            one if one is not None or gone else str(value)
            for one, gone, value in zip(texts, missing, plain, strict=True)
        ]
    return texts
