"""How is a log rid of what gives a person or a key away?"""

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from agentlens.tables.log import Log
from agentlens.tables.problems import report_frame
from agentlens.tables.redact.frames import redact_frames
from agentlens.tables.redact.told import told_of

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
    told = report_frame(told_of(done))
    return replace(
        log,
        **{name: done.frames[name] for name in (*_TABLES, "rejected")},
        report=pd.concat([report, told], ignore_index=True) if len(told) else report,
    )
