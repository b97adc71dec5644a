"""Which failures are new, which grew, and did something happen that never must?"""

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from agentlens.analysis.arms.periods import Periods, periods_of
from agentlens.analysis.failures.events import Events, events_of
from agentlens.analysis.failures.growth.began import began
from agentlens.analysis.failures.growth.emerged import Emerged, emerged
from agentlens.analysis.failures.growth.signals import signals
from agentlens.analysis.failures.growth.watched import Watched, watched
from agentlens.analysis.failures.growth.words import band, caveats, facts, headline
from agentlens.errors import BadInputError
from agentlens.result import Result
from agentlens.tables.log import Log
from agentlens.tables.period import Period

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["Emerging", "emerging", "emerging_of"]

_COLUMNS = (
    "id", "name", "kind", "change", "n_current", "n_baseline", "users_current", "users_baseline",
    "ended_current", "seen_current", "seen_baseline", "share_current", "low_current",
    "high_current", "share_baseline", "low_baseline", "high_baseline", "ratio", "ratio_low",
    "ratio_high", "clumping", "p", "q", "first_seen", "began", "began_low", "began_high",
)  # fmt: skip
_NUMBERS = ("ratio", "ratio_low", "ratio_high", "clumping", "p", "q")
_TIMES = ("began", "began_low", "began_high")


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Emerging(Result):
    """The failures of two periods, and which of them are new, grew, vanished or must never be.

    The frame has a row for each failure of either period; `change` says "never" where one event is
    too many, then new, grew, vanished or same.
    """

    verb: ClassVar[str] = "emerging"
    quotes: ClassVar[bool] = True

    def figure(self) -> "go.Figure":
        """Return the picture: how often each failure occurs now and before, with limits."""
        from agentlens.figures.change.emerging import emerging_figure  # noqa: PLC0415 - first use

        title, _, compared = self.title.partition(", ")
        return emerging_figure(self.frame, title=title, compared=compared)


def emerging(
    log: Log,
    *,
    current: Period | None = None,
    baseline: Period | None = None,
    fdr: float = 0.05,
    watch_for: str | Sequence[str] | None = None,
    level: float = 0.95,
    seed: int = 0,
) -> Emerging:
    """Return the failures that are new or more frequent than before, and what must never happen.

    Failures are told apart as `failures` does it, and counted once a trace. Each is tested against
    the chance that so many fall into the current period if nothing changed; ten failures of one
    user or of one outage count as the one event that they are, and all failures that occur, once or
    often, are paid for. A failed check that speaks of safety is not tested: one is too many.

    Args:
        log: the traces.
        current: the period in question: a length that counts back from the end of the log, a pair
            of times, or a Log. Default: the last 24 hours; of a short log the last quarter.
        baseline: what it is compared with. Default: all before, at most 28 days.
        fdr: of the failures called, the share that may be false. With nothing changed it is the
            probability of calling any.
        watch_for: names of checks, or of columns that are true or false, of which one event is too
            many; () for none. Default: those whose name speaks of safety and that fail less than
            once in 1,000 traces of the baseline.
        level: of the intervals.
        seed: unused, since nothing is drawn; every verb takes one.

    Example:
        >>> import agentlens as al
        >>> log = al.demo(days=14, traces_per_day=300, seed=2, incidents=["schema_error"])
        >>> found = emerging(log, current="4D")
        >>> found.band, found.frame[["change", "n_current", "n_baseline"]].values.tolist()[0]
        ('act', ['new', 7, 0])
    """
    del seed
    _between("fdr", fdr)
    _between("level", level)
    periods = periods_of(log, current, baseline)
    return emerging_of(periods, events_of(periods.log), fdr=fdr, watch_for=watch_for, level=level)


def emerging_of(
    periods: Periods,
    events: Events,
    *,
    fdr: float = 0.05,
    watch_for: str | Sequence[str] | None = None,
    level: float = 0.95,
) -> Emerging:
    """Return what `emerging` does, of failures that are known already.

    Args:
        periods: what is compared.
        events: every failure of their log.
        fdr: as in `emerging`.
        watch_for: as in `emerging`.
        level: as in `emerging`.
    """
    never = watched(periods, events, watch_for, level)
    found = emerged(periods, fdr=fdr, level=level, apart=never.keys, events=events)
    frame = _frame(found, never)
    answer = band(found, frame, fdr)
    return Emerging(
        title=f"Emerging failures, {periods.said}",
        band=answer,
        headline=headline(found, frame, answer, fdr),
        frame=frame,
        caveats=caveats(found, never, fdr, level),
        known=MappingProxyType(facts(found, never, frame)),
        found=signals(found, never, frame) if answer == "act" else (),
    )


def _between(name: str, value: object) -> None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not 0.0 < float(value) < 1.0:  # type: ignore[arg-type]  # checked just now
        message = f"{name} is a probability between 0 and 1, not {value!r}."
        raise BadInputError(message)


def _frame(found: Emerged, never: Watched) -> pd.DataFrame:
    """Return what must never happen, then what was called, then all others."""
    own = found.frame[~found.frame["key"].isin(never.keys)].reset_index(drop=True)
    when = {one: began(found, one) for one in found.called["id"]}
    for at, name in enumerate(_TIMES):
        own[name] = _times([when[one][at] if one in when else pd.NaT for one in own["id"]])
    parts = [own]
    if len(never.frame):
        happened = never.frame[never.frame["n_current"] > 0].assign(change="never")
        parts.insert(0, happened)
    frame = pd.concat([one for one in parts if len(one)] or [own], ignore_index=True)
    frame = frame.reindex(columns=[*_COLUMNS])
    for name in _NUMBERS:
        frame[name] = frame[name].astype("float64")
    for name in ("first_seen", *_TIMES):
        frame[name] = _times(frame[name].tolist())
    rank = frame["change"].map({"never": 0, "new": 1, "grew": 1, "vanished": 2, "same": 3})
    order = np.argsort(rank.to_numpy(dtype=np.int64), kind="stable")
    frame = frame.iloc[order].reset_index(drop=True)
    whole = ("n_current", "n_baseline", "users_current", "users_baseline", "ended_current")
    return frame.astype(dict.fromkeys(whole, "int64"))


def _times(values: list[object]) -> pd.Series:
    return pd.Series(pd.to_datetime(pd.Series(values, dtype=object), utc=True)).astype(
        "datetime64[us, UTC]"
    )
