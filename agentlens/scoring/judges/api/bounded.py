"""How long may an answer take that comes byte by byte?"""

from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any

__all__ = ["bounded"]

_WHOLE = "/v1/messages"


def bounded(limit: float) -> Callable[[Any], None]:
    """Return what makes an answer count as lost that takes longer than this from first to last.

    The client's own limit is for each byte, so a server that sends one now and then could keep a
    run busy for ever. The results of batches are let alone: they are long, and free to read.

    Args:
        limit: seconds from the headers to the end.
    """
    import httpx2  # noqa: PLC0415 - the SDK's own

    class Bounded(httpx2.SyncByteStream):
        def __init__(self, response: Any) -> None:
            self.stream, self.request = response.stream, response.request
            self.until = monotonic() + limit

        def __iter__(self) -> Iterator[bytes]:
            for some in self.stream:
                if monotonic() > self.until:
                    message = "the answer took too long from first to last"
                    raise httpx2.ReadTimeout(message, request=self.request)
                yield some

        def close(self) -> None:
            self.stream.close()

    def hook(response: Any) -> None:
        if response.request.url.path.endswith(_WHOLE):
            response.stream = Bounded(response)

    return hook
