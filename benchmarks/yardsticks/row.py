"""What was measured at one size, and is the goal met?"""

from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any, Literal

from benchmarks.yardsticks.yardstick import Goal, Yardstick

__all__ = ["Row", "row_of"]

Took = dict[str, Any]
Verdict = Literal["met", "missed", "", "unknown"]
PEER_NOT_RUN = "peer not run"


@dataclass(frozen=True)
class Row:
    """One yardstick at one size.

    Attributes:
        code: of the goal.
        name: of the yardstick.
        what: our way, in words.
        against: the other way, in words; "" for none.
        size: n; 0 where there is none.
        cpu: our CPU seconds, by run.
        other: theirs.
        wall: our seconds of the clock.
        peak: the most memory of our process in MiB, by run.
        other_peak: of theirs.
        goal: what was to be reached.
        note: why something is missing.
        versions: of ours, and of the peer's environment.
        machine: cores, system.
    """

    code: str
    name: str
    what: str
    against: str
    size: int
    cpu: tuple[float, ...] = ()
    other: tuple[float, ...] = ()
    wall: tuple[float, ...] = ()
    peak: tuple[float, ...] = ()
    other_peak: tuple[float, ...] = ()
    goal: dict[str, Any] = field(default_factory=dict)
    note: str = ""
    versions: dict[str, dict[str, str]] = field(default_factory=dict)
    machine: str = ""

    @property
    def ratios(self) -> list[float]:
        """Our CPU seconds to theirs, by round."""
        return [one / two for one, two in zip(self.cpu, self.other, strict=False)]

    @property
    def verdicts(self) -> list[tuple[str, str, Verdict]]:
        """For each goal that counts here: the goal, what was measured, and whether it is met."""
        goal = Goal(**self.goal)
        if goal.at not in {0, self.size}:
            return []
        peers = median(self.other_peak) if self.other_peak else 0.0
        held = (
            ("ratio", goal.ratio, self.ratios),
            ("s", goal.seconds, self.cpu),
            ("MiB", goal.memory, self.peak),
            ("of the peak", goal.of_peak, [one / peers for one in self.peak] if peers else []),
        )
        return [_verdict(unit, most, values) for unit, most, values in held if most is not None]


def row_of(
    one: Yardstick, size: int, ours: list[Took], theirs: list[Took], note: str, machine: str
) -> Row:
    """Return the row of what some rounds took."""
    every = {"ours": ours, "theirs": theirs}
    return Row(
        code=one.code, name=one.name, what=one.ours.words, size=size,
        against=one.theirs.words if one.theirs else "",
        cpu=_each(ours, "cpu"), other=_each(theirs, "cpu"), wall=_each(ours, "wall"),
        peak=_each(ours, "peak"), other_peak=_each(theirs, "peak"), goal=asdict(one.goal),
        note=note, machine=machine,
        versions={whose: took[-1]["versions"] for whose, took in every.items() if took},
    )  # fmt: skip


def _each(took: list[Took], name: str) -> tuple[float, ...]:
    return tuple(float(f"{one[name]:.4g}") for one in took)


def _verdict(unit: str, most: float, values: Any) -> tuple[str, str, Verdict]:
    """Return a goal in words, what was measured, and whether the median keeps it."""
    if not values:
        return f"{most:g} {unit}", "", "unknown"
    mid = median(values)
    return f"{most:g} {unit}", f"{mid:.3g}", "met" if mid <= most else "missed"
