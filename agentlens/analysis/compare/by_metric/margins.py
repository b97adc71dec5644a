"""How much worse is no worse?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from agentlens import text
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.measures.metric import Metric

__all__ = ["Asked", "Margin", "asked_margins", "margin_of"]

_SHARES = (0.02, 0.01, 0.005)
_RAREST = 0.002
_HALF = 0.5
_RELATIVE, _OF_SCORES = 0.10, 0.05
Asked = float | str | Mapping[str, float | str] | None


@dataclass(frozen=True)
class Margin:
    """A difference that would not matter: in the metric's unit, or as a part of the baseline."""

    size: float
    relative: bool

    def at(self, baseline: float) -> float:
        """Return the margin in the metric's own unit."""
        return self.size * abs(baseline) if self.relative else self.size

    def scaled(self, *, worse_is_lower: bool) -> float:
        """Return the margin on the scale on which the arms are put together."""
        if not self.relative:
            return self.size
        return float(-np.log1p(-self.size) if worse_is_lower else np.log1p(self.size))

    def said(self, unit: str) -> str:
        """Return the margin as words."""
        if self.relative:
            return f"{100 * self.size:g}%"
        return f"{100 * self.size:g} points" if unit == "share" else text.number(self.size, unit)


def asked_margins(margin: Asked, metrics: list[Metric]) -> dict[str, Margin]:
    """Return the margins that were asked for, by metric.

    Args:
        margin: a number in the unit of the metrics, a percentage such as "10%", or either by name.
        metrics: what is compared.
    """
    names = [metric.name for metric in metrics]
    if margin is None:
        return {}
    if isinstance(margin, Mapping):
        for name in margin:
            if name not in names:
                raise UnknownNameError("metric compared here", name, names)
        return {name: _margin(size) for name, size in margin.items()}
    units = {metric.unit for metric in metrics}
    one = _margin(margin)
    if len(units) > 1 and not one.relative:
        message = (
            f"margin={margin!r} cannot be {text.listed(sorted(unit or 'plain' for unit in units))}"
            " at once. Give one by name, {'error_rate': 0.01}, or a percentage, '10%'."
        )
        raise BadInputError(message)
    return dict.fromkeys(names, one)


def margin_of(metric: Metric, baseline: float) -> Margin:
    """Return the margin of a metric for which none was asked.

    Two points for a rate, but no more than half of what goes wrong at all; a tenth of any other
    metric, a twentieth of a score.
    """
    if metric.kind == "rate":
        bad = 1 - baseline if metric.better == "higher" else baseline
        fits = [size for size in _SHARES if size <= _HALF * bad]
        return Margin(fits[0] if fits else _RAREST, relative=False)
    return Margin(_OF_SCORES if metric.name.startswith("score:") else _RELATIVE, relative=True)


def _margin(size: Any) -> Margin:
    whole = size.strip() if isinstance(size, str) else size
    relative = isinstance(whole, str) and whole.endswith("%")
    try:
        value = float(whole.rstrip("%")) / 100 if isinstance(whole, str) else float(whole)
    except (TypeError, ValueError):
        value = np.nan
    plain = isinstance(size, bool) or (isinstance(size, str) and not relative)
    if plain or not 0 < value < np.inf or (relative and value >= 1):
        message = (
            f"A margin is a number above zero in the metric's unit, or a percentage such as '10%',"
            f" not {size!r}."
        )
        raise BadInputError(message)
    return Margin(value, relative)
