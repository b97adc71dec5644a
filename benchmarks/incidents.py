"""How often does `investigate` name what was planted, and how often does it find what was not?

    python benchmarks/incidents.py [seeds]

Each incident of the simulated shop is asked about at the middle of its time, by the metric that it
harms, in a log that holds all of them. A log without any is asked twice by five metrics.
"""

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

import agentlens as al

INCIDENTS: dict[str, tuple[str, tuple[str, ...], dict[str, str] | None]] = {
    "campaign": ("strong_completion", ("mix",), None),
    "slow_model": ("latency_p95", ("slice", "both"), {"model": "aspen-large-2"}),
    "broken_refunds": (
        "strong_completion", ("slice", "both"), {"task_type": "refund", "device": "mobile"}
    ),
    "lenient_judge": ("score:goal_completion", ("judge",), None),
    "schema_error": ("tool_success", ("slice", "both"), {"tool": "search_orders"}),
    "broken_promise": ("safety_flags", ("burst",), None),
}  # fmt: skip
CLEAN = (
    "strong_completion",
    "latency_p95",
    "tool_success",
    "score:goal_completion",
    "safety_flags",
)


@dataclass(frozen=True)
class Outcome:
    """Whether one answer was right, in each respect."""

    asked: str
    cause: bool
    place: bool
    onset: bool
    seconds: float

    @property
    def whole(self) -> bool:
        """Whether it was right in every respect."""
        return self.cause and self.place and self.onset


def planted(seed: int) -> Iterator[Outcome]:
    """Ask about every incident of one log."""
    log = al.demo(seed=seed)
    truth = pd.DataFrame(log.truth).set_index("incident")
    for name, (metric, causes, part) in INCIDENTS.items():
        start, end = truth.loc[name, "start"], truth.loc[name, "end"]
        began = time.process_time()
        found = al.investigate(log, metric, at=start + (end - start) / 2)
        yield Outcome(
            name,
            cause=found.cause in causes,
            place=part is None or part in found.slices,
            onset=found.began_between is not None
            and found.began_between[0] <= start <= found.began_between[1],
            seconds=time.process_time() - began,
        )


def clean(seed: int) -> Iterator[Outcome]:
    """Ask a log in which nothing was planted; right is the answer that nothing was found."""
    log = al.demo(seed=seed, incidents=())
    for metric in CLEAN:
        for at in (None, log.start + 0.9 * (log.stop - log.start)):
            began = time.process_time()
            nothing = al.investigate(log, metric, at=at).cause == "none"
            asked = f"nothing, {metric}{'' if at is None else ', at a time'}"
            yield Outcome(asked, nothing, nothing, nothing, time.process_time() - began)


def main(seeds: int) -> None:
    """Print one line for each question."""
    told = [one for seed in range(seeds) for ask in (planted, clean) for one in ask(seed)]
    rows = pd.DataFrame([{**vars(one), "whole": one.whole} for one in told])
    table = rows.groupby("asked", sort=False).agg(
        n=("whole", "size"),
        cause=("cause", "sum"),
        place=("place", "sum"),
        onset=("onset", "sum"),
        whole=("whole", "sum"),
        seconds=("seconds", "median"),
    )
    print(table.to_string(float_format="{:.2f}".format))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
