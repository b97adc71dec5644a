"""Where does a log come from when there is none yet: an invented agent with known incidents?"""

from collections.abc import Iterable
from dataclasses import replace

from agentlens.sources.demo.world import simulate
from agentlens.tables.frames import from_frames
from agentlens.tables.log import Log

__all__ = ["demo"]


def demo(
    *,
    days: int = 28,
    traces_per_day: int = 600,
    seed: int = 7,
    end: str = "2026-11-16",
    incidents: Iterable[str] | None = None,
) -> Log:
    """Return the log of an invented support agent; `log.truth` lists what is wrong in it.

    Args:
        days: length of the window; from 7 on, all incidents fit in.
        traces_per_day: how many on average.
        seed: the same seed gives the same log.
        end: when the window ends, as an ISO date or time, in UTC if it names no zone.
        incidents: names of those to plant, () for none; default: all that fit in.

    >>> log = demo(days=7, traces_per_day=50)
    >>> log.truth["incident"].tolist()[:2]
    ['campaign', 'slow_model']
    """
    world = simulate(
        days=days, traces_per_day=traces_per_day, seed=seed, end=end, incidents=incidents
    )
    return replace(from_frames(world.traces, world.spans, world.scores), truth=world.truth)
