"""What does a control chart say in words?"""

import pandas as pd

from agentlens import text
from agentlens.analysis.control.limits import Design
from agentlens.analysis.control.signals import is_bad
from agentlens.measures.metric import Metric
from agentlens.measures.rows import Rows
from agentlens.result import Fact, Signal
from agentlens.stats.baseline import InControl
from agentlens.theme import Band

__all__ = ["caveats", "facts", "headline"]


def headline(drawn: pd.DataFrame, signals: tuple[Signal, ...], metric: Metric, band: Band) -> str:
    """Return the answer in one sentence: number, direction, since when, n, compared with what."""
    tested = drawn[~drawn["baseline"]]
    centre = text.number(float(drawn["centre"].iloc[-1]), metric.unit)
    name = text.capital(metric.title)
    if not signals:
        n, bins = text.count(tested["n"].sum()), len(tested)
        return (
            f"{name} stayed within its limits around {centre} in all {bins} bins tested (n = {n})."
        )
    ongoing = bool(drawn["beyond"].iloc[-1])
    signal = max(
        signals, key=lambda one: one.end if ongoing else one.n * abs(one.value - one.expected)
    )
    move = "rose" if signal.value > signal.expected else "fell"
    when = f"{signal.start:%d %b %H:%M}"
    until = "and still is" if ongoing else f"until {signal.end:%d %b %H:%M}"
    value = text.number(signal.value, metric.unit, n=signal.n)
    good = "" if band == "act" or is_bad(1 if move == "rose" else -1, metric) else ", the good way"
    more = f" {len(signals)} episodes in all." if len(signals) > 1 else ""
    return (
        f"{name} {move} to {value} from {centre}{good}: beyond its limits from {when} UTC {until}"
        f" (n = {text.count(signal.n)}).{more}"
    )


def facts(
    drawn: pd.DataFrame, model: InControl, metric: Metric, design: Design, signals: int
) -> dict[str, Fact]:
    """Return the numbers on the card, by name."""
    last = drawn[drawn["n"] > 0].iloc[-1]
    unit = metric.unit
    apart = text.duration(design.run_length * design.bin.total_seconds())
    return {
        "last bin": Fact(
            value=last["value"], unit=unit, low=last["low"], high=last["high"], n=int(last["n"])
        ),
        "EWMA": Fact(value=last["ewma"], unit=unit),
        "limits": Fact(value=text.interval(last["lower"], last["upper"], unit)),
        "baseline level": Fact(
            value=last["centre"], unit=unit, n=int(drawn["n"][drawn["baseline"]].sum())
        ),
        "episodes": Fact(value=float(signals)),
        "false alarms by design": Fact(
            value=f"one in {text.significant(design.run_length)} bins ({apart})"
        ),
        "design": Fact(value=f"λ {design.lam:g}, width {design.width:.3g}"),
        "bins": Fact(value=f"{model.n} baseline, {int((~drawn['baseline']).sum())} tested"),
    }


def caveats(rows: Rows, model: InControl, drawn: pd.DataFrame, design: Design) -> tuple[str, ...]:
    """Return what a careful reader must know, one sentence each."""
    notes = [*rows.notes]
    start, end = drawn["time"][drawn["baseline"]].iloc[[0, -1]]
    notes.append(
        f"Normal was learnt from {start:%d %b %H:%M} to {end + design.bin:%d %b %H:%M} UTC,"
        f" {model.n} bins, and frozen."
    )
    inflation = model.inflation(design.lam)
    if inflation > 1:
        notes.append(
            f"Bins are alike their neighbours; the limits are {inflation**0.5:.2f} times as wide"
            " for it."
        )
    notes.append(
        "The false-alarm rate by design holds for a level without daily or weekly cycles; cycles"
        " are inside the spread here, not yet taken out."
    )
    empty = int((drawn["n"] == 0).sum())
    if empty:
        what = text.plural(empty, "bin")
        notes.append(f"{what} without data: neither line nor limits move there.")
    notes.append(
        "A single bin counts at most as 3.5 standard deviations, so that one outlier is no alarm."
    )
    if rows.metric.version > 1:
        notes.append(f"{rows.metric.name} is definition version {rows.metric.version}.")
    if rows.metric.unit in {"s", "USD"}:
        notes.append("Charted on the log scale, because the values are skewed.")
    return tuple(notes)
