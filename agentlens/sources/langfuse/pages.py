"""How is everything behind a cursor, or behind page numbers, read once and to its end?"""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from agentlens.errors import SourceError
from agentlens.sources.langfuse.answers import said
from agentlens.sources.langfuse.client import Client, TooMuchError

__all__ = ["cursor_pages", "numbered_pages"]

_LEAST = 20
_EMPTY = 20
_MOST = 2_000
_BEGINNINGS = 3
_BAD = 400
Page = list[dict[str, Any]]


async def cursor_pages(
    client: Client, path: str, params: Mapping[str, str], limit: int
) -> AsyncIterator[Page]:
    """Yield the pages of one window; a smaller page is asked for where a large one is too much.

    Rows may come twice, since a cursor that the server no longer knows begins the window anew.

    Args:
        client: the connection.
        path: what to read.
        params: which part of it.
        limit: rows a page to begin with.

    Raises:
        SourceError: the cursor does not get anywhere.
        TooMuchError: even the smallest page is too much.
    """
    cursor, seen, empty, beginnings = "", set[str](), 0, 0
    size = limit
    for _ in range(_MOST):
        asked = {**params, "limit": str(size)} | ({"cursor": cursor} if cursor else {})
        try:
            answer = await client.ask(path, asked)
        except TooMuchError:
            if size <= _LEAST:
                raise
            size = max(size // 2, _LEAST)
            continue
        if answer.status == _BAD and cursor and "cursor" in said(answer).lower():
            beginnings += 1
            if beginnings == _BEGINNINGS:
                raise client.refusal(path, asked, answer)
            cursor, seen = "", set()
            continue
        body = client.data(path, asked, answer)
        rows: Page = [one for one in body["data"] if isinstance(one, dict)]
        yield rows
        meta = body.get("meta")
        following = meta.get("cursor") if isinstance(meta, dict) else None
        if not following:
            return
        empty = 0 if rows else empty + 1
        if (following in seen and rows) or empty >= _EMPTY:
            message = (
                f"{client.settings.host} repeats itself: the cursor of {path} does not advance."
                " What was read before is kept."
            )
            raise SourceError(message)
        seen.add(following)
        cursor = following
        size = min(limit, size * 2) if size < limit else size
    message = f"{path} has more than {_MOST:,} pages in one window; the cursor may never end."
    raise SourceError(message)


async def numbered_pages(
    client: Client, path: str, params: Mapping[str, str], limit: int
) -> AsyncIterator[Page]:
    """Yield the pages of a window by their numbers.

    Args:
        client: the connection.
        path: what to read.
        params: which part of it; its end must lie in the past, so that pages do not shift.
        limit: rows a page.

    Raises:
        TooMuchError: one page is too much.
    """
    for page in range(1, _MOST + 1):
        asked = {**params, "limit": str(limit), "page": str(page)}
        body = client.data(path, asked, await client.ask(path, asked))
        rows: Page = [one for one in body["data"] if isinstance(one, dict)]
        yield rows
        meta = body.get("meta")
        pages = meta.get("totalPages") if isinstance(meta, dict) else None
        if not rows or not isinstance(pages, int) or page >= pages:
            return
    message = f"{path} has more than {_MOST:,} pages in one window; read shorter ones."
    raise TooMuchError(message)
