"""Which answers do the verbs about judges give? The contract test asks for them."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import pandas as pd

import agentlens as al
from agentlens.result import Result
from agentlens.tables.log import Log
from tests.analysis.judges.worlds import (
    START,
    judge_rows,
    label_rows,
    long_winded,
    repeated,
    scored,
    world,
)

__all__ = ["ANSWERS"]


@lru_cache(maxsize=1)
def _two() -> Log:
    return world(400, judges={"one": np.array(0.1), "two": np.array(0.3)}, labels=150)[0]


@lru_cache
def _long(bias: float) -> Log:
    return long_winded(400, bias)


@lru_cache
def _again(flips: float) -> Log:
    return repeated(100, 3, flips, labels=50)


@lru_cache
def _scores(n: int, labels: int, dev: float) -> al.Calibration:
    log = scored(n, labels=labels, apart=5.0, dev=dev)
    return al.calibrate(log, "met", "one", passes=0.5)


@lru_cache(maxsize=1)
def _bare() -> Log:
    return world(60, judges={"one": np.array(0.1), "two": np.array(0.3)})[0]


def _anchored() -> al.JudgeWatch:
    """Return a watch with nine quiet anchor runs and three of a judge that says no to all."""
    ids = [f"t{i:05d}" for i in range(60)]
    truth = world(60, seed=1)[1]
    runs = [
        judge_rows(
            ids,
            truth if run < 9 else np.zeros(60),
            model="one",
            repeat=run,
            time=START + pd.Timedelta(run, "D"),
        )
        for run in range(1, 12)
    ]
    anchors = world(60, seed=1, scores=[label_rows(ids, truth), *runs])[0]
    return al.watch_judge(_two(), "met", "one", anchors)


ANSWERS: dict[str, tuple[Callable[[], Result], ...]] = {
    "compare_judges": (
        lambda: al.compare_judges(_two(), "met", "one", "two"),
        lambda: al.compare_judges(_two(), "met", "one", ["two"], level=0.9999999),
        lambda: al.compare_judges(_bare(), "met", "one", "two"),
    ),
    "panel": (
        lambda: al.panel(_two(), "met", ["one", "two"]),
        lambda: al.panel(_bare(), "met", ["one", "two"]),
    ),
    "probe": (
        lambda: al.probe(_long(1.0), "met", "one"),
        lambda: al.probe(_long(0.0), "met", "one"),
        lambda: al.probe(_two(), "met", "one", "position"),
        lambda: al.probe(_bare(), "met", "one", "injection"),
    ),
    "retest": (
        lambda: al.retest(_again(0.2), "met", "one"),
        lambda: al.retest(_again(0.0), "met", "one"),
        lambda: al.retest(_bare(), "met", "one"),
    ),
    "watch_judge": (
        _anchored,
        lambda: al.watch_judge(_two(), "met", "one"),
        lambda: al.watch_judge(_bare(), "met", "one"),
    ),
    "threshold": (
        lambda: _scores(600, 200, 0.4).threshold(),
        lambda: al.calibrate(_two(), "met", "one").threshold(),
    ),
    "bands": (
        lambda: _scores(900, 400, 0.0).bands(),
        lambda: _scores(200, 40, 0.0).bands(),
        lambda: al.calibrate(_two(), "met", "one").bands(),
    ),
}
"""By verb: answers that find something, that find nothing, and that cannot tell."""
