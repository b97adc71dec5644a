"""How does a test ask a loopback server by itself, without the package's own client?"""

from collections.abc import Iterator
from ssl import PROTOCOL_TLS_CLIENT, SSLContext
from typing import Any

import httpx

from tests.loopback.api.observations import ALL_GROUPS
from tests.loopback.rows import Row
from tests.loopback.server import LangfuseServer

__all__ = ["HIDDEN", "asking", "cursor_pages", "every_observation", "every_score", "plain"]

_NO_TLS = SSLContext(PROTOCOL_TLS_CLIENT)  # loading certificates would cost more than a test
HIDDEN = frozenset({"start_us", "visible_from", "deleted_at", "versions", "first"})
"""What a row says to the server only."""


def asking(server: LangfuseServer, timeout: float = 5.0) -> httpx.Client:
    """Return a client with the right key; close it before the server."""
    return httpx.Client(
        base_url=f"{server.url}/api/public/",
        auth=(server.public_key, server.secret_key),
        timeout=timeout,
        verify=_NO_TLS,
    )


def cursor_pages(client: httpx.Client, path: str, **params: Any) -> Iterator[list[Row]]:
    """Yield pages until there is no cursor."""
    cursor: dict[str, str] = {}
    while True:
        answer = client.get(path, params=params | cursor)
        answer.raise_for_status()
        body = answer.json()
        yield body["data"]
        if "cursor" not in body["meta"]:
            return
        cursor = {"cursor": body["meta"]["cursor"]}


def every_observation(server: LangfuseServer, limit: Any = 1_000, **params: Any) -> list[Row]:
    """Return all observations with all groups."""
    asked = {"fields": ALL_GROUPS, "limit": limit} | params
    with asking(server) as client:
        return [row for page in cursor_pages(client, "v2/observations", **asked) for row in page]


def every_score(server: LangfuseServer, limit: Any = 100, **params: Any) -> list[Row]:
    """Return all scores with all groups."""
    asked = {"fields": "details,subject,annotation", "limit": limit} | params
    with asking(server) as client:
        return [row for page in cursor_pages(client, "v3/scores", **asked) for row in page]


def plain(rows: list[Row]) -> list[Row]:
    """Return rows as the API tells them, in an order that does not depend on the server."""
    told = [{name: value for name, value in row.items() if name not in HIDDEN} for row in rows]
    return sorted(told, key=lambda row: (str(row.get("id")), str(row.get("updatedAt"))))
