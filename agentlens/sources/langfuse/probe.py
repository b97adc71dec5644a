"""What can this Langfuse answer?"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

from agentlens.errors import SourceError
from agentlens.sources.langfuse.answers import Answer, said
from agentlens.sources.langfuse.client import Client

__all__ = ["Abilities", "probe"]

_OK = 200
_HASTY = 2
_SKEW = 5.0
_SCORES = (
    ("v3", "/api/public/v3/scores", {"limit": "1", "fields": "subject"}),
    ("v2", "/api/public/v2/scores", {"limit": "1"}),
    ("v1", "/api/public/scores", {"limit": "1"}),
)


@dataclass(frozen=True)
class Abilities:
    """What a server and its project are, and by which roads they can be read.

    Attributes:
        version: the server's.
        project: the project's id, by which everything read from it is known.
        project_name: and its name.
        observations: v2 where steps can be listed, v1 where only traces and their parts can.
        scores: the newest way to read scores.
        offset: seconds by which the server's clock is ahead of ours.
        why: in a sentence, where it is not the newest way.
    """

    version: str
    project: str
    project_name: str
    observations: Literal["v2", "v1"]
    scores: str
    offset: float = 0.0
    why: str = ""


async def probe(client: Client) -> Abilities:
    """Return what the server can answer, asked once a pull.

    Raises:
        SourceError: it is no Langfuse, the key is not its own, or it can be read in no way.
    """
    version, offset = await _health(client)
    project, name = await _project(client)
    road, why = await _observations(client)
    return Abilities(version, project, name, road, await _scores(client), offset, why)


async def _health(client: Client) -> tuple[str, float]:
    host = client.settings.host
    answer = await client.ask("/api/public/health", {}, tries=_HASTY, lenient=True)
    body = answer.body
    if answer.status != _OK or not isinstance(body, dict) or "version" not in body:
        kind = answer.headers.get("content-type", "nothing").split(";")[0]
        message = (
            f"This is not a Langfuse API: {host} answered {answer.status} with {kind}. Is a proxy or"
            " the web page in front? LANGFUSE_BASE_URL names the server without a path."
        )
        raise SourceError(message)
    offset = 0.0
    with suppress(KeyError, ValueError, TypeError):  # without a date the clocks are taken to agree
        offset = parsedate_to_datetime(answer.headers["date"]).timestamp() - client.clock.now()
    return str(body["version"]), offset if abs(offset) > _SKEW else 0.0


async def _project(client: Client) -> tuple[str, str]:
    answer = await client.get("/api/public/projects", {})
    found = answer.body["data"]
    if not found or not isinstance(found[0], dict) or not found[0].get("id"):
        message = f"{client.settings.shown} names no project for this key; use a project's key."
        raise SourceError(message)
    return str(found[0]["id"]), str(found[0].get("name", ""))


async def _observations(client: Client) -> tuple[Literal["v2", "v1"], str]:
    now = datetime.fromtimestamp(client.clock.now(), UTC)
    asked = {"limit": "1", "fields": "core"}  # a minute's worth, so that no server finds it much
    asked["fromStartTime"] = f"{now - timedelta(minutes=1):%Y-%m-%dT%H:%M:%SZ}"
    asked["toStartTime"] = f"{now:%Y-%m-%dT%H:%M:%SZ}"
    newest = await client.ask("/api/public/v2/observations", asked)
    if newest.status == _OK:
        return "v2", ""
    if newest.status in {401, 403}:
        raise client.refusal("/api/public/v2/observations", asked, newest)
    older = await client.ask("/api/public/traces", {"limit": "1"})
    if older.status == _OK:
        return "v1", f"The server does not list steps ({_short(newest)}); traces were read instead."
    message = (
        f"{client.settings.shown} can be read in no way that AgentLens knows: v2/observations"
        f" answered {_short(newest)}, traces answered {_short(older)}."
    )
    raise SourceError(message)


async def _scores(client: Client) -> str:
    for name, path, asked in _SCORES:
        if (await client.ask(path, asked)).status == _OK:
            return name
    return ""


def _short(answer: Answer) -> str:
    return f"{said(answer)!r}"
