"""Which failed trace stands for each pattern?"""

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from agentlens.analysis.failures.columns import texts_of
from agentlens.analysis.failures.patterns import fold, patterns
from agentlens.analysis.failures.verdicts import failing
from agentlens.feedback.regressions.cases import Example
from agentlens.tables.log import Log
from agentlens.tables.match import among
from agentlens.tables.redact.policy import Redaction

__all__ = ["examples"]


def examples(log: Log, fails: pd.DataFrame, policy: Redaction | None) -> Iterator[Example]:
    """Yield an example for each pattern of the failed traces, in order of the patterns' names.

    The example is a trace whose input is known, before that one for which a person gave the right
    answer, then one with a note, then the newest. A person's code is the pattern; where nothing
    was recorded of a failure, what the person noted tells it from others.

    Args:
        log: the traces.
        fails: the marks of failed traces, one row each, all of them in the log.
        policy: what is hidden first; None for nothing.
    """
    part, marks = _hidden(log.where(trace_id=fails["trace_id"].tolist()), fails, policy)
    verdicts = failing(log)
    named = patterns(part, verdicts[among(verdicts["trace_id"], fails["trace_id"])])
    rows = named.merge(marks, on="trace_id", validate="1:1")
    rows["pattern"] = _patterns(rows)
    rows["start"] = part.traces["start"].to_numpy()
    rows["silent"] = [not one.strip() for one in texts_of(part.traces, "input")]
    rows["no_answer"], rows["no_note"] = rows["expected"].eq(""), rows["note"].eq("")
    rows = rows.sort_values(
        ["pattern", "silent", "no_answer", "no_note", "start", "trace_id"],
        ascending=[True, True, True, True, False, True],
    )
    traces = part.traces.set_index("trace_id", drop=False)
    for pattern, alike in rows.groupby("pattern", sort=True):
        best = alike.iloc[0]
        own = part.spans["trace_id"] == best["trace_id"]
        yield Example(
            trace=traces.loc[best["trace_id"]],
            spans=part.spans[own],
            mark=best,
            pattern=str(pattern),
            alike=tuple(sorted(alike["trace_id"].iloc[1:])),
        )


def _hidden(part: Log, marks: pd.DataFrame, policy: Redaction | None) -> tuple[Log, pd.DataFrame]:
    """Return the traces and the marks without what gives a person away."""
    if policy is None:
        return part, marks
    from agentlens.tables.redact.frames import (  # noqa: PLC0415 - regular expressions by the dozen
        redact_frames,
    )

    frames = {"traces": part.traces, "spans": part.spans, "marks": marks}
    done = redact_frames(frames, policy).frames
    return replace(part, traces=done["traces"], spans=done["spans"]), done["marks"]


def _patterns(rows: pd.DataFrame) -> list[str]:
    """Return the pattern of each failed trace: a person's code, else what was recorded."""
    found = []
    columns = (rows[name] for name in ("code", "note", "pattern", "has_cause"))
    for code, note, pattern, has_cause in zip(*columns, strict=True):
        told = fold(note) if note and not has_cause else ""
        found.append(" ".join(code.split()) or (f"{pattern}, noted {told}" if told else pattern))
    return found
