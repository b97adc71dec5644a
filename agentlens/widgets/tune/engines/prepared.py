"""What does a view need to recompute a result by itself?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from agentlens.stats.arrays import Floats

__all__ = ["MOST_POINTS", "Part", "Prepared"]

MOST_POINTS = 2000
"""Points that a view recomputes and draws while something is dragged; more would stutter."""

Part = dict[str, Any]
"""What Python computed for some of the settings, as JSON can hold it."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """All that an engine in the browser needs.

    Attributes:
        name: of the engine.
        version: of the engine; another one in the browser refuses.
        knobs: what it recomputes.
        fixed: what does not change, as JSON can hold it.
        arrays: numbers that may be missing or infinite, by bin or by window.
        start: where the verb itself has set a knob that was left to it.
        ticks: the values to which a knob snaps, because only those were computed.
        grid: returns one part after the other of what needs simulation, then None; the same part
            for the same number.
    """

    name: str
    version: int
    knobs: frozenset[str]
    fixed: Mapping[str, Any]
    arrays: Mapping[str, Floats]
    start: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    ticks: Mapping[str, list[float]] = field(default_factory=lambda: MappingProxyType({}))
    grid: Callable[[int], Part | None] = field(default=lambda _: None)
