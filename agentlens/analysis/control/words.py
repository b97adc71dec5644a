"""What does a control chart say in words?"""

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.analysis.control.design import Design
from agentlens.analysis.control.followed import Followed
from agentlens.analysis.control.learn import Learnt
from agentlens.analysis.control.signals import is_bad
from agentlens.measures.metric import Metric
from agentlens.result import Fact, Signal
from agentlens.stats.charts.run_rules import rules_run_length
from agentlens.theme import Band

__all__ = ["caveats", "facts", "headline"]

_FOR_CYCLES = pd.Timedelta(14, "D")
_SHARP = 0.06


def headline(drawn: pd.DataFrame, signals: tuple[Signal, ...], metric: Metric, band: Band) -> str:
    """Return the answer in one sentence: number, direction, since when, n, compared with what."""
    tested = drawn[~drawn["baseline"]]
    name = text.capital(metric.title)
    if not signals:
        low, high = (
            text.number(float(tested["centre"].agg(end)), metric.unit) for end in ("min", "max")
        )
        around = low if low == high else f"{low} to {high}"
        n, bins = text.count(tested["n"].sum()), len(tested)
        return (
            f"{name} stayed within its limits around {around} in all {bins} bins tested (n = {n})."
        )
    ongoing = bool(drawn["episode"].iloc[-1])
    signal = max(
        signals, key=lambda one: one.end if ongoing else one.n * abs(one.value - one.expected)
    )
    move = "rose" if signal.value > signal.expected else "fell"
    until = "and still is" if ongoing else f"until {signal.end:%d %b %H:%M}"
    value = text.number(signal.value, metric.unit, n=signal.n)
    centre = text.number(signal.expected, metric.unit, n=signal.n)
    good = "" if band == "act" or is_bad(1 if move == "rose" else -1, metric) else ", the good way"
    more = f" {len(signals)} episodes in all." if len(signals) > 1 else ""
    began = f" since about {signal.began:%d %b %H:%M}" if signal.began is not None else ""
    return (
        f"{name} {move} to {value} from {centre}{good}{began}: beyond its limits from"
        f" {signal.start:%d %b %H:%M} UTC {until} (n = {text.count(signal.n)}).{more}"
    )


def facts(
    drawn: pd.DataFrame,
    learnt: Learnt,
    metric: Metric,
    design: Design,
    width: pd.Timedelta,
    signals: tuple[Signal, ...],
) -> dict[str, Fact]:
    """Return the numbers on the card, by name."""
    last = _last(drawn)
    unit = metric.unit
    found = {
        "last bin": Fact(
            value=last["value"], unit=unit, low=last["low"], high=last["high"], n=int(last["n"])
        ),
        "expected there": Fact(
            value=last["centre"], unit=unit, n=int(drawn["n"][learnt.stable].sum())
        ),
    }
    if design.method == "ewma":
        found["EWMA"] = Fact(value=last["ewma"], unit=unit)
    if design.method != "cusum":
        found["limits"] = Fact(value=text.interval(last["lower"], last["upper"], unit))
    if signals:
        newest = signals[-1]
        low, high = newest.began_between or (newest.start, newest.end)
        found["last episode began"] = Fact(
            value=f"about {newest.began:%d %b %H:%M} [{low:%d %b %H:%M}–{high:%d %b %H:%M}]"
        )
    found["episodes"] = Fact(value=float(len(signals)))
    found["false alarms"] = Fact(value=_rarity(design, width))
    found["charts like this one"] = Fact(
        value=f"nine in ten have {_bins(design.achieved.shortest)} to"
        f" {_bins(design.achieved.longest)} bins between them, by the luck of their baseline"
    )
    found["detects"] = Fact(value=_delays(design, width))
    found[f"{_notable(design, metric, learnt)}"] = Fact(
        value=f"found after {_late(design.notable_delay, width)} on average"
    )
    found["design"] = Fact(value=_design(design))
    found["baseline"] = Fact(value=_longer(learnt, design, width))
    sizes = drawn["n"]
    found["n per bin"] = Fact(
        value=f"{text.count(sizes.median())} [{text.count(sizes.min())}–{text.count(sizes.max())}]"
    )
    return found


def _last(drawn: pd.DataFrame) -> "pd.Series[float]":
    """Return the newest bin that has data and is over."""
    filled = drawn[drawn["n"] > 0]
    whole = filled[~filled["provisional"]]
    return (whole if len(whole) else filled).iloc[-1]


def _bins(value: float) -> str:
    return text.significant(value) if np.isfinite(value) else "more than could be seen"


def _rarity(design: Design, width: pd.Timedelta) -> str:
    """Return how often the chart calls falsely, in bins and in time, and how sure that is."""
    achieved = design.achieved
    if not np.isfinite(achieved.run_length):
        return f"none in the histories drawn; solved for one in {_bins(design.asked)} bins"
    apart = text.duration(achieved.run_length * width.total_seconds())
    return (
        f"one in {_bins(achieved.run_length)} bins ({apart})"
        f" [{_bins(achieved.low)}–{_bins(achieved.high)}]"
    )


def _late(bins: float, width: pd.Timedelta) -> str:
    if not np.isfinite(bins):
        return "more than 500 bins, often never"
    return f"{text.significant(bins, 2)} bins ({text.duration(bins * width.total_seconds())})"


def _delays(design: Design, width: pd.Timedelta) -> str:
    parts = [f"{shift:g}σ after {_late(bins, width)}" for shift, bins in design.delay.items()]
    return text.listed(parts)


def _notable(design: Design, metric: Metric, learnt: Learnt) -> str:
    if metric.unit == "share":
        points = f"{100 * design.notable:g} points"
    elif learnt.log_scale:
        points = f"{100 * np.expm1(design.notable):.0f}%"
    else:
        points = text.number(design.notable, metric.unit)
    return f"a change of {points}"


def _design(design: Design) -> str:
    size = f"{design.upper:.3g} above, {design.lower:.3g} below"
    if design.method == "cusum":
        head = f", head start {design.head_start:g}" if design.head_start else ""
        return f"k {design.allowance:g}, h {size}{head} (textbook {design.ideal:.3g})"
    lam = f"λ {design.lam:g}, " if design.method == "ewma" else ""
    return f"{lam}limits {size} (textbook {design.ideal:.3g})"


def _longer(learnt: Learnt, design: Design, width: pd.Timedelta) -> str:
    """Return how long the baseline is and what twice as long a one would buy."""
    n = learnt.model.n
    shown = f"{text.plural(n, 'bin')} ({text.duration(n * width.total_seconds())})"
    now, best = design.delay[1.0], design.best_delay
    if not now > best * (1 + _SHARP):
        return f"{shown}; a longer one would buy little"
    twice = text.significant((now + best) / 2, 2)
    return (
        f"{shown}; twice as long would find 1σ after about {twice} bins instead of"
        f" {text.significant(now, 2)}, an endless one after {text.significant(best, 2)}"
    )


def caveats(
    found: Followed, learnt: Learnt, drawn: pd.DataFrame, design: Design, width: pd.Timedelta
) -> tuple[str, ...]:
    """Return what a careful reader must know, one sentence each."""
    notes = [*found.notes]
    start, end = drawn["time"][drawn["baseline"]].iloc[[0, -1]]
    notes.append(
        f"Normal was learnt from {start:%d %b %H:%M} to {end + width:%d %b %H:%M} UTC,"
        f" {learnt.model.n} bins, and frozen."
    )
    left = int((drawn["baseline"] & ~drawn["learnt"] & (drawn["n"] > 0)).sum())
    if left:
        notes.append(
            f"The baseline itself changed level: {text.plural(left, 'bin')} of it were left out as"
            " not normal."
        )
    notes.append(_cycles(learnt))
    inflation = float(learnt.model.long_run()[0])
    if inflation > 1:
        notes.append(
            f"Bins are alike their neighbours, which makes a long mean {inflation**0.5:.2f} times"
            " as uncertain; the limits know."
        )
    notes.append(
        f"The false-alarm rate was measured on {len(learnt.futures.judged.standard):,} histories drawn"
        " from the baseline, each learnt from anew; its interval is that of the simulation."
    )
    if (end + width - start) < _FOR_CYCLES:
        notes.append("A baseline of two weeks or more would also teach the days of the week.")
    if design.rules:
        notes.append(_price(design))
    return (*notes, *_reading(found.metric, learnt, drawn, design))


def _reading(metric: Metric, learnt: Learnt, drawn: pd.DataFrame, design: Design) -> list[str]:
    """Return what to know when the chart is read, rather than how it was learnt."""
    notes = []
    empty = int((drawn["n"] == 0).sum())
    if empty:
        notes.append(f"{text.plural(empty, 'bin')} without data: nothing moves there.")
    if design.method != "shewhart":
        notes.append(
            "A single bin counts at most as 3.5 standard deviations, so that one outlier is no"
            " alarm."
        )
    if bool(drawn["provisional"].iloc[-1]):
        notes.append("The last bin is not over yet and may change.")
    if design.method == "ewma":
        notes.append(
            "Single bins may lie outside the picture; a double click on it shows them all."
        )
    if metric.version > 1:
        notes.append(f"{metric.name} is definition version {metric.version}.")
    if learnt.log_scale:
        notes.append("Charted on the log scale, because the values are skewed.")
    return notes


def _price(design: Design) -> str:
    """Return what run rules cost: on this history, and for the textbook's independent points."""
    exact = [rule for rule in design.rules if rule.kind == "beyond"]
    ideal = ""
    if len(exact) == len(design.rules):
        length = rules_run_length(design.rules, limit=design.ideal)
        ideal = f" For independent normal bins it would be one in {_bins(length)}."
    return (
        f"Run rules {text.listed(rule.name for rule in design.rules)} call, too: together one false"
        f" alarm in {_bins(design.achieved.run_length)} bins instead of {_bins(design.asked)}.{ideal}"
    )


def _cycles(learnt: Learnt) -> str:
    own, found = learnt.setting.cycles, learnt.model.coefficients[0]
    kept = dict.fromkeys(name for name, one in zip(own.names, found, strict=True) if one)
    if not kept:
        return "No daily or weekly cycle stood out from noise, and none was taken out."
    swing = np.ptp(learnt.centre[learnt.normal])
    noise = float(learnt.found.scale[0])
    return (
        f"Taken out: {text.listed(kept)}; the centre swings by"
        f" {text.significant(swing / noise, 2)} standard deviations of a bin."
    )
