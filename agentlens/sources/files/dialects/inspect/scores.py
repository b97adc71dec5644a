"""How do the scores of a sample become verdicts?"""

from collections.abc import Iterator, Mapping
from typing import Any

from agentlens.sources.files.dialects.otel.steps import Notes
from agentlens.sources.files.dialects.vendor.values import listed, object_of, word

__all__ = ["scores_of"]

_WORDS = {"C": 1.0, "P": 0.5, "I": 0.0, "N": 0.0}
_JUDGES = ("model_graded", "judge")


def scores_of(
    sample: Mapping[str, Any], trace_id: Any, end: Any, place: str, notes: Notes
) -> list[dict[str, Any]]:
    """Return one row a scorer, or one for each key of a scorer that gives several values.

    Args:
        sample: with its scores.
        trace_id: the trace that they judge.
        end: when it ended; scores have no time of their own.
        place: where it stands.
        notes: where assumptions are counted.
    """
    found: list[dict[str, Any]] = []
    for scorer, given in object_of(sample.get("scores")).items():
        held = object_of(given) or {"value": given}
        source, rater = _source(scorer, held, place, notes)
        for name, value in _values(scorer, held.get("value")):
            verdict = _verdict(value)
            if not verdict:
                detail = "a score that is a list or has no value"
                notes.add("missing", "value", detail, place, table="scores")
            notes.add(
                "assumed", "time", "scores have no time; the sample's end", place, table="scores"
            )
            found.append(
                {
                    "where": place,
                    "score_id": f"{trace_id}/{name}",
                    "trace_id": trace_id,
                    "level": "trace",
                    "name": name,
                    "source": source,
                    "rater": rater,
                    "time": end,
                    "comment": held.get("explanation"),
                    "metadata": _metadata(held, value),
                    **verdict,
                }
            )
    return found


def _source(
    scorer: str, held: Mapping[str, Any], place: str, notes: Notes
) -> tuple[str, str | None]:
    """Return who judged: a person who edited the score, a model by the scorer's name, or code."""
    edits = [object_of(one) for one in listed(held.get("history"))]
    editor = object_of(edits[-1].get("provenance")) if edits else {}
    if editor:
        return "human", word(editor.get("author"))
    judged = any(name in scorer for name in _JUDGES)
    source = "judge" if judged else "check"
    detail = f"the log does not say who scores; {source} by the scorer's name"
    notes.add("assumed", "source", detail, place, table="scores")
    return source, scorer


def _values(scorer: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield f"{scorer}/{key}", one
    else:
        yield scorer, value


def _verdict(value: object) -> dict[str, Any]:
    """Return value, label and kind; Inspect's letters are a number and a word.

    >>> _verdict("C"), _verdict(True), _verdict("blue")
    ({'value': 1.0, 'label': 'C', 'kind': 'categorical'}, {'value': 1, 'kind': 'boolean'}, \
{'label': 'blue', 'kind': 'categorical'})
    """
    if isinstance(value, bool):
        return {"value": int(value), "kind": "boolean"}
    if isinstance(value, (int, float)):
        return {"value": value, "kind": "numeric"}
    if isinstance(value, str) and value:
        known = {"value": _WORDS[value]} if value in _WORDS else {}
        return {**known, "label": value, "kind": "categorical"}
    return {}


def _metadata(held: Mapping[str, Any], value: object) -> dict[str, Any]:
    metadata = dict(object_of(held.get("metadata")))
    if held.get("answer") is not None:
        metadata["answer"] = held["answer"]
    if isinstance(value, list):
        metadata["value"] = value
    return metadata
