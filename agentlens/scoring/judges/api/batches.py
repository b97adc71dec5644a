"""What does the API say of a batch, and what lies in its results?"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from agentlens.errors import SourceError
from agentlens.scoring.judges.api.attempt import attempted, decoded
from agentlens.scoring.judges.api.message import is_message, message_reply
from agentlens.scoring.judges.api.outcomes import envelope, meaning
from agentlens.scoring.judges.api.told import safe
from agentlens.scoring.judges.reply import BatchReply, BatchState, Outcome, Reply

__all__ = ["found", "handed_in", "item_reply", "listed", "results_of"]

_PAGE = 100
_READS = 3
_NO_LIST = "Batches cannot be asked now: the answer is no list of batches."
_FAULT = 500
_ITEM_STATUS = {"invalid_request_error": 400, "request_too_large": 413, "not_found_error": 404}
"""What an item that failed by itself would have got alone; anything else is the API's own fault."""


def handed_in(got: Any) -> BatchReply:
    """Return what came of handing a batch in.

    Args:
        got: the raw answer, or the Reply that says what went wrong.
    """
    if isinstance(got, Reply):
        return BatchReply(outcome=got.outcome, detail=got.detail, retry_after=got.retry_after)
    state = _state(decoded(got))
    if state is None:
        detail = "The answer broke off or is no batch; the batch may exist."
        return BatchReply(outcome="unknown", detail=detail)
    return BatchReply(outcome="paid", batch_id=state.batch_id)


def found(ask: Callable[[], Any]) -> BatchState | None:
    """Return where a batch stands, None where there is none.

    Args:
        ask: the call.
    """
    got = attempted(ask)
    if isinstance(got, Reply) and got.error_type == "not_found_error":
        return None
    return _whole(_state(_body(got)), "batch")


def listed(page: Callable[..., Any], since: str) -> list[BatchState]:
    """Return the batches created at or after a time; the API tells the newest first.

    Args:
        page: the call that asks for one page.
        since: a time in ISO form with its zone.
    """
    begin, after = datetime.fromisoformat(since), dict[str, str]()
    kept: list[BatchState] = []
    while True:
        body = _body(attempted(partial(page, limit=_PAGE, **after)))
        rows = body.get("data")
        if not isinstance(rows, list):  # taken for an empty list, a batch would be paid for twice
            raise SourceError(_NO_LIST)
        states = [_whole(_state(row), "list of batches") for row in rows]
        new = [one for one in states if datetime.fromisoformat(one.created_at) >= begin]
        kept += new
        if len(new) < len(states) or not body.get("has_more") or not body.get("last_id"):
            return kept
        after = {"after_id": str(body["last_id"])}


def results_of(
    batch_id: str, state: BatchState | None, read: Callable[[], Any]
) -> Iterator[tuple[str, Reply]]:
    """Yield the answers of a batch; a file that breaks off is read again from its beginning.

    Args:
        batch_id: of the batch.
        state: where it stands.
        read: returns the answer that carries the file.
    """
    if state is None or state.archived_at or state.state != "ended":
        why = "there is none of that id" if state is None else f"it is {state.state}"
        told = f"they were archived on {state.archived_at}" if state and state.archived_at else why
        message = f"No results of batch {batch_id!r}: {told}."
        raise SourceError(message)
    seen: set[str] = set()
    for _ in range(_READS):
        for name, row, line in _rows(read):
            if name not in seen:
                seen.add(name)
                yield name, item_reply(row, line)
        if len(seen) >= state.total:
            return
    message = (
        f"The results of batch {batch_id!r} break off after {len(seen)} of {state.total}. Reading"
        " them is free: call again."
    )
    raise SourceError(message)


def item_reply(result: Mapping[str, Any], line: str) -> Reply:
    """Return what became of one item; what expired or was canceled was not billed.

    Args:
        result: type and message, or type and error.
        line: of the file.
    """
    kind, body = result.get("type"), result.get("message")
    if kind == "succeeded":
        if is_message(body):
            return message_reply(body or {}, line)
        return Reply(outcome="paid", status="unparsable", raw=line)
    if kind in {"expired", "canceled"}:
        detail = f"The item {'has expired' if kind == 'expired' else 'was canceled'}, unbilled."
        return Reply(outcome="wait", raw=line, error_type=str(kind), detail=detail)
    of, code, said = envelope(result.get("error"))
    outcome: Outcome = meaning(_ITEM_STATUS.get(of, _FAULT), of, code)
    detail = f"{of}: {safe(said)}".rstrip(": ")
    return Reply(outcome=outcome, raw=line, error_type=of, error_code=code, detail=detail)


def _rows(read: Callable[[], Any]) -> Iterator[tuple[str, Mapping[str, Any], str]]:
    """Yield names, results and lines up to where the file ends or breaks off."""
    import httpx2  # noqa: PLC0415 - the SDK's own

    answer = attempted(read)
    if isinstance(answer, Reply):
        raise SourceError(_refusal(answer))
    try:
        for line in _lines(answer.iter_bytes()):
            row = json.loads(line)
            yield str(row["custom_id"]), row["result"], line.decode("utf-8", "replace")
    except (httpx2.HTTPError, ValueError, KeyError, TypeError):
        return
    finally:
        answer.close()


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines of a file; letters that end a line elsewhere may stand in an answer."""
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (line for line in whole if line.strip())
    if rest.strip():
        yield rest


def _state(body: object) -> BatchState | None:
    if not isinstance(body, Mapping) or body.get("type") != "message_batch":
        return None
    counts = body.get("request_counts")
    return BatchState(
        batch_id=str(body.get("id") or ""),
        state=str(body.get("processing_status") or ""),
        total=sum(counts.values()) if isinstance(counts, Mapping) else 0,
        created_at=str(body.get("created_at") or ""),
        expires_at=str(body.get("expires_at") or ""),
        archived_at=str(body.get("archived_at") or ""),
    )


def _body(got: Any) -> Mapping[str, Any]:
    if isinstance(got, Reply):
        raise SourceError(_refusal(got))
    return decoded(got)


def _refusal(reply: Reply) -> str:
    return f"Batches cannot be asked now: {reply.detail}"


def _whole(state: BatchState | None, what: str) -> BatchState:
    if state is None or not state.batch_id or not state.created_at:
        message = f"Batches cannot be asked now: the answer is no {what}."
        raise SourceError(message)
    return state
