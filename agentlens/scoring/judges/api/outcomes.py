"""What does an error mean for the money and for the run?"""

import time
from collections.abc import Mapping
from email.utils import mktime_tz, parsedate_tz
from math import isfinite
from typing import Any

from agentlens.scoring.judges.api.told import safe
from agentlens.scoring.judges.reply import Outcome, Reply

__all__ = ["envelope", "lost", "meaning", "never_sent", "refused"]

_STOP_CODES = frozenset(
    {
        "claude_code_key_creator_not_member",
        "cmek_key_disabled",
        "cmek_key_network_blocked",
        "contract_spend_limit_reached",
        "enforced_spend_limit_reached",
        "linked_organization_billing_unavailable",
        "linked_organization_spend_limit_reached",
        "organization_on_hold",
    }
)
"""Whatever status they come with, they concern the account and not the item."""

_STOP_TYPES = frozenset({"authentication_error", "billing_error", "permission_error"})
_STOP = frozenset({401, 402, 403, 404})
_WAIT = frozenset({409, 429, 500, 502, 503, 529})
_MAYBE = frozenset({408, 499, 504})
_NO_SUCH = frozenset({404, 405})
_REDIRECT, _CLIENT, _SERVER = 300, 400, 500
_UNSENT = frozenset({"ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError"})
_UNFIT = frozenset({"LocalProtocolError", "UnsupportedProtocol"})


def refused(error: Any) -> Reply:
    """Return what an answer with a status other than success means.

    Args:
        error: of the SDK, with the answer in it.
    """
    status, headers = int(error.status_code), error.response.headers
    kind, code, said = envelope(error.body)
    return Reply(
        outcome=meaning(status, kind, code),
        raw=error.response.text,
        http_status=status,
        error_type=kind,
        error_code=code,
        request_id=headers.get("request-id") or "",
        detail=_detail(status, kind, code, said),
        retry_after=_asked_to_wait(headers),
    )


def lost(error: Any) -> Reply:
    """Return what it means that no answer came: perhaps a bill, unless nothing can have left.

    What a connection said of itself may quote a header, so only the names of errors are told.

    Args:
        error: of the SDK; the cause is the connection's.
    """
    cause = error.__cause__ or error
    name = type(cause).__name__
    if name in _UNFIT:
        return never_sent("stop", f"{name}: no request can be put together for this address.")
    if name in _UNSENT:
        return never_sent("wait", f"{name}: no connection, so nothing was sent.")
    return Reply(outcome="unknown", detail=f"{name}: no answer came; it may have been billed.")


def never_sent(outcome: Outcome, detail: str) -> Reply:
    """Return what is known of a request that did not leave this machine."""
    return Reply(outcome=outcome, detail=detail)


def meaning(status: int, kind: str, code: str) -> Outcome:
    """Return what an error means.

    Without the API's own words somebody between us and the API has answered, and nobody knows
    whether the API did too; unless it says that there is no such page.

    Args:
        status: of HTTP.
        kind: what the API calls it; "" where the answer is not in the API's form.
        code: what the API says more precisely, or "".

    >>> meaning(429, "rate_limit_error", ""), meaning(429, "", "")
    ('wait', 'unknown')
    """
    if _REDIRECT <= status < _CLIENT:
        return "stop"
    if not kind and status in _NO_SUCH:
        return "stop"
    if not kind or status in _MAYBE:
        return "unknown"
    if status in _STOP or code in _STOP_CODES or kind in _STOP_TYPES:
        return "stop"
    if status in _WAIT:
        return "wait"
    return "reject" if status < _SERVER else "unknown"


def envelope(body: object) -> tuple[str, str, str]:
    """Return type, code and message of an error in the API's form; all "" for anything else.

    >>> envelope({"type": "error", "error": {"type": "overloaded_error", "message": "Busy"}})
    ('overloaded_error', '', 'Busy')
    """
    if not isinstance(body, Mapping) or body.get("type") != "error":
        return "", "", ""
    error = body.get("error")
    if not isinstance(error, Mapping):
        return "", "", ""
    details = error.get("details")
    code = details.get("error_code") if isinstance(details, Mapping) else None
    return _text(error.get("type")), _text(code), _text(error.get("message"))


def _detail(status: int, kind: str, code: str, said: str) -> str:
    if _REDIRECT <= status < _CLIENT:
        return f"{status}: the address leads elsewhere; give the final one as base_url."
    if not kind and status in _NO_SUCH:
        return (
            f"{status}: the address has no such page; base_url is what stands before /v1, and not"
            " every gateway takes batches"
        )
    if not kind:
        return f"{status}, not in the words of the API: something in between answered."
    named = f"{kind} ({code})" if code else kind
    return f"{status} {named}: {safe(said)}".rstrip(": ")


def _asked_to_wait(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that the server asks for: in milliseconds, in seconds or until a date."""
    exact = _seconds(headers.get("retry-after-ms"))
    if exact is not None:
        return exact / 1000
    said = headers.get("retry-after")
    seconds = _seconds(said)
    if seconds is not None or said is None:
        return seconds
    date = parsedate_tz(said)
    return None if date is None else max(0.0, mktime_tz(date) - time.time())


def _seconds(said: str | None) -> float | None:
    try:
        seconds = float(said or "")
    except ValueError:
        return None
    return max(0.0, seconds) if isfinite(seconds) else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
