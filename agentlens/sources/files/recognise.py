"""Of which dialect is a file?"""

from collections.abc import Sequence
from importlib import import_module
from itertools import islice
from pathlib import Path

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.sources.files.containers.records import Opened
from agentlens.sources.files.containers.zstd import BadZipFile, ZipFile
from agentlens.sources.files.dialect import Dialect, Head

__all__ = ["DIALECTS", "dialect_of", "head_of", "known"]

_PEEK = 5
_SHOWN = 3
DIALECTS: dict[str, str] = {
    "inspect": "inspect.dialect:INSPECT",
    "langfuse_manifest": "langfuse.manifest:MANIFEST",
    "otlp": "otlp.dialect:OTLP",
    "otel_console": "otlp.console:OTEL_CONSOLE",
    "phoenix": "phoenix.dialect:PHOENIX",
    "mlflow": "mlflow.dialect:MLFLOW",
    "langfuse_trace": "langfuse.trace:LANGFUSE_TRACE",
    "langfuse_blob": "langfuse.blob:LANGFUSE_BLOB",
    "langfuse_ui": "langfuse.ui:LANGFUSE_UI",
    "langsmith": "langsmith.dialect:LANGSMITH",
    "braintrust": "braintrust:BRAINTRUST",
    "opik": "opik.dialect:OPIK",
    "weave": "weave:WEAVE",
}
"""The word for `format=`, and where the dialect lives."""


def known(name: str) -> Dialect:
    """Return a dialect by its word."""
    if name not in DIALECTS:
        raise UnknownNameError("format", name, ["auto", "plain", "agentlens", *DIALECTS])
    module, constant = DIALECTS[name].split(":")
    home = import_module(f"agentlens.sources.files.dialects.{module}")
    found: Dialect = getattr(home, constant)
    return found


def head_of(file: Path, name: str) -> Head:
    """Return the beginning of a file, as a dialect is recognised by."""
    members = _members(file)
    if members:
        return Head(name, (), frozenset(), "zip", members)
    opened = Opened(file, name)
    records = tuple(record for _, record in islice(opened.records(), _PEEK))
    columns = frozenset(opened.columns) | frozenset(key for one in records for key in one)
    return Head(name, records, columns, opened.container, metadata=opened.metadata or None)


def dialect_of(head: Head) -> Dialect | None:
    """Return the dialect that a file is of, None where it is none of them.

    Raises:
        BadInputError: two dialects fit.
    """
    fitting = [(one, why) for one in map(known, DIALECTS) if (why := one.fits(head))]
    if len(fitting) > 1:
        reasons = "; ".join(f"format={one.name!r} by its {why}" for one, why in fitting)
        message = f"{head.name} could be of more than one dialect: {reasons}. Say which it is."
        raise BadInputError(message)
    return fitting[0][0] if fitting else None


def unknown(head: Head, wanted: Sequence[str]) -> BadInputError:
    """Return the refusal of a file that is of no dialect, with what comes nearest.

    Args:
        head: its beginning.
        wanted: the columns that a plain table needs.
    """
    keys = sorted(head.columns)
    found = ", ".join(keys[:_SHOWN]) + (" …" if len(keys) > _SHOWN else "")
    near = max(map(known, DIALECTS), key=lambda one: len(one.nearest & head.columns))
    missing = sorted(near.nearest - head.columns)
    hint = ""
    if near.nearest & head.columns and missing:
        hint = f" The nearest dialect is {near.name}, which also has {', '.join(missing[:_SHOWN])}."
    message = (
        f"{head.name} is of no dialect that AgentLens knows (it has {found or 'no fields'}).{hint}"
        f" Read it as a table with mapping={{{', '.join(f'{one!r}: …' for one in wanted)}}}."
    )
    return BadInputError(message)


def _members(file: Path) -> tuple[str, ...]:
    with file.open("rb") as stream:
        if stream.read(4) != b"PK\x03\x04":
            return ()
    try:
        with ZipFile(file) as archive:
            return tuple(archive.namelist())
    except BadZipFile:
        return ()
