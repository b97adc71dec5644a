"""Which yardsticks are there, in the order of the goals?"""

from collections.abc import Iterable

from benchmarks.yardsticks.ways import (
    charts,
    drifting,
    exploring,
    imports,
    judging,
    reading,
    reports,
    series,
    slices,
    upserts,
)
from benchmarks.yardsticks.yardstick import Yardstick

__all__ = ["YARDSTICKS", "chosen"]

_FILES = (imports, reading, series, upserts, drifting, slices, charts, judging, reports, exploring)
YARDSTICKS: tuple[Yardstick, ...] = tuple(one for file in _FILES for one in file.YARDSTICKS)
GROWTH = "P14"


def chosen(words: Iterable[str]) -> list[Yardstick]:
    """Return the yardsticks of goals or names; all where none is given.

    Args:
        words: such as "P4" or "drift-evidently"; "P14" means those whose growth is promised.
    """
    asked = list(words)
    known = {one.code for one in YARDSTICKS} | {one.name for one in YARDSTICKS} | {GROWTH}
    for word in asked:
        if word not in known:
            message = f"There is no yardstick {word!r}. Known: {', '.join(sorted(known))}."
            raise SystemExit(message)
    return [
        one
        for one in YARDSTICKS
        if not asked or one.code in asked or one.name in asked or (one.growth and GROWTH in asked)
    ]
