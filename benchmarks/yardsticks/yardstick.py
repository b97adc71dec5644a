"""What is a yardstick: our way, the way of others, on the same data, and how far apart they may be?"""

from dataclasses import dataclass

__all__ = ["Goal", "Way", "Yardstick"]


@dataclass(frozen=True)
class Way:
    """One way of doing the work, in a process of its own.

    Attributes:
        words: what is done.
        job: "module:function"; it takes the folder of the data, reads it, and gives what is timed.
        peer: the environment in which it runs; "" for ours.
        most: the largest size at which it is tried; 0 for any.
        once: it changes its data, so that it is run once in a process.
    """

    words: str
    job: str
    peer: str = ""
    most: int = 0
    once: bool = False


@dataclass(frozen=True)
class Goal:
    """What is to be reached; None where nothing was promised.

    Attributes:
        ratio: of our CPU seconds to theirs.
        seconds: of CPU.
        memory: in MiB, at most.
        of_peak: of our peak to theirs.
        at: the size at which it counts; 0 for every size.
    """

    ratio: float | None = None
    seconds: float | None = None
    memory: float | None = None
    of_peak: float | None = None
    at: int = 0


@dataclass(frozen=True)
class Yardstick:
    """One line of the table.

    Attributes:
        code: such as "P6".
        name: short and unique, such as "drift-evidently".
        world: the name of the data in `worlds`; "" for none, and then there is one size.
        ours: our way.
        theirs: what it is held against; None where there is nothing but the goal.
        goal: what is to be reached.
        sizes: at which it is measured by default; empty for all that are asked for.
        growth: whether its growth with n is promised.
    """

    code: str
    name: str
    world: str
    ours: Way
    theirs: Way | None = None
    goal: Goal = Goal()
    sizes: tuple[int, ...] = ()
    growth: bool = False
