"""What do Langfuse's scores say, in our words?"""

from typing import Any

import ibis

from agentlens.engines.engine import Engine
from agentlens.engines.mapping.langfuse.functions import raw_json
from agentlens.engines.mapping.langfuse.tenant import Tenant, newest
from agentlens.tables.schema import SCORES

__all__ = ["scores"]

_SOURCES = {"ANNOTATION": "human", "EVAL": "judge"}
_OURS = ("human", "judge", "check", "user", "api")
_KINDS = ("NUMERIC", "BOOLEAN", "CATEGORICAL", "TEXT", "CORRECTION")
_TOLD = ("rubric", "rubric_version", "judge_model", "inclusion_p")
_DESIGN = (
    *("rubric_hash", "judge_id", "status", "repeat", "confidence", "truncated", "via", "plan"),
    *("stage", "stratum", "split", "round", "seconds", "blind", "reference", "note", "code"),
)
"""What we alone say of a score; an application's own metadata may use these words, too."""
_DTYPES = {column.name: column.dtype for column in SCORES.columns}
_TAKEN = (
    *("id", "trace_id", "observation_id", "name", "value", "string_value", "long_string_value"),
    *("data_type", "source", "author_user_id", "timestamp", "comment", "metadata"),
    *("event_ts", "updated_at", "is_deleted"),
)


def scores(engine: Engine, table: Any, tenant: Tenant) -> Any:
    """Return our table of scores: those that judge a trace or a step of one.

    Columns that only AgentLens writes are left out where no score has them: a chance of having been
    drawn, for one, is unknown of a score without it only if another has one.

    Args:
        engine: where the table is; it is asked which columns there are.
        table: Langfuse's scores.
        tenant: whose rows, of which time; a score may come long after its trace.
    """
    rows = tenant.rows(table)
    rows = newest(rows.select(*(one for one in _TAKEN if one in rows.columns)), ("id",))
    rows = rows.filter(ibis.coalesce(rows["trace_id"], "") != "")
    told = {name: _typed(_own(rows, name), name) for name in _DESIGN}
    for name in _TOLD:
        plain = rows["metadata"].get(name, ibis.literal("")).nullif("")
        told[name] = _typed(ibis.coalesce(_own(rows, name), plain), name)
    found = rows.select(
        "name",
        "trace_id",
        score_id=rows["id"],
        span_id=rows["observation_id"].nullif(""),
        time=rows["timestamp"],
        comment=rows["comment"].nullif(""),
        source=_source(rows),
        rater=ibis.coalesce(_own(rows, "rater"), rows["author_user_id"].nullif("")),
        **_verdict(rows),
        **told,
    )
    asked = found.agg(**{name: found[name].count() for name in told})
    counts: dict[str, int] = engine.arrow(asked).to_pylist()[0]
    return found.drop(*(name for name, n in counts.items() if not n))


def _verdict(rows: Any) -> dict[str, Any]:
    """Return number, word and kind."""
    value, word = rows["value"].cast("float64"), rows["string_value"].nullif("")
    said = rows["data_type"]
    kind = ibis.cases(
        (said.isin(_KINDS), said),
        (word.isin(["True", "False"]), "BOOLEAN"),
        (word.notnull(), "CATEGORICAL"),
        else_="NUMERIC",
    )
    if "long_string_value" in rows.columns:
        word = ibis.coalesce(word, rows["long_string_value"].nullif(""))
    number = ibis.cases(
        (kind == "NUMERIC", value),
        ((kind == "BOOLEAN") & value.isin([0.0, 1.0]), value),
        # Without a number of its own a category has 0 here.
        (kind == "CATEGORICAL", value.nullif(0.0)),
    )
    label = ibis.cases((~kind.isin(["NUMERIC", "BOOLEAN"]), word))
    return {"value": number, "label": label, "kind": kind.lower()}


def _source(rows: Any) -> Any:
    known = [(rows["source"] == theirs, ours) for theirs, ours in _SOURCES.items()]
    mine = _own(rows, "source")
    return ibis.cases(*known, (mine.isin(_OURS), mine), else_="api")


def _own(rows: Any, name: str) -> Any:
    """Return what AgentLens wrote under a name into the metadata of a score, as text."""
    held = rows["metadata"].get("agentlens", ibis.literal(""))
    raw = raw_json(held, ibis.literal(name))
    quoted = raw.startswith('"') & raw.endswith('"')
    plain = ibis.cases((quoted, raw.substr(1, raw.length() - 2)), else_=raw)
    flat = rows["metadata"].get(f"agentlens.{name}", ibis.literal(""))
    return ibis.coalesce(plain.nullif("").nullif("null"), flat.nullif(""))


def _typed(words: Any, name: str) -> Any:
    if _DTYPES[name] in {"number", "count"}:
        return words.try_cast("float64")
    if _DTYPES[name] == "flag":
        return ibis.cases((words == "true", True), (words == "false", False))
    return words
