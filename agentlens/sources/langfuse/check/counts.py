"""How many steps does Langfuse count on each day?"""

from collections.abc import Mapping

import orjson
import pandas as pd

from agentlens.errors import SourceError
from agentlens.sources.langfuse.answers import said
from agentlens.sources.langfuse.client import Client, TooMuchError

__all__ = ["MOST_DAYS", "counted"]

MOST_DAYS = 1000
"""The endpoint gives no more rows at a time, and a hundred if it is not asked for more."""
_PATH = "/api/public/v2/metrics"
_OK = 200


async def counted(client: Client, first: pd.Timestamp, end: pd.Timestamp) -> Mapping[str, int]:
    """Return the steps that began on each day, in one request; days without any are left out.

    Args:
        client: the connection.
        first: the beginning of the first day.
        end: the end of the last one, at most `MOST_DAYS` later.

    Raises:
        SourceError: the server cannot count, or not now.
    """
    query = {
        "view": "observations",
        "dimensions": [],
        "metrics": [{"measure": "count", "aggregation": "count"}],
        "filters": [],
        "timeDimension": {"granularity": "day"},
        "fromTimestamp": f"{first:%Y-%m-%dT%H:%M:%S}.000Z",
        "toTimestamp": f"{end:%Y-%m-%dT%H:%M:%S}.000Z",
        "config": {"row_limit": MOST_DAYS},
    }
    asked = {"query": orjson.dumps(query).decode()}
    try:
        answer = await client.ask(_PATH, asked)
    except TooMuchError as error:
        message = f"{client.settings.host} cannot count its steps: {error}."
        raise SourceError(message) from error
    if answer.status != _OK:
        message = f"{client.settings.host} does not count its steps by day ({said(answer)})"
        raise SourceError(message)
    found: dict[str, int] = {}
    for row in answer.body["data"]:
        day, n = str(row.get("time_dimension") or "")[:10], row.get("count_count")
        if day and n is not None:
            found[day] = found.get(day, 0) + int(n)
    return found
