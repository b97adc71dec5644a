"""What does v2/metrics answer?"""

import json
from collections.abc import Callable
from typing import Any

from tests.loopback.rows import END, Row, micros
from tests.loopback.state import State
from tests.loopback.wire.answers import Answer, Request, invalid

__all__ = ["metrics"]

_DIMENSIONS = {
    **{
        name: name
        for name in (
            *("environment", "type", "name", "level", "version", "release", "traceName"),
            *("promptName", "promptVersion", "isRootObservation"),
        )
    },
    "providedModelName": "model",
}
_MEASURES: dict[str, Callable[[Row], float | None]] = {
    "count": lambda _: 1,
    "latency": lambda row: None if row["latency"] is None else row["latency"] * 1000,
    "totalCost": lambda row: row["totalCost"],
    "totalTokens": lambda row: row["totalUsage"],
}
_HIGH = ("id", "traceId", "userId", "sessionId", "parentObservationId")
_ROWS, _MOST_ROWS = 100, 1_000
_LENGTHS = {"hour": 13, "day": 10, "month": 7}


def metrics(state: State, request: Request) -> Answer:
    """Return aggregates of observations: counts as texts, latencies in milliseconds.

    More rows than `config.row_limit` says, or a hundred, are left out without a word.
    """
    try:
        query = json.loads(request.get("query"))
        since, until = micros(query["fromTimestamp"]), micros(query["toTimestamp"])
        asked = [(one["measure"], one["aggregation"]) for one in query["metrics"]]
        fields = [one["field"] for one in query.get("dimensions", [])]
        most = int((query.get("config") or {}).get("row_limit", _ROWS))
    except (ValueError, KeyError, TypeError):
        return invalid("Invalid query format")
    for field in fields:
        if field in _HIGH:
            return invalid(f"Dimension {field} is of high cardinality and not supported.")
    if not 1 <= most <= _MOST_ROWS:
        return invalid("Invalid query: row_limit must be between 1 and 1000")
    wrong = [name for name in fields if name not in _DIMENSIONS]
    wrong += [name for name, _ in asked if name not in _MEASURES]
    if wrong or query.get("view") != "observations":
        return invalid(f"Invalid query: {', '.join(wrong) or query.get('view')!r} is not supported")
    length = _LENGTHS.get((query.get("timeDimension") or {}).get("granularity", ""))
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in state.latest(state.observations(END, since, until)):
        at = () if length is None else (row["startTime"][:length],)
        key = (*(row[_DIMENSIONS[field]] for field in fields), *at)
        groups.setdefault(key, []).append(row)
    if not fields and length is None:
        groups.setdefault((), [])
    names = [*fields, *([] if length is None else ["time_dimension"])]
    data = [
        dict(zip(names, key, strict=True)) | _values(asked, rows) for key, rows in groups.items()
    ]
    return Answer(200, {"data": data[:most]})


def _values(asked: list[tuple[str, str]], rows: list[Row]) -> Row:
    told: Row = {}
    for measure, how in asked:
        found = sorted(value for row in rows if (value := _MEASURES[measure](row)) is not None)
        told[f"{how}_{measure}"] = str(len(found)) if how == "count" else _value(how, found)
    return told


def _value(how: str, found: list[float]) -> float | None:
    if how == "sum":
        return sum(found)
    if not found:
        return None
    if how == "avg":
        return sum(found) / len(found)
    share = {"min": 0.0, "max": 1.0}.get(
        how, int(how.removeprefix("p")) / 100 if how[0] == "p" else 0
    )
    place = share * (len(found) - 1)
    low = found[int(place)]
    return low + (found[min(int(place) + 1, len(found) - 1)] - low) * (place % 1)
