"""What does a comparison of judges say in words?"""

from collections.abc import Sequence

from agentlens import text
from agentlens.analysis.judges.compare.contest import ALL, DIFFER, Contest
from agentlens.analysis.judges.compare.pair import FEWEST
from agentlens.analysis.judges.compare.table import behind
from agentlens.result import Fact, Signal
from agentlens.stats.agreement.paired import Apart
from agentlens.tables.log import Log
from agentlens.theme import Band

__all__ = ["band_of", "caveats", "facts", "headline", "lacking", "signals"]

_POWERED = 2.8 / 1.96
_MOST_IDS = 500


def band_of(found: Sequence[Contest], level: float) -> Band:
    """Return watch where one judge is shown to be better, unknown where labels are too few."""
    if all(one.best is None for one in found):
        return "unknown"
    return "watch" if any(one.decided(level) for one in found) else "pass"


def headline(found: Sequence[Contest], level: float) -> str:
    """Return who is better by how much, in one sentence."""
    known = [one for one in found if one.best is not None]
    first = min(known, key=lambda one: (not one.decided(level), one.p))
    said = _said(first, level)
    rest = len(known) - 1
    if not rest:
        return f"{said}."
    better = sum(one.decided(level) for one in known) - first.decided(level)
    shown = f"{better or 'none'} {'are' if better > 1 else 'is'} shown to differ"
    return f"{said}; of {text.plural(rest, 'other candidate')} {shown}."


def _said(one: Contest, level: float) -> str:
    best = one.best
    if best is None or one.pair is None:
        return f"{one.names[0]} and {one.names[1]} cannot be compared"
    way, apart = best
    n = behind(one, way)
    if one.decided(level):
        up, down = one.names if apart.value > 0 else one.names[::-1]
        sign = 1 if apart.value > 0 else -1
        ends = sorted((sign * apart.low, sign * apart.high))
        span = _span(ends[0], ends[1])
        return (
            f"{up} agrees with people more often than {down}, by"
            f" {abs(100 * apart.value):.1f} points {span} ({text.plural(n, 'label')}, {way[7:]})"
        )
    span = _span(apart.low, apart.high)
    return (
        f"No difference is shown between {one.names[0]} and {one.names[1]}:"
        f" {_signed(apart.value)} points {span} ({text.plural(n, 'label')}, {way[7:]}); one of"
        f" {100 * _seen(apart):.1f} points would be found 4 times in 5"
    )


def lacking(found: Sequence[Contest], missing: Sequence[str]) -> str:
    """Return what is needed before judges can be compared."""
    if missing:
        end = "" if missing[0].endswith((".", "!", "?")) else "."
        return f"Not every judge was asked; still to ask: {missing[0]}{end}"
    one = found[0]
    if one.pair is None or not len(one.pair.rows):
        return f"{one.names[0]} and {one.names[1]} have no trace in common on which both gave a verdict."
    differ = int(one.pair.differing.sum())
    if not differ:
        n = text.plural(len(one.pair.rows), "trace")
        return f"{one.names[0]} and {one.names[1]} say the same of all {n}: nothing to compare."
    labels = int(one.pair.cells()["labels"][1:3].sum())
    n = text.plural(differ, "trace")
    return (
        f"{one.names[0]} and {one.names[1]} differ on {n} of {text.count(len(one.pair.rows))}, of"
        f" which {labels} have a label: label {max(FEWEST, min(60, differ)) - labels} more of them"
        " (plan_labels with goal='compare')."
    )


def facts(found: Sequence[Contest]) -> dict[str, Fact]:
    """Return the numbers by name."""
    told: dict[str, Fact] = {}
    several = len(found) > 1
    for one in found:
        if one.pair is None or not len(one.pair.rows):
            continue
        tail = f" ({one.names[1]})" if several else ""
        n = len(one.pair.rows)
        told[f"traces judged by both{tail}"] = Fact(value=float(n))
        told[f"they differ on{tail}"] = Fact(value=one.pair.discordance, unit="share", n=n)
        for way, apart in one.ways.items():
            told[f"difference, {way}{tail}"] = Fact(
                value=100 * apart.value,
                unit="points",
                low=100 * apart.low,
                high=100 * apart.high,
                n=behind(one, way),
            )
            told[f"p, {way}{tail}"] = Fact(value=apart.p)
        if several and one.best is not None:
            told[f"p, all candidates together{tail}"] = Fact(value=one.p)
        if one.best is not None:
            seen = 100 * _seen(one.best[1])
            told[f"found 4 times in 5{tail}"] = Fact(value=seen, unit="points")
    return told


def caveats(found: Sequence[Contest], missing: Sequence[str], level: float) -> tuple[str, ...]:
    """Return which labels were used and what they cannot say."""
    notes = [f"Intervals hold the truth {text.share(level, 100)} of the time."]
    for one in found:
        if one.pair is None:
            notes.append(f"{one.names[1]} has no verdict here, or {one.names[0]} has none.")
            continue
        if DIFFER in one.ways:
            n = behind(one, DIFFER)
            notes.append(
                f"{text.plural(n, 'label')} of traces on which {one.names[0]} and {one.names[1]}"
                " differ say which is right more often there, not how good either is."
            )
        if ALL in one.ways:
            notes.append("Agreement of each judge is that on the judged traces, unweighted.")
        if one.pair.without:
            n_none = text.plural(one.pair.without, "trace")
            notes.append(f"{n_none} on which one of them gave no verdict are left out.")
        notes += one.pair.notes
    if len(found) > 1:
        notes.append(
            f"{len(found)} candidates were compared with one judge; who is better is decided by Holm's p."
        )
    notes += [
        f"Still to ask: {one}{'' if one.endswith(('.', '!', '?')) else '.'}" for one in missing
    ]
    return tuple(dict.fromkeys(notes))


def signals(log: Log, found: Sequence[Contest], level: float) -> tuple[Signal, ...]:
    """Return, for each difference that is shown, the traces behind it."""
    told = []
    for one in found:
        if not one.decided(level) or one.best is None or one.pair is None:
            continue
        way, apart = one.best
        up, down = ("first", "second") if apart.value > 0 else ("second", "first")
        rows = one.pair.labelled
        shown = rows[(rows[up] == rows["y"]) & (rows[down] != rows["y"])]
        ids = tuple(shown["trace_id"].drop_duplicates().head(_MOST_IDS))
        if ids:
            name = one.names[0] if up == "first" else one.names[1]
            told.append(
                Signal(
                    what=f"{name} agrees with people more often",
                    start=log.start,
                    end=log.stop,
                    value=abs(apart.value),
                    expected=0.0,
                    n=behind(one, way),
                    trace_ids=ids,
                    bad=False,
                )
            )
    return tuple(told)


def _seen(apart: Apart) -> float:
    """Return the difference that so wide an interval would find 4 times in 5."""
    return _POWERED * (apart.high - apart.low) / 2


def _span(low: float, high: float) -> str:
    to = " to " if low < 0 else "–"
    return f"[{100 * low:.1f}{to}{100 * high:.1f}]"


def _signed(value: float) -> str:
    return f"{100 * value:+.1f}"
