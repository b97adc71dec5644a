"""What does every verb answer with?"""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from math import isfinite
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from agentlens import html
from agentlens.page.rendering import sendable
from agentlens.text import Fact, plural
from agentlens.theme import FIGURE_CONFIG, Band, mark

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["Fact", "Result", "Signal"]

_PLOTLY = "application/vnd.plotly.v1+json"


@dataclass(frozen=True, kw_only=True)
class Signal:
    """Something that stands out: what, when, how far from what was expected, and who shows it.

    Attributes:
        what: a phrase.
        start: when it was called.
        end: until when it lasted.
        value: of the metric since it began.
        expected: what it would have been.
        n: rows behind the value.
        trace_ids: of the rows that show it, the worst first.
        bad: whether it is bad news.
        began: when the change most likely began, where that was estimated.
        began_between: the interval that holds that time.
    """

    what: str
    start: pd.Timestamp
    end: pd.Timestamp
    value: float
    expected: float
    n: int
    trace_ids: tuple[str, ...]
    bad: bool = True
    began: pd.Timestamp | None = None
    began_between: tuple[pd.Timestamp, pd.Timestamp] | None = None

    def __post_init__(self) -> None:
        """Refuse a signal that nobody can look into."""
        if self.end < self.start:
            message = f"the signal {self.what!r} ends before it begins"
            raise ValueError(message)


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Result(ABC):
    """An answer that shows itself: one sentence, a card, a figure, and the rows behind them.

    Attributes:
        title: what was asked.
        band: pass, watch, act or unknown.
        headline: the number, its direction, n, and what it was compared with.
        frame: the tidy rows behind the figure.
        caveats: n, weights, versions, what was assumed, the error rate achieved.
    """

    verb: ClassVar[str]
    """The name of the public function that returns this class."""

    quotes: ClassVar[bool] = False
    """Whether it may quote single words of what users wrote or agents answered."""

    title: str
    band: Band
    headline: str
    frame: pd.DataFrame
    caveats: tuple[str, ...]
    known: Mapping[str, Fact] = field(default_factory=lambda: MappingProxyType({}))
    found: tuple[Signal, ...] = ()

    @abstractmethod
    def figure(self) -> "go.Figure":
        """Return the picture."""

    def facts(self) -> dict[str, Fact]:
        """Return the numbers by name; `str()` of each is the number as shown."""
        return dict(self.known)

    def signals(self) -> tuple[Signal, ...]:
        """Return what stands out, each with the ids of the traces behind it."""
        return self.found

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the rows behind the figure."""
        return self.frame.copy()

    def to_json(self) -> str:
        """Return everything but the picture as JSON; missing numbers are null."""
        facts = {name: _plain(vars(fact)) for name, fact in self.facts().items()}
        whole = {
            "id": self.id,
            "verb": self.verb,
            "title": self.title,
            "band": self.band,
            "headline": self.headline,
            "facts": facts,
            "signals": [_plain(vars(signal)) for signal in self.signals()],
            "caveats": list(self.caveats),
            "frame": json.loads(self.frame.to_json(orient="records", date_format="iso")),
        }
        return json.dumps(whole, ensure_ascii=False, allow_nan=False)

    @property
    def id(self) -> str:
        """A name for this question, the same whenever the same question is asked."""
        digest = sha256(f"{self.verb}:{self.title}".encode(errors="backslashreplace")).hexdigest()
        return f"{self.verb.replace('_', '-')}-{digest[:8]}"

    def card(self) -> str:
        """Return the card as HTML that is safe and needs no picture."""
        more = {}
        if self.found:
            rows = [_signal_row(signal) for signal in self.found]
            more[plural(len(rows), "signal")] = html.table(pd.DataFrame(rows))
        more["Data"] = html.table(self.frame)
        return html.card(
            self.title,
            band=self.band,
            headline=self.headline,
            facts=self.facts(),
            caveats=self.caveats,
            more=more,
        )

    def __repr__(self) -> str:
        """Return title, band and headline: the card in two lines of plain text."""
        return f"{self.title}\n[{mark(self.band)}] {self.headline}"

    def _ipython_display_(self) -> None:
        """Publish card and figure as two outputs, because a front end shows one type of a bundle."""
        from IPython.display import display  # noqa: PLC0415 - only a notebook has it

        show: Callable[..., object] = display
        show({"text/html": self.card(), "text/plain": sendable(repr(self))}, raw=True)
        figure = json.loads(self.figure().to_json()) | {"config": FIGURE_CONFIG}
        show(
            {_PLOTLY: figure, "text/plain": sendable(f"[figure: {self.headline}]")},
            raw=True,
            metadata={_PLOTLY: {"agentlens": {"id": self.id, "alt": sendable(self.headline)}}},
        )


def _signal_row(signal: Signal) -> dict[str, object]:
    return {
        "what": signal.what,
        "began about": signal.began,
        "called": signal.start,
        "until": signal.end,
        "value": signal.value,
        "expected": signal.expected,
        "n": signal.n,
        "first traces": ", ".join(signal.trace_ids[:3]),
    }


def _plain(values: Mapping[str, object]) -> dict[str, object]:
    """Return values that JSON can say: times as text, numbers that are none as null."""
    return {name: _said(value) for name, value in values.items()}


def _said(value: object) -> object:
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not isfinite(value):
        return None
    return [_said(one) for one in value] if isinstance(value, tuple) else value
