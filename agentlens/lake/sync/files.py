"""How do files come into a lake, however large they are?"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from agentlens.errors import BadInputError
from agentlens.lake.entry.changes import changes_of
from agentlens.lake.sync.bring import bring
from agentlens.lake.sync.synced import Synced
from agentlens.progress import Progress
from agentlens.sources.files import exports_among, read_files
from agentlens.sources.files.containers.archives import opened
from agentlens.sources.files.containers.weight import weight
from agentlens.sources.files.export import Export, batches_of
from agentlens.sources.files.exports import gathered_exports
from agentlens.sources.files.paths import files_of, names_of
from agentlens.sources.files.typed import How, typed
from agentlens.sources.intake.normalise import Texts
from agentlens.sources.intake.road import Gathered, gathered
from agentlens.tables.log import Log
from agentlens.tables.problems import Problem

if TYPE_CHECKING:
    from agentlens.lake.lake import Lake

__all__ = ["sync_files", "taken"]

_WHOLE = 64 << 20
"""Files of up to so many bytes of text are read together; larger ones batch by batch."""


def sync_files(
    lake: "Lake",
    source: Any,
    *,
    format: str = "auto",  # noqa: A002 - the word that users know
    text: Texts = "all",
    max_chars: int | None = 65536,
    together: int = _WHOLE,
    **how: Any,
) -> Synced:
    """Return what came from files; a lake takes them in batches, so that memory does not grow.

    Args:
        lake: where to.
        source: a path, a pattern, a folder, an archive, or a list of those.
        format: as `read_files` takes it.
        text: which rows keep input and output.
        max_chars: the most characters kept of each.
        together: up to how many bytes of text files are read together.
        how: for tables, the other keywords of `read_files`.
    """
    files = files_of(source)
    with opened(files, names_of(files)) as found, Progress() as progress:
        exports = exports_among(found, format, how.get("mapping"))
        if not exports:
            how = {"redact": None} | how  # the lake's door does it
            log = read_files(source, format=format, **how)
            return taken(lake, log, f"files:{source}", {})
        if how:
            message = (
                f"An export takes no {sorted(how)} on its way into a lake; say it to lake.log()."
            )
            raise BadInputError(message)
        words = How(now=lake.clock(), text=text, max_chars=max_chars, redact=None)
        done = Synced(source=f"files:{source}")
        large = sum(weight(file) for file, _ in found) > together
        parts = _batches(exports, words) if large else [gathered_exports(exports, words, progress)]
        for rows in parts:
            snapshot = bring(lake, rows, words.now, source=done.source)
            done = done.with_slice(snapshot.n, len(rows.spans), len(rows.scores))
            progress.say(done.line)
    note = "read batch by batch: what files say of one another was not compared" if large else ""
    return done.finished(None, why=note)


def taken(lake: "Lake", log: Log, source: str, how: dict[str, Any]) -> Synced:
    """Return what came from a log.

    Args:
        lake: where to.
        log: any log.
        source: what it is called.
        how: must be empty: a log is as it is.
    """
    if how:
        message = f"A log takes no further keywords; found {sorted(how)}."
        raise BadInputError(message)
    snapshot = lake.take(changes_of(log), source=source, report=log.report, rejected=log.rejected)
    done = Synced(source=source).with_slice(snapshot.n, len(log.spans), len(log.scores))
    return done.finished(None)


def _batches(exports: Sequence[Export], how: How) -> Iterator[Gathered]:
    for export in exports:
        for one in batches_of(export):
            rows = gathered([typed(export, one.rows, how)])
            read = Problem(action="read", n=len(rows.spans), table="spans", file=export.name)
            yield Gathered(
                rows.spans, rows.facts, rows.scores, (read, *rows.problems), rows.rejected
            )
