"""What do tests push, and where to?"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from agentlens.feedback.langfuse.line import Waiting
from agentlens.tables.frames import from_frames
from agentlens.tables.log import Log
from tests.loopback import Clock, LangfuseServer, World
from tests.loopback.asking import every_score

__all__ = ["TRACES", "WORLD", "ours", "scored_log", "to"]

WORLD = World(days=2)
TRACES = [row["id"] for row in WORLD.traces()]


def scored_log(n: int = 3, **columns: Any) -> Log:
    """Return a log of n traces of the world with a judge's score each; columns change scores."""
    ids = TRACES[:n]
    times = pd.date_range("2026-05-04T10:00:00Z", periods=n, freq="min")
    scores = pd.DataFrame(
        {
            "score_id": [f"s{place}" for place in range(n)],
            "trace_id": ids,
            "name": "helpful",
            "value": [place % 2 for place in range(n)],
            "kind": "boolean",
            "source": "judge",
            "rater": "careful judge",
            "time": times,
        }
        | columns
    )
    traces = pd.DataFrame({"trace_id": ids, "start": times, "environment": "production"})
    return from_frames(traces, scores=scores)


def to(server: LangfuseServer, clock: Clock | None = None) -> Mapping[str, Any]:
    """Return the keywords with which a verb reaches a server and waits on its clock."""
    held = clock or server.clock
    return {
        "host": server.url,
        "public_key": server.public_key,
        "secret_key": server.secret_key,
        "waiting": Waiting(held.now, held.advance),
    }


def ours(server: LangfuseServer) -> list[dict[str, Any]]:
    """Return the scores that can be read there and that AgentLens wrote."""
    return [row for row in every_score(server) if row["id"].startswith("al-")]
