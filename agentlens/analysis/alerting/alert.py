"""Who is to be called about these results, why, and what should they see?"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.analysis.alerting.context import Alert, alert_of, shared_cause
from agentlens.analysis.alerting.message import message
from agentlens.analysis.alerting.policy import Policy
from agentlens.analysis.alerting.replay import Replay
from agentlens.analysis.control.chart import ControlChart
from agentlens.analysis.control.family import Charts
from agentlens.errors import BadInputError
from agentlens.result import Fact, Result, Signal
from agentlens.stats.promises.lifecycle import ACT, NO_DATA, WATCH
from agentlens.tables.period import length
from agentlens.theme import Band

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["Alerts", "alert"]

_STATES: dict[int, Band] = {0: "pass", WATCH: "watch", ACT: "act", NO_DATA: "unknown"}


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Alerts(Result):
    """The calls that a policy makes on some results, grouped by probable cause.

    Attributes:
        alerts: one a cause, the newest first.
        policy: by which they were made.
        states: of each result now.
        spans: the states of each chart over time, for the picture.
    """

    verb: ClassVar[str] = "alert"

    alerts: tuple[Alert, ...]
    policy: Policy
    states: dict[str, Band]
    spans: pd.DataFrame

    def messages(self) -> tuple[dict[str, Any], ...]:
        """Return what is to be sent: one message for each new call, ready for JSON."""
        return tuple(message(one, self.policy) for one in self.alerts if one.new)

    def send(self, to: Callable[[dict[str, Any]], Any]) -> tuple[Any, ...]:
        """Return what `to` answers to each message, such as `al.webhook(url)` or a function."""
        return tuple(to(one) for one in self.messages())

    def figure(self) -> "go.Figure":
        """Return the states of each chart over time, with the calls."""
        from agentlens.figures.alerts import alerts_figure  # noqa: PLC0415 - plotly on first use

        calls = pd.DataFrame(
            [{"chart": one.what, "time": one.called, "new": one.new} for one in self.alerts],
            columns=["chart", "time", "new"],
        )
        return alerts_figure(self.spans, calls, title=self.title)


def alert(
    results: Result | Sequence[Result], policy: Policy | None = None, *, since: str | None = None
) -> Alerts:
    """Return the calls that a policy makes on results, each with what the called should see.

    A control chart is followed bin by bin: watch when it leaves its limits on the bad side, act
    when that is sustained, quiet again when it is well inside. Calls whose changes began together
    in overlapping slices are one. Every other result calls when its band is act.

    Args:
        results: control charts, families of them, or any other results.
        policy: the rules. Default: `Policy()`.
        since: call only what is new in the last so long, such as "1h" for a job that runs hourly.

    Example:
        >>> import agentlens as al
        >>> chart = al.control_chart(al.demo(), "strong_completion", every="6h")
        >>> found = al.alert(chart, al.Policy(owner="on-call", sustained=2, of=3))
        >>> found.band, len(found.messages())
        ('act', 1)
    """
    rules = Policy() if policy is None else policy
    flat = list(_flat([results] if isinstance(results, Result) else results))
    if not flat:
        message = "There is nothing to be called about: give one result or more."
        raise BadInputError(message)
    recent = None if since is None else length(since)
    charts = [one for one in flat if isinstance(one, ControlChart)]
    others = [one for one in flat if not isinstance(one, ControlChart)]
    found, states, spans = _from_charts(charts, rules, recent)
    states |= {one.title: one.band for one in others}
    grouped = _grouped(found, charts)
    loud = [one for one in others if one.band == "act"]
    made = sorted([*grouped, *map(_plain, loud)], key=lambda one: one.called, reverse=True)
    return _told(tuple(made), rules, states, spans)


def _flat(results: Iterable[Result]) -> Iterable[Result]:
    for one in results:
        if isinstance(one, Charts):
            yield from one.charts
        elif isinstance(one, Result):
            yield one
        else:
            message = f"alert takes Results, such as a control chart, not {type(one).__name__}."
            raise BadInputError(message)


def _from_charts(
    charts: list[ControlChart], policy: Policy, recent: pd.Timedelta | None
) -> tuple[list[Alert], dict[str, Band], pd.DataFrame]:
    """Return every call of the charts, the state of each now, and their states over time."""
    found: list[Alert] = []
    states: dict[str, Band] = {}
    spans = []
    for every in dict.fromkeys(chart.every for chart in charts):
        own = tuple(chart for chart in charts if chart.every == every)
        replay = Replay(own)
        life, width = replay.run(policy), length(every)
        ends = replay.time + width
        for row, chart in enumerate(own):
            name = chart.title.rsplit(", every", 1)[0]
            unknown = chart.band == "unknown"
            states[chart.title] = "unknown" if unknown else _STATES[int(life.state[row, -1])]
            spans.append(_spans(name, life.state[row], replay.time, width))
            for t in np.flatnonzero(life.calls[row]).tolist():
                quiet = np.flatnonzero(life.state[row, t:] == 0)
                closed = ends[int(t + quiet[0])] if quiet.size else None
                new = recent is None or ends[t] > ends[-1] - recent
                found.append(alert_of(chart, ends[t], closed, new=new))
    columns = ["chart", "state", "start", "end"]
    whole = pd.concat(spans, ignore_index=True) if spans else pd.DataFrame(columns=columns)
    return found, states, whole


def _spans(
    name: str, state: np.ndarray, time: pd.DatetimeIndex, width: pd.Timedelta
) -> pd.DataFrame:
    """Return the stretches of one state, one a row."""
    cuts = np.concatenate([[0], np.flatnonzero(np.diff(state)) + 1, [state.size]])
    first, last = cuts[:-1], cuts[1:] - 1
    return pd.DataFrame(
        {
            "chart": name,
            "state": [_STATES[int(state[place])] for place in first],
            "start": time[first],
            "end": time[last] + width,
        }
    )


def _grouped(found: list[Alert], charts: list[ControlChart]) -> list[Alert]:
    """Return one call for each probable cause: the first, with what else began with it."""
    width = max((length(chart.every) for chart in charts), default=pd.Timedelta("1h"))
    groups: list[list[Alert]] = []
    for one in sorted(found, key=lambda each: each.called):
        home = next((own for own in groups if shared_cause(own[0], one, width)), None)
        if home is None:
            groups.append([one])
        else:
            home.append(one)
    return [
        replace(
            own[0],
            also=tuple(dict.fromkeys(o.what for o in own[1:] if o.what != own[0].what)),
            new=own[0].new,
            closed=None if any(o.closed is None for o in own) else max(o.closed for o in own),  # type: ignore[type-var]
        )
        for own in groups
    ]


def _plain(result: Result) -> Alert:
    """Return the call of a result that is no chart."""
    signals = result.signals()
    signal = signals[-1] if signals else Signal(
        what=result.title, start=pd.Timestamp(0, tz="UTC"), end=pd.Timestamp(0, tz="UTC"),
        value=np.nan, expected=np.nan, n=0, trace_ids=(),
    )  # fmt: skip
    return Alert(
        what=result.title,
        note=result.headline,
        part="",
        called=signal.end,
        closed=None,
        signal=signal,
        last_day=Fact(value=signal.value, n=signal.n),
        week_before=Fact(value=signal.expected),
        deploys=(),
        definition="",
    )


def _told(
    made: tuple[Alert, ...], policy: Policy, states: dict[str, Band], spans: pd.DataFrame
) -> Alerts:
    """Return the calls as a Result."""
    band: Band = next((b for b in ("act", "watch", "unknown") if b in states.values()), "pass")
    new = [one for one in made if one.new]
    rows = [
        {
            "what": one.what, "called": one.called, "closed": one.closed, "new": one.new,
            "began": one.signal.began, "value": one.signal.value,
            "expected": one.signal.expected, "n": one.signal.n, "last 24 h": str(one.last_day),
            "7 days before": str(one.week_before), "also": ", ".join(one.also),
            "deploys": ", ".join(one.deploys), "owner": policy.owner, "runbook": policy.runbook,
            "first traces": ", ".join(one.trace_ids[:3]),
        }
        for one in made
    ]  # fmt: skip
    known = {
        "calls": Fact(value=float(len(made))),
        "new": Fact(value=float(len(new))),
        **{f"now {state}": Fact(value=text.listed(_those(states, state)))
           for state in ("act", "watch", "unknown") if _those(states, state)},
    }  # fmt: skip
    if policy.owner:
        known["owner"] = Fact(value=policy.owner)
    if policy.runbook:
        known["runbook"] = Fact(value=policy.runbook)
    return Alerts(
        title=f"Alerts of {text.plural(len(states), 'result')}",
        band=band,
        headline=_headline(made, new, states),
        frame=pd.DataFrame(rows, columns=list(rows[0]) if rows else ["what", "called"]),
        caveats=_caveats(policy),
        known=known,
        found=tuple(one.signal for one in made if one.signal.trace_ids and one.signal.n)
        if band != "unknown"
        else (),
        alerts=made,
        policy=policy,
        states=states,
        spans=spans,
    )


def _those(states: dict[str, Band], state: str) -> list[str]:
    return [name for name, one in states.items() if one == state]


def _headline(made: tuple[Alert, ...], new: list[Alert], states: dict[str, Band]) -> str:
    acting = _those(states, "act")
    if acting:
        return (
            f"Act on {text.listed(acting)}: {text.plural(len(new), 'new call')},"
            f" {text.plural(len(made), 'call')} in the whole test."
        )
    if made:
        return f"Nobody needs to act now; {text.plural(len(made), 'call')} in the whole test."
    unknown = _those(states, "unknown")
    if unknown:
        return f"No call; the state of {text.listed(unknown)} is unknown."
    return f"No call: {text.plural(len(states), 'result')} within limits."


def _caveats(policy: Policy) -> tuple[str, ...]:
    sustained = "at once" if policy.of == 1 else f"in {policy.sustained} of {policy.of} bins"
    side = "either side" if policy.both_sides else "the bad side"
    return (
        (
            f"Act: beyond the limits on {side} {sustained}; over when within {policy.back:g} of the"
            f" limit{'' if policy.dwell == '0h' else f' and after {policy.dwell}'}; the same chart"
            f" calls again after {policy.cooldown} at the earliest."
        ),
        "Calls whose changes began together, in slices that overlap, are one call.",
        f"No data for {policy.silence} is a state of its own."
        if policy.silence
        else "Silence is not told.",
    )
