"""How is a log rid of what gives a person or a key away?"""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from agentlens.tables.log import Log
from agentlens.tables.problems import Problem, report_frame
from agentlens.tables.redact.frames import Redacted, redact_frames

if TYPE_CHECKING:
    from agentlens.tables.redact.key import Key
    from agentlens.tables.redact.policy import Said

__all__ = ["redact"]

_TABLES = ("traces", "spans", "scores")


def redact(log: Log, policy: "Said" = "default", *, key: "Key | bytes | str | None" = None) -> Log:
    """Return the log with ids hashed and the patterns found in its texts hidden.

    What no pattern describes stays: read a sample before you share it. Numbers, times and flags
    are not touched; the report says how much was found, and where the key is.

    Args:
        log: any log; it is not changed.
        policy: "default", a `Redaction`, a mapping of its words, or None for the log as it is.
        key: the secret key; by default the user's own, made on first use.

    Example:
        >>> import agentlens as al
        >>> import pandas as pd
        >>> rows = {"trace_id": ["a"], "start": ["2026-11-01"], "input": ["I am ann@example.com"]}
        >>> log = redact(al.from_frames(pd.DataFrame(rows)), key="0123456789abcdef")
        >>> log.traces["input"].tolist()
        ['I am <EMAIL_4B6H>']
    """
    frames = {name: getattr(log, name) for name in _TABLES}
    frames |= {"rejected": log.rejected, "report": log.report}
    done = redact_frames(frames, policy, key=key)
    if done.key is None:
        return log
    report = done.frames["report"]
    told = report_frame(_problems(done))
    return replace(
        log,
        **{name: done.frames[name] for name in (*_TABLES, "rejected")},
        report=pd.concat([report, told], ignore_index=True) if len(told) else report,
    )


def _problems(done: Redacted) -> Iterator[Problem]:
    """Yield a line of the report for each field in which something was found, and one on the key."""
    found = done.audit[done.audit["table"].isin([*_TABLES, "rejected"])]
    for (table, field), rows in found.groupby(["table", "field"], sort=False):
        hits = rows.groupby("rule")["hits"].sum()
        n = int(rows["rows"].sum())
        told = ", ".join(f"{count:,} {rule}" for rule, count in hits.items())
        yield Problem(
            action="repaired",
            n=n,
            table=str(table),
            field=str(field),
            share=n / max(len(done.frames[str(table)]), 1),
            detail=f"patterns found and hidden: {told}",
        )
    if len(found) and done.key is not None and done.key.sentence:
        yield Problem(action="assumed", n=0, detail=done.key.sentence)
