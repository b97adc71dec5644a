"""What drifted between two windows that one's hand moves?"""

import json
from collections.abc import Callable, Mapping, Sequence
from inspect import signature
from typing import Any, ClassVar

import numpy as np

from agentlens.analysis.arms.periods import periods_of
from agentlens.analysis.drift.drift import Drift, drift
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.measures.metric import Metric
from agentlens.page.plotlyjs import drawing
from agentlens.tables.log import Log
from agentlens.tables.period import Period
from agentlens.widgets.drifting.shown import card, plain, table
from agentlens.widgets.drifting.timeline import timeline_of
from agentlens.widgets.drifting.windows import Span, asked, said, written
from agentlens.widgets.live.live import Content, Live

__all__ = ["DriftView", "drift_view"]


class DriftView(Live):
    """Two windows on a timeline, moved by hand; what drifted between them follows."""

    view: ClassVar[str] = "drifting"
    styled: ClassVar[bool] = True

    def __init__(
        self,
        log: Log,
        *,
        baseline: Period | None = None,
        current: Period | None = None,
        metric: str | Metric | None = "strong_completion",
        every: str | None = None,
        **knobs: Any,
    ) -> None:
        super().__init__()
        if isinstance(baseline, Log) or isinstance(current, Log):
            message = (
                "A window on a timeline is a stretch of time; a Log may lack traces of it. Pass two"
                " times, or compare the Logs with al.drift."
            )
            raise BadInputError(message)
        self._traces = log
        self._knobs = knobs
        periods = periods_of(log, current, baseline)
        self._windows: dict[str, Span] = {
            "baseline": periods.baseline,
            "current": periods.current,
        }
        self._timeline = timeline_of(log, metric, every)
        self._result = self._asked()
        self._show()

    @property
    def result(self) -> Drift:
        """What drifted between the windows as they stand."""
        return self._result

    @property
    def baseline(self) -> Span:
        """The window that is compared with, half open, in UTC."""
        return self._windows["baseline"]

    @property
    def current(self) -> Span:
        """The window that is asked about, half open, in UTC."""
        return self._windows["current"]

    @property
    def code(self) -> str:
        """A cell that gives the same without this view; `log` is the log."""
        windows = [f"{name}={written(self._windows[name])}" for name in ("current", "baseline")]
        more = [f"{name}={value!r}" for name, value in self._knobs.items()]
        return f"result = al.drift(log, {', '.join(windows + more)})"

    def put(self, *, current: Period | None = None, baseline: Period | None = None) -> None:
        """Move the windows, in every view, and compare anew; None leaves one where it is.

        Args:
            current: the window that is asked about.
            baseline: the window that is compared with.
        """
        periods = periods_of(self._traces, current or self.current, baseline or self.baseline)
        self._move({"baseline": periods.baseline, "current": periods.current})

    @property
    def answers(self) -> Mapping[str, Callable[[Content], Content]]:
        """Windows that were moved, and a column that was chosen."""
        return {"windows": self._moved, "column": self._column}

    @property
    def shown_result(self) -> Drift:
        """What drifted between the windows."""
        return self._result

    def alt(self) -> str:
        """Return what drifted in one sentence."""
        return f"{self._result.title}. {self._result.headline}"

    def _moved(self, content: Content) -> Content:
        self._move(asked(content, self._windows))
        return {"windows": said(self._windows)}

    def _move(self, windows: dict[str, Span]) -> None:
        """Compare these windows; where the verb refuses them, all stays as it was."""
        before, self._windows = self._windows, windows
        try:
            self._result = self._asked()
        except Exception:
            self._windows = before
            raise
        self._show()

    def _asked(self) -> Drift:
        return drift(self._traces, current=self.current, baseline=self.baseline, **self._knobs)

    def _column(self, content: Content) -> Content:
        name = str(content.get("name"))
        figure = self._result.column(name)
        row = self._result.frame[self._result.frame["column"] == name].iloc[0]
        return {
            "figure": json.loads(drawing(figure)),
            "alt": f"{name}: {row['words']}",
            "rev": self.rev,
        }

    def _show(self) -> None:
        line = self._timeline
        arrays = {"starts": line.starts, "n": line.n, "value": line.value}
        data = np.concatenate([*arrays.values()]).astype("<f8").tobytes()
        known = self._result.frame[self._result.frame["p"].notna()]
        state = {
            "name": "Drift",
            "alt": self.alt(),
            "bins": int(line.starts.size),
            "timeline": line.told(),
            "windows": said(self._windows),
            "card": card(self._result),
            "table": table(self._result),
            "drawn": known["column"].tolist(),
            "code": self.code,
        }
        self.show_state(state, data, {"figure": plain(self._result.figure())})


def drift_view(
    verb: Callable[..., Drift] | Log,
    *given: Any,
    columns: Sequence[str] | None = None,
    **knobs: Any,
) -> DriftView:
    """Return two windows on a timeline, and what drifted between them.

    Args:
        verb: the log, or `al.drift` and then the log.
        given: the log, where the verb came first.
        columns: of the traces; None for all that can drift.
        knobs: baseline and current, a metric and every for the timeline, and those of `drift`.

    Example:
        >>> import agentlens as al
        >>> log = al.demo(days=10, traces_per_day=60, seed=1)
        >>> drift_view(log, columns=["task_type"]).result.frame["column"].tolist()
        ['task_type']
    """
    logs = [verb, *given] if isinstance(verb, Log) else [*given]
    if len(logs) != 1 or not isinstance(logs[0], Log):
        message = f"Drift is asked of one log, with keywords after it; found {logs!r:.80}."
        raise BadInputError(message)
    known = [name for name in signature(drift).parameters if name != "log"]
    known += ["metric", "every"]
    for name in knobs:
        if name not in known:
            raise UnknownNameError("knob of drift", name, known)
    named: dict[str, Any] = {} if columns is None else {"columns": list(columns)}
    return DriftView(logs[0], **named, **knobs)
