"""How are rows rid of personal data before anything else happens to them?"""

from dataclasses import replace
from typing import TYPE_CHECKING

from agentlens.sources.intake.road import Gathered
from agentlens.tables.problems import report_frame
from agentlens.tables.redact.frames import redact_frames
from agentlens.tables.redact.told import told_of

if TYPE_CHECKING:
    import pandas as pd

    from agentlens.tables.redact.policy import Said

__all__ = ["hidden"]


def hidden(rows: Gathered, policy: "Said") -> Gathered:
    """Return the rows with ids hashed and patterns hidden, and lines on what was found.

    Args:
        rows: of a source.
        policy: "default", a `Redaction`, a mapping of its words, or None for rows as they are.
    """
    problems = report_frame(rows.problems)
    frames = {
        "spans": rows.spans,
        "traces": rows.facts,
        "scores": rows.scores,
        "rejected": rows.rejected,
        "report": problems,
    }
    done = redact_frames(frames, policy)
    if done.key is None:
        return rows
    told: pd.DataFrame = done.frames["report"]
    shown = zip(rows.problems, told["examples"], told["detail"], strict=True)
    lines = tuple(
        replace(one, examples=(examples,) if examples else (), detail=detail)
        for one, examples, detail in shown
    )
    return Gathered(
        done.frames["spans"],
        done.frames["traces"],
        done.frames["scores"],
        (*lines, *told_of(done)),
        done.frames["rejected"],
    )
