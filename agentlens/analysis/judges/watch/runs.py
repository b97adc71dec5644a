"""What did each run over the anchors say, and is it time for another?"""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from agentlens.analysis.judges.asking import answered, joined
from agentlens.analysis.judges.watch.anchors import Anchors
from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.reading.runs import runs_of
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.stats.agreement.anchors import BASELINE_RUNS, Watched, alarms, watch_runs
from agentlens.stats.arrays import Flags, Ints
from agentlens.tables.log import Log

__all__ = ["FIRST_RUN", "Watching", "run_anchors", "watching"]

FIRST_RUN = 10_001
"""The number of the first anchor run among a judge's repeats: no other verb asks under it."""
_LOOK = 10


@dataclass(frozen=True, eq=False)
class Watching:
    """The runs over the anchors that share a history, and the charts on them.

    Attributes:
        ids: of these anchors.
        times: of each run.
        verdicts: a row for each run, a column for each anchor; -1 for no verdict.
        right: what people say of each anchor.
        agreement: the chart of agreement; None before there is a baseline.
        passes: the chart of the pass rate; likewise.
        alarmed: runs since the baseline at which a chart alarms, and whether agreement did.
        younger: anchors with fewer runs, not watched yet.
        missing: what was not asked, with its price.
        notes: what was spent.
    """

    ids: tuple[str, ...]
    times: pd.Series
    verdicts: Ints
    right: Ints
    agreement: Watched | None
    passes: Watched | None
    alarmed: tuple[Ints, Flags]
    younger: int
    missing: str = ""
    notes: tuple[str, ...] = ()

    @property
    def runs(self) -> int:
        """How many runs there are."""
        return len(self.verdicts)

    @property
    def alarm(self) -> bool:
        """Whether a chart alarmed since the baseline."""
        return bool(self.alarmed[0].size)


def run_anchors(
    anchors: Anchors,
    rubric: Rubric | str,
    judge: Judge | str | None,
    *,
    budget_usd: float | None,
    store: str | Path,
    every: pd.Timedelta,
    now: pd.Timestamp,
) -> tuple[Log, str, tuple[str, ...]]:
    """Return the anchors' log with all runs, after one more where it is time and money allows.

    Args:
        anchors: traces and right verdicts.
        rubric: what is asked.
        judge: who is asked.
        budget_usd: what may be spent.
        store: where runs are kept.
        every: one run in this time at most.
        now: the time.
    """
    log = anchors[0]
    if not isinstance(judge, Judge) or not isinstance(rubric, Rubric):
        return log, "", ()
    known = _known(log, rubric, judge, store)
    runs = runs_of(known, rubric, judge)
    mine = runs[runs["repeat"] >= FIRST_RUN]
    latest = int(mine["repeat"].max()) if len(mine) else FIRST_RUN - 1
    last = mine[mine["repeat"] == latest]
    # anchors that joined later do not make the last run one that was cut off
    begun = len(log) if latest <= FIRST_RUN else mine["position"].nunique()
    whole = last["position"].nunique() >= begun
    if len(mine) and whole and last["time"].max() + every > now:
        return known, "", ()
    number = latest + 1 if whole or not len(mine) else latest
    had = answered(log, rubric, judge, repeats=[number], budget_usd=budget_usd, store=store)
    return joined(known, had.log), had.missing, had.notes


def watching(
    anchors: Anchors, log: Log, rubric: Rubric | str, judge: Judge | str | None, since: object
) -> Watching:
    """Return the charts on the anchors that were watched longest.

    Args:
        anchors: traces and right verdicts.
        log: with the verdicts of all runs.
        rubric: what is asked.
        judge: who is asked.
        since: the time from which on runs count; None for all.
    """
    runs = runs_of(log, rubric, judge)
    if isinstance(judge, Judge):
        runs = runs[runs["repeat"] >= FIRST_RUN]
    if since is not None:
        runs = runs[runs["time"] >= since]
    ids = log.traces["trace_id"].to_numpy()
    runs = runs.assign(trace_id=ids[runs["position"].to_numpy(np.int64)])
    table = runs.pivot_table(index="repeat", columns="trace_id", values="verdict", aggfunc="first")
    counts = table.notna().sum(axis=0)
    held = [str(one) for one in table.columns[(counts == counts.max()).to_numpy()]]
    table = table[held].dropna(axis=0).sort_index()
    times = runs.groupby("repeat")["time"].max().reindex(table.index)
    verdicts = table.to_numpy(np.int64)
    right = anchors[1].reindex(held).to_numpy(np.float64).astype(np.int64)
    found = Watching(
        tuple(held), times, verdicts, right, None, None, (np.zeros(0, np.int64), np.zeros(0, bool)),
        len(ids) - len(held),
    )  # fmt: skip
    if found.runs < BASELINE_RUNS:
        return found
    agrees = (verdicts == right).astype(np.float64)
    passed = (verdicts == 1).astype(np.float64)
    charts = [watch_runs(one[:BASELINE_RUNS], one[BASELINE_RUNS:]) for one in (agrees, passed)]
    return replace(
        found, agreement=charts[0], passes=charts[1], alarmed=alarms(charts[0], charts[1])
    )


def _known(log: Log, rubric: Rubric, judge: Judge, store: str | Path) -> Log:
    """Return the log with all runs that are stored; they are looked for some at a time."""
    from agentlens.scoring.judging.stored import stored  # noqa: PLC0415 - only who asks needs it

    begin, many = FIRST_RUN, _LOOK
    while True:
        numbers = list(range(begin, begin + many))
        log = stored(log, rubric, judge, repeats=numbers, store=store)
        repeats = log.scores["repeat"] if "repeat" in log.scores else pd.Series(dtype="Int64")
        if not (repeats == numbers[-1]).any():
            return log
        begin, many = begin + many, 2 * many
