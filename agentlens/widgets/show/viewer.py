"""How is one trace looked at in a notebook, and the next of a few?"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from agentlens.tables.log import Log
from agentlens.tables.trace import Trace
from agentlens.text import plural
from agentlens.widgets.live.live import Content, Live
from agentlens.widgets.show.payload import payload
from agentlens.widgets.show.questions import questions

__all__ = ["TraceView"]


class TraceView(Live):
    """A trace in a notebook: its steps in time, what was said, what failed, how it was judged.

    Args:
        log: where the traces are.
        ids: of the traces that J and K walk through.
        first: the one to begin with; the first of them where it is not named.
        spans: steps drawn at most; beyond, siblings of one name stand in one row.

    Example:
        >>> import agentlens as al
        >>> log = al.demo(days=2, traces_per_day=20, seed=1)
        >>> TraceView(log, ids := log.traces["trace_id"].tolist()).trace_id == ids[0]
        True
    """

    view: ClassVar[str] = "show"
    styles: ClassVar[tuple[str, ...]] = ("trace/trace.css",)

    def __init__(
        self, log: Log, ids: Sequence[str], *, first: str | None = None, spans: int = 2_000
    ) -> None:
        super().__init__()
        self._log = log
        self._ids = list(ids)
        self._at = {one: at for at, one in reversed(list(enumerate(self._ids)))}
        self._spans = spans
        self._asked = questions(lambda: self._log, most=spans)
        self._shown: str | None = None
        if self._ids:
            self.turn_to(first or self._ids[0])
        else:
            empty = "There is no trace to show: the log is empty."
            self.show_state({"trace": None, "empty": empty, "alt": empty})

    @property
    def log(self) -> Log:
        """Where the traces are."""
        return self._log

    @property
    def title(self) -> str:
        """Which trace is shown."""
        return f"Trace {self.trace_id}" if self.trace_id else "No trace"

    @property
    def trace_id(self) -> str | None:
        """The id of the trace that is shown; J and K change it."""
        return self._shown

    @property
    def trace(self) -> Trace | None:
        """The trace that is shown."""
        return None if self._shown is None else self._log.trace(self._shown)

    @property
    def code(self) -> str:
        """The text of a cell that shows the same, where the log is called `log`."""
        return "al.show(log)" if self._shown is None else f"al.show(log, {self._shown!r})"

    def turn_to(self, trace_id: str) -> None:
        """Show this trace of the log instead.

        Args:
            trace_id: its id; it need not be one of those that were chosen.
        """
        shown = payload(self._log, trace_id, most=self._spans)
        shown["walk"] = self._walk(trace_id)
        self._shown = trace_id
        self.show_state({"trace": shown, "alt": _sentence(shown)})

    @property
    def answers(self) -> Mapping[str, Callable[[Content], Content]]:
        """What a page asks about the trace, and for another one."""
        return {**self._asked, "trace": self._other}

    def _other(self, content: Content) -> Content:
        # The state carries the trace, to every view and to those that open later.
        self.turn_to(str(content["trace_id"]))
        return {"trace": None}

    def _walk(self, trace_id: str) -> dict[str, Any] | None:
        """Return which of the chosen traces this is; beside them, where the walk goes on."""
        if len(self._ids) < 2:  # noqa: PLR2004 - one trace is no walk
            return None
        away = trace_id not in self._at
        at = self._at[self._shown or self._ids[0]] if away and self._shown in self._at else None
        place = self._at.get(trace_id, at if at is not None else 0)
        before = place if away else place - 1
        return {
            "nth": place + 1,
            "of": len(self._ids),
            "away": away,
            "previous": self._ids[before] if before >= 0 else None,
            "next": self._ids[place + 1] if place + 1 < len(self._ids) else None,
        }


def _sentence(shown: Mapping[str, Any]) -> str:
    facts = dict(shown["facts"])
    failed = len(shown["errors"])
    steps = plural(shown["steps"]["n"], "step")
    said = f"Trace {shown['id']}: {facts['status']}, {facts['duration']}, {steps}"
    return f"{said}, {failed:,} in error" if failed else said
