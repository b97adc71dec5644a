"""What does Langfuse send as one page of observations, all field groups asked for?"""

import httpx

__all__ = ["ROWS", "page"]

ROWS = 1000
FIELDS = "core,basic,time,metadata,model,usage,prompt,metrics,trace_context,io"


def page() -> bytes:
    """Return one full page, as the server of the tests sends it."""
    from tests.loopback import LangfuseServer, World  # noqa: PLC0415 - a server is not for all

    with LangfuseServer(World(days=10, traces_per_day=60)) as server:
        answer = httpx.get(
            f"{server.url}/api/public/v2/observations",
            params={"limit": str(ROWS), "fields": FIELDS},
            auth=(server.public_key, server.secret_key),
        )
    return answer.raise_for_status().content
