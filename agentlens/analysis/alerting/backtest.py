"""What would this policy have cost, and what would it have caught, on the history at hand?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.analysis.alerting.fault import Fault, injected
from agentlens.analysis.alerting.policy import Policy
from agentlens.analysis.alerting.replay import Replay
from agentlens.analysis.alerting.verdict import Verdict, judge
from agentlens.analysis.control.chart import ControlChart, chart_of
from agentlens.analysis.control.choices import Choices, run_length_of
from agentlens.analysis.control.family import USUAL, Charts
from agentlens.errors import BadInputError
from agentlens.measures.builtin import find_metric
from agentlens.measures.metric import Metric
from agentlens.measures.rows import metric_rows
from agentlens.result import Fact, Result
from agentlens.tables.log import Log
from agentlens.tables.period import Period, length

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from agentlens.theme import Band

__all__ = ["Backtest", "backtest"]


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Backtest(Result):
    """A policy held against history: calls a week, hits, misses, delay, and what was missed.

    Attributes:
        policy: what was tried.
        pages: one row a call: when, by which chart, whether true.
        replay: the charts, ready for the next policy: `backtest(other, found.replay, …)`.
    """

    verb: ClassVar[str] = "backtest"

    policy: Policy
    pages: pd.DataFrame
    replay: Replay

    def figure(self) -> "go.Figure":
        """Return the incidents and the calls on one axis of time."""
        from agentlens.figures.backtest import backtest_figure  # noqa: PLC0415 - plotly on first use

        return backtest_figure(self.frame, self.pages, title=self.title)


def backtest(  # noqa: PLR0913 - history, policy and how they are held together
    policy: Policy,
    log: Log | Replay | Charts | ControlChart,
    *,
    incidents: pd.DataFrame | None = None,
    inject: Fault | Sequence[Fault] = (),
    metrics: str | Metric | Sequence[str | Metric] = USUAL,
    every: str = "1h",
    baseline: Period | None = None,
    false_alarms: str = "1 per month",
    tolerance: str = "24h",
    seed: int = 0,
) -> Backtest:
    """Return what a policy would have done on this history, seeing in each bin only what was known.

    Charts are learnt from a baseline before the test, and their lines look only back; the policy
    is then run bin by bin. A call is a hit when it comes after the onset of an incident, and within
    the tolerance or while it lasts; a call outside every incident is false.

    Args:
        policy: the rules to try.
        log: the history; or the `replay` of an earlier backtest, or charts, which is fast enough
            for a slider.
        incidents: what is known to have happened: columns start and end, and incident for a name.
            Default: the truth of a demo log, as far as it is a degradation.
        inject: faults to put in.
        metrics: what is charted, where `log` is one.
        every: length of a bin.
        baseline: as in `control_chart`.
        false_alarms: over all charts, as in `charts`.
        tolerance: how long after its onset an incident may be found; while it lasts in any case.
        seed: of the injected faults.

    Example:
        >>> import agentlens as al
        >>> fault = al.Fault(start="2026-11-08", lasts="48h", size=0.15, name="planted")
        >>> found = al.backtest(
        ...     al.Policy(), al.demo(), inject=fault, metrics="strong_completion", every="6h"
        ... )
        >>> bool(found.frame.set_index("incident").loc["planted", "hit"])
        True
    """
    faults = (inject,) if isinstance(inject, Fault) else tuple(inject)
    if isinstance(log, Log):
        wanted = [metrics] if isinstance(metrics, str | Metric) else list(metrics)
        arl = run_length_of(0.0, false_alarms, every, max(len(wanted), 1))
        choices = Choices(
            every=every, baseline=baseline, method="ewma", lam=0.1, allowance=0.5, width=None,
            arl=arl, seasonal="auto", head_start=0.0, rules=(), seed=seed,
        )  # fmt: skip
        replay = _charted(log, wanted, faults, choices, seed)
        known = _known(log, incidents)
    else:
        replay = _ready(log)
        if faults:
            message = "Faults are injected into a Log; these charts are made already. Give the log."
            raise BadInputError(message)
        known = _known(None, incidents)
    planted = [
        {"incident": fault.name or f"injected {fault.shape} of {fault.size:g}",
         "start": fault.begins, "end": fault.ends}
        for fault in faults
    ]  # fmt: skip
    both = [known, pd.DataFrame(planted, columns=known.columns)]
    whole = pd.concat([one for one in both if len(one)] or [known], ignore_index=True)
    return _told(policy, replay, judge(replay, policy, whole, length(tolerance)), tolerance)


def _charted(
    log: Log, wanted: list[str | Metric], faults: tuple[Fault, ...], choices: Choices, seed: int
) -> Replay:
    made = []
    for name in wanted:
        metric = find_metric(log, name)
        rows = injected(metric_rows(log, metric), log, faults, seed)
        made.append(chart_of(log, metric, choices, rows=rows))
    if not made:
        message = "A backtest needs a metric or more."
        raise BadInputError(message)
    return Replay(tuple(made))


def _ready(given: Replay | Charts | ControlChart) -> Replay:
    if isinstance(given, Replay):
        return given
    if isinstance(given, Charts):
        return Replay(given.charts)
    if isinstance(given, ControlChart):
        return Replay((given,))
    message = f"backtest takes a Log, a replay or charts, not {type(given).__name__}."
    raise BadInputError(message)


def _known(log: Log | None, incidents: pd.DataFrame | None) -> pd.DataFrame:
    """Return the incidents with their names and times in UTC."""
    columns = ["incident", "start", "end"]
    if incidents is None:
        truth = None if log is None else log.truth
        if truth is None:
            return pd.DataFrame(columns=columns)
        own = truth[truth["degradation"].fillna(value=False).astype(bool)]
        return own[columns].dropna().reset_index(drop=True)
    missing = {"start", "end"} - set(incidents.columns)
    if missing:
        message = f"incidents lack {text.listed(sorted(missing))}; found {list(incidents.columns)}."
        raise BadInputError(message)
    named = incidents.copy()
    if "incident" not in named:
        named["incident"] = [f"incident {place + 1}" for place in range(len(named))]
    for side in ("start", "end"):
        named[side] = pd.to_datetime(named[side], utc=True)
    if (named["end"] <= named["start"]).any():
        message = "An incident ends after it begins; swap start and end where it does not."
        raise BadInputError(message)
    return named[columns].reset_index(drop=True)


def _told(policy: Policy, replay: Replay, found: Verdict, tolerance: str) -> Backtest:
    """Return the verdict as a Result."""
    incidents, pages = found.incidents, found.pages
    hits, size = int(incidents["hit"].sum()) if len(incidents) else 0, len(incidents)
    true = int((pages["verdict"] != "false").sum())
    precision = true / len(pages) if len(pages) else np.nan
    late = (
        incidents.loc[incidents["hit"].astype(bool), "delay_h"] if size else pd.Series(dtype=float)
    )
    blind = all(chart.band == "unknown" for chart in replay.charts)
    band: Band = "unknown" if blind or not size else "pass" if hits == size else "watch"
    known: dict[str, Fact] = {
        "calls a week": Fact(value=len(pages) / found.weeks),
        "false calls a week": Fact(value=(len(pages) - true) / found.weeks),
        "hits": Fact(value=f"{hits} of {size}"),
        "precision": Fact(value=precision, unit="share", n=len(pages))
        if len(pages)
        else Fact(value="no call was made"),
    }
    if len(late):
        known["median delay"] = Fact(value=float(late.median()) * 3600, unit="s")
    if size:
        known["bad sessions before the call"] = Fact(value=float(incidents["missed"].sum()))
    blank: dict[str, Any] = {"policy": policy, "pages": pages, "replay": replay}
    return Backtest(
        **blank,
        title=f"Backtest over {text.plural(len(replay.charts), 'chart')}, every {replay.every}",
        band=band,
        headline=f"Nothing could be learnt: {replay.charts[0].headline}"
        if blind
        else _headline(hits, size, late, len(pages), len(pages) - true, found.weeks),
        frame=incidents,
        caveats=(
            (
                f"{text.significant(found.weeks)} weeks were tested, after the baselines; each bin is"
                " judged by what was known when it ended."
            ),
            (
                f"A hit is a call within {tolerance} of the onset, or while the incident lasts; a call"
                " in no incident is false."
            ),
            (
                "Bad sessions are those beyond what was expected, from onset to call, on the chart"
                " that lost most; incidents without a call count to their end."
            ),
        ),
        known=known,
    )


def _headline(hits: int, size: int, late: pd.Series, pages: int, false: int, weeks: float) -> str:
    calls = f"{text.significant(pages / weeks, 2)} calls a week, {text.significant(false / weeks, 2)} of them false"
    if not size:
        return f"{calls}; no incident is known, so that hits and misses are unknown."
    after = f" after {text.duration(float(late.median()) * 3600)} (median)" if len(late) else ""
    return f"The policy finds {hits} of {text.plural(size, 'incident')}{after} with {calls}."
