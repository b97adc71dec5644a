"""What does a retest say in words?"""

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.result import Fact, Signal
from agentlens.stats.agreement.flips import Flips
from agentlens.tables.log import Log
from agentlens.theme import Band

__all__ = ["band_of", "caveats", "facts", "headline", "not_asked", "signals", "too_few"]

_FEWEST = 20
_MOST_IDS = 500


def band_of(rate: Flips, most: float) -> Band:
    """Return pass where the whole interval is good enough, act where none of it is."""
    if rate.high <= most:
        return "pass"
    return "act" if rate.low > most else "watch"


def headline(rate: Flips, items: pd.DataFrame, name: str) -> str:
    """Return the flip rate in one sentence."""
    n = len(items)
    unstable = int(items["unstable"].sum())
    said = text.share(rate.value, n), text.interval(rate.low, rate.high, "share", n=n)
    return (
        f"Two runs of {name} differ on {said[0]} {said[1]} of traces: asked"
        f" {_times(items)} about {text.plural(n, 'trace')}, it gave both verdicts on {unstable}."
    )


def too_few(n: int, missing: str, name: str, *, asked: bool) -> str:
    """Return what is needed where too few traces were judged twice."""
    if missing:
        return f"{text.plural(n, 'trace')} judged twice is not enough; still to ask: {missing}"
    if asked:
        return (
            f"{text.capital(name)} gave two verdicts or more on {text.plural(n, 'trace')} that it was"
            f" asked about again, and {_FEWEST} are needed."
        )
    said = f"{text.count(n) if n else 'No'} trace{'' if n == 1 else 's'}"
    return (
        f"{said} judged by {name} more than once, and {_FEWEST} are needed."
        " Pass a Judge and a Rubric with budget_usd= to ask again."
    )


def not_asked(missing: str) -> tuple[str, ...]:
    """Return the caveat that some runs were not paid for."""
    if not missing:
        return ()
    end = "" if missing.endswith((".", "!", "?")) else "."
    return (f"Stored answers only; still to ask: {missing}{end}",)


def facts(rate: Flips, items: pd.DataFrame) -> dict[str, Fact]:
    """Return the numbers by name."""
    n = len(items)
    found = {
        "flip rate": Fact(value=rate.value, unit="share", low=rate.low, high=rate.high, n=n),
        "n_eff": Fact(value=float(round(rate.n_eff))),
        "unstable traces": Fact(value=float(items["unstable"].sum())),
        "runs a trace": Fact(value=_times(items)),
        "one run agrees with itself at most": Fact(value=1 - rate.value, unit="share"),
    }
    labelled = items[items["y"].notna()]
    if len(labelled) >= _FEWEST:
        single, most = _agreements(labelled)
        found["one run agrees with people"] = Fact(value=single, unit="share", n=len(labelled))
        found["the majority of runs agrees"] = Fact(value=most, unit="share", n=len(labelled))
    return found


def caveats(rate: Flips, items: pd.DataFrame, most: float) -> tuple[str, ...]:
    """Return what was drawn, what it bounds, and what was not measured."""
    hard, easy = ((items["kind"] == kind).sum() for kind in ("hard", "easy"))
    drawn = (
        f"{hard} hard and {easy} other traces, weighted back to all that were judged."
        if hard + easy
        else f"All {text.plural(len(items), 'trace')} with two verdicts or more; how they were"
        " chosen is not known."
    )
    notes = [
        drawn,
        f"One run cannot agree with itself more than {text.share(1 - rate.value, len(items))}.",
        "More runs find more unstable traces; the flip rate of two runs does not grow.",
        f"Accepted are flips on {text.share(most, 1)} of traces.",
    ]
    n = int(items["y"].notna().sum())
    if n < _FEWEST:
        notes.append(
            f"{text.plural(n, 'trace')} of these with a label: whether a majority of runs would"
            " agree more with people is not known."
        )
    else:
        notes.append(
            f"Agreement is that on {text.plural(n, 'labelled trace')} of this draw, hard ones"
            " included; it says how a majority compares with one run, not how good the judge is."
        )
    return tuple(notes)


def signals(
    log: Log, rate: Flips, items: pd.DataFrame, most: float, name: str
) -> tuple[Signal, ...]:
    """Return the unstable traces as a signal, bad where the flip rate is above what is accepted."""
    unstable = items[items["unstable"]]
    if unstable.empty:
        return ()
    return (
        Signal(
            what=f"{name} gives both verdicts on the same trace",
            start=log.start,
            end=log.stop,
            value=rate.value,
            expected=most,
            n=len(items),
            trace_ids=tuple(unstable["trace_id"].drop_duplicates().head(_MOST_IDS)),
            bad=rate.low > most,
        ),
    )


def _times(items: pd.DataFrame) -> str:
    low, high = int(items["runs"].min()), int(items["runs"].max())
    return f"{low} times" if low == high else f"{low} to {high} times"


def _agreements(items: pd.DataFrame) -> tuple[float, float]:
    """Return how often one run, and how often the majority of runs, says what people say."""
    share, y = items["share"].to_numpy(np.float64), items["y"].to_numpy(np.float64)
    single = np.where(y == 1, share, 1 - share)
    majority = np.where(share == 0.5, 0.5, (share > 0.5) == (y == 1))  # noqa: PLR2004 - a tie
    return float(single.mean()), float(majority.mean())
