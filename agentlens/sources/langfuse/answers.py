"""What does an answer of Langfuse mean: data, try again, ask for less, or stop?"""

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Literal

import orjson

from agentlens.sources.collecting import uncollected

__all__ = ["Answer", "Verdict", "judged", "said", "wait_wanted"]

Verdict = Literal["data", "again", "less", "wait", "stop"]
_AGAIN = frozenset({408, 425, 500, 502, 503, 504, *range(520, 525)})
_LESS = 422
_WAIT = 429
_EXCERPT = 80
_OK = 200


@dataclass(frozen=True)
class Answer:
    """One answer: status, headers in lower case, and the body as it was parsed.

    Attributes:
        status: the HTTP status.
        headers: by lower-case name.
        body: the parsed JSON, or None where there is none.
        text: the beginning of a body that is no JSON.
    """

    status: int
    headers: Mapping[str, str]
    body: Any
    text: str = ""


def parsed(status: int, headers: Mapping[str, str], content: bytes) -> Answer:
    """Return an answer from what came over the wire."""
    small = {name.lower(): value for name, value in headers.items()}
    try:
        with uncollected():
            return Answer(status, small, orjson.loads(content))
    except orjson.JSONDecodeError:
        plain = " ".join(content[:1000].decode("utf-8", "replace").split())
        return Answer(status, small, None, plain[:_EXCERPT])


def judged(answer: Answer) -> Verdict:
    """Return what to do after an answer."""
    if answer.status == _OK:
        whole = isinstance(answer.body, dict) and isinstance(answer.body.get("data"), list)
        return "data" if whole else "again"
    if answer.status == _WAIT:
        return "wait"
    if answer.status in _AGAIN:
        return "again"
    if answer.status == _LESS and "timed out" in str(answer.body or "").lower():
        return "less"
    return "stop"


def said(answer: Answer) -> str:
    """Return what the server says is wrong, in one line."""
    if isinstance(answer.body, dict):
        message = str(answer.body.get("message") or answer.body.get("error") or "")
        issues = answer.body.get("error")
        if isinstance(issues, list) and issues and isinstance(issues[0], dict):
            path = ".".join(map(str, issues[0].get("path") or ()))
            detail = str(issues[0].get("message", ""))
            message = f"{message}: {f'{path}: ' if path else ''}{detail}"
        return f"{answer.status} {message}".strip()
    return f"{answer.status} {answer.text}".strip()


def wait_wanted(answer: Answer, now: float) -> float | None:
    """Return for how many seconds the server asks to wait, None where it does not say."""
    header = answer.headers.get("retry-after", "").strip()
    if header:
        if header.replace(".", "", 1).isdigit():
            return float(header)
        try:
            return max(parsedate_to_datetime(header).timestamp() - now, 0.0)
        except (ValueError, TypeError):
            pass  # neither seconds nor a date: as if it had not been said
    details = answer.body.get("details") if isinstance(answer.body, dict) else None
    seconds = details.get("retryAfterSeconds") if isinstance(details, dict) else None
    return float(seconds) if isinstance(seconds, (int, float)) and seconds >= 0 else None
