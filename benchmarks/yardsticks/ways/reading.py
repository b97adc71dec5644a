"""P2, P3: what does it cost to read an export, or a page of the API?

The export is Langfuse's own form of JSON lines, packed, with texts of one to two thousand
characters a step. n counts steps; eight are a trace.
"""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import agentlens as al
from benchmarks.yardsticks.yardstick import Goal, Way, Yardstick

__all__ = ["YARDSTICKS"]

HERE = __name__
GIB = 1024.0
PAGE = Way("the SDK's own response models", f"{HERE}:models")


def ours(folder: Path) -> Callable[[], object]:
    """Read the export into three tables of pandas."""
    return lambda: al.read_files(folder / "blob", redact=None)


def lake(folder: Path) -> Callable[[], object]:
    """Read the export into a lake, as raw text."""

    def brought() -> object:
        with TemporaryDirectory(dir=folder) as place:
            return al.Lake(place, redact=None).sync(folder / "blob").snapshot

    return brought


def counted(folder: Path) -> Callable[[], object]:
    """Count the values of every typed column of the same files with DuckDB."""
    from benchmarks.engine import blob_counts  # noqa: PLC0415 - a way loads what it needs

    return lambda: blob_counts(folder)


def typed(folder: Path) -> Callable[[], object]:
    """Read the same files into typed Arrow tables with DuckDB."""
    from benchmarks.engine import blob_table  # noqa: PLC0415 - a way loads what it needs

    return lambda: blob_table(folder)


def rows(_: Path) -> Callable[[], object]:
    """Decode a page of a thousand observations into rows under our names, as a pull does."""
    from agentlens.sources.langfuse.answers import parsed  # noqa: PLC0415 - a way loads what it needs
    from agentlens.sources.langfuse.wire.observations import observations  # noqa: PLC0415
    from benchmarks.made.page import ROWS, page  # noqa: PLC0415

    body = page()
    places = [f"page:{at}" for at in range(ROWS)]
    return lambda: observations(parsed(200, {}, body).body["data"], places)


def columns(_: Path) -> Callable[[], object]:
    """Decode the page into typed columns, ids, times and numbers checked."""
    import pandas as pd  # noqa: PLC0415 - a way loads what it needs

    from agentlens.sources.intake.normalise import normalise  # noqa: PLC0415
    from agentlens.sources.langfuse.answers import parsed  # noqa: PLC0415
    from agentlens.sources.langfuse.wire.observations import observations  # noqa: PLC0415
    from benchmarks.made.page import ROWS, page  # noqa: PLC0415

    body, now = page(), pd.Timestamp.now("UTC")
    places = [f"page:{at}" for at in range(ROWS)]
    return lambda: normalise(
        observations(parsed(200, {}, body).body["data"], places), file="page", now=now
    )


def models(_: Path) -> Callable[[], object]:
    """Decode the page with the SDK."""
    import orjson  # noqa: PLC0415 - a way loads what it needs
    from langfuse.api.core.pydantic_utilities import parse_obj_as  # noqa: PLC0415
    from langfuse.api.observations.types import ObservationsV2Response  # noqa: PLC0415

    from benchmarks.made.page import page  # noqa: PLC0415

    body = page()
    return lambda: parse_obj_as(ObservationsV2Response, orjson.loads(body))


READ = Way("`read_files` of n steps, to pandas", f"{HERE}:ours", most=320_000)
YARDSTICKS = (
    Yardstick(
        "P2", "read-counted", "exports", READ,
        Way("DuckDB's typed count", f"{HERE}:counted"), Goal(ratio=1.8, at=100_000), growth=True,
    ),
    Yardstick(
        "P2", "read-typed", "exports", READ,
        Way("DuckDB's typed read into Arrow", f"{HERE}:typed"), Goal(),
    ),
    Yardstick(
        "P2", "read-lake", "exports", Way("`Lake.sync` of n steps", f"{HERE}:lake"),
        Way("DuckDB's typed count", f"{HERE}:counted"), Goal(memory=GIB), growth=True,
    ),
    Yardstick("P3", "page-rows", "", Way("a page, rows under our names", f"{HERE}:rows"), PAGE,
              Goal(ratio=1 / 30)),
    Yardstick("P3", "page-columns", "", Way("a page, typed columns checked", f"{HERE}:columns"),
              PAGE),
)  # fmt: skip
