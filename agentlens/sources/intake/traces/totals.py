"""What did a trace use and cost, counted once however deeply its frameworks nest?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens.sources.intake.traces.tree import Flags, Tree
from agentlens.tables.problems import Action, Problem

__all__ = ["Totals", "totals_of"]

_TOKENS = ("input_tokens", "output_tokens", "cached_tokens")
_STEPS = ("llm", "tool", "retrieval", "guardrail", "embedding")


@dataclass(frozen=True, eq=False)
class Totals:
    """Sums and counts, one value a trace, and what is odd about them."""

    columns: dict[str, pd.Series]
    problems: tuple[Problem, ...]


def totals_of(tree: Tree, spans: pd.DataFrame) -> Totals:
    """Return tokens, cost and counts of each trace.

    A span's usage counts only where nothing below it has any: frameworks nest model calls, and
    wrappers repeat what their children used.
    """
    columns: dict[str, pd.Series] = {}
    problems: list[Problem] = []
    used = _known(spans, _TOKENS)
    doubled = used & tree.above(used)
    for name in _TOKENS:
        if name in spans:
            columns[name] = _sum(tree, spans[name], ~doubled).astype("Int64")
    priced = _known(spans, ("cost_usd",)) if "cost_usd" in spans else np.zeros(len(spans), bool)
    unpriced = _unpriced(spans, used, priced)
    counted = priced & ~unpriced & ~tree.above(priced & ~unpriced)
    if "cost_usd" in spans:
        columns["cost_usd"] = _sum(tree, spans["cost_usd"], counted)
        partial = tree.any(unpriced & ~tree.above(priced & ~unpriced))
        columns["cost_partial"] = pd.Series(pd.array(partial, dtype="boolean"))
        problems += _said(
            tree, partial, "unpriced", "cost_usd", "has steps that used tokens but have no price"
        )
        nested = tree.any(priced & ~unpriced & ~counted)
        problems += _said(
            tree, nested, "repaired", "cost_usd", _nested_words(tree, spans["cost_usd"], counted)
        )
    problems += _said(
        tree,
        tree.any(doubled),
        "repaired",
        "input_tokens",
        "steps repeat the tokens of steps below them; counted once",
    )
    return Totals(columns | _counts(tree, spans), tuple(problems))


def _nested_words(tree: Tree, cost: pd.Series, counted: Flags) -> str:
    del tree
    plain = float(cost.sum())
    once = float(cost[counted].sum())
    return (
        "steps repeat the cost of steps below them; counted once:"
        f" ${once:,.4f} instead of the plain sum of ${plain:,.4f}"
    )


def _known(spans: pd.DataFrame, names: tuple[str, ...]) -> Flags:
    found = np.zeros(len(spans), dtype=bool)
    for name in names:
        if name in spans:
            values = spans[name].to_numpy(dtype=np.float64, na_value=np.nan)
            found |= values > 0 if name in _TOKENS else ~np.isnan(values)
    return found


def _unpriced(spans: pd.DataFrame, used: Flags, priced: Flags) -> Flags:
    """Return which spans used tokens and have no price; a price of nothing must be stated."""
    free: Flags = np.zeros(len(spans), dtype=bool)
    if "cost_usd" in spans:
        free = spans["cost_usd"].to_numpy(dtype=np.float64, na_value=np.nan) == 0
    stated: Flags = (
        spans["cost_stated"].fillna(value=False).to_numpy(dtype=bool)
        if "cost_stated" in spans
        else np.zeros(len(spans), dtype=bool)
    )
    return used & (~priced | (free & ~stated))


def _sum(tree: Tree, values: pd.Series, counted: Flags) -> pd.Series:
    """Return the sum over the spans that count, missing where none of them knows a value."""
    plain = values.to_numpy(dtype=np.float64, na_value=np.nan)
    known = counted & ~np.isnan(plain)
    total = tree.sums(np.where(known, plain, 0.0))
    return pd.Series(np.where(tree.any(known), total, np.nan))


def _counts(tree: Tree, spans: pd.DataFrame) -> dict[str, pd.Series]:
    kind = spans["kind"] if "kind" in spans else pd.Series("chain", index=spans.index)
    failed = (
        (spans["status"] == "error").fillna(value=False).to_numpy(dtype=bool)
        if "status" in spans
        else np.zeros(len(spans), dtype=bool)
    )
    is_kind = {one: (kind == one).fillna(value=False).to_numpy(dtype=bool) for one in _STEPS}
    found = {
        "steps": np.logical_or.reduce(list(is_kind.values())),
        "llm_calls": is_kind["llm"],
        "tool_calls": is_kind["tool"],
        "tool_errors": is_kind["tool"] & failed,
    }
    if "input" in spans and spans["input"].notna().any():
        found["retries"] = _retries(tree, spans, kind, failed)
    return {
        name: pd.Series(pd.array(tree.sums(rows).astype(np.int64), dtype="Int64"))
        for name, rows in found.items()
    }


def _retries(tree: Tree, spans: pd.DataFrame, kind: pd.Series, failed: Flags) -> Flags:
    """Return the spans that do again what an elder sibling tried and failed at."""
    hot = tree.parent >= 0  # only beside a step that failed can another be its retry
    hot &= np.isin(tree.parent, tree.parent[hot & failed]) & spans["input"].notna().to_numpy()
    frame = pd.DataFrame(
        {
            "trace": tree.trace[hot],
            "parent": tree.parent[hot],
            "kind": _codes(kind[hot]),
            "name": _codes(spans["name"][hot]) if "name" in spans else 0,
            "input": _codes(spans["input"][hot]),
            "failed": failed[hot],
            "start": spans["start"][hot].to_numpy(),
            "place": np.flatnonzero(hot),
        }
    )
    alike = ["trace", "parent", "kind", "name", "input"]
    asked = frame.sort_values([*alike[:2], "start", "place"], kind="stable")
    asked = asked[asked.duplicated(alike, keep=False)]
    before = asked.groupby(alike, sort=False, dropna=False)["failed"].cumsum() - asked["failed"]
    found = np.zeros(len(spans), dtype=bool)
    found[asked["place"].to_numpy()[(before > 0).to_numpy()]] = True
    return found


def _codes(values: pd.Series) -> np.ndarray:
    """Return a number for each value, equal ones for equal values, -1 where there is none."""
    return pd.factorize(values)[0]


def _said(tree: Tree, traces: Flags, action: Action, field: str, detail: str) -> list[Problem]:
    n = int(traces.sum())
    if not n:
        return []
    return [
        Problem(
            action=action,
            n=n,
            table="traces",
            field=field,
            severity="warn" if action == "unpriced" else "info",
            share=n / len(traces),
            examples=tuple(map(str, tree.ids[np.flatnonzero(traces)[:5]])),
            detail=detail,
        )
    ]
