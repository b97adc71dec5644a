"""What does a trace say of itself, whichever of its spans says it?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import orjson
import pandas as pd

from agentlens.sources.intake.traces.tree import Tree
from agentlens.tables.problems import Problem

__all__ = ["Said", "metadata_of", "said_of", "tags_of"]


@dataclass(frozen=True, eq=False)
class Said:
    """One value a trace and column, and where spans of a trace did not agree."""

    columns: dict[str, pd.Series]
    problems: tuple[Problem, ...]


def said_of(
    tree: Tree, spans: pd.DataFrame, names: Sequence[str], facts: pd.DataFrame | None
) -> Said:
    """Return the first value of each trace: what is said of it whole, the root's, then by start.

    Args:
        tree: how the spans hang together.
        spans: their rows.
        names: the columns wanted.
        facts: what the source says of whole traces, indexed like `tree.ids`.
    """
    columns: dict[str, pd.Series] = {}
    problems = []
    inner = tree.trace[tree.order]
    for name in names:
        found = pd.Series([None] * len(tree.ids), dtype="str")
        if name in spans:
            values = spans[name].iloc[tree.order]
            known = values.notna().to_numpy()
            first, where = np.unique(inner[known], return_index=True)
            found.iloc[first] = values[known].iloc[where].to_numpy()
            problems += _conflicts(name, inner[known], values[known], tree)
        if facts is not None and name in facts:
            given = facts[name].reset_index(drop=True)
            found = given.where(given.notna(), found)
        columns[name] = found
    return Said(columns, tuple(problems))


def _conflicts(name: str, trace: np.ndarray, values: pd.Series, tree: Tree) -> list[Problem]:
    if not len(values):
        return []
    codes = pd.factorize(values)[0].astype(np.int64)
    pairs = np.unique(trace * (codes.max() + 1) + codes) // (codes.max() + 1)
    several = np.flatnonzero(np.bincount(pairs, minlength=len(tree.ids)) > 1)
    if not len(several):
        return []
    return [
        Problem(
            action="conflict",
            n=len(several),
            table="traces",
            field=name,
            severity="warn",
            share=len(several) / len(tree.ids),
            examples=tuple(map(str, tree.ids[several[:5]])),
            detail="spans of one trace differ; the root's value was taken",
        )
    ]


def tags_of(tree: Tree, spans: pd.DataFrame, facts: pd.DataFrame | None) -> pd.Series:
    """Return the tags of each trace, sorted, each once, joined by commas; without any, missing."""
    found: list[set[str]] = [set() for _ in range(len(tree.ids))]
    if "tags" in spans:
        codes, distinct = pd.factorize(spans["tags"])
        words = [_words(str(tags)) for tags in distinct]
        pairs = tree.trace * len(words) + codes
        for trace, code in zip(*np.divmod(np.unique(pairs[codes >= 0]), len(words)), strict=True):
            found[trace].update(words[code])
    if facts is not None and "tags" in facts:
        for trace, tags in enumerate(facts["tags"]):
            if isinstance(tags, str):
                found[trace].update(_words(tags))
    return pd.Series([",".join(sorted(one)) or None for one in found], dtype="str")


def _words(tags: str) -> list[str]:
    parsed = _parsed(tags)
    return [str(one) for one in (parsed if isinstance(parsed, list) else [parsed]) if one]


def metadata_of(tree: Tree, spans: pd.DataFrame, facts: pd.DataFrame | None) -> pd.DataFrame:
    """Return every metadata value as text, one row a trace and key, in the order of `said_of`.

    A value that is itself JSON text of a scalar, as some senders write it, is decoded once.
    """
    seen: dict[tuple[int, str], str] = {}
    if facts is not None and "metadata" in facts:
        _gather(enumerate(facts["metadata"]), seen)
    if "metadata" in spans:
        held = spans["metadata"].to_numpy()
        known = spans["metadata"].notna().to_numpy()
        places = tree.order[known[tree.order]]
        _gather(zip(tree.trace[places].tolist(), held[places], strict=True), seen)
    traces = tree.ids.to_numpy()[np.array([one for one, _ in seen], dtype=np.int64)]
    return pd.DataFrame(
        {
            "trace_id": pd.Series(traces, dtype="str"),
            "key": pd.Series([key for _, key in seen], dtype="str"),
            "value": pd.Series(list(seen.values()), dtype="str"),
        }
    )


def _gather(
    rows: "enumerate[object] | zip[tuple[int, object]]", seen: dict[tuple[int, str], str]
) -> None:
    before: tuple[int, object] = (-1, None)
    for trace, text in rows:
        if not isinstance(text, str) or (trace, text) == before:
            continue  # the steps of a trace mostly say the same
        before = trace, text
        parsed = _parsed(text)
        for key, value in parsed.items() if isinstance(parsed, dict) else ():
            place = (trace, key)
            if value is not None and value != "" and place not in seen:
                seen[place] = _scalar(value)


def _scalar(value: object) -> str:
    if isinstance(value, str):
        if value[:1] == '"' and value[-1:] == '"':
            once = _parsed(value)
            return once if isinstance(once, str) else value
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (dict, list)):
        return orjson.dumps(value).decode()
    return str(value)


def _parsed(text: str) -> object:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
