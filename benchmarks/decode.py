"""What does a page of Langfuse cost to decode, against the response models of its SDK?

    python benchmarks/decode.py

Both start from the parsed JSON of the same page of a thousand observations with all field groups, as
the server of the tests sends them. Medians of seven paired runs, CPU time.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import httpx
import orjson
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
RUNS, ROWS = 7, 1000
FIELDS = "core,basic,time,metadata,model,usage,prompt,metrics,trace_context,io"


def main() -> None:
    """Print what each way costs an observation, and the ratio."""
    from langfuse.api.core.pydantic_utilities import parse_obj_as  # noqa: PLC0415 - after the path
    from langfuse.api.observations.types import ObservationsV2Response  # noqa: PLC0415 - as above

    from agentlens.sources.intake.normalise import normalise  # noqa: PLC0415 - as above
    from agentlens.sources.langfuse.wire.observations import observations  # noqa: PLC0415 - as above

    now = pd.Timestamp.now("UTC")
    page = fetched()
    rows = orjson.loads(page)["data"]
    places = [f"page:{at}" for at in range(len(rows))]

    def typed() -> None:
        normalise(observations(orjson.loads(page)["data"], places), file="page", now=now)

    ways: dict[str, Callable[[], object]] = {
        "rows under our names": lambda: observations(orjson.loads(page)["data"], places),
        "rows in typed columns, ids and times checked": typed,
    }
    for name, ours in ways.items():
        pairs = [
            (spent(ours), spent(lambda: parse_obj_as(ObservationsV2Response, orjson.loads(page))))
            for _ in range(RUNS)
        ]
        ratios = sorted(one / other for one, other in pairs)
        each = [1e6 * median(times) / len(rows) for times in zip(*pairs, strict=True)]
        print(
            f"{name}: {each[0]:.1f} µs an observation, models {each[1]:.0f} µs:"
            f" 1/{1 / median(ratios):.0f} [1/{1 / ratios[0]:.0f} to 1/{1 / ratios[-1]:.0f}]"
        )


def fetched() -> bytes:
    """Return one full page."""
    from tests.loopback import LangfuseServer, World  # noqa: PLC0415 - after the path

    with LangfuseServer(World(days=10, traces_per_day=60)) as server:
        answer = httpx.get(
            f"{server.url}/api/public/v2/observations",
            params={"limit": str(ROWS), "fields": FIELDS},
            auth=(server.public_key, server.secret_key),
        )
    return answer.raise_for_status().content


def spent(work: Callable[[], object]) -> float:
    """Return the CPU seconds of some work."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


if __name__ == "__main__":
    main()
