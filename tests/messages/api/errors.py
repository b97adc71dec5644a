"""What does an error of the API look like?"""

from typing import Any

from tests.loopback.wire.answers import Answer

__all__ = ["TYPES", "error", "error_body", "missing", "refused"]

TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    408: "timeout_error",
    409: "conflict_error",
    413: "invalid_request_error",
    422: "invalid_request_error",
    429: "rate_limit_error",
    504: "timeout_error",
    529: "overloaded_error",
}


def error_body(kind: str, message: str, code: str = "") -> dict[str, Any]:
    """Return the body of an error."""
    told: dict[str, Any] = {"type": kind, "message": message}
    if code:
        told["details"] = {"error_code": code}
    return {"type": "error", "error": told, "request_id": "req_error"}


def error(
    status: int, message: str = "", code: str = "", headers: dict[str, str] | None = None
) -> Answer:
    """Return an error with a status, of the type that belongs to it."""
    kind = TYPES.get(status, "api_error")
    body = error_body(kind, message or f"Refused with {status}", code)
    return Answer(status, body, {"request-id": "req_error"} | (headers or {}))


def refused(message: str) -> Answer:
    """Return what is said of a request that cannot be carried out."""
    return error(400, message)


def missing(what: str) -> Answer:
    """Return what is said of a thing that is not there."""
    return error(404, what)
