"""What does drift say of itself: the sentence, the numbers, and what a reader must know?"""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from agentlens import text
from agentlens.analysis.arms.periods import Periods
from agentlens.analysis.drift.answer import AUC_GATE, FEWEST, GATE, POINT
from agentlens.analysis.drift.frame import Judging
from agentlens.result import Fact, Signal
from agentlens.stats.drift.blocks import Match
from agentlens.theme import Band

__all__ = ["Told", "band", "caveats", "facts", "headline"]

_LISTED = 3
_HOUR = 3_600_000_000
_FEW_BLOCKS = 8


@dataclass(frozen=True)
class Told:
    """What the sentences need beside the frame.

    Attributes:
        periods: what was compared.
        sizes: traces of the current period and of the baseline that count.
        match: which hours of the baseline count.
        judging: when a column counts as drifted.
        level: of the intervals.
        block: length of a block of time, in microseconds.
        luck: blocks less strata behind the hours' own luck.
        notes: of weights and of what was left out.
        probing: inputs of the current period that probe, their users, and the rows read.
    """

    periods: Periods
    sizes: tuple[int, int]
    match: Match | None
    judging: Judging
    level: float
    block: int
    luck: float
    notes: Sequence[str]
    probing: tuple[int, int] = (0, 0)


def band(frame: pd.DataFrame, signals: Sequence[Signal]) -> Band:
    """Return act for bad news that stands, watch for any drift, pass where nothing drifted."""
    if not frame["p"].notna().any():
        return "unknown"
    if not signals:
        return "watch" if frame["drifted"].any() else "pass"
    adversarial = (frame["reading"] == "adversarial").any()
    return "act" if adversarial or any(signal.bad for signal in signals) else "watch"


def headline(frame: pd.DataFrame, told: Told) -> str:
    """Return how many columns drifted, the largest of them, n, and what was compared."""
    tested = int(frame["p"].notna().sum())
    now, before = told.sizes
    where = f"{text.plural(now, 'trace')} against {text.count(before)}"
    if not tested and min(now, before) >= FEWEST:
        return f"Drift is unknown, {where}: no column has values to compare; see what was left out."
    if not tested:
        return (
            f"Drift is unknown: {where}, and a column needs {FEWEST} in each period."
            " Take longer periods."
        )
    drifted = frame[frame["drifted"]]
    if not len(drifted):
        near = frame.nsmallest(1, "p").iloc[0]
        return (
            f"None of {text.plural(tested, 'column')} drifted, {where}; nearest was"
            f" {near['column']} (q = {text.significant(float(near['q']), 2)})."
        )
    shown = [
        f"{row['column']} ({row['words']})" if row["words"] else str(row["column"])
        for row in drifted.head(_LISTED).to_dict("records")
    ]
    rest = len(drifted) - len(shown)
    more = f" and {text.count(rest)} more" if rest else ""
    return (
        f"{len(drifted)} of {text.plural(tested, 'column')} drifted, {where}:"
        f" {'; '.join(shown)}{more}."
    )


def facts(frame: pd.DataFrame, told: Told) -> dict[str, Fact]:
    """Return the numbers of the card."""
    tested = frame[frame["p"].notna()]
    known = {
        "columns drifted": Fact(value=float(frame["drifted"].sum())),
        "columns compared": Fact(value=float(len(tested))),
        "traces now": Fact(value=float(told.sizes[0])),
        "traces of the baseline": Fact(value=float(told.sizes[1])),
    }
    for row in tested[tested["drifted"]].head(2).to_dict("records"):
        share = str(row["effect_of"]).startswith("difference")
        known[f"{row['column']}, {row['effect_of']}"] = Fact(
            value=float(row["effect"]),
            unit="share" if share else "",
            low=float(row["low"]),
            high=float(row["high"]),
            n=int(row["n"]),
        )
    readings = frame.loc[frame["reading"] != "", "reading"].value_counts()
    if len(readings):
        known["read as"] = Fact(
            value=text.listed(f"{name} ({count})" for name, count in readings.items())
        )
    if told.probing[0]:
        known["inputs that probe, now"] = Fact(
            value=f"{text.count(told.probing[0])} of {text.plural(told.probing[1], 'user')}"
        )
    return known


def caveats(frame: pd.DataFrame, told: Told) -> tuple[str, ...]:
    """Return what a careful reader must know."""
    tested = int(frame["p"].notna().sum())
    judging = told.judging
    how = "Benjamini-Hochberg" if judging.method == "bh" else "Benjamini-Yekutieli"
    sizes = f"{text.plural(told.sizes[0], 'trace')} against {text.count(told.sizes[1])}"
    searched = (
        f"{text.plural(tested, 'column')} were compared; {how} holds the expected share of false"
        f" ones among those called at {text.share(judging.fdr, 1)}."
    )
    users = (
        f"Users are the unit: p-values and {text.share(told.level, 1)} intervals respect that one"
        " user has several traces, in either period or both."
    )
    gates, blocks = _gates(judging.material), _blocks(told)
    drawn = told.periods.log.drawn
    compared = f"{told.periods.said}: {sizes}."
    notes = [compared, *drawn, _matching(told), searched, gates, users, blocks]
    small = frame.loc[frame["p"].isna(), "column"].tolist()
    if small and tested:
        notes.append(
            f"Fewer than {FEWEST} rows in a period, not compared: {text.listed(small, most=12)}."
        )
    if judging.resampled:
        notes.append(
            "How traces were sampled changed between the periods, and no weights make up for it."
        )
    if (frame["reading"] == "adversarial").any() or told.probing[0]:
        notes.append(
            f"Probing is told by rules of thumb: {text.plural(told.probing[0], 'current input')}"
            f" of {text.plural(told.probing[1], 'user')} met one; read them before you act."
        )
    return tuple([one for one in notes if one] + list(told.notes))


def _matching(told: Told) -> str:
    if told.match is None or not told.match.hours:
        return (
            "Hours are not matched: a daily or weekly cycle may look like drift."
            if told.match is None or told.match.wanted
            else ""
        )
    if told.match.even:
        return "Both periods hold every hour of the week alike; nothing had to be matched."
    short = (
        " The baseline is too short for the same hours of the week." if told.match.wanted else ""
    )
    return f"The baseline is weighted to {told.match.hours} as the current period.{short}"


def _gates(factor: float) -> str:
    if factor == 0:
        return "No effect is too small to be called: material=0."
    sd, auc = (text.significant(one * factor, 2) for one in (GATE, AUC_GATE))
    return (
        f"Called only where the effect matters: {sd} sd of a number, {sd} of a share on the arcsine"
        f" scale (50% to {text.share(0.5 + GATE * factor / 2, 1)}, about) and at least"
        f" {text.share(POINT, 1)}, {auc} of an AUC above one half."
    )


def _blocks(told: Told) -> str:
    length = text.duration(told.block / 1e6)
    if told.luck <= 0:
        return (
            f"Too few blocks of {length} in the baseline to learn how much such stretches differ"
            " by themselves: only users are counted as chance."
        )
    few = " They are few, so that this is rough." if told.luck < _FEW_BLOCKS else ""
    return (
        f"How much stretches of {length} differ by themselves is learnt from the periods' own"
        f" blocks and counted as chance.{few}"
    )
