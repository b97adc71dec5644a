"""How do files become a log?"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.progress import Progress
from agentlens.sources.files.containers.archives import opened
from agentlens.sources.files.dialect import Dialect, Head
from agentlens.sources.files.export import Export
from agentlens.sources.files.exports import read_exports
from agentlens.sources.files.paths import Where, files_of, names_of
from agentlens.sources.files.plain import CONTAINERS, read_tables
from agentlens.sources.files.projects import refuse_two
from agentlens.sources.files.recognise import DIALECTS, dialect_of, head_of, known, unknown
from agentlens.sources.files.tables import Mappings
from agentlens.sources.files.typed import How
from agentlens.sources.intake.normalise import Texts
from agentlens.sources.intake.road import Choices
from agentlens.tables.log import Log
from agentlens.tables.schema import TABLES

__all__ = ["exports_among", "read_files"]

_PLAIN = ("plain", "agentlens", *CONTAINERS)
_OURS = frozenset(name for table in TABLES.values() for name in table.names)


def read_files(  # noqa: PLR0913 - the words of the design
    path: Where,
    *,
    format: str = "auto",  # noqa: A002 - the word that users know
    mapping: Mappings | None = None,
    strict: bool | None = None,
    text: Texts = "all",
    max_chars: int | None = 65536,
    environment: str | Sequence[str] | None = None,
    source_rate: float | None = None,
    source: str | None = None,
    redact: Any = "default",
) -> Log:
    """Return the log that files hold; what could not be read is in its report, row by row.

    The log is in memory. Exports of more than some hundred megabytes are better kept in a `Lake`,
    whose `sync` takes files of any size batch by batch.

    Exports of Langfuse, OpenTelemetry, Phoenix, MLflow, LangSmith, Inspect, Braintrust, Opik and
    Weave are known by what they hold, packed or not, and so are files that `Log.save` wrote. Files
    of one call are read together: spans, scores and manifests of one export find each other.

    Args:
        path: a file, a pattern, a folder, an archive, or a list of those; the name that `Log.save`
            was given stands for the files that it wrote.
        format: "auto" looks at what the files hold; else the name of a dialect, or "plain" for
            tables of your own.
        mapping: for exports, where outcomes and slices come from, such as {"escalated":
            "tag:handoff"}; for plain tables, our column to yours: a name, ("took_ms", "ms"), a
            constant "=value", or a function of the frame; for several tables {"traces": {…}}.
        strict: None refuses when more than one row in a hundred is dropped, True when anything is
            dropped or assumed, False only when no trace is left. It never changes values.
        text: which rows keep input and output: "all", "roots" or "none".
        max_chars: the most characters kept of each; None keeps all.
        environment: read only traces of these environments; None reads all that are traffic.
        source_rate: the share of traces that the application sends, where it samples.
        source: what these files are called together in the report; with it, files of several
            projects are read as one log.
        redact: what is taken out of exports and plain tables before anything else happens: ids are
            hashed and personal data is replaced; None keeps all as it is. What `Log.save` wrote
            as Parquet or JSON lines says so itself, and comes back as it was.

    Example:
        >>> import tempfile
        >>> import agentlens as al
        >>> log = al.demo(days=7, traces_per_day=20)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     written = log.save(f"{folder}/week.jsonl.gz")
        ...     len(al.read_files(f"{folder}/week.jsonl.gz")) == len(log)
        True
    """
    if format != "auto" and format not in (*_PLAIN, *DIALECTS):
        raise UnknownNameError("format", format, ["auto", *_PLAIN, *DIALECTS])
    files = files_of(path)
    with opened(files, names_of(files)) as found, Progress() as progress:
        exports = exports_among(found, format, mapping, several=source is not None)
        if not exports:
            log = read_tables(found, wanted=format, mapping=mapping, strict=strict)
            saved = all(_ours(head_of(file, name)) for file, name in found)
            return _named(log if saved or redact is None else _hidden(log, redact), source)
        now = pd.Timestamp.now("UTC")
        choices = Choices(
            now=now, environment=environment, mapping=mapping, source_rate=source_rate
        )
        how = How(now=now, text=text, max_chars=max_chars, strict=strict, redact=redact)
        return _named(read_exports(exports, choices, how, progress), source)


def _named(log: Log, source: str | None) -> Log:
    return log if source is None else replace(log, report=log.report.assign(source=source))


def _hidden(log: Log, policy: Any) -> Log:
    from agentlens.tables.redact import redact  # noqa: PLC0415 - not needed for what we saved

    return redact(log, policy)


def exports_among(
    found: Sequence[tuple[Path, str]],
    wanted: str = "auto",
    mapping: Mappings | None = None,
    *,
    several: bool = False,
) -> list[Export]:
    """Return the files with the dialect that each is of; none where all of them are tables.

    Args:
        found: paths and what they are called.
        wanted: the word that the user gave.
        mapping: the user's; with one, a file of no dialect is a table.
        several: whether they may come from several projects.

    Raises:
        BadInputError: some are tables and some are not, or one is nothing that is known.
    """
    heads = [head_of(file, name) for file, name in found]
    dialects = [_dialect(head, wanted, mapping) for head in heads]
    if not several:
        refuse_two((head, one.name) for head, one in zip(heads, dialects, strict=True) if one)
    exports = [
        Export(file, name, one)
        for (file, name), one in zip(found, dialects, strict=True)
        if one is not None
    ]
    if exports and len(exports) < len(found):
        plain = next(name for (_, name), one in zip(found, dialects, strict=True) if not one)
        message = (
            f"{plain} is a plain table and {exports[0].name} a {exports[0].dialect.name}"
            " export; read them in two calls."
        )
        raise BadInputError(message)
    return exports


def _dialect(head: Head, wanted: str, mapping: Mappings | None) -> Dialect | None:
    """Return the dialect of a file, None where it holds a table."""
    if wanted in DIALECTS:
        return known(wanted)
    if wanted in _PLAIN or _ours(head):
        return None
    found = dialect_of(head)
    if found is None and not mapping and head.columns and not head.columns & _OURS:
        raise unknown(head, ("trace_id", "start"))
    return found


def _ours(head: Head) -> bool:
    """Return whether `Log.save` wrote the file."""
    first = head.records[0] if head.records else {}
    return "agentlens.format" in (head.metadata or {}) or (
        len(first) == 1 and isinstance(first.get("agentlens"), dict)
    )
