"""Which columns are compared, and what does each row say in them?"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

from agentlens import text
from agentlens.analysis.arms.dimensions import MISSING, OTHER, VERSIONS
from agentlens.analysis.arms.scores import by_score
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.measures.rows import metric_rows
from agentlens.stats.arrays import Codes, Flags, Floats, Ints
from agentlens.stats.drift.levels import Levels, levels
from agentlens.tables.log import Log
from agentlens.tables.schema import TRACES
from agentlens.tables.wide import score_names

__all__ = ["TEXTS", "Column", "Kind", "columns_of", "flag", "number"]

Kind = Literal["number", "category", "flag", "score", "text"]
TEXTS = ("input", "output")
_IDS = ("trace_id", "session_id", "user_id", "link")
_DRAWN = ("weight", "inclusion_p", "sampled_by", "sampled_with")
_COUNTS_UP = "session_number"
_UNITS = {column.name: column.unit for column in TRACES.columns}
_MOST = 50
_VAST = 1e100  # what lies beyond is as far off, and its square can still be added up
_SHARE_OF_IDS, _SOME = 0.5, 20
_BINARY = ([0.0], [1.0], [0.0, 1.0])


NO_YES = ("no", "yes")
"""The labels of a flag, this very tuple; a category may have words of its own that look alike."""


@dataclass(frozen=True, eq=False)
class Column:
    """A column as codes.

    Attributes:
        name: as it is shown.
        kind: number, category, flag, score or text.
        positions: of its rows in the traces; the others say nothing in it.
        code: of each row: a place in `labels` or in `value`; many columns are held at a time.
        labels: of a category or a flag; empty for a number.
        value: the numbers behind the codes; empty for a category.
        unit: of a number.
        weight: of each row, where it is not that of the trace.
        source: the trace column that it is taken from.
    """

    name: str
    kind: Kind
    positions: Ints
    code: Codes
    labels: tuple[str, ...] = ()
    value: Floats = field(default_factory=lambda: np.zeros(0))
    unit: str = ""
    weight: Floats | None = None
    source: str = ""

    @property
    def codes(self) -> Ints:
        """The code of each row, to count with."""
        return self.code.astype(np.int64, copy=False)

    @property
    def is_number(self) -> bool:
        """Whether the codes are levels of a number."""
        return not self.labels

    @property
    def is_flag(self) -> bool:
        """Whether the codes are 0 and 1."""
        return self.labels is NO_YES


def columns_of(log: Log, wanted: Sequence[str] | None) -> tuple[list[Column], list[str]]:
    """Return the columns to compare, texts aside, and a sentence for what is left out.

    Args:
        log: the traces.
        wanted: names of columns and scores; None means every one that can drift.
    """
    scores, kept = score_names(log.scores), by_score(log)
    names = _default(log, [*scores]) if wanted is None else _asked(log, [*scores], wanted)
    everyone = np.arange(len(log), dtype=np.int64)
    found: list[Column] = []
    left: dict[str, list[str]] = {}
    lacking: dict[bytes, tuple[Flags, list[str]]] = {}
    for name in names:
        if name in scores:
            found.append(_score(kept[scores[name][0]], name))
            continue
        column, why = _trace_column(name, log.traces[name], everyone, asked=wanted is not None)
        if column is None:
            left.setdefault(why, []).append(name)
            continue
        found.append(column)
        if 0 < column.positions.size < everyone.size:
            lack = np.ones(everyone.size, dtype=bool)
            lack[column.positions] = False
            lacking.setdefault(lack.tobytes(), (lack, []))[1].append(name)
    for lack, each in lacking.values():
        found.append(flag(f"{text.listed(each, most=2)} missing", "flag", lack, each[0]))
    notes = [f"Left out, as {why}: {text.listed(each, most=12)}." for why, each in left.items()]
    if wanted is None:
        known = [one for one in VERSIONS if one in log.traces]
        changed = [one for one in known if len(log.traces[one].dropna().unique()) > 1]
        if changed:
            notes.append(
                f"A deployment is no drift: {text.listed(changed)} are compared only when named."
            )
        if _COUNTS_UP in log.traces:
            notes.append(f"{_COUNTS_UP} counts up by itself: only compared when named.")
    return found, notes


def number(name: str, kind: Kind, positions: Ints, values: NDArray[Any], **more: Any) -> Column:
    """Return a column of numbers, one of zeros and ones as a flag; what is not finite is left."""
    known, weight = np.asarray(values, dtype=np.float64), more.pop("weight", None)
    held = np.isfinite(known)
    if not held.all():
        known, positions = known[held], positions[held]
        weight = weight[held] if weight is not None else None
    found: Levels = levels(known)
    if found.value.size <= len(NO_YES) and found.value.tolist() in _BINARY:
        return Column(name, kind, positions, known.astype(np.uint16), NO_YES, weight=weight, **more)
    return Column(name, kind, positions, found.code, value=found.value, weight=weight, **more)


def flag(name: str, kind: Kind, values: np.ndarray, source: str) -> Column:
    """Return a column of yes and no for every trace."""
    code = values.astype(np.uint16)
    return Column(name, kind, np.arange(code.size), code, NO_YES, source=source)


def _default(log: Log, scores: list[str]) -> list[str]:
    left = {*_IDS, *_DRAWN, _COUNTS_UP, *VERSIONS, *TEXTS}
    kept = log.traces.select_dtypes(exclude=["datetime", "datetimetz"])
    return [str(name) for name in kept if name not in left] + scores


def _asked(log: Log, scores: list[str], wanted: Sequence[str]) -> list[str]:
    if isinstance(wanted, str):
        message = f"columns is a list of names, not one name: columns=[{wanted!r}]."
        raise BadInputError(message)
    for name in wanted:
        if name not in log.traces and name not in scores:
            raise UnknownNameError("column", name, [*log.traces.columns, *scores])
        if name in scores or name in TEXTS:
            continue
        if name in {*_IDS, *_DRAWN} or types.is_datetime64_any_dtype(log.traces[name]):
            message = (
                f"{name!r} says which trace it is, when it ran or how it was drawn; between two"
                " periods it always differs. Name columns that say what a trace is like."
            )
            raise BadInputError(message)
    return [one for one in dict.fromkeys(wanted) if one not in TEXTS]


def _trace_column(
    name: str, column: pd.Series, everyone: Ints, *, asked: bool
) -> tuple[Column | None, str]:
    """Return the column, or why it is left out."""
    if not column.notna().any():
        return None, "nothing is recorded"
    if not (types.is_bool_dtype(column) or types.is_numeric_dtype(column)):
        return _category(name, column, everyone, asked=asked)
    values = np.clip(column.to_numpy(dtype=np.float64, na_value=np.nan), -_VAST, _VAST)
    found = number(name, "number", everyone, values, unit=_UNITS.get(name, ""), source=name)
    flag_like = found.is_flag or types.is_bool_dtype(column)
    return (replace(found, kind="flag") if flag_like else found), ""


def _category(
    name: str, column: pd.Series, everyone: Ints, *, asked: bool
) -> tuple[Column | None, str]:
    plain = column.where(column.isna(), column.map(str)) if column.dtype == object else column
    codes, values = pd.factorize(plain)
    known = int((codes >= 0).sum())
    if not asked and len(values) > max(_SOME, _SHARE_OF_IDS * known):
        return None, "nearly every trace has a value of its own"
    counts = np.bincount(codes[codes >= 0], minlength=len(values))
    kept = np.argsort(-counts, kind="stable")[:_MOST]
    place = np.full(len(values) + 1, len(kept), dtype=np.int64)
    place[kept] = np.arange(len(kept))
    labels = [str(values[one]) for one in kept] + ([OTHER] if len(values) > _MOST else [])
    out = np.where(codes < 0, len(labels), place[codes]).astype(np.uint16)
    if (codes < 0).any():
        labels.append(MISSING)
    return Column(name, "category", everyone, out, tuple(labels), source=name), ""


def _score(log: Log, name: str) -> Column:
    rows = metric_rows(log, name)
    return number(
        name, "score", rows.positions, rows.numerator, weight=rows.weight, unit=rows.metric.unit
    )
