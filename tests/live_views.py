"""What does each live view look like with calm words, and with words that want to be more?

Every subclass of Live has a maker here; the contract of all views takes them from it.
"""

import json
from collections.abc import Callable
from functools import cache
from itertools import cycle
from typing import Any

import pandas as pd

import agentlens as al
from agentlens.tables.log import Log
from agentlens.widgets.label.labels import Labels
from agentlens.widgets.live.live import Live
from tests.analysis.judges.worlds import scored
from tests.scoring.labels.worlds import judged_log

__all__ = ["HOSTILE", "LIVE_VIEWS", "PRIVATE", "calm", "hostile"]

Words = Callable[[Log], Log]

PRIVATE = "whisper-of-one-user"
"""Stands in the texts of every trace: no sentence that stands for a picture may hold it."""

HOSTILE = (
    "<script>window.hit=1</script>",
    "<img src=x onerror=window.hit=2>",
    "javascript:window.hit=3",
    "</script></style><svg onload=window.hit=4>",
    "data:text/html,<script>window.hit=5</script>",
    '<b>b</b><a href="https://elsewhere.test/">a</a>',
    "a\u202egnp.exe\u2066b\u200b",
    "a\x00b\x1b[2J",
    "\"' onmouseover=window.hit=6 x='",
    "${window.hit=7}%{x}{{7*7}}",
)
_TEXTS = (*HOSTILE, json.dumps([{"role": "user", "content": "half \ud800"}]), "x" * 1_000_000)
_PLAIN = {
    "traces": ("status", "environment"),
    "spans": ("kind", "status"),
    "scores": (
        "name",
        "label",
        "kind",
        "source",
        "rubric",
        "split",
        "stage",
        "reference",
        "status",
    ),
}
"""What is no text of a user but one of a few words that the tables know."""
_LONG = ("input", "output", "error_message", "comment", "note")


def calm(log: Log) -> Log:
    """Return the log with a private word in the texts of every trace."""
    held = [f"{one} {PRIVATE}" for one in log.traces["input"].fillna("")]
    return al.from_frames(log.traces.assign(input=held), log.spans, log.scores)


def hostile(log: Log) -> Log:
    """Return the log with a hostile end to every name, and hostile texts in place of all others."""
    tables = {"traces": log.traces, "spans": log.spans, "scores": log.scores}
    spoilt = {name: _spoilt(frame, _PLAIN[name]) for name, frame in tables.items()}
    return al.from_frames(spoilt["traces"], spoilt["spans"], spoilt["scores"], strict=False)


def _spoilt(frame: pd.DataFrame, plain: tuple[str, ...]) -> pd.DataFrame:
    worse: dict[str, Any] = {}
    for name, column in ((str(name), column) for name, column in frame.items()):
        if not isinstance(column.dtype, pd.StringDtype) or name in plain or column.isna().all():
            continue
        if name in _LONG:
            texts = [f"{text} {PRIVATE}" for text in _TEXTS]
            worse[name] = [text for text, _ in zip(cycle(texts), column, strict=False)]
            # A megabyte each would be a test of memory: one trace holds them all.
            worse[name][len(_TEXTS) :] = [one[:300] for one in worse[name][len(_TEXTS) :]]
        elif name.endswith("_id"):
            worse[name] = column.map(
                lambda one: f"{one}{HOSTILE[hash_of(one)]}", na_action="ignore"
            )
        else:
            ends = dict(zip(column.dropna().unique(), cycle(HOSTILE), strict=False))
            worse[name] = column.map({one: f"{one} {end}" for one, end in ends.items()})
    return frame.assign(**worse)


def hash_of(name: str) -> int:
    """Return which hostile end an id gets: the same in every table."""
    return sum(name.encode()) % len(HOSTILE)


@cache
def _demo() -> Log:
    return al.demo(days=14, traces_per_day=40, seed=7)


def _chart(words: Words) -> Live:
    return al.Chart(al.slices(words(_demo()), "strong_completion", ["task_type"], current="7D"))


def _tuner(words: Words) -> Live:
    log = words(_demo())
    return al.tune(
        al.control_chart, log, "strong_completion",
        lam=[0.1, 0.3], width=(2, 3, 0.5), every=["6h", "12h"], start={"every": "6h"},
    )  # fmt: skip


def _other_tuner(words: Words) -> Live:
    log = words(_demo())
    return al.tune(al.slices, log, "strong_completion", "device", current=["7D", "3D"])


def _slo(words: Words) -> Live:
    goal = al.SLO("met", "strong_completion", 0.8)
    return al.tune(al.check_slos, words(_demo()), goal, objective=(0.7, 0.95, 0.05))


def _explorer(words: Words) -> Live:
    return al.explore(words(_demo()), by=["task_type", "device"])


def _trace(words: Words) -> Live:
    return al.show(words(_demo()))


def _labels(words: Words) -> Live:
    rubric = al.Rubric("goal_completion", 3, "Did the user get <b>it</b>?", criteria={"a": "<i>b"})
    return Labels(words(judged_log(12)), rubric, rater="ana", store=None)


def _calibration(words: Words) -> Live:
    log = words(scored(400, labels=150))
    model = log.scores["judge_model"].dropna().iloc[0]
    return al.tune(al.calibrate(log, "met", model, passes=0.5))


def _drifting(words: Words) -> Live:
    return al.tune(
        al.drift,
        words(_demo()),
        columns=["task_type", "device"],
        current=("2026-11-10", "2026-11-12"),
        baseline=("2026-11-03", "2026-11-08"),
    )


LIVE_VIEWS: dict[str, Callable[[Words], Live]] = {
    "chart": _chart,
    "tune control_chart": _tuner,
    "tune slices": _other_tuner,
    "tune check_slos": _slo,
    "explore": _explorer,
    "show": _trace,
    "label": _labels,
    "calibration": _calibration,
    "drift": _drifting,
}
"""By name, what makes a small view of a log as `calm` or `hostile` words it."""
