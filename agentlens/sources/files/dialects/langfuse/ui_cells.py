"""What stands in the cells of a Langfuse UI export that are not a field's plain value?"""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from statistics import fmean
from typing import Any

from agentlens.sources.intake.rows import Columns
from agentlens.sources.langfuse.wire.values import parsed, unquoted
from agentlens.tables.problems import Problem

__all__ = ["COLUMN_SCORE", "column_scores", "plain_cells"]

COLUMN_SCORE = "lf-column-"
"""How the ids of scores begin that came as a column of another table."""

_EXAMPLES = 5
_EMPTY = frozenset({"", "[]", "null"})
_DIGITS = 32


def plain_cells(
    records: Sequence[Mapping[str, Any]], quoted: Iterable[str]
) -> list[dict[str, Any]]:
    """Return records whose times and decimals are no longer JSON strings inside a text.

    Args:
        records: the rows of a file; only those of CSV files have such cells.
        quoted: the fields in which they may stand.
    """
    names = tuple(quoted)
    found = []
    for one in records:
        mended = {
            name: unquoted(value)
            for name in names
            if isinstance(value := one.get(name), str) and value[:1] == '"'
        }
        found.append({**one, **mended})
    return found


def column_scores(
    records: Sequence[Mapping[str, Any]],
    places: Sequence[str],
    known: frozenset[str],
    trace: str,
) -> tuple[Columns, tuple[Problem, ...]]:
    """Return the scores that stand in columns of their own, and what had to be assumed of them.

    A column is taken for a score if each of its values is a list of numbers or of words. Every
    step of a trace repeats the trace's scores, so each is taken once.

    Args:
        records: the rows of a file.
        places: where each stands.
        known: the fields of the table, which are no scores.
        trace: the field that says the trace.
    """
    rows: dict[str, tuple[Any, ...]] = {}
    problems = []
    names = dict.fromkeys(name for one in records for name in one if name not in known)
    for name in names:
        held = [(at, _list(one.get(name))) for at, one in enumerate(records)]
        told = [(at, values) for at, values in held if values]
        if any(values is None for _, values in held):
            continue
        before = len(rows)
        for at, values in told:
            about = records[at].get(trace)
            for number, word in _verdicts(values or []):
                key = _key(about, name, word)
                kind = "aggregate" if word is None else "categorical"
                rows.setdefault(key, (places[at], about, name, number, word, kind))
        if told:
            problems.append(_assumed(name, len(rows) - before, [places[at] for at, _ in told]))
        else:
            problems.append(_empty(name, len(records)))
    columns: Columns = {"score_id": list(rows)}
    for at, column in enumerate(("where", "trace_id", "name", "value", "label", "kind")):
        columns[column] = [one[at] for one in rows.values()]
    columns |= {"source": ["api"] * len(rows), "level": ["trace"] * len(rows)}
    return (columns if rows else {}), tuple(problems)


def _assumed(name: str, n: int, places: list[str]) -> Problem:
    return Problem(
        action="assumed",
        n=n,
        table="scores",
        field=name,
        examples=tuple(places[:_EXAMPLES]),
        detail="a column of lists is a score: of the trace, source api, averaged if numbers;"
        " its id is derived, its time is the trace's end",
    )


def _empty(name: str, n: int) -> Problem:
    detail = "an empty column: perhaps a score that no row here has"
    return Problem(action="ignored", n=n, table="scores", field=name, detail=detail)


def _list(value: Any) -> list[Any] | None:
    """Return a cell's list, empty where the cell is, None where it is no list of one kind."""
    if value is None or (isinstance(value, str) and value in _EMPTY):
        return []
    found = parsed(value) if isinstance(value, str) else value
    if not isinstance(found, list):
        return None
    kinds = {type(one) for one in found}
    return found if kinds <= {int, float} or kinds <= {str} else None


def _verdicts(values: list[Any]) -> list[tuple[float | None, str | None]]:
    if values and isinstance(values[0], str):
        return [(None, one) for one in dict.fromkeys(values) if one]
    return [(fmean(values), None)] if values else []


def _key(trace: Any, name: str, word: str | None) -> str:
    told = "\x1f".join((str(trace), name, "" if word is None else f"={word}"))
    return COLUMN_SCORE + sha256(told.encode("utf-8", "replace")).hexdigest()[:_DIGITS]
