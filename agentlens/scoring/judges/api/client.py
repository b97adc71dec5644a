"""How is the API opened, with which key, and for which machine?"""

import os
from ssl import PROTOCOL_TLS_CLIENT, SSLContext
from typing import Any
from urllib.parse import urlsplit

from agentlens.errors import BadInputError
from agentlens.scoring.judges.api.bounded import bounded
from agentlens.scoring.judges.api.told import safe

__all__ = ["HOST", "opened_client"]

HOST = "api.anthropic.com"
_API = f"https://{HOST}"
_LOCAL_KEY = "local"
_CONNECT = 5.0
_KEY_HEADERS = frozenset({"authorization", "x-api-key"})
_NO_KEY = "No API key: set ANTHROPIC_API_KEY or pass base_url for a local server."


def opened_client(base_url: str | None, timeout: float) -> Any:
    """Return a client that sends each request once, and the user's key to nobody else.

    The key, and whatever else the environment holds for the API, goes where the environment says:
    to ANTHROPIC_BASE_URL, else to the API. Any other address gets the key "local". The SDK's own
    repeats are off, because a lost answer would be paid again in silence; redirects are not
    followed and no spans are recorded, because the texts are not for others.

    Args:
        base_url: where to; None is what the environment says.
        timeout: seconds without a byte, or from the first to the last, until a request counts as
            lost.

    Raises:
        BadInputError: there is no key, or a judge without an address would be sent to another host.
    """
    import anthropic  # noqa: PLC0415 - slow to load, and only who asks the API needs it

    options: dict[str, Any] = {
        "max_retries": 0,
        "timeout": anthropic.Timeout(timeout, connect=min(_CONNECT, timeout)),
        "http_client": anthropic.DefaultHttpxClient(
            follow_redirects=False,
            event_hooks={"response": [bounded(timeout)]},
            **_trusting_nobody(base_url),
        ),
        "open_telemetry": False,
    }
    if base_url is not None:
        options["base_url"] = base_url
        if not _is_the_environments(base_url):
            options["api_key"] = _LOCAL_KEY
            options["default_headers"] = _without_the_environments(anthropic.Omit())
    try:
        client = anthropic.Anthropic(**options)
    except anthropic.AnthropicError as error:
        message = f"The credentials cannot be read. {safe(str(error))}"
        raise BadInputError(message) from None
    _check_host(str(client.base_url), base_url)
    _check_key(client)
    return client


def _trusting_nobody(base_url: str | None) -> dict[str, Any]:
    """Return that no certificate is trusted where none is shown, since reading them takes long."""
    if base_url is None or urlsplit(base_url).scheme != "http":
        return {}
    return {"verify": SSLContext(PROTOCOL_TLS_CLIENT)}


def _is_the_environments(base_url: str) -> bool:
    """Whether the key of the environment is meant for this address."""
    return _place(base_url) == _place(os.environ.get("ANTHROPIC_BASE_URL") or _API)


def _place(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    return parts.scheme, (parts.hostname or "").rstrip("."), parts.port or usual


def _without_the_environments(nothing: Any) -> dict[str, Any]:
    """Return headers that take back those which the SDK reads from the environment."""
    lines = os.environ.get("ANTHROPIC_CUSTOM_HEADERS", "").split("\n")
    names = [line.partition(":")[0].strip() for line in lines if ":" in line]
    ours = f"Bearer {_LOCAL_KEY}"
    return {name: ours if name.lower() == "authorization" else nothing for name in names if name}


def _check_host(actual: str, base_url: str | None) -> None:
    """Refuse to ask another machine than the judge's id names."""
    if base_url is None and _place(actual) != _place(_API):
        parts = urlsplit(actual)
        where = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}"
        message = (
            f"The environment sends requests to {where}, and this judge is named as one of {HOST}."
            f" Say so: Judge(..., base_url={where!r})."
        )
        raise BadInputError(message)


def _check_key(client: Any) -> None:
    headers = {**client.auth_headers, **client.default_headers}
    found = [str(value) for name, value in headers.items() if name.lower() in _KEY_HEADERS]
    if not found and client.credentials is None:
        raise BadInputError(_NO_KEY)
    if any(not (one.isascii() and one.isprintable() and one == one.strip()) for one in found):
        message = (
            "The API key holds a line break, a blank or a letter that no key has;"
            " set ANTHROPIC_API_KEY again."
        )
        raise BadInputError(message)
