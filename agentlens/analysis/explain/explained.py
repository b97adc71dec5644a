"""Of which parts does a change of a metric consist, from its rows alone?"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from agentlens.analysis.arms.dimensions import Dimension
from agentlens.analysis.explain.answer import Explained, Slice
from agentlens.analysis.explain.counted import counted
from agentlens.analysis.explain.judge.change import JudgeChange
from agentlens.analysis.explain.parts.alone import Alone, alone
from agentlens.analysis.explain.parts.clock import TIMES, clock
from agentlens.analysis.explain.parts.ground import Ground, Piece, whole
from agentlens.analysis.explain.parts.ledger import ledger, with_judge
from agentlens.analysis.explain.parts.linear import Linear, linear
from agentlens.analysis.explain.parts.pieces import pieces_of
from agentlens.analysis.explain.parts.reweighted import at_same_mix
from agentlens.analysis.explain.parts.verdict import verdict_of
from agentlens.measures.rows import Rows
from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.groups import sums
from agentlens.stats.parts.kitagawa import AVERAGE, BASELINE

__all__ = ["Explained", "Slice", "explained"]


def explained(
    rows: Rows,
    dims: Sequence[Dimension],
    arm: Ints,
    *,
    most: int = 6,
    threefold: bool = False,
    level: float = 0.95,
    seed: int = 0,
    judge: JudgeChange | None = None,
    times: bool = True,
) -> Explained:
    """Return the parts of which the change of a metric consists.

    Args:
        rows: of the metric; both periods must have some.
        dims: by what the rows can be told apart.
        arm: of each row, 1 for the current period, 0 for the baseline, -1 for neither.
        most: columns over which the mix is told at most.
        threefold: whether changes are valued at the baseline, which leaves an interaction.
        level: how often the intervals must hold the truth.
        seed: of orders that are drawn where `most` is above six.
        judge: what became of the judge, for a judge's score.
        times: whether the quarter of the day and the weekend are dimensions, too.
    """
    counted_in = (arm >= 0) & (rows.weight > 0)
    kept, every = np.flatnonzero(counted_in), list(dims)
    if kept.size < arm.size:
        every = [replace(one, codes=one.codes[kept]) for one in dims]
    rows, arm = rows.only(counted_in), arm[kept]
    if rows.metric.kind == "count":
        return _of_count(rows, every, arm, kept, level)
    every = [one for one in [*every, *(clock(rows) if times else [])] if _differs(one)]
    line = linear(rows, arm, rows.weight)
    ground = Ground(line.y, arm, rows.weight, BASELINE if threefold else AVERAGE)
    design = _design(ground, rows.cluster)
    found = [alone(one, arm, ground.y, ground.weight, ground.partner, design) for one in every]
    told = pieces_of(ground, found, most=most, design=design, threefold=threefold, seed=seed)
    sampled, raw = _sampling(rows, arm, line)
    pieces = [*sampled, *told.pieces]
    change = whole(ground, "change", "change")
    parts, totals, df = ledger(pieces, change, sampled, ground, told.group, rows, level)
    if judge is not None and judge.splits(level):
        parts, totals = with_judge(parts, totals, judge, df, level)
    verdict, stands = verdict_of(totals, judge, level)
    quantile = rows.metric.kind == "quantile"
    return Explained(
        parts=parts,
        totals=totals,
        by_dimension=pd.concat([pd.DataFrame(), *(one.frame() for one in found)]),
        verdict=verdict,
        stands=stands,
        baseline=line.baseline,
        current=line.current,
        raw=raw,
        unit=line.unit,
        said=line.said,
        same_mix=at_same_mix(rows, arm, told.group) if quantile else np.nan,
        n=_n(arm),
        chosen=tuple(one.dimension.name for one in told.chosen),
        replaced=tuple(one.dimension.name for one in found if _is_replaced(one)),
        one_sided=told.one_sided,
        slices=tuple(
            Slice(one.name, kept[one.rows]) for one in told.pieces if one.rows is not None
        ),
        searched=len(found),
        df=df,
    )


def _of_count(
    rows: Rows, dims: Sequence[Dimension], arm: Ints, kept: Ints, level: float
) -> Explained:
    found = counted(rows, dims, arm, level)
    uneven = bool(found.column)
    moved = uneven or float(found.totals["p"].iloc[-1]) < (1 - level) / 2
    return Explained(
        parts=found.parts,
        totals=found.totals,
        by_dimension=found.by_dimension,
        verdict="traffic" if moved else "no change",
        stands=("traffic",) if moved else (),
        baseline=found.baseline,
        current=found.current,
        raw=None,
        unit=f"{rows.metric.unit or 'rows'} a day",
        said=(
            f"{rows.metric.title} a day"
            + ("" if found.whole_days else ", in the hours that the current period has")
        ),
        same_mix=np.nan,
        n=_n(arm),
        chosen=found.column,
        replaced=(),
        one_sided=(),
        slices=tuple(Slice(name, kept[inside]) for name, inside in found.slices),
        searched=len(dims),
        df=found.df,
        days=found.days,
    )


def _n(arm: Ints) -> tuple[int, int]:
    """Return the rows of the current period and of the baseline."""
    return int((arm == 1).sum()), int((arm == 0).sum())


def _differs(one: Dimension) -> bool:
    return bool((one.codes != one.codes[0]).any())


def _is_replaced(one: Alone) -> bool:
    return one.dimension.name not in TIMES and not one.comparable and not one.shared.all()


def _design(ground: Ground, cluster: Ints) -> float:
    """Return how much wider than independent rows the rows of one user vary."""
    change = whole(ground)
    own = np.unique(cluster, return_inverse=True)[1]
    together = float((sums(own, change.adds, int(own.max()) + 1) ** 2).sum())
    apart = float((change.adds**2).sum())
    return max(1.0, together / apart) if apart > 0 else 1.0


def _sampling(
    rows: Rows, arm: Ints, line: Linear
) -> tuple[list[Piece], tuple[float, float] | None]:
    """Return what weights change in the difference, and the values without them.

    None where the weights are even, or the same in both periods.
    """
    if all(np.ptp(rows.weight[arm == one]) == 0 for one in (0, 1)):
        return [], None
    before, now = (np.unique(rows.weight[arm == one].round(9)) for one in (0, 1))
    if np.array_equal(before, now):
        return [], None  # sampled by the same rules: the weighted change is the one to explain
    even: Floats = np.ones_like(rows.weight)
    threshold = None if np.isnan(line.threshold) else line.threshold
    bare = linear(rows, arm, even, threshold=threshold)
    seen = whole(Ground(bare.y, arm, even, AVERAGE))
    true = whole(Ground(line.y, arm, rows.weight, AVERAGE))
    piece = Piece(
        "sampling",
        "sampling",
        seen.value - true.value,
        seen.adds - true.adds,
        seen.pull - true.pull,
    )
    return [piece], (bare.baseline, bare.current)
