"""What does a watch on a judge say in words?"""

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.analysis.judges.watch.attribute import Seen
from agentlens.analysis.judges.watch.fresh import FEWEST, RICH
from agentlens.analysis.judges.watch.runs import Watching
from agentlens.result import Fact
from agentlens.stats.agreement.anchors import AGREEMENT_LIMIT, BASELINE_RUNS, PASS_LIMIT

__all__ = ["caveats", "facts", "headline"]

_FEWEST_ANCHORS = 50


def headline(seen: Seen, name: str, level: float) -> str:
    """Return who moved, and the number that says so, in one sentence."""
    if seen.alarm and seen.runs is not None:
        return _changed(seen.runs, name)
    paged = seen.fresh.paged
    if paged is not None:
        value, low, high = seen.fresh.agreement(level)
        n = len(seen.fresh.rows)
        return (
            f"{text.capital(name)} no longer agrees with people as promised:"
            f" {text.share(value, n)} {text.interval(low, high, 'share', n=n)} of"
            f" {text.plural(n, 'fresh label')}, {text.share(seen.fresh.target, 1)} promised, seen at"
            f" label {paged + 1}."
        )
    if seen.moved and seen.watched:
        return f"The agent or its traffic moved, not {name}: {_moved(seen)}."
    if seen.band == "unknown":
        moved = f"the rate moved ({_moved(seen)}), but " if seen.moved else ""
        return f"{text.capital(moved + _without(seen))}."
    if not seen.watched:
        return f"No change of {name} is seen: {_steady(seen, level)}; but {_without(seen)}."
    return f"{text.capital(name)} is steady: {_steady(seen, level)}."


def _changed(runs: Watching, name: str) -> str:
    first = int(runs.alarmed[0][0])
    fell = bool(runs.alarmed[1][0])
    chart = runs.agreement if fell else runs.passes
    if chart is None:
        return f"{text.capital(name)} has changed."
    what = "agrees on" if fell else "passes"
    n = len(runs.ids)
    when = runs.times.iloc[BASELINE_RUNS + first]
    later = chart.means[first:].mean()
    return (
        f"{text.capital(name)} has changed: since run {BASELINE_RUNS + first + 1} ({when:%d %b}) it {what}"
        f" {text.share(float(later), n)} of {n} anchors, {text.share(chart.centre, n)} in its first"
        f" {BASELINE_RUNS} runs; no rate of it can be read until it is calibrated again."
    )


def _moved(seen: Seen) -> str:
    move = seen.move
    if move is None:
        return "no rate"
    to = " to " if move.low < 0 else "–"
    kind = "corrected" if move.corrected else "the judge's own, uncorrected"
    return (
        f"{100 * move.value:+.1f} points [{100 * move.low:.1f}{to}{100 * move.high:.1f}], {kind},"
        f" {text.plural(move.n, 'verdict')} now"
    )


def _without(seen: Seen) -> str:
    """Return why a change of the judge cannot be excluded."""
    runs = seen.runs
    if runs is None:
        more = FEWEST - len(seen.fresh.rows)
        needed = f", and {text.plural(more, 'more fresh label')} would tell if it is good enough"
        labels = needed if not seen.moved and more > 0 else ""
        return f"no anchors: a judge change cannot be excluded{labels}"
    left = BASELINE_RUNS - runs.runs
    days = seen.every / pd.Timedelta("1D")
    pace = "a day" if days == 1 else f"in {text.duration(seen.every.total_seconds())}"
    last = runs.times.max() if runs.runs else pd.Timestamp.now("UTC")
    begins = last + max(left, 0) * seen.every
    have = min(runs.runs, BASELINE_RUNS)
    when = f"{begins.day} {begins:%b}" if left > 0 else "the next run"
    return (
        f"{have} of {BASELINE_RUNS} baseline runs; watching starts"
        f" {'on ' if left > 0 else 'with '}{when} at one run {pace}"
    )


def _steady(seen: Seen, level: float) -> str:
    parts = []
    if seen.watched and seen.runs is not None and seen.runs.agreement is not None:
        chart, n = seen.runs.agreement, len(seen.runs.ids)
        parts.append(
            f"it agrees on {text.share(float(chart.means[-1]), n)} of {n} anchors,"
            f" {text.share(chart.centre, n)} in its baseline"
        )
    n = len(seen.fresh.rows)
    if n >= FEWEST:
        value, low, high = seen.fresh.agreement(level)
        span = text.interval(low, high, "share", n=n)
        parts.append(f"it agrees on {text.share(value, n)} {span} of {n} fresh labels")
    if seen.move is not None and seen.move.known:
        parts.append(f"the rate moved by no more than chance ({_moved(seen)})")
    return text.listed(parts)


def facts(seen: Seen, level: float) -> dict[str, Fact]:
    """Return the numbers by name."""
    told = {"who moved": Fact(value=seen.who)}
    runs = seen.runs
    if runs is not None:
        told["anchors"] = Fact(value=float(len(runs.ids)))
        told["anchor runs"] = Fact(value=float(runs.runs))
        none = int((runs.verdicts < 0).sum()) if runs.runs else 0
        told["anchors without a verdict, all runs"] = Fact(value=float(none))
        if runs.agreement is not None:
            chart, n = runs.agreement, len(runs.ids)
            told["agreement on anchors, baseline"] = Fact(value=chart.centre, unit="share", n=n)
            if chart.means.size:
                last = float(chart.means[-1])
                told["agreement on anchors, last run"] = Fact(value=last, unit="share", n=n)
                told["run-to-run noise"] = Fact(value=chart.noise, unit="share")
    n = len(seen.fresh.rows)
    if n:
        value, low, high = seen.fresh.agreement(level)
        if n >= FEWEST:
            told["agreement on fresh labels"] = Fact(
                value=value, unit="share", low=low, high=high, n=n
            )
        else:
            told["agreement on fresh labels"] = Fact(
                value=f"{int(seen.fresh.rows['agrees'].sum())} of {n}"
            )
        told["wealth of the bet against it"] = Fact(value=round(float(seen.fresh.wealth.max()), 2))
    if seen.move is not None and seen.move.known:
        told["rate, now less before"] = Fact(
            value=100 * seen.move.value,
            unit="points",
            low=100 * seen.move.low,
            high=100 * seen.move.high,
            n=seen.move.n,
        )
    return told


def caveats(seen: Seen, missing: str) -> tuple[str, ...]:
    """Return how the charts are read and what they cannot see."""
    notes = []
    if seen.runs is not None:
        notes += [
            f"Anchors alarm at {AGREEMENT_LIMIT} run-to-run errors less agreement.",
            f"They also alarm where their pass rate moves by {PASS_LIMIT}.",
            "Without a cause that happens in 4-7% of stretches of 26 runs.",
            "An anchor without a verdict counts as not agreeing and not passing.",
        ]
        if seen.runs.younger:
            younger = text.plural(seen.runs.younger, "younger anchor")
            notes.append(f"{younger} with fewer runs are not watched yet.")
        notes += _size(len(seen.runs.ids), seen.runs.right)
    notes.append(
        f"Fresh labels page where a bet against {text.share(seen.fresh.target, 1)} agreement grew"
        f" {RICH:.0f}-fold; by luck that comes at most once in twenty times, however often one"
        " looks."
    )
    n = len(seen.fresh.rows)
    notes.append(
        f"{text.plural(n, 'label')} of the test split drawn from all alike, one a user or session."
    )
    if seen.move is not None and seen.move.known and not seen.move.corrected:
        notes.append("The rate is the judge's own: it could not be corrected for its errors.")
    if seen.move is None:
        notes.append(
            "The log holds no two periods to compare, so whether the rate moved is unknown."
        )
    if missing:
        end = "" if missing.endswith((".", "!", "?")) else "."
        notes.append(f"The next anchor run was not paid for: {missing}{end}")
    return tuple(notes)


def _size(n: int, right: np.ndarray) -> list[str]:
    notes = []
    if n < _FEWEST_ANCHORS:
        notes.append(f"{n} anchors are few: 50 to 200 find a fall of 10 points in most runs.")
    fails = int((right == 0).sum())
    if n and not 0.2 <= fails / n <= 0.8:  # noqa: PLR2004 - far from the half that is advised
        notes.append(f"{fails} of {n} anchors are fails; about half of each see most.")
    return notes
