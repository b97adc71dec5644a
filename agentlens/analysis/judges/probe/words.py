"""What does a probe say in words?"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.analysis.judges.probe.observed import Observed
from agentlens.analysis.judges.probe.property import Reading, said
from agentlens.analysis.judges.probe.rewriting import FEWEST, Rewritten
from agentlens.analysis.judges.probe.signals import observed_signal, signal_of
from agentlens.result import Fact, Signal
from agentlens.stats.intervals.rates import wilson
from agentlens.tables.log import Log
from agentlens.theme import Band

__all__ = ["Told", "by_labels", "by_rewriting", "nothing"]

_WORTH = 0.5
_MARGIN = 0.10
_BANDS: Mapping[str, Band] = {
    "biased": "act",
    "not shown": "pass",
    "cannot tell at this n": "watch",
    "unknown": "unknown",
}
_CHANGE = {
    "length": "padding",
    "format": "another layout",
    "injection": "a note that asks the grader to pass",
}


@dataclass(frozen=True, eq=False)
class Told:
    """All that a probe says."""

    reading: Reading
    headline: str
    frame: pd.DataFrame | None = None
    caveats: tuple[str, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)
    signals: tuple[Signal, ...] = ()

    @property
    def band(self) -> Band:
        """The band of the reading."""
        return _BANDS[self.reading]


def nothing(why: str) -> Told:
    """Return what is said where nothing can be known."""
    return Told("unknown", why)


def by_labels(seen: Observed, log: Log, kind: str, name: str, level: float) -> Told:
    """Return what labelled traces say of a property."""
    effect, n = seen.effect, len(seen.rows)
    if effect.why:
        headline = f"Whether {name} follows {_of(kind)} cannot be told: {effect.why}."
        return Told("unknown", headline, seen.frame, seen.notes)
    odds, low, high = (float(np.exp(one)) for one in (effect.value, effect.low, effect.high))
    if effect.p <= 1 - level:
        reading: Reading = "biased"
    else:
        small = max(-effect.low, effect.high) < _WORTH
        reading = "not shown" if small else "cannot tell at this n"
    headline = _by_odds(reading, name, kind, odds) + (
        f" times [{low:.2f}–{high:.2f}] for each {said(kind)}, people's verdict held fixed"
        f" ({text.plural(n, 'label')})."
    )
    caveats = (
        f"An effect of half a log odds would be seen {text.share(effect.power, n)} of the time.",
        "A logistic regression on people's verdict and the property; errors respect users.",
        "The effect is that on labelled traces; another cause that goes with it is not excluded.",
        *seen.notes,
    )
    facts = {
        "odds of a pass": Fact(value=odds, low=low, high=high, n=n),
        "p": Fact(value=effect.p),
        "power for half a log odds": Fact(value=effect.power, unit="share"),
        "reading": Fact(value=reading),
    }
    signals = (
        observed_signal(seen, log, f"{name} follows {_of(kind)}") if reading == "biased" else ()
    )
    return Told(reading, headline, seen.frame, caveats, facts, signals)


def by_rewriting(seen: Rewritten, log: Log, kind: str, name: str, level: float) -> Told:
    """Return what rewriting says."""
    rows, n = seen.rows, len(seen.rows)
    frame = _counted(rows)
    if n < FEWEST:
        asked = f"; still to ask: {seen.missing}" if seen.missing else ""
        end = "" if asked.endswith((".", "!", "?")) else "."
        headline = f"{text.plural(n, 'trace')} judged both ways; {FEWEST} are needed{asked}{end}"
        return Told("unknown", headline, frame, seen.notes)
    up = int(((rows["before"] == 0) & (rows["after"] == 1)).sum())
    down = int(((rows["before"] == 1) & (rows["after"] == 0)).sum())
    apart = seen.apart
    if apart.p <= 1 - level:
        reading: Reading = "biased"
    else:
        small = max(-apart.low, apart.high) < _MARGIN
        reading = "not shown" if small else "cannot tell at this n"
    headline = f"{text.capital(_by_change(reading, name, kind))}: of {text.plural(n, 'trace')} {_flips(up, down)}."
    facts = {
        f"{words} when rewritten": Fact(
            value=k / n, unit="share", low=_wilson(k, n)[0], high=_wilson(k, n)[1], n=n
        )
        for words, k in (("fail to pass", up), ("pass to fail", down))
    }
    facts |= {"p": Fact(value=apart.p), "reading": Fact(value=reading)}
    caveats = (
        f"Nothing but {_CHANGE[kind]} tells the two versions of a trace apart.",
        "Flips both ways are the judge's own noise; only their difference is a bias.",
        *((f"No flip in {n}: each way below {text.share(3 / n)}.",) if up + down == 0 else ()),
        *seen.notes,
        *((f"Still to ask: {seen.missing.rstrip('.')}.",) if seen.missing else ()),
    )
    signals: tuple[Signal, ...] = ()
    if reading == "biased":
        went = (0, 1) if up > down else (1, 0)
        moved = rows[(rows["before"] == went[0]) & (rows["after"] == went[1])]
        signals = (
            signal_of(log, f"{name} follows {_CHANGE[kind]}", moved["trace_id"], apart.value, n),
        )
    return Told(reading, headline, frame, caveats, facts, signals)


def _by_odds(reading: Reading, name: str, kind: str, odds: float) -> str:
    start = {
        "biased": f"{name} is biased by {_of(kind)}",
        "not shown": f"No bias of {name} by {_of(kind)} is shown",
    }.get(reading, f"Whether {name} is biased by {_of(kind)} cannot be told at this n")
    return f"{text.capital(start)}: the odds of a pass change {odds:.2f}"


def _by_change(reading: Reading, name: str, kind: str) -> str:
    return {
        "biased": f"{name} is swayed by {_CHANGE[kind]}",
        "not shown": f"{name} is not shown to be swayed by {_CHANGE[kind]}",
    }.get(reading, f"Whether {name} is swayed by {_CHANGE[kind]} cannot be told at this n")


def _flips(up: int, down: int) -> str:
    if not up + down:
        return "none changed its verdict"
    return f"{up} went from fail to pass and {down} from pass to fail"


def _of(kind: str) -> str:
    names = {"format": "markup", "self_preference": "its own model line"}
    return names.get(kind, kind)


def _counted(rows: pd.DataFrame) -> pd.DataFrame:
    words = {1: "pass", 0: "fail"}
    counts = [
        (words[one], words[two], int(((rows["before"] == one) & (rows["after"] == two)).sum()))
        for one in (1, 0)
        for two in (1, 0)
    ]
    return pd.DataFrame(counts, columns=["before", "after", "n"])


def _wilson(k: int, n: int) -> tuple[float, float]:
    low, high = wilson(np.array([float(k)]), np.array([float(n)]))
    return float(low[0]), float(high[0])
