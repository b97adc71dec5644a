"""Which small logs do the tests of checks ask?"""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from agentlens.scoring.checks.check import Check
from agentlens.scoring.checks.checking import Checks, check
from agentlens.scoring.checks.found import FAIL, NONE, PASS
from agentlens.tables.frames import from_frames
from agentlens.tables.log import Log

__all__ = ["NOW", "START", "answer", "evidence", "log_of", "verdicts", "why"]

START = pd.Timestamp("2026-11-01", tz="UTC")
NOW = pd.Timestamp("2026-11-20 12:00", tz="UTC")
_WORDS = {PASS: "pass", FAIL: "fail", NONE: "-"}


def log_of(
    outputs: Sequence[object] | None = None,
    spans: Sequence[Mapping[str, Any]] | None = None,
    **columns: Any,
) -> Log:
    """Return a trace a minute with these outputs, columns and steps."""
    n = len(outputs) if outputs is not None else len(next(iter(columns.values())))
    base: dict[str, Any] = {
        "trace_id": [f"t{place}" for place in range(n)],
        "start": START + pd.to_timedelta(range(n), unit="min"),
    }
    base |= {"output": list(outputs)} if outputs is not None else {}
    steps = None
    if spans:
        steps = pd.DataFrame([{"start": START, **one} for one in spans])
        seconds = pd.to_timedelta(range(len(steps)), unit="s")
        steps = steps.assign(span_id=[f"s{place}" for place in range(len(steps))])
        steps = steps.assign(start=START + seconds)
    return from_frames(pd.DataFrame(base | columns), spans=steps)


def verdicts(one: Check, log: Log) -> list[str]:
    """Return the verdict on each trace: pass, fail or - for none."""
    return [_WORDS[verdict] for verdict in one.run(log).verdict.tolist()]


def why(one: Check, log: Log) -> list[str]:
    """Return the kind of fault of each trace, or why it is not checked."""
    return [str(kind) for kind in one.run(log).kind]


def evidence(one: Check, log: Log) -> list[str]:
    """Return what is told of each trace."""
    return [str(told) for told in one.run(log).evidence]


def answer(log: Log, *asked: Check) -> Checks:
    """Return the result at a fixed time."""
    return check(log, asked, now=NOW)
