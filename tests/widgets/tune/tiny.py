"""What does a verb look like that answers at once, and its engine in the browser?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, ClassVar, Literal

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from agentlens.errors import BadInputError
from agentlens.result import Fact, Result, Signal
from agentlens.widgets.tune.knobs import Knob

N = 20
AT = pd.Timestamp("2026-11-01", tz="UTC")


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Line(Result):
    verb: ClassVar[str] = "tiny"

    def figure(self) -> go.Figure:
        figure = go.Figure(layout={"title": {"text": self.title}, "height": 300})
        return figure.add_scatter(x=self.frame["x"], y=self.frame["y"], mode="lines", name="line")


def tiny(
    log: object,
    metric: str,
    *,
    lam: float = 0.1,
    gain: float | None = None,
    lag: int = 2,
    every: str = "1h",
    loud: bool = False,
    word: str = "a",
    share: float = 0.5,
) -> Line:
    """Return a line.

    Args:
        log: anything.
        metric: its name.
        lam: height at the left; the rest follows.
        gain: slope. Default: solved, which is 2.
        lag: of the count.
        every: a word that only Python knows.
        loud: doubles it.
        word: shown.
        share: of nothing.
    """
    if lam == 0.44:
        message = f"lam={lam!r} is refused by the verb."
        raise BadInputError(message)
    slope = 2.0 if gain is None else gain
    x = np.arange(N, dtype=float)
    y = (lam + slope * x) * (2 if loud else 1) + (100 if every == "6h" else 0)
    high = np.flatnonzero(y > 30)
    rows = pd.DataFrame({"x": x, "y": y})
    found = tuple(
        Signal(what="high", start=AT, end=AT, value=1.0, expected=0.0, n=1, trace_ids=())
        for _ in high
    )
    del log, share
    return Line(
        title=f"Line of {metric}, {every}",
        band="act" if len(high) > 5 else "pass",
        headline=f"lam {lam:g} gain {slope:g} lag {lag} every {every} word {word}",
        frame=rows,
        caveats=("n is small.",),
        known={"sum": Fact(value=f"{y.sum():.3f}"), "word": Fact(value=word)},
        found=found,
    )


@dataclass(frozen=True)
class Prepared:
    """As the real ones: lam and gain are recomputed in the browser."""

    every: str
    loud: bool
    chunks: int = 2
    name: str = "tiny"
    version: int = 1
    knobs: frozenset[str] = frozenset({"lam", "gain"})
    ticks: Mapping[str, list[float]] = field(default_factory=dict)
    start: Mapping[str, object] = field(default_factory=lambda: {"gain": 2.0})

    @property
    def fixed(self) -> dict[str, object]:
        return {"more": 100 if self.every == "6h" else 0, "by": 2 if self.loud else 1}

    @property
    def arrays(self) -> dict[str, Any]:
        return {"unused": np.array([np.nan, 1.0]), "x": np.arange(N, dtype=float)}

    def grid(self, chunk: int) -> dict[str, object] | None:
        return {"rate": f"rate {chunk}"} if chunk < self.chunks else None


def prepared(
    verb: object, result: Result, knobs: Mapping[str, Knob], call: Callable[..., Result], _: None
) -> Any:
    del knobs, call
    if verb is not tiny:
        return None
    return Prepared(every="6h" if "6h" in result.title else "1h", loud=False)


ENGINE = """
ENGINES.tiny = {
  version: 1,
  prepare: ({ fixed, arrays }, numbers) => {
    const [offset, length] = arrays.x;
    return { ...fixed, x: [...numbers.slice(offset, offset + length)], parts: 0 };
  },
  feed: (p) => { p.parts += 1; },
  run(p, { lam, gain }) {
    const slope = gain ?? 2;
    const y = p.x.map((x) => (lam + slope * x) * p.by + p.more);
    const signals = y.filter((one) => one > 30).length;
    const sum = y.reduce((a, b) => a + b, 0).toFixed(3);
    const rate = p.parts > 1 ? "known" : "computing";
    return {
      y, signals, band: signals > 5 ? "act" : "pass", headline: `here lam ${lam} gain ${slope}`,
      facts: [["sum", sum], ["rate", rate]],
    };
  },
  paint: (figure, { y }) => ({
    ...figure, data: figure.data.map((trace) => ({ ...trace, y })),
  }),
};
"""


def with_engine(esm: str) -> str:
    """Return the script of the view with the engine among those that it knows."""
    before, view, after = esm.rpartition("export default view(")
    return before + ENGINE + view + after


Kinds = Literal["formula", "kernel"]
LOG = SimpleNamespace(name="log")
