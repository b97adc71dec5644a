"""What passes between a view in the browser and the Python behind it?

Python writes `state`, one JSON text, and `data`, the numbers beside it; the browser writes nothing.
What a hand does arrives as messages, which nothing overwrites: a trait would lose those that come
close together.
"""

import json
import logging
from base64 import b64encode
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from agentlens import html
from agentlens.errors import AgentLensError, NotebookMissingError
from agentlens.page.plotlyjs import CARTESIAN, library
from agentlens.page.script import asset, joined
from agentlens.widgets.live.rows import quotes
from agentlens.widgets.live.said import said
from agentlens.widgets.live.slim import slim

try:
    import anywidget
    import traitlets
except ImportError as missing:
    raise NotebookMissingError(
        f"Live views need the packages of the notebook, and {missing.name} is missing:"
        " pip install 'agentlens[notebook]'. Every verb but tune, explore, show and label's view"
        " works without."
    ) from missing

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from agentlens.result import Result
    from agentlens.theme import Band

__all__ = ["LIVE", "Live", "said"]

LIVE = "application/vnd.agentlens.v1+json"
"""The type under which a live view travels into a page without a kernel."""

_log = logging.getLogger(__name__)

Content = Mapping[str, Any]


class Live(anywidget.AnyWidget):
    """A view in the browser; subclasses name its script and answer its questions.

    `close()` ends it. What a subclass shows, it puts into `show_state`; what the browser asks under
    a name, it answers with the function of that name in `answers`; what the browser tells, it
    hears with those in `hears`.

    Attributes:
        view: name of the script, a file of `widgets/js/views`.
        styled: whether a style sheet of that name stands beside it.
        styles: those of the parts that it is made of, by their paths in `widgets/js`.
        error: what last went wrong in answer to a message, None if nothing did.
    """

    view: ClassVar[str]
    styled: ClassVar[bool] = False
    styles: ClassVar[tuple[str, ...]] = ()

    state = traitlets.Unicode("{}").tag(sync=True, echo_update=False)
    data = traitlets.Bytes(b"").tag(sync=True, echo_update=False)
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
        self, state: Content, data: bytes = b"", figures: "Mapping[str, go.Figure] | None" = None
    ) -> None:
        """Show this from now on: JSON without numbers that are none, and numbers as bytes.

        Args:
            state: what the script draws; `rev` and which plotly.js is needed are added.
            data: little-endian float64, for what may be infinite or missing.
            figures: by name, what stands beside the rest of the state.
        """
        from plotly.offline import get_plotlyjs_version  # noqa: PLC0415 - heavy

        figures = figures or {}
        self._rev += 1
        types = {trace.type for figure in figures.values() for trace in figure.data}
        needed = {
            "version": get_plotlyjs_version(),
            "bundle": "cartesian" if types <= CARTESIAN else "full",
        }
        # A figure is JSON already; to read it only to write it again would take as long again.
        whole = said({**state, "rev": self._rev, "plotly": needed})[:-1]
        whole += "".join(f',"{name}":{slim(figure)}' for name, figure in figures.items()) + "}"
        with self.hold_sync():
            self.data = data
            self.state = whole

    @property
    def shown_result(self) -> "Result | None":
        """The Result that it shows; None where what it shows is no Result."""
        return None

    @property
    def title(self) -> str:
        """What it is called."""
        found = self.shown_result
        return type(self).__name__ if found is None else found.title

    @property
    def band(self) -> "Band | None":
        """The band of what it shows, for the report in which it stands."""
        found = self.shown_result
        return None if found is None else found.band

    @property
    def private(self) -> bool:
        """Whether what it shows may hold text of single traces; a report says so."""
        found = self.shown_result
        return found is None or found.quotes or quotes(found.frame)

    def alt(self) -> str:
        """Return what is shown in one sentence."""
        return str(json.loads(self.state).get("alt", ""))

    def card(self) -> str:
        """Return what is shown as HTML that needs no script."""
        found = self.shown_result
        return html.card(self.title, headline=self.alt()) if found is None else found.card()

    def bundle(self) -> dict[str, Any]:
        """Return all that a page without a kernel needs to show this view."""
        return {
            "view": self.view,
            "title": self.title,
            "band": self.band,
            "alt": self.alt(),
            "card": self.card(),
            "private": self.private,
            "esm": self._esm,
            "css": self._css,
            "state": self.state,
            "data": b64encode(self.data).decode(),
        }

    def plain(self) -> dict[str, Any]:
        """Return, by type, what stands in its place where no live view can be shown."""
        return {"text/plain": self.alt() or repr(self), "text/html": self.card()}

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, **more: Any
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the view with what may stand in its place, or the whole bundle if it is asked for.

        The bundle is as large as all else together, so that it is only made for a page that wants it.
        """
        if include and LIVE in include:
            return {LIVE: self.bundle()}, {}
        made, about = super()._repr_mimebundle_(**more) or ({}, {})
        return {**made, **self.plain()}, about

    def __repr__(self) -> str:
        """Return the sentence that stands for the picture."""
        return f"{type(self).__name__}({self.alt()!r})"

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
