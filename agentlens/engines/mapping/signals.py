"""Which columns do a table's metadata, tags, scores and steps give, said as expressions?

The language is that of `sources.signals.mapping`; what it cannot say to an engine is a function of
Python, and an attribute of a step.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import ibis

from agentlens.engines.counting.expression import number
from agentlens.engines.functions import NO
from agentlens.engines.mapping.renamed import Named
from agentlens.engines.tables import OnEngine, Tables
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.sources.signals.mapping.expressions import (
    TESTS,
    Event,
    Expression,
    Field,
    Metadata,
    Ranged,
    Score,
    ScoreTest,
    Tag,
    TagPrefix,
    ToolSpan,
)
from agentlens.sources.signals.mapping.parse import PREFIXES, parse
from agentlens.tables.schema import TABLES, TRACES

__all__ = ["told_apart", "with_signals"]

_RANGED = 3
_KINDS = {column.name: column.dtype for column in TRACES.columns}
Signals = dict[str, tuple[Expression, ...]]


def told_apart(mapping: Mapping[str, Any]) -> tuple[dict[str, dict[str, Named]], Signals]:
    """Return which columns are only called otherwise, by table, and which are told by expressions.

    Args:
        mapping: as a user writes it.
    """
    columns: dict[str, dict[str, Named]] = {name: {} for name in TABLES}
    signals: Signals = {}
    for name, source in mapping.items():
        if name in TABLES and isinstance(source, Mapping):
            columns[name] |= dict(source)
        elif any(_is_signal(one) for one in (source if isinstance(source, list) else [source])):
            listed = source if isinstance(source, list) else [source]
            signals[name] = tuple(parse(name, one) for one in listed)
        else:
            columns["traces"][name] = source
    return columns, signals


def with_signals(tables: Tables, signals: Signals) -> Tables:
    """Return the tables with the columns that expressions give; the first that is present wins.

    Args:
        tables: of the engine.
        signals: the expressions of each column.
    """
    if not signals:
        return tables
    rows, kinds = tables.traces.rows, dict(tables.traces.kinds)
    for place, (name, expressions) in enumerate(signals.items()):
        for nth, one in enumerate(expressions):
            rows = _beside(rows, tables, one, f"x{place}_{nth}", name)
        found = [rows[f"x{place}_{nth}"] for nth in range(len(expressions))]
        rows = rows.mutate(**{name: ibis.coalesce(*found) if len(found) > 1 else found[0]})
        rows = rows.drop(*(f"x{place}_{nth}" for nth in range(len(expressions))))
        kinds[name] = _KINDS.get(name, "as is")
    return replace(tables, traces=OnEngine(rows, kinds))


def _is_signal(source: object) -> bool:
    if isinstance(source, tuple):
        return len(source) == _RANGED
    return isinstance(source, str) and source.startswith(tuple(PREFIXES))


def _beside(rows: Any, tables: Tables, of: Expression, name: str, column: str) -> Any:
    """Return the traces with what one expression gives of each, typed as its column wants it."""
    match of:
        case Ranged(inner, low, high):
            rows = _beside(rows, tables, inner, name, "user_rating")
            scaled = (rows[name] - low) / (high - low)
            return rows.mutate(**{name: ibis.cases(((scaled >= 0.0) & (scaled <= 1.0), scaled))})
        case Score(score) | ScoreTest(score):
            return _scored(rows, tables, of, score, name)
        case ToolSpan(span) | Event(span):
            kind = "tool" if isinstance(of, ToolSpan) else "event"
            return _stepped(rows, tables, kind, span, name)
    return rows.mutate(**{name: _own(rows, tables, of, column)})


def _own(rows: Any, tables: Tables, of: Expression, column: str) -> Any:
    """Return what an expression gives that looks at the traces alone."""
    flagged = _KINDS.get(column) in {"flag", "number", "count"}
    match of:
        case Tag(tag):
            return _sent(tables, rows, _tagged(rows, tag))
        case TagPrefix(prefix):
            return _following(rows, prefix)
        case Metadata(key):
            value = _metadata(rows, key, tables.engine.name)
            return _numeric(value) if flagged else value
        case Field(field) if field in rows.columns:
            return number(rows[field]) if flagged else rows[field]
        case Field(field):
            raise UnknownNameError("trace column", field, tables.traces.names)
    message = (
        f"mapping {column!r}: {of} cannot run on {tables.engine.name}. Say it as a column, or as"
        " 'metadata.…', 'score:…', 'tag:…', 'span:…' or 'event:…'."
    )
    raise BadInputError(message)


def _scored(rows: Any, tables: Tables, of: Score | ScoreTest, score: str, name: str) -> Any:
    """Return the newest score of a name: the trace's own before a step's."""
    if tables.scores is None:
        return rows.mutate(**{name: ibis.null("float64")})
    every = tables.scores.rows
    held = every.filter(every["name"] == score, every["value"].notnull())
    own = held["span_id"].isnull().cast("int64") if "span_id" in held.columns else ibis.literal(1)
    time = held["time"] if "time" in held.columns else ibis.literal(0)
    order = [own.desc(), time.desc(), held["score_id"].desc()]
    first = ibis.row_number().over(ibis.window(group_by="trace_id", order_by=order))
    value = held["value"]
    if isinstance(of, ScoreTest):
        value = TESTS[of.test](value, of.bound).cast("float64")
    held = held.mutate(_nth=first, **{name: value})
    newest = held.filter(held["_nth"] == 0).select(**{f"of_{name}": "trace_id", name: name})
    return rows.left_join(newest, rows["trace_id"] == newest[f"of_{name}"]).drop(f"of_{name}")


def _stepped(rows: Any, tables: Tables, kind: str, span: str, name: str) -> Any:
    """Return whether a trace has a step of a kind and name; unknown where nobody ever had."""
    if tables.spans is None:
        return rows.mutate(**{name: ibis.null("float64")})
    every = tables.spans.rows
    held = every.filter(every["kind"] == kind, every["name"] == span)
    ids = held.select(**{f"of_{name}": "trace_id"}).distinct()
    joined = rows.left_join(ids, rows["trace_id"] == ids[f"of_{name}"])
    there = joined[f"of_{name}"].notnull()
    return joined.mutate(**{name: _sent(tables, joined, there)}).drop(f"of_{name}")


def _sent(tables: Tables, rows: Any, there: Any) -> Any:
    """Return a signal that is sent only when true: absent means no, if it was ever sent at all."""
    some = tables.engine.arrow(rows.agg(n=there.fill_null(NO).cast("int64").sum()))
    if not some["n"][0].as_py():
        return ibis.null("float64")
    return there.fill_null(NO).cast("float64")


def _tagged(rows: Any, tag: str) -> Any:
    """Return whether a trace bears a tag; tags are one text, joined by commas."""
    return (ibis.literal(",") + _tags(rows) + ",").contains(f",{tag},")


def _following(rows: Any, prefix: str) -> Any:
    """Return what follows a prefix in the first tag that has it."""
    marked = ibis.literal(",") + _tags(rows) + ","
    begin = f",{prefix}:"
    at = marked.find(begin)
    rest = marked.substr(at + len(begin))
    return ibis.cases((at >= 0, rest.substr(0, rest.find(","))))


def _tags(rows: Any) -> Any:
    if "tags" not in rows.columns:
        message = "This table has no tags; name the column with mapping={'tags': 'their column'}."
        raise BadInputError(message)
    return ibis.coalesce(rows["tags"], "")


def _metadata(rows: Any, key: str, engine: str) -> Any:
    """Return the value under a key: of a map, a struct, or JSON that is kept as text."""
    if "metadata" not in rows.columns:
        message = f"This table has no column 'metadata' to take {key!r} from; name it in mapping=."
        raise BadInputError(message)
    column = rows["metadata"]
    kind = column.type()
    if kind.is_map():
        return column.get(key, ibis.null(kind.value_type)).cast("string").nullif("")
    if kind.is_struct():
        if key not in kind.names:
            raise UnknownNameError("key of metadata", key, kind.names)
        return column[key].cast("string").nullif("")
    if kind.is_json() or kind.is_string():
        return column.cast("json")[key].unwrap_as("string").nullif("")
    message = f"metadata is {kind} on {engine}, which has no keys; name a column instead."
    raise BadInputError(message)


def _numeric(words: Any) -> Any:
    """Return words as numbers: yes and no, true and false, and digits."""
    plain = words.lower().strip()
    yes, no = plain.isin(["true", "t", "yes", "y"]), plain.isin(["false", "f", "no", "n"])
    return ibis.cases((yes, 1.0), (no, 0.0), else_=plain.try_cast("float64"))
