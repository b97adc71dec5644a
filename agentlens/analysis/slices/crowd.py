"""Which slices are of so few users that they must not be shown?"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from agentlens import text
from agentlens.analysis.arms.dimensions import Dimension
from agentlens.analysis.arms.periods import BASELINE, CURRENT
from agentlens.analysis.slices.cells import Cells
from agentlens.analysis.slices.found import Found, FoundSlice
from agentlens.analysis.slices.sums import Sums
from agentlens.errors import BadInputError
from agentlens.measures.rows import Rows
from agentlens.stats.arrays import Flags, Ints
from agentlens.stats.slicing.hidden import hidden

__all__ = ["check_least", "crowded", "enough"]


def check_least(least_users: object) -> None:
    """Refuse what is no number of users."""
    whole = isinstance(least_users, int) and not isinstance(least_users, bool)
    if not whole or not isinstance(least_users, int) or least_users < 0:
        message = f"least_users is a whole number from 0, which shows all, not {least_users!r}."
        raise BadInputError(message)


def crowded(
    cells: Cells, sums: Sums, dims: Sequence[Dimension], least: int
) -> tuple[Cells, list[str]]:
    """Return the cells of a table that may be shown, and a sentence on those that may not.

    Args:
        cells: all of them.
        sums: of all of them.
        dims: the columns of the table.
        least: the fewest users of a cell in either period; 0 shows all.
    """
    if not least:
        return cells, []
    sizes = [len(one.labels) for one in dims]
    shape = (sizes[0], sizes[1] if len(sizes) > 1 else sums.shape.steps)
    layers = np.stack(sums.users).astype(np.int64).reshape(2, *shape)
    gone = hidden(layers, least).ravel()[cells.code]
    n_small = int(((layers > 0) & (layers < least)).any(axis=0).ravel()[cells.code].sum())
    if not gone.any():
        return cells, []
    more = int(gone.sum()) - n_small
    others = f", and {text.plural(more, 'other')}, or totals would give them away" if more else ""
    note = (
        f"Not shown: {text.plural(n_small, 'cell')} with fewer than {least} users in a period"
        f"{others}."
    )
    frame = cells.frame[~gone].reset_index(drop=True)
    return replace(cells, frame=frame, code=cells.code[~gone]), [note]


def enough(found: Found, rows: Rows, arm: Ints, least: int) -> tuple[Found, list[str]]:
    """Return the slices that may be listed, and a sentence on those that may not.

    Of a slice within another, or within all rows, what lies between them counts as shown.

    Args:
        found: the slices, the strongest first.
        rows: what the metric counts.
        arm: of each row.
        least: the fewest users of a slice in either period; 0 lists all.
    """
    if not least:
        return found, []
    shown: list[Flags] = [np.ones(arm.size, dtype=np.bool_)]
    kept: list[FoundSlice] = []
    for one in found.slices:
        apart = [one.within, *(_between(one.within, other) for other in shown)]
        if all(_is_crowd(rows, arm, part, least) for part in apart):
            shown.append(one.within)
            kept.append(one)
    lost = len(found.slices) - len(kept)
    if not lost:
        return found, []
    note = (
        f"Not listed: {text.plural(lost, 'slice')} that would tell of fewer than {least} users in a"
        " period."
    )
    return replace(found, slices=tuple(kept)), [note]


def _between(one: Flags, other: Flags) -> Flags:
    """Return which rows are in one of two slices only, where one lies within the other."""
    apart: Flags = one ^ other
    nested = not (one & ~other).any() or not (other & ~one).any()
    return apart if nested else np.zeros_like(apart)


def _is_crowd(rows: Rows, arm: Ints, part: Flags, least: int) -> bool:
    """Return whether rows are of no user or of enough in each period."""
    for period in (BASELINE, CURRENT):
        users = np.unique(rows.cluster[part & (arm == period)]).size
        if 0 < users < least:
            return False
    return True
