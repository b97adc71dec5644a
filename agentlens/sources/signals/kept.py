"""Which of the application's own values become columns, and which keys are there to be mapped?"""

from collections.abc import Set as AbstractSet

import numpy as np
import pandas as pd

from agentlens.sources.signals.mapping.evidence import Evidence
from agentlens.sources.signals.mapping.expressions import matched
from agentlens.tables.problems import Problem

__all__ = ["meta_columns"]

_TECHNICAL = ("attributes.", "resourceAttributes.", "scope.")
_RAREST = 0.01
_VARIED = 200
_MOST_COLUMNS = 50
_MOST_LINES = 200


def meta_columns(
    evidence: Evidence, used: AbstractSet[str]
) -> tuple[dict[str, pd.Series], tuple[Problem, ...]]:
    """Return `meta_` columns of the keys that many traces carry with few values, and a line each.

    Args:
        evidence: the tables.
        used: keys that filled a column already, in the spelling under which all meet.
    """
    ranked = _ranked(evidence, used)
    chosen = ranked[(ranked["share"] >= _RAREST) & (ranked["values"] <= _VARIED)]
    chosen = chosen.head(_MOST_COLUMNS)
    columns: dict[str, pd.Series] = {}
    for name, spelling in zip(chosen["name"], chosen["spelling"], strict=True):
        column = f"meta_{spelling}"
        if column not in evidence.traces:
            columns[column] = _values(evidence, str(name))
    return columns, _lines(ranked, set(chosen["name"]))


def _ranked(evidence: Evidence, used: AbstractSet[str]) -> pd.DataFrame:
    """Return each key of the application with its coverage and values, the commonest first."""
    rows = []
    for name, spellings in evidence.metadata.names.items():
        if name in used or spellings[0].startswith(_TECHNICAL):
            continue
        held = evidence.metadata.rows(name).drop_duplicates("row")
        sizes = {one: _size(evidence.metadata.places[one]) for one in spellings}
        spelling = min(sizes, key=lambda one: (-sizes[one], one))
        rows.append((name, spelling, len(held), held["value"].str.strip().nunique()))
    frame = pd.DataFrame(rows, columns=["name", "spelling", "n", "values"])
    frame["share"] = frame["n"] / max(evidence.n, 1)
    return frame.sort_values(["n", "name"], ascending=[False, True]).reset_index(drop=True)


def _size(place: slice) -> int:
    return int(place.stop - place.start)


def _values(evidence: Evidence, name: str) -> pd.Series:
    held = evidence.metadata.rows(matched(name)).drop_duplicates("row")
    values = np.full(evidence.n, np.nan, dtype=object)
    values[held["row"].to_numpy()] = held["value"].str.strip().to_numpy(dtype=object)
    return pd.Series(values, dtype="str")


def _lines(ranked: pd.DataFrame, chosen: AbstractSet[str]) -> tuple[Problem, ...]:
    shown = ranked.head(_MOST_LINES)
    lines = [
        Problem(
            action="ignored",
            table="traces",
            field=f"metadata.{spelling}",
            n=int(n),
            share=float(share),
            detail=f"{values:,} distinct values; "
            + (f"kept as meta_{spelling}" if name in chosen else "kept in no column; map it"),
        )
        for name, spelling, n, values, share in shown.itertuples(index=False)
    ]
    if len(ranked) > len(shown):
        rest = ranked.iloc[len(shown) :]
        detail = f"{len(rest):,} further metadata keys, none on more traces than those above"
        lines.append(
            Problem(
                action="ignored",
                table="traces",
                field="metadata",
                n=int(rest["n"].max()),
                share=float(rest["share"].max()),
                detail=detail,
            )
        )
    return tuple(lines)
