"""Which log has users who return, so that two periods have some of them in common?"""

from typing import Any

import numpy as np
import pandas as pd

from agentlens.tables.frames import from_frames
from agentlens.tables.log import Log
from tests.engines.worlds import ordered
from tests.logs import START

__all__ = ["returning"]


def returning(seed: int) -> Log:
    """Return two days of users who return, with weights, and with missing values of every kind."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(60, 200))

    def some(values: list[Any], lack: float = 0.1) -> pd.Series:
        kept = pd.Series(rng.choice(np.array(values, dtype=object), n))
        return kept.mask(rng.random(n) < lack).infer_objects()

    frame = pd.DataFrame(
        {
            "trace_id": [f"t{one}" for one in range(n)],
            "start": START + pd.to_timedelta(rng.integers(0, 48, n), unit="h"),  # many at once
            "user_id": some([f"u{one}" for one in range(int(rng.integers(2, 40)))]),
            "session_id": some(["s1", "s2"]),
            "status": some(["ok", "error", "open"]),
            "task_type": some(["refund", "order", "Zoll"]),
            "segment": some(["refund", "free"]),
            "latency_s": some([0.125 * one for one in range(int(rng.integers(1, 40)))]),
            "cost_usd": some([0.125 * one for one in range(9)]),
            "steps": some([0, 1, 2, 3]),
            "output_tokens": some([0, 3, 6]),
            "user_rating": some([0.0, 0.25, 0.5, 1.0]),
            "completed": some([True, False]),
            "escalated": some([True, False]),
            "weight": some([1.0, 2.0, 4.0], lack=0.02) if seed % 2 else 1.0,
        }
    )
    spans = pd.DataFrame(
        {
            "span_id": [f"p{one}" for one in range(2 * n)],
            "trace_id": np.repeat(frame["trace_id"].to_numpy(), 2),
            "start": frame["start"].repeat(2).reset_index(drop=True) + pd.Timedelta("1h"),
            "kind": "tool" if seed % 3 else rng.choice(["tool", "llm"], 2 * n),
            "name": rng.choice(["search", "write"], 2 * n),
            "status": rng.choice(["ok", "error"], 2 * n),
            "latency_s": rng.integers(0, 30, 2 * n) / 8,
            "ttft_s": rng.integers(0, 30, 2 * n) / 8,
        }
    )
    scores = pd.DataFrame(
        {
            "score_id": [f"c{one}" for one in range(n)],
            "trace_id": frame["trace_id"],
            "name": rng.choice(["tone", "safe"], n),
            "source": "judge",
            "value": rng.choice([0.0, 1.0], n),
            "inclusion_p": rng.choice([1.0, 0.25], n),
            "time": START,
        }
    )
    return ordered(from_frames(frame, spans, scores, strict=False))
