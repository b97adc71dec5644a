"""What are the sums of every slice up to a depth, in both periods?

Rows that agree in every column are put together first; each table of up to three columns is then
one count over mixed-radix codes. Slices with too few rows are dropped as soon as they are counted.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from math import prod

import numpy as np

from agentlens.stats.arrays import Flags, Floats, Ints
from agentlens.stats.groups import sums
from agentlens.stats.slicing.sample import Place, Sample, inside

__all__ = ["Lattice", "lattice_of"]

_ARMS = 2
_MOST_TABLES = 400
_MOST_CELLS = 2_000_000
_LARGEST_KEY = 2**62
_NONE: Ints = np.zeros(0, dtype=np.int64)

Sums = Floats
"""By slice and arm: rows, weighted base, excess, number; squares of base and of the excess."""


@dataclass(frozen=True, eq=False)
class Lattice:
    """The slices, and the sums of each.

    Attributes:
        tables: the columns of each table.
        table: of each slice, its place among the tables.
        code: of each slice, its place within its table.
        depth: of each slice, its number of columns.
        sums: of each slice.
        whole: of all rows, by arm.
        all_counted: whether no set of columns had to be left out.
    """

    tables: tuple[tuple[int, ...], ...]
    table: Ints
    code: Ints
    depth: Ints
    sums: Sums
    whole: Sums
    all_counted: bool
    _groups: "_Groups"

    def __len__(self) -> int:
        """Return the number of slices."""
        return self.table.size

    def place(self, index: int) -> Place:
        """Return the columns and codes of a slice."""
        columns = self.tables[self.table[index]]
        codes = np.unravel_index(int(self.code[index]), self._sizes(columns))
        return tuple((one, int(code)) for one, code in zip(columns, codes, strict=True))

    def index(self, place: Place) -> int:
        """Return where a slice stands; -1 where it is none of those that have enough rows."""
        columns = tuple(column for column, _ in place)
        code = np.ravel_multi_index(tuple(code for _, code in place), self._sizes(columns))
        here = np.flatnonzero((self.table == self.tables.index(columns)) & (self.code == code))
        return int(here[0]) if here.size else -1

    def without(self, places: Iterable[Place]) -> tuple[Sums, Sums]:
        """Return the sums of every slice and of all rows, less the rows of some slices.

        Args:
            places: slices whose rows are left out.
        """
        groups = self._groups
        out = np.zeros(groups.arm.size, dtype=np.bool_)
        for place in places:
            out |= inside(groups.codes, place)
        if not out.any():
            return self.sums, self.whole
        gone = groups.only(out)
        left = self.sums.copy()
        for number, columns in enumerate(self.tables):
            here = self.table == number
            if here.any():
                left[here] -= gone.table(columns)[self.code[here]]
        return left, self.whole - gone.table(())[0]

    def _sizes(self, columns: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(self._groups.sizes[one] for one in columns)


@dataclass(frozen=True, eq=False)
class _Groups:
    """Rows that agree in every column and in their period, put together.

    Attributes:
        codes: of each group, one array a column.
        sizes: how many codes each column has.
        arm: of each group.
        values: sums of each group.
        same: of each of these, the first that equals it: where all weights are one, rows, weights
            and their squares are, and are summed once.
    """

    codes: tuple[Ints, ...]
    sizes: tuple[int, ...]
    arm: Ints
    values: tuple[Floats, ...]
    same: tuple[int, ...]

    def only(self, which: Flags) -> "_Groups":
        return _Groups(
            tuple(one[which] for one in self.codes),
            self.sizes,
            self.arm[which],
            tuple(one[which] for one in self.values),
            self.same,
        )

    def table(self, columns: tuple[int, ...]) -> Sums:
        """Return the sums of each cell of these columns."""
        key, cells = self.arm, 1
        if columns:
            cells = prod(self.sizes[one] for one in columns)
            key = self.codes[columns[0]]
            for one in columns[1:]:
                key = key * self.sizes[one] + self.codes[one]
            key = key * _ARMS + self.arm
        found = np.empty((cells * _ARMS, len(self.values)))
        for place, (values, first) in enumerate(zip(self.values, self.same, strict=True)):
            summed = first == place
            found[:, place] = sums(key, values, cells * _ARMS) if summed else found[:, first]
        return found.reshape(cells, _ARMS, len(self.values))


def lattice_of(sample: Sample, depth: int, least: int) -> Lattice:
    """Return the slices of up to so many columns that have enough rows in both periods.

    Args:
        sample: the rows.
        depth: the most columns of a slice.
        least: the fewest rows of a slice in either period.
    """
    groups = _collapsed(sample)
    tables, all_counted = _tables(groups, depth)
    whole = groups.table(())
    kept, codes, numbers = [whole[:0]], [_NONE], [_NONE]
    for number, columns in enumerate(tables):
        found = groups.table(columns)
        enough = np.flatnonzero((found[..., 0] >= least).all(axis=1))
        kept.append(found[enough])
        codes.append(enough)
        numbers.append(np.full(enough.size, number))
    table = np.concatenate(numbers).astype(np.int64)
    deep = np.array([len(columns) for columns in tables], dtype=np.int64)
    return Lattice(
        tables=tables,
        table=table,
        code=np.concatenate(codes).astype(np.int64),
        depth=deep[table],
        sums=np.concatenate(kept),
        whole=whole[0],
        all_counted=all_counted,
        _groups=groups,
    )


def _tables(groups: _Groups, depth: int) -> tuple[tuple[tuple[int, ...], ...], bool]:
    """Return the sets of columns, the shallow ones first, and whether those are all.

    A column that has but one value in a period tells no rows of that period apart: as part of a
    slice it would only cut the other period short.
    """
    places = [
        place
        for place, codes in enumerate(groups.codes)
        if all(np.count_nonzero(np.bincount(codes[groups.arm == one])) > 1 for one in range(_ARMS))
    ]
    every = [columns for deep in range(1, depth + 1) for columns in combinations(places, deep)]
    small = [one for one in every if prod(groups.sizes[at] for at in one) <= _MOST_CELLS]
    counted = tuple(small[:_MOST_TABLES])
    return counted, len(counted) == len(every)


def _collapsed(sample: Sample) -> _Groups:
    key, top = sample.arm, _ARMS
    for codes, size in zip(sample.codes, sample.sizes, strict=True):
        if top * size >= _LARGEST_KEY:
            key = np.unique(key, return_inverse=True)[1].astype(np.int64)
            top = int(key.max()) + 1
        key, top = key * size + codes, top * size
    _, first, of_row = np.unique(key, return_index=True, return_inverse=True)
    held, excess = sample.weight * sample.base, sample.weight * sample.excess

    def total(rows: Floats | None) -> Floats:
        return np.bincount(of_row, weights=rows, minlength=first.size).astype(np.float64)

    values = (
        total(None),
        total(held),
        total(excess),
        total(sample.weight * sample.number),
        total(held**2),
        total(excess**2),
    )
    joint = tuple(one[first] for one in sample.codes)
    return _Groups(joint, sample.sizes, sample.arm[first], values, _same(values))


def _same(values: tuple[Floats, ...]) -> tuple[int, ...]:
    """Return the place of the first that equals each.

    >>> _same((np.ones(2), np.zeros(2), np.ones(2)))
    (0, 1, 0)
    """
    return tuple(
        next(place for place, one in enumerate(values) if np.array_equal(one, each))
        for each in values
    )
