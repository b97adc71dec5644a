"""How do the files of one call become a log together?"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from agentlens.progress import Progress
from agentlens.sources.collecting import uncollected
from agentlens.sources.files.account import accounted, refuse_export
from agentlens.sources.files.dialects.langfuse.call import aside_of, together
from agentlens.sources.files.dialects.langfuse.join import Part
from agentlens.sources.files.dialects.langfuse.manifest import FileRead
from agentlens.sources.files.dialects.otlp.join import joined
from agentlens.sources.files.export import Batch, Export, batches_of
from agentlens.sources.files.typed import How, typed
from agentlens.sources.intake.hidden import hidden
from agentlens.sources.intake.normalise import normalise
from agentlens.sources.intake.road import Choices, Gathered, gathered, log_of
from agentlens.sources.intake.rows import Rows
from agentlens.tables.log import Log

__all__ = ["gathered_exports", "read_exports"]

_BLOB = "langfuse_blob"
_LOGS = "otlp"
"""The dialect whose files may hold logs that speak of spans in other files."""


def read_exports(exports: Sequence[Export], choices: Choices, how: How, progress: Progress) -> Log:
    """Return the log of some exports, read together, with every row accounted for.

    Args:
        exports: the files.
        choices: what the user decided about the way from rows to traces.
        how: how rows are read.
        progress: where to say how far it is.
    """
    rows = gathered_exports(exports, how, progress)
    environments = {one.dialect.environment for one in exports} - {""}
    default = environments.pop() if environments else ""
    log = log_of(rows, replace(choices, default_environment=default))
    counted = accounted(log, rows, [one.name for one in exports])
    refuse_export(counted, strict=how.strict)
    return counted


def gathered_exports(exports: Sequence[Export], how: How, progress: Progress) -> Gathered:
    """Return all rows of some exports, each once, redacted."""
    parts: list[Part] = []
    asides = []
    read = dict.fromkeys(exports, 0)
    with uncollected():
        for batch in _batches(exports, progress):
            one = batch.export
            parts.append(Part(one.name, one.dialect.name, typed(one, batch.rows, how)))
            aside = aside_of(one.dialect.name, batch.records, batch.places)
            asides += [aside] if aside else []
            read[one] += len(batch.records)
    files = [
        FileRead(str(one.path), one.path.stat().st_size, n)
        for one, n in read.items()
        if one.dialect.name == _BLOB
    ]
    settled, found = together(parts, asides, files, strict=how.strict)
    told = normalise(Rows(problems=found), file="", now=how.now)
    return hidden(gathered([*(one.normal for one in settled), told]), how.redact)


def _batches(exports: Sequence[Export], progress: Progress) -> Iterator[Batch]:
    """Yield the batches of each file; files that may speak of one another come together at last.

    Records are let go with their batch: they take more room than the columns that they become.
    """
    waiting: list[Batch] = []
    for number, one in enumerate(exports, 1):
        said = _said(progress, f"{one.name} ({number} of {len(exports)} files)")
        for batch in batches_of(one, said):
            if one.dialect.name == _LOGS:
                waiting.append(replace(batch, records=(), places=()))
            else:
                yield batch
    rows = joined([one.rows for one in waiting])
    for batch, mended in zip(waiting, rows, strict=True):
        yield replace(batch, rows=mended)


def _said(progress: Progress, what: str) -> Callable[[int], None]:
    return lambda n: progress.say(lambda: f"{what} · {n:,} records")
