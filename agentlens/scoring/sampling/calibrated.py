"""How are the weights of a sample fitted to what is known of the whole traffic?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.scoring.sampling.outcome import added, appended
from agentlens.scoring.sampling.plan import Names, Rules, tier_rules, trigger_rules
from agentlens.scoring.sampling.rules import rule_names
from agentlens.scoring.sampling.triggers import DEFAULT, Trigger, matches
from agentlens.stats.arrays import Floats, Ints
from agentlens.tables.log import Log
from agentlens.tables.problems import Problem
from agentlens.tables.weights import CALIBRATED, weighting

__all__ = ["calibrated"]

_FEW = 5
_HEAVY = 50.0
_CLOCK = {"hour": "h", "day": "D"}


@dataclass(frozen=True, eq=False)
class _Cells:
    """The cell of each trace of the whole, joined until each holds enough draws."""

    of_row: Ints
    n: int
    joined: int


def calibrated(
    sample: Log,
    population: Log,
    by: Names = "hour × tier",
    *,
    triggers: Rules = DEFAULT,
    tiers: Rules | None = None,
) -> Log:
    """Return the sample with weights that add up, in each cell, to the traffic that was there.

    A draw gives some hours more traces than their due and others fewer. Where all traffic is known,
    by its light rows, that chance is taken out. What changed most is in the report, and so are
    weights above 50 times the median; none is trimmed.

    Args:
        sample: traces drawn from the population, with their probabilities.
        population: all traces that it was drawn from.
        by: what makes a cell: "hour", "day", "tier" (which rules apply) and trace columns. Cells
            with fewer than 5 draws are joined with the neighbour in time.
        triggers: as they were given to `sample`; with the next, they make the "tier" of a trace.
        tiers: as they were given to `sample`.

    Example:
        >>> import agentlens as al
        >>> from agentlens.scoring.sampling import sample
        >>> log = al.demo(days=7, traces_per_day=200)
        >>> part = calibrated(sample(log, rate=0.2), log, by="day × tier")
        >>> bool(abs(part.traces["weight"] / part.traces["inclusion_p"]).sum().round() == len(log))
        True
    """
    place = pd.Index(population.traces["trace_id"].astype("str")).get_indexer(
        pd.Index(sample.traces["trace_id"].astype("str"))
    )
    if (place < 0).any():
        lost = str(sample.traces["trace_id"].iloc[int(np.argmax(place < 0))])
        message = (
            f"{int((place < 0).sum()):,} of {len(sample):,} sampled traces, such as {lost!r}, are"
            " not in the population; pass the log that the sample was drawn from."
        )
        raise BadInputError(message)
    before = weighting(sample.traces).of_row
    known = ~np.isnan(before)
    if not known.any():
        return sample
    cells = _cells(population, by, {**trigger_rules(triggers), **tier_rules(tiers)}, place[known])
    whole = weighting(population.traces).of_row
    counts = np.bincount(cells.of_row, np.nan_to_num(whole), cells.n)
    mine = cells.of_row[place]
    held = np.bincount(mine[known], before[known], cells.n)
    factor = (counts / held)[mine]
    old = sample.traces.get("weight", 1.0)
    traces = sample.traces.assign(
        weight=old * factor,
        sampled_by=appended(
            sample.traces.get("sampled_by"),
            pd.Series(CALIBRATED, index=sample.traces.index),
            ", ",
        ),
    )
    after = before * factor
    notes = [_fitted(len(population), by, cells, factor[known]), *_heavy(traces, after)]
    return replace(sample, traces=traces, report=added(sample.report, notes))


def _cells(log: Log, by: Names, rules: Mapping[str, Trigger], drawn: Ints) -> _Cells:
    """Return cells of the population, neighbours in time joined until each holds enough draws."""
    names = [one.strip() for one in by.split("×")] if isinstance(by, str) else list(by)
    keys = {}
    for name in sorted(names, key=lambda one: one in _CLOCK):  # time last: neighbours are in time
        if name in _CLOCK:
            keys[name] = log.traces["start"].dt.floor(_CLOCK[name])
        elif name == "tier" and "tier" not in log.traces:
            keys[name] = _tiers(log, rules)
        elif name in log.traces:
            keys[name] = log.traces[name]
        else:
            raise UnknownNameError("cell", name, ["hour", "day", "tier", *log.traces.columns])
    frame = pd.DataFrame(keys)
    grouped = frame.groupby(list(frame), dropna=False, observed=True, sort=True)
    cell = np.asarray(grouped.ngroup(), dtype=np.int64)
    others = [name for name in frame if name not in _CLOCK]
    kind = (
        np.asarray(frame.groupby(others, dropna=False, observed=True).ngroup(), dtype=np.int64)
        if others
        else np.zeros(len(frame), dtype=np.int64)
    )
    n = int(cell.max()) + 1
    kinds = np.zeros(n, dtype=np.int64)
    kinds[cell] = kind
    merged = _merged(np.bincount(cell[drawn], minlength=n), kinds)
    return _Cells(merged[cell], int(merged.max()) + 1, n)


def _merged(draws: Ints, kinds: Ints) -> Ints:
    """Return the joined cell of each cell; those of one kind join first, then whole kinds."""
    within = _runs(draws, kinds)
    drawn = np.bincount(within, draws).astype(np.int64)
    return _runs(drawn, np.zeros_like(drawn))[within]


def _runs(draws: Ints, kinds: Ints) -> Ints:
    """Return the run of each cell: neighbours of one kind, joined until a run has enough draws."""
    run: list[int] = []
    held: list[int] = []
    kind_of: list[int] = []
    for n, kind in zip(draws.tolist(), kinds.tolist(), strict=True):
        if not held or held[-1] >= _FEW or kind_of[-1] != kind:
            held.append(0)
            kind_of.append(kind)
        held[-1] += n
        run.append(len(held) - 1)
    backward = [
        one - 1 if one and held[one] < _FEW and kind_of[one - 1] == kind_of[one] else one
        for one in range(len(held))
    ]
    return np.unique(np.array(backward)[run], return_inverse=True)[1].astype(np.int64)


def _tiers(log: Log, rules: Mapping[str, Trigger]) -> pd.Series:
    found = {name: matches(log, name, one)[0] for name, one in rules.items()}
    return rule_names(found, len(log)).set_axis(log.traces.index)


def _fitted(n: int, by: Names, cells: _Cells, factor: Floats) -> Problem:
    what = by if isinstance(by, str) else " × ".join(by)
    detail = (
        f"weights fitted to {text.plural(n, 'known trace')} by {what}: {cells.joined:,} cells, joined"
        f" to {cells.n:,}; the largest changes are × {factor.min():.3g} and × {factor.max():.3g}"
    )
    return Problem(
        action="sampled", table="traces", field="weight", n=len(factor), share=1.0, detail=detail
    )


def _heavy(traces: pd.DataFrame, weight: Floats) -> list[Problem]:
    limit = _HEAVY * float(np.nanmedian(weight))
    heavy = weight > limit
    if not heavy.any():
        return []
    detail = (
        f"weights above {_HEAVY:g} times the median ({limit:.3g}), the largest {np.nanmax(weight):.3g}:"
        " these traces decide every rate"
    )
    return [
        Problem(
            action="sampled",
            table="traces",
            field="weight",
            severity="warn",
            n=int(heavy.sum()),
            share=float(heavy.mean()),
            examples=tuple(traces["trace_id"][heavy].iloc[:5].astype("str")),
            detail=detail,
        )
    ]
