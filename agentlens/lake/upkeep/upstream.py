"""How is Langfuse asked to delete traces that were forgotten here?"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from agentlens import text
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.lake.store.history import Store
from agentlens.lake.upkeep.ledger import record
from agentlens.sources.langfuse.settings import Settings, settings_of

__all__ = ["Asked", "ask_to_delete", "upstream_of"]

_BATCH = 100
_PAUSES = (1.0, 4.0)
_AGAIN = frozenset({0, 408, 425, 500, 502, 503, 504, *range(520, 525)})
_NO_RIGHT, _ABSENT, _LIMITED = frozenset({401, 403}), frozenset({404, 405}), 429
_OK, _SILENT = 200, -1
_ONCE = {"max_retries": 0}


@dataclass(frozen=True, kw_only=True, repr=False)
class Asked:
    """What Langfuse was asked to delete; whether it has, only a later read can tell.

    Attributes:
        host: which Langfuse.
        requested: the traces for which it took the request, known to it or not.
        refused: the traces for which it did not.
        problem: why not.
    """

    host: str
    requested: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    problem: str = ""

    def __str__(self) -> str:
        """Return it as a sentence, without an id."""
        n, m = len(self.requested), len(self.refused)
        if not n and not m:
            return f"{self.host} was asked for nothing, as no trace was found."
        told = (
            f"Requested of {self.host}: to delete {text.plural(n, 'trace')}. It takes seconds to"
            " days, and only a later read shows that they are gone."
        )
        lost = (
            f"{text.plural(m, 'trace')} could not be asked for: {self.problem} Their ids are in"
            " .asked.refused; lake.forget(trace_id=…, upstream=True) asks again for one."
        )
        return " ".join([*([told] if n else []), *([lost] if m else [])])


def upstream_of(where: Mapping[str, Any], *, wanted: bool) -> Settings | None:
    """Return which Langfuse is to be asked, before anything is forgotten; None if none is.

    Args:
        where: host, public_key and secret_key, each as `sync` takes it; what is not there, the
            environment says.
        wanted: whether it is to be asked.
    """
    keys = ("host", "public_key", "secret_key")
    for name in where:
        if name not in keys:
            raise UnknownNameError("keyword of lake.forget(upstream=True)", name, keys)
    if where and not wanted:
        message = f"{', '.join(where)} say which Langfuse is asked; add upstream=True to ask it."
        raise BadInputError(message)
    if not wanted:
        return None
    return settings_of(*(where.get(key) for key in keys))


def ask_to_delete(
    store: Store,
    settings: Settings,
    traces: Sequence[str],
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> Asked:
    """Return what was requested; nothing is raised, since here the traces are forgotten already.

    Args:
        store: the lake's, which notes that it was asked, and for how many traces.
        settings: which Langfuse, with which key.
        traces: their ids.
        sleep: waits before another try.
    """
    ids = [one for one in dict.fromkeys(traces) if one]
    done, problem = 0, ""
    with _opened(settings) as api:
        while done < len(ids) and not problem:
            batch = ids[done : done + _BATCH]
            status, words = _requested(api, batch, sleep)
            if status:
                problem = _sentence(settings, status, words)
            else:
                done += len(batch)
    asked = Asked(
        host=settings.host,
        requested=tuple(ids[:done]),
        refused=tuple(ids[done:]),
        problem=problem,
    )
    facts = {"host": settings.host, "requested": done, "refused": len(ids) - done}
    record(store, "ask-upstream", facts | ({"why_refused": problem} if problem else {}))
    return asked


@contextmanager
def _opened(settings: Settings) -> Iterator[Any]:
    """Yield the plain client of the SDK, which starts no threads and is closed at the end."""
    import httpx  # noqa: PLC0415 - only who asks Langfuse needs it
    from langfuse.api import LangfuseAPI  # noqa: PLC0415 - slow to load

    with httpx.Client(timeout=httpx.Timeout(60.0, connect=10.0), follow_redirects=False) as wire:
        yield LangfuseAPI(
            base_url=settings.host,
            username=settings.public_key,
            password=settings.secret_key,
            timeout=60,
            httpx_client=wire,
        )


def _requested(api: Any, batch: Sequence[str], sleep: Callable[[float], None]) -> tuple[int, str]:
    """Return status and words of the last refusal; no status where the request was taken.

    Asking twice for the same deletion does no harm, so that what passes by itself is tried again.
    """
    for pause in (*_PAUSES, None):
        status, words = _once(api, batch)
        if pause is None or status not in _AGAIN:
            break
        sleep(pause)
    return (0, "") if status == _OK else (status or _SILENT, words)


def _once(api: Any, batch: Sequence[str]) -> tuple[int, str]:
    import httpx  # noqa: PLC0415 - only who asks Langfuse needs it
    from langfuse.api.core.api_error import ApiError  # noqa: PLC0415 - slow to load

    try:
        api.trace.delete_multiple(trace_ids=list(batch), request_options=_ONCE)
    except ApiError as error:
        body = error.body
        said = body.get("message") if isinstance(body, dict) else " ".join(str(body)[:80].split())
        return error.status_code or 0, str(said or "")
    except httpx.HTTPError as error:
        return 0, f"no answer ({type(error).__name__})"
    except ValueError:
        return 0, "an answer that is none"
    return _OK, ""


def _sentence(settings: Settings, status: int, words: str) -> str:
    said = f"{settings.shown} answered {status} {words}".strip() + "."
    if status == _SILENT:
        return f"{settings.host} gave {words}, {len(_PAUSES) + 1} times in a row."
    if status in _NO_RIGHT:
        return f"{said} This key may not delete traces; use a key of the project that may."
    if status in _ABSENT:
        return (
            f"{said} This server cannot delete traces over its API; delete them in its web page, or"
            " ask whoever runs it."
        )
    if status == _LIMITED:
        return f"{said} Deletions are limited by the day; ask again tomorrow."
    return said
