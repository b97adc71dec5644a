"""What did somebody click, select or point at in a figure?"""

import json
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import pandas as pd

from agentlens import html
from agentlens.errors import UnknownNameError
from agentlens.page.plotlyjs import drawing
from agentlens.result import Result
from agentlens.theme import FIGURE_CONFIG, Band
from agentlens.widgets.chart.points import drawn_count, drawn_rows, spoken
from agentlens.widgets.live.events import Event, event_of
from agentlens.widgets.live.live import Content, Live
from agentlens.widgets.live.rows import quotes, told

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["Chart"]

_HEIGHT = 380
_FEW, _MOST = 50, 200
_PLOTLY = "application/vnd.plotly.v1+json"
_KINDS = ("click", "select", "deselect", "hover", "unhover", "relayout", "ready")
Kind = Literal["click", "select", "deselect", "hover", "unhover", "relayout", "ready"]


class Chart(Live):
    """A figure in a notebook that tells what is done to it, and can be changed while it is shown.

    Example:
        >>> import agentlens as al
        >>> chart = Chart(al.control_chart(al.demo(), "strong_completion", every="6h"))
        >>> chart.on("click", lambda event: print(event.points[0]["id"]))
        >>> chart.alt()[:25]
        'Strong completion fell to'
    """

    view: ClassVar[str] = "chart"

    def __init__(
        self,
        given: "Result | go.Figure",
        *,
        name: str = "",
        alt: str = "",
        height: int | None = None,
    ) -> None:
        super().__init__()
        self._listeners: dict[str, list[Callable[[Event], object]]] = {}
        self._marked: list[str] | None = None
        self._height = height
        self.show(given, name=name, alt=alt)

    def show(self, given: "Result | go.Figure", *, name: str = "", alt: str = "") -> None:
        """Draw this instead, in every view of this chart.

        Args:
            given: a Result, or a figure of plotly.
            name: what the picture is called; the title of a Result.
            alt: what it shows, in a sentence; the headline of a Result.
        """
        if isinstance(given, Result):
            name, alt = name or given.title, alt or given.headline
            figure, rows = given.figure(), given.to_frame()
            self._card = given.card
            self._short = partial(_short_card, name, alt, rows, given)
            self._private = quotes(rows)
        else:
            figure, rows = given, drawn_rows(given, most=_MOST)
            name = name or spoken(figure.layout.title.text) or "Chart"
            self._card = self._short = partial(_figure_card, name, alt, given)
            self._private = True  # whose words a figure shows, nobody can know
        self._band = given.band if isinstance(given, Result) else None
        self._figure = figure
        self._name = name
        self._alt = alt
        total = len(rows) if isinstance(given, Result) else drawn_count(given)
        self._table = told(rows, name, most=_MOST, total=total)
        self._draw()

    @property
    def figure(self) -> "go.Figure":
        """What is shown; put another one in its place with `show`."""
        return self._figure

    def on(self, kind: Kind, call: Callable[[Event], object]) -> None:
        """Call a function with every such event: click, select, deselect, hover, relayout, ready.

        Args:
            kind: of event.
            call: a function of the `Event`; what it returns is not used.
        """
        if kind not in _KINDS:
            raise UnknownNameError("event", kind, _KINDS)
        self._listeners.setdefault(kind, []).append(call)
        if kind in {"hover", "unhover"} and len(self._listeners[kind]) == 1:
            self._draw()  # hovers are many, and travel only where somebody listens

    def select(self, period: tuple[object, object] | None) -> None:
        """Mark a range of time in every view, or none; nobody is told of it.

        Args:
            period: from and to.
        """
        self._marked = None if period is None else [_moment(one) for one in period]
        self._mark()

    @property
    def answers(self) -> Mapping[str, Callable[[Content], Content]]:
        """The view asks whether anybody is there, when something was done to it."""
        return {"there?": lambda _: {}}

    @property
    def hears(self) -> Mapping[str, Callable[[Content], None]]:
        """Every kind of event, in one way."""
        return dict.fromkeys(_KINDS, self._heard)

    @property
    def title(self) -> str:
        """What the picture is called."""
        return self._name

    @property
    def private(self) -> bool:
        """Whether the picture may hold text of single traces."""
        return self._private

    @property
    def band(self) -> Band | None:
        """The band of the Result that is drawn."""
        return self._band

    def alt(self) -> str:
        """Return what the picture shows."""
        return self._alt or self._name

    def card(self) -> str:
        """Return the card of the Result, or the figure as a table."""
        return self._card()

    def plain(self) -> dict[str, Any]:
        """Return sentence, card and the figure as plotly's own renderer takes it."""
        figure = json.loads(drawing(self._figure))
        # A notebook is saved with all of this, so that the table here is a short one.
        twins = {"text/html": self._short(), _PLOTLY: figure | {"config": FIGURE_CONFIG}}
        return {**super().plain(), **twins}

    def _mark(self) -> None:
        self.send({"kind": "select", "x": self._marked})

    def _draw(self) -> None:
        figure = self._figure
        height = self._height or int(figure.layout.height or _HEIGHT)
        state = {
            "name": self._name,
            "alt": self._alt,
            "height": height,
            "table": self._table,
            "hovers": bool(self._listeners.keys() & {"hover", "unhover"}),
        }
        self.show_state(state, figures={"figure": figure})

    def _heard(self, content: Content) -> None:
        event = event_of(content)
        if event.rev != self.rev:
            # What was hit belongs to a figure that is gone: the view is given the present one. One
            # that has just drawn an older figure has the present one on its way.
            if event.kind != "ready":
                self.send_state("state")
            return
        if event.kind == "ready" and self._marked is not None:
            self._mark()
        with ExitStack() as calls:
            # Each is called, whatever another one raises; the last one pushed is called first.
            for call in reversed(self._listeners.get(event.kind, ())):
                calls.callback(call, event)


def _moment(given: object) -> str:
    return pd.Timestamp(str(given)).isoformat()


def _figure_card(name: str, alt: str, figure: "go.Figure") -> str:
    return _short_card(name, alt, drawn_rows(figure))


def _short_card(name: str, alt: str, rows: pd.DataFrame, given: Result | None = None) -> str:
    return html.card(
        name,
        band=given.band if given else None,
        headline=alt,
        facts=given.facts() if given else None,
        caveats=given.caveats if given else (),
        more={"Data": html.table(rows, most=_FEW)},
    )
