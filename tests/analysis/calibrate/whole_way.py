"""A window whose truth is known, taken the whole way: judge, plan, labels, corrected rate."""

from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
import pandas as pd

import agentlens as al

__all__ = ["TRUTH", "Found", "whole_way"]

TRUTH = 0.8
_SENSITIVITY, _SPECIFICITY, _SILENT = 0.97, 0.6, 0.03
_RUBRIC = al.Rubric("served", 1, "Did the user get what they asked for?")


class Found(NamedTuple):
    """The corrected rate and its limits, the judge's own rate, and labels as (passes, n)."""

    value: float
    low: float
    high: float
    raw: float
    passed: int
    labels: int


def whole_way(seed: int, *, traces: int, labels: int) -> Found:
    """Return what comes out of one world, each step run as a user runs it."""
    rng = np.random.default_rng(seed)
    good = rng.random(traces) < TRUTH
    rows = pd.DataFrame(
        {
            "trace_id": [f"w{seed}-{place}" for place in range(traces)],
            "session_id": [f"s{place // 2}" for place in range(traces)],
            "start": pd.date_range("2026-11-01", periods=traces, freq="10min", tz="UTC"),
            "input": [f"question {place} of world {seed}" for place in range(traces)],
            "output": np.where(good, "served", "lost"),
        }
    )
    judge = al.Judge.of(_says, name="erring", version="1")
    with TemporaryDirectory() as folder:
        store = Path(folder) / "judge.sqlite"
        run = al.judge(al.from_frames(rows), _RUBRIC, judge, store=store)
        plan = al.plan_labels(
            run.log,
            _RUBRIC,
            judge,
            n=labels,
            goal="failures",
            splits={"test": 1.0},
            seed=seed,
            store=None,
        )
        marks = al.label(
            plan, rater="ana", answers=lambda item: item.output == "served", store=None
        )
    rate = al.calibrate(marks.log, _RUBRIC, judge).corrected_rate()
    said = run.log.scores["value"].dropna()
    firsts = marks.labels[marks.labels["repeat"] == 1]["value"]
    return Found(
        rate.value, rate.low, rate.high, float(said.mean()), int(firsts.sum()), len(firsts)
    )


def _says(prompt: str) -> str:
    lot, other = (
        int(sha256(f"{part}{prompt}".encode()).hexdigest()[:12], 16) / 16**12 for part in "ab"
    )
    passes = lot < _SENSITIVITY if "\nserved\n" in prompt else lot >= _SPECIFICITY
    verdict = "unknown" if other < _SILENT else "pass" if passes else "fail"
    return f'{{"evidence": "the output", "verdict": "{verdict}", "confidence": 75}}'
