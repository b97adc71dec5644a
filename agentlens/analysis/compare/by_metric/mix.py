"""Which traces are alike, so that like is compared with like?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from agentlens import text
from agentlens.analysis.arms.dimensions import VERSIONS, dimensions
from agentlens.analysis.compare.arms import Arms
from agentlens.errors import BadInputError
from agentlens.measures.rows import Rows
from agentlens.stats.arrays import Flags, Floats, Ints
from agentlens.stats.trials.contrast import Sample, usable

__all__ = ["Mix", "mixed", "refused"]

WEEK = "time of week"
_CHOSEN_BY_RELEASE = ("model", *VERSIONS)
_LOST, _SMALL = 0.05, 0.01
_CLUSTERS_A_CELL = 25
_DAY, _HOUR = 86_400_000_000, 3_600_000_000
_PART, _THURSDAY, _SATURDAY = 6, 3, 5  # 1 January 1970 was a Thursday
_PARTS = 8
_ENOUGH, _FEWEST = 0.15, 20
_NAMED = 3


@dataclass(frozen=True, eq=False)
class Mix:
    """The cells of the rows of both arms.

    Attributes:
        sample: the rows with their cells, all of them.
        kept: which lie in cells with enough rows of both arms.
        columns: by which cells are told apart.
        notes: sentences on what was left out or not used.
    """

    sample: Sample
    kept: Flags
    columns: tuple[str, ...]
    notes: tuple[str, ...]


def refused(arms: Arms, adjust: Sequence[str]) -> None:
    """Refuse to take out the very difference that is asked for."""
    if arms.column and arms.column in adjust:
        message = (
            f"adjust= holds {arms.column!r}, which is what is compared: no trace of one arm has a"
            " like in the other. Leave it out."
        )
        raise BadInputError(message)


def mixed(
    arms: Arms, rows: Rows, sample: Sample, inside: Flags, adjust: Sequence[str] | None
) -> Mix:
    """Return the rows by cells of circumstances that both arms have.

    By default the columns are taken in order of how differently the arms are mixed in them, as long
    as hardly a trace of the current arm loses its like and cells do not become small. What a
    release may itself have changed, a version or the model, is no circumstance of it.

    Args:
        arms: what is compared.
        rows: of the metric.
        sample: the rows of both arms, all in one cell.
        inside: which rows of the metric those are.
        adjust: columns to use; () for none, None to choose.
    """
    if adjust is not None:
        return _as_asked(arms, rows, sample, inside, list(adjust))
    found, _ = dimensions(arms.log, rows)
    barred = {*_CHOSEN_BY_RELEASE, arms.column}
    candidates = [
        replace(one, codes=one.codes[inside])
        for one in found
        if one.varies and one.name not in barred
    ]
    candidates.sort(key=lambda one: -_apart(sample, one.codes))
    cell, kept, used, notes = _by_time(arms, rows, sample, inside)
    most = max(_fewest(sample.only(kept)) // _CLUSTERS_A_CELL, 1)
    for one in candidates:
        joint = _joint(cell, one.codes)
        fits = usable(replace(sample, cell=joint)) & kept
        many = np.unique(joint[fits]).size
        if many <= most and _lost(sample.only(kept), fits[kept]).max() <= _LOST:
            cell, kept = joint, fits
            used.append(one.name)
    whole = replace(sample, cell=cell)
    return Mix(whole, kept, tuple(used), (*notes, *_left_out(whole, kept, chosen=WEEK in used)))


def _by_time(
    arms: Arms, rows: Rows, sample: Sample, inside: Flags
) -> tuple[Ints, Flags, list[str], list[str]]:
    """Return cells of the same time of the week, where arms that did not run together share some."""
    whole = sample.cell, usable(sample)
    if arms.together:
        return *whole, [], []
    time = rows.time[inside]
    weekend = ((time // _DAY + _THURSDAY) % 7 >= _SATURDAY).astype(np.int64)
    part = time // _HOUR % 24 // _PART
    fine = _fewest(sample) >= _PARTS * _CLUSTERS_A_CELL
    week = replace(sample, cell=weekend * 4 + part if fine else weekend)
    kept = usable(week)
    left = 1 - _lost(sample, kept)
    if kept.any() and left[1] >= _ENOUGH and _fewest(sample.only(kept)) >= _FEWEST:
        return week.cell, kept, [WEEK], []
    note = (
        "The arms ran on different days of the week, so that a difference between those cannot be"
        " told from one between the arms."
    )
    return *whole, [], [note]


def _as_asked(arms: Arms, rows: Rows, sample: Sample, inside: Flags, adjust: list[str]) -> Mix:
    if not adjust:
        return Mix(sample, usable(sample), (), ())
    found, notes = dimensions(arms.log, rows, adjust)
    cell = sample.cell
    labels = np.full(cell.size, "", dtype=object)
    for one in found:
        codes = one.codes[inside]
        cell = _joint(cell, codes)
        named = np.array([f"{one.name} {label}" for label in one.labels], dtype=object)
        labels = np.where(labels == "", named[codes], labels + ", " + named[codes])
    whole = replace(sample, cell=cell)
    kept = usable(whole)
    said = list(dict.fromkeys(labels[~kept].tolist()))
    notes += _left_out(whole, kept, chosen=False)
    if said:
        notes.append(f"Cells without enough of both arms: {text.listed(said, most=_NAMED)}.")
    return Mix(whole, kept, tuple(one.name for one in found), tuple(notes))


def _left_out(sample: Sample, kept: Flags, *, chosen: bool) -> list[str]:
    lost = _lost(sample, kept)
    if not lost.any():
        return []
    why = " (other times of the week)" if chosen else ""
    left = (
        f"Left out as without a like in the other arm{why}: {_percent(lost[1])} of the current and"
        f" {_percent(lost[0])} of the baseline rows."
    )
    return [left]


def _percent(share: float) -> str:
    return "under 1%" if 0 < share < _SMALL else text.share(share, 1)


def _joint(cell: Ints, codes: Ints) -> Ints:
    joint = cell * (int(codes.max(initial=0)) + 1) + codes
    return np.asarray(np.unique(joint, return_inverse=True)[1], dtype=np.int64)


def _lost(sample: Sample, kept: Flags) -> Floats:
    """Return which share of the baseline and of the current arm is not kept."""
    whole = np.bincount(sample.arm, weights=sample.weight, minlength=2)
    left = np.bincount(sample.arm, weights=sample.weight * ~kept, minlength=2)
    return np.asarray(left / np.maximum(whole, 1e-300), dtype=np.float64)


def _fewest(sample: Sample) -> int:
    """Return the number of clusters of the arm that has fewer."""
    return min(np.unique(sample.cluster[sample.arm == side]).size for side in (0, 1))


def _apart(sample: Sample, codes: Ints) -> float:
    """Return which share of one arm would have to change its value to look like the other."""
    n = int(codes.max(initial=0)) + 1
    held = [np.bincount(codes[sample.arm == side], minlength=n) for side in (0, 1)]
    shares = [one / max(one.sum(), 1) for one in held]
    return float(np.abs(shares[0] - shares[1]).sum() / 2)
