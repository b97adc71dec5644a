"""What is the true table of traces behind a list of observations and scores?"""

from collections.abc import Iterable

from tests.loopback.rows import Row, key_of, micros

__all__ = ["trace_rows"]


def trace_rows(observations: Iterable[Row], scores: Iterable[Row]) -> list[Row]:
    """Return a row for each trace by time: what its root says, with parts, cost and duration.

    Input, output and metadata are those of the root's row, not yet parsed.
    """
    parts: dict[str, list[Row]] = {}
    for row in sorted(observations, key=key_of):
        parts.setdefault(row["traceId"], []).append(row)
    given: dict[str, list[str]] = {}
    for score in scores:
        subject = score["subject"]
        trace = subject.get("traceId", subject["id"])
        given.setdefault(trace, []).append(score["id"])
    rows = [_trace(rows, given.get(trace, [])) for trace, rows in parts.items()]
    return sorted(rows, key=lambda row: (row["timestamp"], row["id"]))


def _trace(rows: list[Row], scores: list[str]) -> Row:
    root = next((row for row in rows if row["isRootObservation"]), rows[0])
    ends = [micros(row["endTime"]) for row in rows if row["endTime"]]
    begin = min(micros(row["startTime"]) for row in rows)
    return {
        "id": root["traceId"],
        "projectId": root["projectId"],
        "name": root["traceName"],
        "timestamp": root["startTime"],
        "environment": root["environment"],
        "tags": root["tags"],
        "bookmarked": False,
        "release": root["release"],
        "version": root["version"],
        "userId": root["userId"],
        "sessionId": root["sessionId"],
        "public": False,
        "input": root["input"],
        "output": root["output"],
        "metadata": root["metadata"],
        "createdAt": f"{root['createdAt'][:19]}.000Z",
        "updatedAt": max(row["updatedAt"] for row in rows),
        "observations": [row["id"] for row in rows],
        "scores": scores,
        "totalCost": round(sum(row["totalCost"] or 0 for row in rows), 12),
        "latency": round((max(ends) - begin) / 1e6, 3) if ends else 0,
        "htmlPath": f"/project/{root['projectId']}/traces/{root['traceId']}",
        "externalId": None,
    }
