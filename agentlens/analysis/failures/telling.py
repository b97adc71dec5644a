"""What does the list of failures say of itself?"""

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.analysis.failures.catalogue import NEAR
from agentlens.analysis.failures.events import Events
from agentlens.result import Fact, Signal
from agentlens.stats.arrays import Ints
from agentlens.tables.log import Log
from agentlens.tables.weights import weighting
from agentlens.theme import Band

__all__ = ["band", "caveats", "facts", "headline", "recorded", "signals"]

_TELLING = (
    "status", "completed", "abandoned", "escalated", "user_corrected", "user_rating",
    "safety_flagged",
)  # fmt: skip
_MOST_IDS = 500
_LONGEST = 90


def recorded(log: Log) -> bool:
    """Return whether a log says of anything that it failed or did not."""
    known = any(name in log.traces and log.traces[name].notna().any() for name in _TELLING)
    steps = "status" in log.spans and bool(log.spans["status"].notna().any())
    return known or steps or len(log.scores) > 0


def band(log: Log, n_failures: int) -> Band:
    """Return watch where there are failures, pass where there are none, else unknown."""
    if n_failures:
        return "watch"
    return "pass" if len(log) and recorded(log) else "unknown"


def headline(log: Log, every: pd.DataFrame, failed: Ints, answer: Band) -> str:
    """Return how many traces show a failure, and which is the commonest.

    Args:
        log: the traces.
        every: all failures, the commonest first.
        failed: positions of the traces that show one.
        answer: the band.
    """
    n_failed = failed.size
    if not len(log):
        return "The log is empty: there is nothing that could have failed."
    if answer == "unknown":
        return "Whether traces failed is not recorded: no status, error, score or user's sign."
    if answer == "pass":
        return f"None of {text.plural(len(log), 'trace')} shows a failure."
    share = _share(log, failed)
    first = every.iloc[0]
    name = str(first["name"])
    cut = name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
    return (
        f"{text.plural(n_failed, 'trace')} of {text.count(len(log))} ({share}) show"
        f"{'s' if n_failed == 1 else ''} {text.plural(len(every), 'different failure')}, the"
        f" commonest “{cut}” in {text.count(first['n'])}."
    )


def _share(log: Log, failed: Ints) -> str:
    """Return the share of the traffic that fails: a sample may hold failures more often."""
    weight = np.nan_to_num(weighting(log.traces).of_row)
    if np.ptp(weight) == 0 or weight.sum() <= 0:
        return text.share(failed.size / len(log), len(log))
    share = float(weight[failed].sum() / weight.sum())
    return f"{text.share(share, len(log))} of the traffic, weighted"


def caveats(
    events: Events, every: pd.DataFrame, frame: pd.DataFrame, *, known: bool
) -> tuple[str, ...]:
    """Return what a careful reader must know."""
    notes = []
    rest = every[~every["id"].isin(frame["id"])]
    if len(rest):
        notes.append(
            f"Not listed: {text.plural(len(rest), 'other failure')}, in"
            f" {text.plural(int(rest['n'].sum()), 'trace')} at most."
        )
    recovered = every[(every["ended"] < every["n"])]
    if len(recovered):
        many = int((recovered["n"] - recovered["ended"]).sum())
        notes.append(
            f"{text.count(many)} times only a step failed and the agent went on; `ended` counts the"
            " traces that ended in a failure."
        )
    if events.words:
        how = (
            f"Those of known= are recognised by their words, at a cosine of {NEAR} or more."
            if known
            else "Pass known= an earlier .catalogue to keep their ids."
        )
        notes.append(
            "Without a message, failures are grouped by what was said or asked, which is no cause."
            f" {how}"
        )
    if (every["kind"] == "judged").any():
        notes.append("Verdicts of judges are taken as they are, uncorrected.")
    return (*notes, *events.log.drawn, *events.notes)


def facts(every: pd.DataFrame, kinds: pd.DataFrame, n_failed: int, log: Log) -> dict[str, Fact]:
    """Return the numbers of the card."""
    known = {
        "traces": Fact(value=float(len(log))),
        "traces with a failure": Fact(value=float(n_failed)),
        "different failures": Fact(value=float(len(every))),
    }
    if len(every):
        alone = int((every["users"] == 1).sum())
        known["failures met by one user only"] = Fact(value=float(alone))
    for row in kinds.head(4).to_dict("records"):
        known[str(row["kind"])] = Fact(
            value=row["share"], unit="share", low=row["low"], high=row["high"], n=round(row["seen"])
        )
    return known


def signals(events: Events, frame: pd.DataFrame) -> tuple[Signal, ...]:
    """Return one signal for each listed failure, the most typical traces first."""
    # Each failure takes some of the traces: only what is asked of them goes along.
    traces = events.log.traces[["start", "trace_id"]]
    ids = events.kinds["id"].to_numpy()[events.rows["failure"]]
    at = pd.Series(events.rows["position"].to_numpy()).groupby(ids).agg(list)
    found = []
    for row in frame.to_dict("records"):
        rows = traces.iloc[at[row["id"]]].sort_values(["start", "trace_id"])
        rest = [one for one in rows["trace_id"].astype(str) if one not in row["examples"]]
        found.append(
            Signal(
                what=str(row["name"]),
                start=row["first_seen"],
                end=row["last_seen"],
                value=float(row["share"]),
                expected=0.0,
                n=int(row["n"]),
                trace_ids=(*row["examples"], *rest)[:_MOST_IDS],
            )
        )
    return tuple(found)
