"""What does a trace take from its root, and what from its steps where the root is silent?"""

import numpy as np
import pandas as pd

from agentlens.sources.intake.traces.tree import Tree
from agentlens.tables.problems import WHERE

__all__ = ["guarded", "lengths", "models", "names", "payload", "places"]

_OBJECTING = ("warning", "error")


def names(tree: Tree, spans: pd.DataFrame, known: pd.DataFrame | None) -> pd.Series:
    """Return the name of each trace: as it is given, else its root's."""
    found = _missing(tree)
    if "name" in spans:
        found = _at(spans["name"], tree.root)
    if "trace_name" in spans:
        inner = tree.trace[tree.order]
        values = spans["trace_name"].iloc[tree.order]
        held = values.notna().to_numpy()
        first, where = np.unique(inner[held], return_index=True)
        found.iloc[first] = values[held].iloc[where].to_numpy()
    return _given(known, "name", found)


def payload(
    tree: Tree, spans: pd.DataFrame, known: pd.DataFrame | None, name: str
) -> tuple[pd.Series, pd.Series]:
    """Return input or output of each trace, and the id of the step that says it.

    It is what is said of the whole trace (its id is then ""), the root's, or that of its first or
    last model call.
    """
    found, where = _missing(tree), _missing(tree)
    if name in spans:
        found = _at(spans[name], tree.root)
        where = _at(spans["span_id"], tree.root).where(found.notna())
        calls = _calls(tree, spans, name)
        if found.isna().any() and len(calls):
            back = calls if name == "input" else calls[::-1]
            traces, first = np.unique(tree.trace[back], return_index=True)
            other, there = _missing(tree), _missing(tree)
            other.iloc[traces] = _at(spans[name], back[first]).to_numpy()
            there.iloc[traces] = _at(spans["span_id"], back[first]).to_numpy()
            where = where.where(found.notna(), there)
            found = found.where(found.notna(), other)
    if known is None or name not in known:
        return found, where
    given = known[name].notna()
    return known[name].where(given, found), where.mask(given, "")


def lengths(tree: Tree, spans: pd.DataFrame, known: pd.DataFrame | None, name: str) -> pd.Series:
    """Return how long a text was: the root's, else that of the first or last model call.

    Args:
        tree: how the spans hang together.
        spans: their rows.
        known: what is said of whole traces.
        name: query_chars, of the first call, or output_chars, of the last.
    """
    none = pd.Series(pd.array([None] * len(tree.ids), dtype="Int64"))
    found = none
    if name in spans:
        found = _at(spans[name], tree.root)
        calls = _calls(tree, spans, name)
        back = calls[::-1] if name == "output_chars" else calls
        traces, where = np.unique(tree.trace[back], return_index=True)
        other = none.copy()
        other.iloc[traces] = spans[name].to_numpy()[back[where]]
        found = found.where(found.notna(), other)
    if known is not None and name in known:
        given = known[name].astype("Int64")
        found = given.where(given.notna(), found)
    return found.astype("Int64")


def models(tree: Tree, spans: pd.DataFrame) -> dict[str, pd.Series]:
    """Return the model that wrote most, and the prompt of the last call that names one."""
    columns: dict[str, pd.Series] = {}
    if "model" in spans:
        calls = _calls(tree, spans, "model")
        wrote = (
            spans["output_tokens"].to_numpy(dtype=np.float64, na_value=-1.0)[calls]
            if "output_tokens" in spans
            else np.zeros(len(calls))
        )
        by_size = calls[np.lexsort((np.arange(len(calls)), wrote, tree.trace[calls]))]
        columns["model"] = _last(tree, spans["model"], by_size)
    if "prompt_name" in spans:
        calls = _calls(tree, spans, "prompt_name")
        version = (
            spans["prompt_version"].astype("str") if "prompt_version" in spans else _missing(tree)
        )
        named = spans["prompt_name"]
        whole = (named + "@" + version).where(version.notna(), named) if len(version) else named
        columns["prompt_version"] = _last(tree, whole, calls)
    return columns


def guarded(tree: Tree, spans: pd.DataFrame) -> pd.Series:
    """Return which traces a guardrail objected to; without any guardrail it is not known."""
    if "kind" not in spans:
        return pd.Series(pd.array([None] * len(tree.ids), dtype="boolean"))
    guards = (spans["kind"] == "guardrail").fillna(value=False).to_numpy(dtype=bool)
    objected = np.zeros(len(spans), dtype=bool)
    if "status" in spans:
        objected |= (spans["status"] == "error").fillna(value=False).to_numpy(dtype=bool)
    if "level" in spans:
        low = spans["level"].astype("str").str.lower()
        objected |= low.isin(_OBJECTING).to_numpy(dtype=bool)
    if "passed" in spans:
        objected |= (~spans["passed"]).fillna(value=False).to_numpy(dtype=bool)
    found = pd.array(tree.any(guards & objected), dtype="boolean")
    found[~tree.any(guards)] = pd.NA
    return pd.Series(found)


def places(tree: Tree, spans: pd.DataFrame) -> pd.Series:
    """Return where the root of each trace stood."""
    return _at(spans[WHERE], tree.root) if WHERE in spans else _missing(tree)


def _calls(tree: Tree, spans: pd.DataFrame, name: str) -> np.ndarray:
    """Return the positions of model calls that know a column, by trace and start.

    What a model wrote on the way is no output of a trace whose root failed.
    """
    if "kind" not in spans:
        return np.zeros(0, dtype=np.int64)
    held = (spans["kind"] == "llm").fillna(value=False).to_numpy(dtype=bool)
    held = held & spans[name].notna().to_numpy()
    if name.startswith("output") and name != "output_tokens" and "status" in spans:
        failed = (spans["status"] == "error").fillna(value=False).to_numpy(dtype=bool)
        held = held & ~failed[tree.root][tree.trace]
    places = np.flatnonzero(held)
    start = spans["start"].astype("int64").to_numpy()[places]
    ids = _at(spans["span_id"], places).to_numpy().astype(str)
    order = np.lexsort((ids, start, tree.trace[places]))
    return places[order]


def _last(tree: Tree, values: pd.Series, ordered: np.ndarray) -> pd.Series:
    found = _missing(tree)
    traces, where = np.unique(tree.trace[ordered][::-1], return_index=True)
    found.iloc[traces] = values.to_numpy()[ordered[::-1][where]]
    return found


def _at(values: pd.Series, positions: np.ndarray) -> pd.Series:
    """Return the values at some places, sifted before they are put in order.

    Who takes from many pieces of a column at once has Arrow join them first, all texts of them.
    """
    wanted = np.zeros(len(values), dtype=bool)
    wanted[positions] = True
    places = np.cumsum(wanted) - 1
    sifted: pd.Series = values[wanted]
    ordered: pd.Series = sifted.iloc[places[positions]].reset_index(drop=True)
    return ordered


def _missing(tree: Tree) -> pd.Series:
    return pd.Series([None] * len(tree.ids), dtype="str")


def _given(known: pd.DataFrame | None, name: str, found: pd.Series) -> pd.Series:
    """Return what is said of whole traces, and what was found where nothing is."""
    if known is None or name not in known:
        return found
    return known[name].where(known[name].notna(), found)
