"""How is one request sent, so that whatever comes of it is a value?"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from agentlens.scoring.judges.api import batches
from agentlens.scoring.judges.api.attempt import attempted, decoded
from agentlens.scoring.judges.api.client import opened_client
from agentlens.scoring.judges.api.message import answered
from agentlens.scoring.judges.reply import BatchReply, BatchState, Reply

__all__ = ["ApiSender", "open_sender"]

_COUNTED = ("model", "messages", "system", "output_config", "thinking")
_MODELS = 1000


@dataclass(frozen=True)
class ApiSender:
    """One client of the API that several threads share; it repeats nothing by itself.

    Attributes:
        host: the machine that answers.
        client: of the SDK; it holds the key, so it is never shown.
    """

    host: str
    _client: Any

    def __repr__(self) -> str:
        return f"ApiSender({self.host!r})"

    def send(self, body: Mapping[str, object]) -> Reply:
        """Return the answer to one request, which is sent once.

        Args:
            body: of the request, whole.
        """
        got = attempted(lambda: self._client.messages.with_raw_response.create(**body))
        if isinstance(got, Reply):
            return got
        request_id = got.headers.get("request-id") or ""
        return answered(
            got.http_response.text, http_status=int(got.status_code), request_id=request_id
        )

    def count(self, body: Mapping[str, object]) -> int | None:
        """Return the tokens that a request would read; None where this address does not count.

        Args:
            body: of the request that would be sent.
        """
        asked = {name: body[name] for name in _COUNTED if name in body}
        counted = self._read(lambda: self._client.messages.with_raw_response.count_tokens(**asked))
        tokens = counted.get("input_tokens")
        return tokens if isinstance(tokens, int) and tokens >= 0 else None

    def model(self, name: str) -> Mapping[str, Any] | None:
        """Return what the address says of a model, {} if there is none, None if it does not say.

        Args:
            name: id or alias.
        """
        got = attempted(lambda: self._client.models.with_raw_response.retrieve(name))
        if isinstance(got, Reply):
            return {} if got.error_type == "not_found_error" else None
        body = decoded(got)
        return body if body.get("id") else None

    def models(self) -> tuple[str, ...]:
        """Return the ids of the models that the address lists, none where it lists none."""
        body = self._read(lambda: self._client.models.with_raw_response.list(limit=_MODELS))
        rows = body.get("data")
        return tuple(str(row["id"]) for row in rows if _named(row)) if rows else ()

    def create_batch(self, requests: Sequence[tuple[str, Mapping[str, object]]]) -> BatchReply:
        """Hand in requests and return what came of it; nothing is handed in twice.

        Args:
            requests: the name of each, at most 64 letters, digits, - and _, and its body.
        """
        rows = [{"custom_id": name, "params": dict(body)} for name, body in requests]
        got = attempted(
            lambda: self._client.messages.batches.with_raw_response.create(requests=rows)
        )
        return batches.handed_in(got)

    def list_batches(self, since: str) -> list[BatchState]:
        """Return the batches created at or after a time, the newest first.

        Args:
            since: a time in ISO form with its zone.

        Raises:
            SourceError: they cannot be listed now.
        """
        return batches.listed(self._client.messages.batches.with_raw_response.list, since)

    def batch(self, batch_id: str) -> BatchState | None:
        """Return where a batch stands, None where there is none of that id.

        Args:
            batch_id: as `create_batch` returned it.

        Raises:
            SourceError: it cannot be asked now.
        """
        retrieve = self._client.messages.batches.with_raw_response.retrieve
        return batches.found(lambda: retrieve(batch_id))

    def results(self, batch_id: str) -> Iterator[tuple[str, Reply]]:
        """Yield the answers of an ended batch by their names, in any order.

        They are read below the sender's own address, and not from wherever the batch says that
        they lie: neither the key nor a gateway is left out.

        Args:
            batch_id: of a batch that has ended.

        Raises:
            SourceError: it has not ended, is gone, or what can be read of it is not whole; reading
                costs nothing, so it can be read again.
        """
        import httpx2  # noqa: PLC0415 - the SDK's own, needed for its type alone

        path = f"/v1/messages/batches/{quote(batch_id, safe='')}/results"
        options = {"headers": {"Accept": "application/binary"}}

        def lines() -> Any:
            return self._client.get(
                path, cast_to=httpx2.Response, options=options, stream=True, stream_cls=None
            )

        yield from batches.results_of(batch_id, self.batch(batch_id), lines)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _read(self, call: Callable[[], Any]) -> Mapping[str, Any]:
        """Return the body of an answer that costs nothing, {} where there is none."""
        got = attempted(call)
        return {} if isinstance(got, Reply) else decoded(got)


def open_sender(base_url: str | None, timeout: float, host: str) -> ApiSender:
    """Return a sender; the caller closes it.

    Args:
        base_url: where to; None is what the environment says.
        timeout: seconds without a byte until a request counts as lost.
        host: the name under which the judge knows it.
    """
    return ApiSender(host, opened_client(base_url, timeout))


def _named(row: object) -> bool:
    return isinstance(row, Mapping) and isinstance(row.get("id"), str)
