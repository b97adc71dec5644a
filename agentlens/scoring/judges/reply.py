"""What came back from a judge, and what does it mean for the money and for the run?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, Protocol

__all__ = ["BatchReply", "BatchSender", "BatchState", "Outcome", "Reply", "Sender"]

Outcome = Literal["paid", "wait", "stop", "reject", "unknown"]
"""`paid`: a message came back, whatever it says. `wait`: refused for now and not billed; all calls
wait. `stop`: refused for good; the run ends. `reject`: this item alone is refused. `unknown`: the
request left and no answer of the API came; it may have been billed."""


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One answer, kept as it came.

    Attributes:
        outcome: what it means.
        raw: the body as received, before anything was read from it.
        text: the words of the message, its blocks of text joined.
        status: of a paid answer without a usable text: refused, truncated, empty or unparsable.
        stop_reason: as the API says it.
        usage: tokens by kind.
        model: the model that answered, which need not be the one that was asked.
        message_id: of the message.
        request_id: of the request.
        http_status: where there was one.
        error_type: as the API says it.
        error_code: as the API says it.
        detail: what a person needs to know of a refusal; never a header or a key.
        retry_after: seconds that the server asks to wait.
    """

    outcome: Outcome
    raw: str = ""
    text: str = ""
    status: str = ""
    stop_reason: str = ""
    usage: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    model: str = ""
    message_id: str = ""
    request_id: str = ""
    http_status: int | None = None
    error_type: str = ""
    error_code: str = ""
    detail: str = ""
    retry_after: float | None = None


class Sender(Protocol):
    """Whoever can be sent a request; several threads may send at once."""

    @property
    def host(self) -> str:
        """The name of the machine that answers."""

    def send(self, body: Mapping[str, object]) -> Reply:
        """Return the answer; whatever goes wrong is an outcome."""

    def count(self, body: Mapping[str, object]) -> int | None:
        """Return the tokens that a request would read, None where nobody can say."""

    def close(self) -> None:
        """Let go of connections."""


@dataclass(frozen=True, kw_only=True)
class BatchReply:
    """What came of an attempt to hand in a batch."""

    outcome: Outcome
    batch_id: str = ""
    detail: str = ""
    retry_after: float | None = None


@dataclass(frozen=True, kw_only=True)
class BatchState:
    """Where a batch stands: in_progress, canceling or ended; its size, and its times in ISO form."""

    batch_id: str
    state: str
    total: int
    created_at: str
    expires_at: str = ""
    archived_at: str = ""


class BatchSender(Sender, Protocol):
    """A sender that also takes many requests at once, for half the price and within a day."""

    def create_batch(self, requests: Sequence[tuple[str, Mapping[str, object]]]) -> BatchReply:
        """Hand in requests, each under its own name, and return what came of it."""

    def list_batches(self, since: str) -> list[BatchState]:
        """Return the batches created at or after a time in ISO form."""

    def batch(self, batch_id: str) -> BatchState | None:
        """Return where a batch stands, None where there is none of that id."""

    def results(self, batch_id: str) -> Iterator[tuple[str, Reply]]:
        """Yield the answers of an ended batch by their names, in any order."""
