"""Which small logs, whose judges' errors are known, do tests about judges use?"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from threading import Lock
from typing import Any

import numpy as np
import pandas as pd

from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.tables.frames import from_frames
from agentlens.tables.log import Log

__all__ = [
    "RUBRIC",
    "START",
    "Verdicts",
    "asker",
    "judge_rows",
    "label_rows",
    "long_winded",
    "repeated",
    "scored",
    "unsteady",
    "world",
]

START = pd.Timestamp("2026-11-01", tz="UTC")
RUBRIC = Rubric("met", 1, "Did the user get what they asked for?")
Verdicts = Mapping[str, np.ndarray]


def judge_rows(
    ids: Sequence[str], verdict: np.ndarray, *, model: str, repeat: int = 1, **more: Any
) -> pd.DataFrame:
    """Return one judge's rows of scores; NaN is no verdict."""
    return pd.DataFrame(
        {
            "score_id": [f"{model}-{repeat}-{one}" for one in ids],
            "trace_id": list(ids),
            "name": "met",
            "value": verdict.astype(float),
            "kind": "boolean",
            "source": "judge",
            "rubric": "met",
            "rubric_version": "1",
            "judge_model": model,
            "repeat": repeat,
            "inclusion_p": 1.0,
            **more,
        }
    )


def label_rows(ids: Sequence[str], y: np.ndarray, **more: Any) -> pd.DataFrame:
    """Return people's rows of scores, drawn from all alike unless said otherwise."""
    told = {
        "score_id": [f"label-{one}" for one in ids],
        "trace_id": list(ids),
        "name": "met",
        "value": y.astype(float),
        "source": "human",
        "rater": "ana",
        "rubric": "met",
        "rubric_version": "1",
        "stage": "uniform",
        "split": "test",
        "reference": "single rater",
    }
    return pd.DataFrame({**told, **more})


def world(
    n: int = 400,
    *,
    judges: Verdicts | None = None,
    labels: int = 0,
    seed: int = 0,
    per_user: int = 1,
    rate: float = 0.8,
    scores: Sequence[pd.DataFrame] = (),
    **columns: object,
) -> tuple[Log, np.ndarray]:
    """Return a log of n traces and what people would say of each."""
    rng = np.random.default_rng(seed)
    truth = (rng.random(n) < rate).astype(float)
    ids = [f"t{i:05d}" for i in range(n)]
    began = START + pd.to_timedelta(np.arange(n) * 600, unit="s")
    traces = pd.DataFrame(
        {
            "trace_id": ids,
            "user_id": [f"u{i // per_user}" for i in range(n)],
            "start": began,
            "input": [f"question {i}" for i in range(n)],
            "output": [f"answer {i} {'good' if y else 'bad'}" for i, y in enumerate(truth)],
            **columns,
        }
    )
    rows = list(scores)
    for model, wrong in (judges or {}).items():
        verdict = (
            np.where(rng.random(n) < wrong, 1 - truth, truth) if np.ndim(wrong) == 0 else wrong
        )
        rows.append(judge_rows(ids, verdict, model=model, time=began))
    if labels:
        chosen = np.sort(rng.choice(n, labels, replace=False))
        at = began[chosen] + pd.Timedelta("1h")
        rows.append(label_rows([ids[i] for i in chosen], truth[chosen], time=at))
    held = pd.concat(rows, ignore_index=True) if rows else None
    return from_frames(traces, scores=held), truth


def asker(says: Callable[[str], bool | None], name: str = "asked", version: str = "1") -> Judge:
    """Return a free judge that answers by a rule over the item's words."""

    def answer(words: str) -> str:
        said = says(words)
        verdict = "unknown" if said is None else "pass" if said else "fail"
        return f'{{"evidence": "", "verdict": "{verdict}"}}'

    return Judge.of(answer, name=name, version=version)


def unsteady(flips: float, name: str = "unsteady") -> Judge:
    """Return a free judge that finds the good answers, and contradicts itself now and then."""
    asked: Counter[str] = Counter()
    turn = Lock()

    def says(words: str) -> bool:
        with turn:
            asked[words] += 1
            time = asked[words]
        lot = int.from_bytes(sha256(f"{time}{words}".encode()).digest()[:4]) / 2**32
        return (" good" in words) != (lot < flips)

    return asker(says, name)


def repeated(n: int, k: int, flips: float, *, seed: int = 0, labels: int = 0) -> Log:
    """Return a log in which one judge judged every trace several times."""
    rng = np.random.default_rng(seed)
    plain, truth = world(n, seed=seed)
    ids = plain.traces["trace_id"].tolist()
    rows = [
        judge_rows(ids, np.where(rng.random(n) < flips, 1 - truth, truth), model="one", repeat=one)
        for one in range(1, k + 1)
    ]
    if labels:
        rows.append(label_rows(ids[:labels], truth[:labels]))
    return world(n, seed=seed, scores=rows)[0]


def long_winded(n: int, bias: float, *, labels: int = 300, seed: int = 0) -> Log:
    """Return labelled traces whose judge likes long answers, which are a little better, too."""
    rng = np.random.default_rng(seed)
    length = rng.normal(size=n)
    truth = rng.random(n) < 1 / (1 + np.exp(-(1.0 + 0.8 * length)))
    lean = np.where(truth, 1.8, -1.2) + bias * length
    verdict = (rng.random(n) < 1 / (1 + np.exp(-lean))).astype(float)
    chosen = np.arange(min(labels, n))
    ids = [f"t{i:05d}" for i in range(n)]
    rows = [
        judge_rows(ids, verdict, model="one"),
        label_rows([ids[i] for i in chosen], truth[chosen].astype(float)),
    ]
    words = ["x" * round(np.exp(5 + 0.5 * one)) for one in length]
    return world(n, scores=rows, output=words, model="claude-haiku-5-5")[0]


def scored(
    n: int, *, labels: int, apart: float = 2.2, seed: int = 0, dev: float = 0.4, sure: bool = True
) -> Log:
    """Return a log whose judge gives a score between 0 and 1, and labels in two splits."""
    rng = np.random.default_rng(seed)
    plain, truth = world(n, seed=seed)
    ids = plain.traces["trace_id"].tolist()
    score = 1 / (1 + np.exp(-(rng.normal(apart * truth, 1.0) - apart / 2)))
    chosen = np.sort(rng.choice(n, labels, replace=False))
    split = np.where(rng.random(labels) < dev, "dev", "test")
    rows = [
        judge_rows(ids, score if sure else (score > 0.5).astype(float), model="one"),
        label_rows([ids[i] for i in chosen], truth[chosen], split=split),
    ]
    return world(n, seed=seed, scores=rows)[0]
