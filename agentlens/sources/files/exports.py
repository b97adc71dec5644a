"""How do the exports of tracing tools become a log?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from agentlens.errors import BadInputError
from agentlens.progress import Progress
from agentlens.sources.files.account import accounted, refuse_export
from agentlens.sources.files.dialect import Dialect
from agentlens.sources.files.records import Opened, batches
from agentlens.sources.intake.normalise import Normal, Texts, normalise
from agentlens.sources.intake.road import Choices, gathered, log_of
from agentlens.sources.intake.rows import Rows
from agentlens.tables.log import Log
from agentlens.tables.problems import Problem

__all__ = ["Export", "read_exports"]


@dataclass(frozen=True)
class Export:
    """One file, what it is called in the report, and the dialect that it is of."""

    path: Path
    name: str
    dialect: Dialect


def read_exports(
    exports: Sequence[Export],
    choices: Choices,
    *,
    strict: bool | None,
    text: Texts,
    max_chars: int | None,
    redact: Any,
    progress: Progress,
) -> Log:
    """Return the log of some exports, read together, with every row accounted for.

    Args:
        exports: the files.
        choices: what the user decided about the way from rows to traces.
        strict: as `read_files` was given it.
        text: which rows keep their input and output.
        max_chars: the most characters kept of each.
        redact: what is taken out.
        progress: where to say how far it is.
    """
    parts: list[Normal] = []
    for number, one in enumerate(exports, 1):
        parts += _parts(
            one,
            choices.now,
            text,
            max_chars,
            lambda n, k=number, e=one: progress.say(
                lambda: f"{e.name} ({k} of {len(exports)} files) · {n:,} records"
            ),
        )
    environments = {one.dialect.environment for one in exports} - {""}
    rows = gathered(parts)
    log = log_of(
        rows, replace(choices, default_environment=environments.pop() if environments else "")
    )
    counted = accounted(log, rows, [one.name for one in exports])
    refuse_export(counted, strict=strict)
    return counted


def _parts(
    export: Export, now: pd.Timestamp, text: Texts, max_chars: int | None, seen: Any
) -> list[Normal]:
    """Return the batches of one file, and one more with what concerns the file as a whole."""
    opened = Opened(export.path, export.name)
    own = export.dialect.records
    fields: dict[str, int] = {}
    parts = []
    n = 0
    try:
        records = own(export.path, export.name) if own else opened.records()
        for held, places in batches(records):
            for record in held:
                for key in record.keys() - export.dialect.fields:
                    fields[key] = fields.get(key, 0) + 1
            rows = export.dialect.rows(held, places)
            for problem in rows.problems:  # what a dialect speaks of, it uses
                fields.pop(problem.field, None)
            parts.append(normalise(rows, file=export.name, now=now, text=text, max_chars=max_chars))
            n += len(held)
            seen(n)
    except OSError as error:
        message = f"{export.name} cannot be read: {error.strerror or error}."
        raise BadInputError(message) from error
    whole = Rows(bad=tuple(opened.bad), problems=(*opened.problems, *_told(export, fields)))
    return [*parts, normalise(whole, file=export.name, now=now)]


def _told(export: Export, fields: dict[str, int]) -> list[Problem]:
    """Return which fields were not used, and which columns the format cannot carry."""
    found = [
        Problem(
            action="ignored",
            n=n,
            file=export.name,
            field=key,
            detail="a field that the dialect does not use",
        )
        for key, n in sorted(fields.items())
    ]
    if export.dialect.cannot:
        detail = f"{export.dialect.name} files cannot carry {', '.join(export.dialect.cannot)}"
        found.append(Problem(action="missing", n=0, file=export.name, detail=detail))
    return found
