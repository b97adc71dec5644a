"""How do the rows of a source come into a lake, with what was odd in them and the traces they touch?"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from agentlens.lake.files.manifest import Snapshot
from agentlens.lake.sync.changes import rows_for
from agentlens.lake.sync.rebuild import rebuilding
from agentlens.sources.intake.road import Gathered
from agentlens.tables.problems import report_frame

if TYPE_CHECKING:
    from agentlens.lake.lake import Lake

__all__ = ["bring"]


def bring(
    lake: "Lake",
    rows: Gathered,
    now: pd.Timestamp,
    *,
    source: str,
    origin: str = "",
    state: Mapping[str, Any] | None = None,
) -> Snapshot:
    """Return the snapshot that holds these rows.

    Args:
        lake: where to.
        rows: of a source or a slice of it, each once.
        now: the source's clock when they were read.
        source: where they come from.
        origin: the name that each row, and each line of the report, keeps of its source, if any.
        state: what else is to be remembered of the source.
    """
    report = report_frame(rows.problems)
    return lake.take(
        rows_for(rows, now, origin=origin),
        source=source,
        state=state,
        report=report.assign(source=origin) if origin else report,
        rejected=rows.rejected,
        rebuild=rebuilding(now),
    )
