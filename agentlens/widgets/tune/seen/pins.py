"""Which settings were put aside, to be compared?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from agentlens.result import Fact, Result

__all__ = ["MOST", "Pin", "framed", "pinned"]

MOST = 6


@dataclass(frozen=True, eq=False)
class Pin:
    """A setting and what it gave."""

    setting: Mapping[str, object]
    result: Result
    facts: Mapping[str, Fact]


def pinned(pins: tuple[Pin, ...], new: Pin) -> tuple[Pin, ...]:
    """Return the pins with one more; the same setting stands once, the oldest makes room."""
    rest = [one for one in pins if dict(one.setting) != dict(new.setting)]
    return (*rest, new)[-MOST:]


def framed(pins: tuple[Pin, ...]) -> pd.DataFrame:
    """Return the pins as rows: the knobs, the band, what stands out, and the facts as shown."""
    rows: list[dict[str, Any]] = [
        {
            **one.setting,
            "band": one.result.band,
            "signals": len(one.result.signals()),
            **{name: str(fact) for name, fact in one.facts.items()},
        }
        for one in pins
    ]
    return pd.DataFrame(rows)
