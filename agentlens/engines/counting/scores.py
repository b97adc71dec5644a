"""What does each trace score, where the scores are?

As in `tables.wide`: the newest rubric version alone, one judge a step, repeats of a step averaged
before steps are.
"""

from typing import Any
from urllib.parse import parse_qsl

import ibis
import pandas as pd

from agentlens.engines.functions import NO
from agentlens.engines.tables import Tables
from agentlens.errors import UnknownNameError
from agentlens.tables.wide import newest_version, score_names

__all__ = ["score_rows"]

_TWO = 2


def score_rows(tables: Tables, scores: Any, kinds: pd.DataFrame, column: str) -> tuple[Any, str]:
    """Return trace_id, value and p of each trace that has a score, and who gave it.

    Args:
        tables: of the engine.
        scores: the chosen rows of the scores.
        kinds: the scores that there are.
        column: as `tables.wide.score_column` takes it.
    """
    plain, _, only = column.partition("?")
    names = score_names(kinds)
    if plain not in names:
        raise UnknownNameError("score", plain, names)
    name, source = names[plain]
    rows = scores.filter(scores["name"] == name, scores["value"].notnull())
    if "source" in rows.columns:
        rows = rows.filter(rows["source"] == source)
    wanted = dict(parse_qsl(only))
    if "judge" in wanted:
        rows = _by_judge(rows, wanted["judge"])
    version = wanted.get("version", _newest(tables, rows))
    if version is not None and "rubric_version" in rows.columns:
        rows = rows.filter(rows["rubric_version"] == version)
    return _averaged(_one_judge(tables, rows)), source


def _by_judge(rows: Any, judge: str) -> Any:
    tests = [rows[name] == judge for name in ("judge_id", "judge_model") if name in rows.columns]
    either = ibis.or_(*(one.fill_null(NO) for one in tests))
    return rows.filter(either if tests else ibis.literal(value=False))


def _newest(tables: Tables, rows: Any) -> str | None:
    if "rubric_version" not in rows.columns:
        return None
    grouped = rows.group_by("rubric_version")
    first = rows["time"].min() if "time" in rows.columns else ibis.null("int64")
    return newest_version(tables.engine.arrow(grouped.agg(time=first)).to_pandas())


def _one_judge(tables: Tables, rows: Any) -> Any:
    """Return the rows without second opinions: of two judges of a step, the one that judged most."""
    if "judge_id" not in rows.columns:
        return rows
    counts = tables.engine.arrow(rows.group_by("judge_id").agg(n=rows.count())).to_pandas()
    if counts["judge_id"].nunique() < _TWO:
        return rows
    told = zip(counts["judge_id"].fillna(""), counts["n"], strict=True)
    order = [judge for judge, _ in sorted(told, key=lambda one: (-one[1], one[0]))]
    judge = ibis.coalesce(rows["judge_id"], "")
    place = ibis.cases(*((judge == one, at) for at, one in enumerate(order)), else_=len(order))
    step = _step(rows)
    rows = rows.mutate(_step=step, _place=place)
    first = rows["_place"].min().over(ibis.window(group_by=["trace_id", "_step"]))
    return rows.mutate(_first=first).filter(lambda one: one["_place"] == one["_first"])


def _step(rows: Any) -> Any:
    return ibis.coalesce(rows["span_id"], "") if "span_id" in rows.columns else ibis.literal("")


def _averaged(rows: Any) -> Any:
    known = "inclusion_p" in rows.columns
    held = rows.select(
        "trace_id",
        "value",
        step=_step(rows),
        p=rows["inclusion_p"] if known else ibis.literal(1.0),
    )
    by_step = held.group_by(["trace_id", "step"]).agg(
        value=held["value"].mean(), p=held["p"].mean()
    )
    return by_step.group_by("trace_id").agg(value=by_step["value"].mean(), p=by_step["p"].mean())
