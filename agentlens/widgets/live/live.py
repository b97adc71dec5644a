"""What passes between a view in the browser and the Python behind it?

Python writes `state`, one JSON text, and `data`, the numbers beside it; the browser writes nothing.
What a hand does arrives as messages, which nothing overwrites: a trait would lose those that come
close together.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from agentlens.errors import AgentLensError
from agentlens.page.plotlyjs import CARTESIAN, digests, library
from agentlens.page.script import asset, joined
from agentlens.widgets.live.said import said
from agentlens.widgets.live.shown import LIVE, Shown
from agentlens.widgets.live.slim import slim

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["LIVE", "Live", "said"]

_log = logging.getLogger(__name__)

Content = Mapping[str, Any]


class Live(Shown):
    """A view in the browser; subclasses name its script and answer its questions.

    `close()` ends it. What a subclass shows, it puts into `show_state`; what the browser asks under
    a name, it answers with the function of that name in `answers`; what the browser tells, it
    hears with those in `hears`.

    Attributes:
        styled: whether a style sheet of that name stands beside it.
        styles: those of the parts that it is made of, by their paths in `widgets/js`.
        error: what last went wrong in answer to a message, None if nothing did.
    """

    styled: ClassVar[bool] = False
    styles: ClassVar[tuple[str, ...]] = ()

    error: Exception | None = None

    def __init_subclass__(cls, **more: Any) -> None:
        """Give a class with a view its script and its style."""
        if "view" in vars(cls):
            cls._esm = joined(f"widgets/js/views/{cls.view}.js")
            own = (f"views/{cls.view}.css",) if cls.styled else ()
            sheets = ("base/base.css", *cls.styles, *own)
            cls._css = "".join(asset(f"widgets/js/{sheet}") for sheet in sheets)
        super().__init_subclass__(**more)

    def __init__(self) -> None:
        super().__init__()
        self._rev = 0
        self.on_msg(self._hear)

    @property
    def rev(self) -> int:
        """The number of the state shown; every event says to which it belongs."""
        return self._rev

    @property
    def answers(self) -> Mapping[str, Callable[[Content], Content]]:
        """By name, what answers a question of the browser."""
        return {}

    @property
    def hears(self) -> Mapping[str, Callable[[Content], None]]:
        """By kind, what is done about an event."""
        return {}

    def show_state(
        self,
        state: Content,
        data: bytes = b"",
        figures: "Mapping[str, go.Figure | dict[str, Any] | str] | None" = None,
    ) -> None:
        """Show this from now on: JSON without numbers that are none, and numbers as bytes.

        Args:
            state: what the script draws; `rev` and which plotly.js is needed are added.
            data: little-endian float64, for what may be infinite or missing.
            figures: by name, what stands beside the rest of the state; also as data, or lines as
                the text that `slim` makes of them.
        """
        from plotly.offline import get_plotlyjs_version  # noqa: PLC0415 - heavy

        figures = figures or {}
        self._rev += 1
        types = {trace["type"] for figure in figures.values() for trace in _traces(figure)}
        small = types <= CARTESIAN
        needed = {
            "version": get_plotlyjs_version(),
            "bundle": "cartesian" if small else "full",
            "digest": digests(small=small),
        }
        # A figure is JSON already; to read it only to write it again would take as long again.
        whole = said({**state, "rev": self._rev, "plotly": needed})[:-1]
        for name, figure in figures.items():
            whole += f',"{name}":{figure if isinstance(figure, str) else slim(figure)}'
        whole += "}"
        with self.hold_sync():
            self.data = data
            self.state = whole

    def _hear(self, _: object, content: Any, buffers: object) -> None:
        """Do what a message asks for; the one place where nothing may be raised.

        A failure in here would reach no cell: it is kept as `error` and shown in the view.
        """
        del buffers
        if not isinstance(content, dict):
            return
        try:
            self._handle(content)
        except Exception as error:  # noqa: BLE001 - the boundary: whatever it is, it is shown
            self._fail(content, error)

    def _handle(self, content: Content) -> None:
        kind = str(content.get("kind"))
        if kind == "plotly.js?":
            types = CARTESIAN if content.get("bundle") == "cartesian" else {"all"}
            source, name = library(types)
            self.send({"kind": "plotly.js", "name": name}, [source.encode()])
        elif kind == "ask":
            answer = self.answers.get(str(content.get("what")))
            if answer is not None:
                # As text: what packs messages refuses half characters, which traces may hold.
                self.send(
                    {"kind": "answer", "seq": content.get("seq"), "text": said(answer(content))}
                )
        elif kind in self.hears:
            self.hears[kind](content)

    def _fail(self, content: Content, error: Exception) -> None:
        self.error = error
        ours = isinstance(error, AgentLensError)
        problem = str(error) if ours else f"{type(error).__name__}: {error}"
        _log.log(logging.INFO if ours else logging.ERROR, "a live view failed", exc_info=error)
        kind = "answer" if content.get("kind") == "ask" else "problem"
        self.send({"kind": kind, "seq": content.get("seq"), "problem": problem})


def _traces(figure: "go.Figure | dict[str, Any] | str") -> Iterable[Mapping[str, Any]]:
    """Return the traces of which the types count: any plotly.js draws lines."""
    if isinstance(figure, str):
        return ()
    found: Iterable[Mapping[str, Any]] = figure["data"] if isinstance(figure, dict) else figure.data
    return found
