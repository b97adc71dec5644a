"""Which of these scores are in Langfuse already, with which value?"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agentlens.feedback.langfuse.line import Line

__all__ = ["same", "scores_there"]

_GROUP = 100
_OK = 200
_PAGES = 20
_ROADS = (("v3/scores", "id"), ("v2/scores", "scoreIds"), ("scores", "scoreIds"))
Row = Mapping[str, Any]


def scores_there(line: Line, ids: Sequence[str]) -> dict[str, Row]:
    """Return the scores that can be read, by id; of one that is there twice the newest.

    Args:
        line: to Langfuse.
        ids: of scores.

    Raises:
        SourceError: scores cannot be read.
    """
    found: dict[str, Row] = {}
    asked = [one for one in dict.fromkeys(ids) if one and "," not in one]
    for begin in range(0, len(asked), _GROUP):
        for row in _read(line, asked[begin : begin + _GROUP]):
            before = found.get(str(row.get("id")))
            if before is None or str(before.get("updatedAt")) <= str(row.get("updatedAt")):
                found[str(row.get("id"))] = row
    return found


def same(row: Row | None, value: float | str) -> bool:
    """Return whether a score that was read says this value.

    >>> same({"value": True}, 1.0), same({"value": 0.4}, 0.5), same(None, "good")
    (True, False, False)
    >>> same({"value": 2, "stringValue": "good"}, "good")
    True
    """
    if row is None:
        return False
    held = row.get("value")
    if isinstance(value, str):
        return value in {held, row.get("stringValue")}
    return isinstance(held, (int, float)) and float(held) == value


def _read(line: Line, ids: Sequence[str]) -> Iterator[Row]:
    """Yield the scores of some ids by the newest road that the server has."""
    for path, parameter in _ROADS:
        asked = {parameter: ",".join(ids), "limit": _GROUP}
        answer = line.ask("GET", path, asked)
        if answer.status == _OK and isinstance(answer.body.get("data"), list):
            yield from answer.body["data"]
            yield from _following(line, path, asked, answer.body.get("meta") or {})
            return
        if answer.status in {401, 403}:
            break
    raise line.refusal(path, answer)


def _following(line: Line, path: str, asked: Row, meta: Row) -> Iterator[Row]:
    """Yield what does not fit one page: an id may be there on several days."""
    for page in range(2, _PAGES):
        if meta.get("cursor"):
            more = {"cursor": meta["cursor"]}
        elif page <= int(meta.get("totalPages") or 0):
            more = {"page": page}
        else:
            return
        body = line.data(path, {**asked, **more})
        yield from body["data"]
        meta = body.get("meta") or {}
