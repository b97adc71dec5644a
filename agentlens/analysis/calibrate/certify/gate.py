"""May this judge be relied on?"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from agentlens.analysis.calibrate.certify.bounds import Bound, bound_of, in_sequence
from agentlens.analysis.calibrate.certify.looks import look_again
from agentlens.analysis.calibrate.certify.words import caveats, facts, headline, lacking
from agentlens.analysis.calibrate.evidence.basis import Basis
from agentlens.analysis.calibrate.evidence.told import disagreements
from agentlens.errors import BadInputError
from agentlens.result import Result, Signal
from agentlens.stats.corrected.power import TRUTHS, certify
from agentlens.theme import Band

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["Gate", "gate"]

_SIZES = (50, 100, 200, 300)
_TRUTHS = np.round(np.arange(0.70, 1.0001, 0.01), 2)


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Gate(Result):
    """Whether a judge reaches what is asked of it, and what a judge would need to.

    Attributes:
        certified: whether every lower bound reaches its minimum.
        bounds: what was asked and found.
    """

    verb: ClassVar[str] = "gate"

    certified: bool
    bounds: tuple[Bound, ...]

    def figure(self) -> "go.Figure":
        """Return the picture: how likely a judge passes, by how good it is, for several sizes."""
        from agentlens.figures.judging.gate import gate_figure  # noqa: PLC0415 - on first use

        return gate_figure(self.frame, self.bounds, title=self.title)


def gate(
    basis: Basis, asked: Mapping[str, float | None], *, level: float, sequential: bool
) -> Gate:
    """Return whether the judge is certified; the arguments are those of `Calibration.gate`."""
    wanted = {name: value for name, value in asked.items() if value is not None}
    _check(wanted, level, sequential=sequential)
    why = basis.refusal or basis.expired or lacking(basis, wanted, level, sequential=sequential)
    title = _title(basis, wanted, sequential=sequential)
    first = next(iter(wanted.values()))
    if why:
        n = basis.evidence.n
        return Gate(
            title=title,
            band="unknown",
            headline=why,
            frame=_powers(n, first, level),
            caveats=basis.notes,
            known=MappingProxyType(facts((), n, first, level)),
            certified=False,
            bounds=(),
        )
    if sequential:
        bounds: tuple[Bound, ...] = (in_sequence(basis, wanted["agreement"], level),)
    else:
        bounds = tuple(bound_of(basis, name, value, level) for name, value in wanted.items())
    judge, what = ",".join(basis.judge_ids) or basis.judge, f"gate {sorted(wanted.items())}"
    look = 1 if sequential else look_again(basis.store, basis.rubric, judge, what, bounds[0].n)
    band = _band(bounds)
    return Gate(
        title=title,
        band=band,
        headline=headline(basis, bounds, level),
        frame=_powers(bounds[0].n, first, level),
        caveats=caveats(basis, bounds, level, look, sequential=sequential),
        known=MappingProxyType(facts(bounds, bounds[0].n, first, level)),
        found=_signals(basis, bounds) if band == "act" else (),
        certified=all(one.met for one in bounds),
        bounds=bounds,
    )


def _band(bounds: tuple[Bound, ...]) -> Band:
    if all(one.met for one in bounds):
        return "pass"
    return "act" if any(one.missed for one in bounds) else "watch"


def _powers(n: int, target: float, level: float) -> pd.DataFrame:
    """Return how likely a judge passes, by its true agreement, for these labels and for others."""
    sizes = sorted({*_SIZES, n} - {0})
    truths = np.unique(np.concatenate([_TRUTHS, TRUTHS, [target]]))
    parts = [
        pd.DataFrame(
            {
                "asked": f"{100 * target:g}%",
                "truth": truths,
                "labels": size,
                "certified": certify(size, truths, target, level),
                "here": size == n,
            }
        )
        for size in sizes
    ]
    return pd.concat(parts, ignore_index=True)


def _signals(basis: Basis, bounds: tuple[Bound, ...]) -> tuple[Signal, ...]:
    ids = disagreements(basis)
    return tuple(
        Signal(
            what=f"{one.name} of {basis.judge or 'the judge'} below {one.target:.2f}",
            start=basis.start,
            end=basis.stop,
            value=one.value,
            expected=one.target,
            n=one.n,
            trace_ids=ids,
        )
        for one in bounds
        if one.missed
    )


def _title(basis: Basis, wanted: Mapping[str, float], *, sequential: bool) -> str:
    limits = ", ".join(f"{name} at least {100 * value:g}%" for name, value in wanted.items())
    looks = ", after every label" if sequential else ""
    return f"Gate for {basis.judge or 'the judge'} on {basis.rubric}: {limits}{looks}"


def _check(wanted: Mapping[str, float], level: float, *, sequential: bool) -> None:
    if not wanted:
        message = (
            "A gate asks for something: give min_agreement, min_sensitivity or min_specificity."
        )
        raise BadInputError(message)
    for name, value in (*wanted.items(), ("level", level)):
        if not 0 < value < 1:
            what = name if name == "level" else f"min_{name}"
            message = f"{what} is a share between 0 and 1, not {value!r}."
            raise BadInputError(message)
    if sequential and set(wanted) != {"agreement"}:
        message = (
            "sequential=True watches agreement alone; ask for min_sensitivity and min_specificity"
            " once, with all labels."
        )
        raise BadInputError(message)
