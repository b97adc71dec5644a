"""Small Results with real charts, and what the world may put into their words."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from agentlens.report.parts.points import Point, Points
from agentlens.report.report import Item, Report
from agentlens.result import Result
from agentlens.text import Fact

WHEN = datetime(2026, 11, 17, 7, tzinfo=UTC)

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "end": "</script><img src=x onerror=alert(2)>",
    "end in capitals": "</SCRIPT ><svg onload=alert(3)>",
    "comment": "<!--<script>",
    "link": "javascript:alert(4)",
    "anchor": '<a href="javascript:alert(5)">here</a>',
    "quotes": "\"' onmouseover=alert(6) x='",
    "style": '"}</style><script>alert(7)</script>',
    "bidi": "a\u202eb\u2066c",
    "separators": "a\u2028b\u2029c",
    "nul": "a\x00b",
    "surrogate": "a\ud800b",
    "long": "x" * 1_000_000,
}


def _frame() -> pd.DataFrame:
    time = pd.date_range("2026-11-10", periods=48, freq="h", tz="UTC")
    value = 0.8 + 0.05 * np.sin(np.arange(48.0))
    value[7] = np.nan
    return pd.DataFrame({"time": time, "n": 50, "value": value})


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Answer(Result):
    """A Result whose chart is given in plotly's own words."""

    verb: ClassVar[str] = "answer"
    kind: str = "scatter"
    more: dict[str, Any] = field(default_factory=dict)
    layout: dict[str, Any] = field(default_factory=dict)

    def figure(self) -> Any:
        import plotly.graph_objects as go

        return go.Figure(
            [_TRACES[self.kind](self.frame) | self.more], {"height": 300} | self.layout
        )


_TRACES: dict[str, Any] = {
    "scatter": lambda rows: {"type": "scatter", "x": rows["time"], "y": rows["value"]},
    "heatmap": lambda rows: {"type": "heatmap", "z": rows["value"].to_numpy().reshape(6, -1)},
    "scatterpolar": lambda rows: {"type": "scatterpolar", "r": rows["value"]},
    "bar": lambda rows: {"type": "bar", "x": rows["time"], "y": rows["value"]},
}


def answer(title: str = "Is it in control?", **changed: Any) -> Answer:
    """Return a Result, changed where it is said."""
    usual: dict[str, Any] = {
        "band": "pass",
        "headline": "Completion is 80%, as before.",
        "frame": _frame(),
        "caveats": ("Limits hold for one false alarm in four weeks.",),
        "known": {"now": Fact(value=0.8, unit="share", low=0.77, high=float("nan"), n=2400)},
    }
    return Answer(title=title, **usual | changed)


def week() -> Report:
    """Return a report with a section, a text, a line, a heatmap and bars."""
    line = answer(band="act", headline="Completion fell to 76%.")
    grid = answer("Where did it change?", band="watch", kind="heatmap")
    bars = answer("How many?", kind="bar", band="unknown")
    return Report(
        "The week",
        ["First a word.", ("What happened", [line, "Then a release.", grid]), bars],
        period="10-16 Nov 2026",
        lead="One thing needs a decision.",
        notes=("12,431 traces read.",),
    )


def _whole(words: str) -> str:
    """Return words that an id and a column name can hold: no half characters."""
    return words.replace("\ud800", "-")


def hostile() -> Report:
    """Return a report that says every hostile thing in every place that takes words."""
    results = [
        answer(
            _whole(words),
            headline=words,
            caveats=(words,),
            known={words[:50]: Fact(value=words)},
            frame=_frame().assign(**{_whole(words)[:40]: pd.Series([words] * 48, dtype=object)}),
            more={"name": words[:5000], "showlegend": True},
            layout={"title": {"text": words[:5000]}, "xaxis": {"title": {"text": words[:5000]}}},
        )
        for words in HOSTILE.values()
    ]
    every = " ".join(words[:100] for words in HOSTILE.values())
    points = [Point(words, (results[0],)) for words in HOSTILE.values()]
    last: Item = (every, [every, answer("Every word"), Points(points, every)])
    items: list[Item] = [*results, *HOSTILE.values(), last]
    return Report(
        every,
        items,
        period=every,
        lead=every,
        notes=(every,),
        highlights={words[:2000]: Fact(value=words) for words in HOSTILE.values()},
        actions=points,
        stamps={words[:2000]: words for words in HOSTILE.values()},
    )
