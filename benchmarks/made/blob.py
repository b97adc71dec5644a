"""How does Langfuse write traces when it exports them to blob storage?"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.made.steps import BEGIN, SPANS, STEP_S, steps, written

__all__ = ["blob"]


def blob(folder: Path, spans: int) -> int:
    """Write a Langfuse blob export, and return how many bytes of JSON it has.

    Args:
        folder: where to; it is made.
        spans: how many observations.
    """
    home = folder / "observations_v2"
    home.mkdir(parents=True)
    size = written(home / "2026-05-04T00-00-00.jsonl.gz", map(_observation, steps(spans)))
    home = folder / "scores"
    home.mkdir()
    return size + written(home / "2026-05-04T00-00-00.jsonl.gz", _scores(spans))


def _scores(spans: int) -> Iterator[dict[str, Any]]:
    """Yield a judgement of each trace."""
    for trace in range(-(-spans // SPANS)):
        at = _stamp(BEGIN + trace * STEP_S + 60)
        yield {
            "id": f"score-{trace}",
            "timestamp": at,
            "project_id": "shop",
            "environment": "production",
            "trace_id": f"{trace + 1:032x}",
            "observation_id": None,
            "session_id": None,
            "dataset_run_id": None,
            "name": "helpful",
            "value": trace % 5 > 0,
            "source": "EVAL",
            "comment": "It says what was asked for." if trace % 2 else "",
            "data_type": "BOOLEAN",
            "string_value": "True" if trace % 5 else "False",
            "created_at": at,
            "updated_at": at,
        }


def _observation(one: dict[str, Any]) -> dict[str, Any]:
    """Return a row of observations_v2."""
    called = one["kind"] == "GENERATION"
    cost = one["read"] * 2e-6 + one["wrote"] * 8e-6
    return {
        "id": one["span"],
        "trace_id": one["trace"],
        "start_time": _stamp(one["begin"]),
        "end_time": _stamp(one["end"]),
        "project_id": "shop",
        "parent_observation_id": one["parent"],
        "type": one["kind"],
        "name": one["name"],
        "level": "ERROR" if one["failed"] else "DEFAULT",
        "status_message": "TimeoutError: no answer" if one["failed"] else "",
        "version": "",
        "environment": "production",
        "bookmarked": False,
        "public": False,
        "user_id": one["user"],
        "session_id": one["session"],
        "is_root_observation": not one["parent"],
        "completion_start_time": _stamp(one["begin"] + 0.4) if called else None,
        "created_at": _stamp(one["end"] + 1),
        "updated_at": _stamp(one["end"] + 1),
        "input": one["input"],
        "output": one["output"],
        "metadata": {"plan": one["plan"], "attributes": {"app.turn": "1"}},
        "provided_model_name": "model-a" if called else "",
        "model_id": "",
        "model_parameters": "{}",
        "usage_details": {"input": one["read"], "output": one["wrote"]} if called else {},
        "cost_details": {"total": cost} if called else {},
        "total_cost": cost if called else 0,
        "prompt_id": "",
        "prompt_name": "answer" if called else "",
        "prompt_version": 3 if called else None,
        "latency": one["end"] - one["begin"],
        "time_to_first_token": 0.4 if called else None,
        "tags": ["web", one["plan"]],
        "release": "r41",
        "trace_name": "support",
    }


def _stamp(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S.%f}"
