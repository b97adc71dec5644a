"""Which rows does the tree of a trace have, when it holds more steps than can be drawn?"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agentlens.widgets.show.steps.tree import Flag, Steps, children_of

__all__ = ["MADE", "Rows", "rows_of"]

MADE = -1
"""The place of a row that no step stands behind: the marked root of those without a parent."""

_FEWEST = 3


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows of a tree from top to bottom.

    Attributes:
        place: of the step that a row shows.
        parent: number of the row above in the tree, -1 for none.
        members: places of all steps that a row stands for.
        row_of: by place of a step, the row that shows it or stands for it.
        left: places of the steps that no row stands for.
    """

    place: list[int]
    parent: list[int]
    members: list[tuple[int, ...]]
    row_of: Mapping[int, int]
    left: tuple[int, ...]


def rows_of(steps: Steps, most: int) -> Rows:
    """Return the rows of a tree: beyond `most`, siblings of one name stand as one row.

    Steps that failed keep a row of their own where there is room for them.

    Args:
        steps: of a trace.
        most: rows.
    """
    children = children_of(steps.parent)
    order = _order(children, len(steps.ids))
    sizes, failing = _below(steps, order)
    groups = _together(steps, children, order, sizes, failing, most)
    return _drawn(steps, children, groups, most)


def _order(children: Mapping[int, list[int]], n: int) -> list[int]:
    """Return all places, each after its parent."""
    order: list[int] = []
    waiting = list(children.get(-1, ()))
    while waiting:
        order += waiting
        waiting = [one for at in waiting for one in children.get(at, ())]
    if len(order) != n:
        message = f"a tree of {n} steps has {len(order)} places"
        raise ValueError(message)
    return order


def _below(steps: Steps, order: Sequence[int]) -> tuple[list[int], list[bool]]:
    """Return how many steps each has at and below it, and whether one of them failed."""
    sizes = [1] * len(order)
    failing = [bool(flag & Flag.ERROR) for flag in steps.flags]
    for at in reversed(order):
        above = steps.parent[at]
        if above >= 0:
            sizes[above] += sizes[at]
            failing[above] |= failing[at]
    return sizes, failing


def _together(
    steps: Steps,
    children: Mapping[int, list[int]],
    order: Sequence[int],
    sizes: Sequence[int],
    failing: Sequence[bool],
    most: int,
) -> dict[int, tuple[int, ...]]:
    """Return, by its first member, each group of siblings that stands as one row."""
    drawn = len(order)
    if drawn <= most:
        return {}
    named, loose = _names(steps), set(steps.loose)
    for keep_failing in (True, False):
        found: list[tuple[int, ...]] = []
        for at in (-1, *order):
            alike: dict[tuple[bool, tuple[str, str]], list[int]] = defaultdict(list)
            for one in children.get(at, ()):
                if not (keep_failing and failing[one]):
                    alike[one in loose, named[one]].append(one)
            found += [tuple(one) for one in alike.values() if len(one) >= _FEWEST]
        groups, left = _enough(steps, found, sizes, drawn, most)
        if left <= most:
            return groups
    return groups


def _enough(
    steps: Steps, found: list[tuple[int, ...]], sizes: Sequence[int], drawn: int, most: int
) -> tuple[dict[int, tuple[int, ...]], int]:
    """Return the most repeated groups, as many as it takes, and how many rows there are then."""
    groups: dict[int, tuple[int, ...]] = {}
    gone: set[int] = set()
    left = drawn
    for group in sorted(found, key=lambda one: (-len(one), one[0])):
        if left <= most:
            break
        if _inside(steps, group[0], gone):
            continue
        groups[group[0]] = group
        gone.update(group)
        left -= sum(sizes[one] for one in group) - 1
    return groups, left


def _inside(steps: Steps, at: int, gone: set[int]) -> bool:
    while at >= 0:
        if at in gone:
            return True
        at = steps.parent[at]
    return False


def _names(steps: Steps) -> list[tuple[str, str]]:
    columns = [
        steps.frame[name].astype(object).where(steps.frame[name].notna(), "").astype(str)
        if name in steps.frame
        else [""] * len(steps.ids)
        for name in ("kind", "name")
    ]
    return list(zip(*columns, strict=True))


def _drawn(
    steps: Steps,
    children: Mapping[int, list[int]],
    groups: Mapping[int, tuple[int, ...]],
    most: int,
) -> Rows:
    grouped = {one: first for first, group in groups.items() for one in group}
    loose = set(steps.loose)
    place: list[int] = []
    parent: list[int] = []
    members: list[tuple[int, ...]] = []
    row_of: dict[int, int] = {}
    left: list[int] = []

    def whole(at: int) -> list[int]:
        found = [at]
        for one in found:
            found += children.get(one, ())
        return found

    def put(at: int, above: int, of: tuple[int, ...]) -> int:
        place.append(at)
        parent.append(above)
        members.append(of)
        return len(place) - 1

    roots = [one for one in children.get(-1, ()) if one not in loose]
    waiting = [(one, -1) for one in reversed(roots)]
    if steps.loose:
        waiting.insert(0, (MADE, -1))
    while waiting:
        at, above = waiting.pop()
        if at == MADE:
            below = steps.loose
            row = put(MADE, above, ())
        elif grouped.get(at, at) != at:
            continue
        elif len(place) >= most:
            left += [one for member in groups.get(at, (at,)) for one in whole(member)]
            continue
        elif at in groups:
            every = [one for member in groups[at] for one in whole(member)]
            row = put(at, above, tuple(every))
            row_of.update(dict.fromkeys(every, row))
            continue
        else:
            below = children.get(at, [])
            row = put(at, above, (at,))
            row_of[at] = row
        waiting += [(one, row) for one in reversed(below)]
    return Rows(place, parent, members, row_of, tuple(left))
