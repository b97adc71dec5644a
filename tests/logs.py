"""Which small logs do tests ask questions of?"""

from functools import lru_cache

import numpy as np
import pandas as pd

from agentlens.sources.demo import demo
from agentlens.tables.frames import from_frames
from agentlens.tables.log import Log

__all__ = ["START", "demo_log", "plain_log", "planted_log", "tiny_log"]

START = pd.Timestamp("2026-11-01", tz="UTC")


@lru_cache(maxsize=1)
def demo_log() -> Log:
    """Return the demo log as a new user gets it."""
    return demo()


@lru_cache(maxsize=6)
def planted_log(*incidents: str, seed: int = 7) -> Log:
    """Return the demo log with nothing wrong in it but these."""
    return demo(incidents=incidents, seed=seed)


def plain_log(n: int, *, hours: float, seed: int = 0, rate: float = 0.8, per_user: int = 1) -> Log:
    """Return traces evenly at random over some hours, with one rate, one cost and one latency."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "trace_id": [f"t{i}" for i in range(n)],
            "user_id": [f"u{i // per_user}" for i in range(n)],
            "start": START + pd.to_timedelta(np.sort(rng.uniform(0, hours * 3600, n)), unit="s"),
            "latency_s": rng.lognormal(1, 0.5, n),
            "cost_usd": rng.lognormal(-5, 0.7, n),
            "status": "ok",
            "completed": True,
            "user_corrected": rng.random(n) >= rate,
            "escalated": False,
            "device": rng.choice(["mobile", "desktop"], n),
        }
    )
    return from_frames(frame)


def tiny_log(**columns: object) -> Log:
    """Return three traces an hour apart, with these columns beside."""
    base = {"trace_id": ["a", "b", "c"], "start": START + pd.to_timedelta([0, 1, 2], unit="h")}
    return from_frames(pd.DataFrame({**base, **columns}))
