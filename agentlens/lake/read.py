"""How is Langfuse read into a log, so that an interrupted hour is not lost?"""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, Any

from agentlens.errors import SourceError
from agentlens.lake.lake import Lake
from agentlens.lake.sync.langfuse import sync_langfuse
from agentlens.lake.sync.sync import request_of
from agentlens.sources.intake.normalise import Texts
from agentlens.sources.langfuse.client import Clock
from agentlens.sources.langfuse.settings import settings_of
from agentlens.tables.log import Log
from agentlens.tables.period import Moment

if TYPE_CHECKING:
    from agentlens.tables.redact.policy import Said

__all__ = ["read_langfuse"]

_SPOOLS = ".agentlens"


def read_langfuse(  # noqa: PLR0913 - the words of the design
    since: str | Moment = "7D",
    until: Moment | None = None,
    *,
    host: str | None = None,
    public_key: str | None = None,
    secret_key: str | None = None,
    environment: str | Sequence[str] | None = None,
    text: Texts = "roots",
    max_chars: int | None = 65536,
    mapping: Mapping[str, Any] | None = None,
    source_rate: float | None = None,
    redact: "Said" = "default",
    concurrency: int = 2,
    timeout: float = 60.0,
    max_wait: float = 120.0,
    keep: bool = False,
    clock: Clock | None = None,
) -> Log:
    """Return the log of a Langfuse project; a call that was stopped goes on where it was.

    What is read is kept in a folder `.agentlens` until the log is whole. For more than a look, keep
    it in a `Lake`.

    Args:
        since: a length of time that counts back from now, such as "7D", or a time.
        until: a time; None means now.
        host: the address; else LANGFUSE_BASE_URL, or Langfuse's cloud.
        public_key: else LANGFUSE_PUBLIC_KEY.
        secret_key: else LANGFUSE_SECRET_KEY.
        environment: read only traces of these environments; None reads all that are traffic.
        text: which rows bring input and output: "roots", "all" or "none", which is the fastest.
        max_chars: the most characters kept of each; None keeps all.
        mapping: where outcomes and slices come from, such as {"escalated": "tag:handoff"}.
        source_rate: the share of traces that the application sends, where it samples.
        redact: what is taken out before anything is written; None keeps all as it is.
        concurrency: how many requests at a time, at most 4.
        timeout: seconds until a request counts as unanswered.
        max_wait: the longest wait in seconds that Langfuse may ask for before the pull ends.
        keep: whether what was read stays in `.agentlens` after the log is whole.
        clock: what time it is; only tests bring their own.

    Raises:
        BadInputError: a key is missing.
        SourceError: Langfuse refuses, cannot be reached, or asks to wait for too long.

    Example:
        >>> import agentlens as al
        >>> log = al.read_langfuse(since="24h")  # doctest: +SKIP
    """
    settings = settings_of(host, public_key, secret_key)
    single = environment if isinstance(environment, str) else None
    words: dict[str, Any] = {"text": text, "max_chars": max_chars, "expand": _expanded(mapping)}
    request = request_of(
        since=since,
        until=until,
        environment=single,
        concurrency=concurrency,
        timeout=timeout,
        max_wait=max_wait,
        **words,
    )
    asked = (settings.host, settings.public_key, since, until, single, repr(redact), words)
    spool = Path(_SPOOLS) / f"pull-{sha256(repr(asked).encode()).hexdigest()[:16]}"
    spool.mkdir(parents=True, exist_ok=True, mode=0o700)
    lake = Lake(spool, redact=redact)
    done = sync_langfuse(lake, settings, request, clock=clock)
    if not done.complete:
        message = (
            f"{done.problem} {done.slices:,} slices are kept in {spool}; the same call continues."
        )
        raise SourceError(message)
    log = lake.log(mapping=mapping, environment=environment, source_rate=source_rate).plain()
    if not keep:
        rmtree(spool)
    return log


def _expanded(mapping: Mapping[str, Any] | None) -> tuple[str, ...]:
    """Return the metadata keys that a mapping names; without being asked, long values come cut."""
    said = [one for value in (mapping or {}).values() for one in _listed(value)]
    return tuple(
        sorted({one.removeprefix("metadata.") for one in said if one.startswith("metadata.")})
    )


def _listed(value: Any) -> list[str]:
    parts = value if isinstance(value, list) else [value]
    words = [one[0] if isinstance(one, tuple) and one else one for one in parts]
    return [one for one in words if isinstance(one, str)]
