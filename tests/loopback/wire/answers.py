"""What is asked and answered over HTTP, and what does an error of the API look like?"""

import json
from dataclasses import dataclass, field
from threading import Event
from typing import Any, Literal
from urllib.parse import unquote

__all__ = [
    "Answer",
    "Request",
    "Wire",
    "bad_request",
    "html",
    "invalid",
    "missing",
    "not_allowed",
]

Wire = Literal["whole", "cut", "cut gzip", "reset", "hang"]
_PAGE = "<!DOCTYPE html><html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"


@dataclass(frozen=True)
class Request:
    """One request as it came in.

    Attributes:
        method: GET, POST, PATCH or DELETE.
        path: without the query and without the server's own prefix, still quoted.
        params: by name all values given.
        headers: by lower-case name.
        body: as sent.
        index: how many requests came before it.
        time: when it came, on the server's clock.
    """

    method: str
    path: str
    params: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes
    index: int
    time: float

    def get(self, name: str, default: str = "") -> str:
        """Return the last value given for a parameter."""
        return self.params.get(name, [default])[-1]

    def listed(self, name: str) -> list[str]:
        """Return all values of a parameter, repeated or with commas."""
        return [one for text in self.params.get(name, []) for one in text.split(",") if one]

    def with_params(self, **changed: str | None) -> "Request":
        """Return the same request with some parameters set, or left out where None."""
        kept = {name: values for name, values in self.params.items() if name not in changed}
        new = {name: [value] for name, value in changed.items() if value is not None}
        return Request(**{**self.__dict__, "params": kept | new})

    @property
    def parts(self) -> list[str]:
        """The path below /api/public, unquoted part by part."""
        return [unquote(part) for part in self.path.removeprefix("/api/public/").split("/")]

    def json(self) -> Any:
        """Return the body.

        Raises:
            ValueError: it is no JSON.
        """
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    """One answer, and what becomes of it on its way.

    Attributes:
        status: the HTTP status.
        body: a text (HTML), bytes, or anything that JSON can say.
        headers: besides those that every answer has.
        wire: whether it arrives whole, breaks off, or never comes.
        after: an event that it waits for.
    """

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)
    wire: Wire = "whole"
    after: Event | None = None

    def payload(self) -> bytes:
        """Return the body as it goes over the wire."""
        if isinstance(self.body, bytes):
            return self.body
        if isinstance(self.body, str):
            return self.body.encode()
        text = json.dumps(self.body, ensure_ascii=False, separators=(",", ":"))
        return text.encode(errors="backslashreplace")  # half a surrogate pair is escaped

    @property
    def kind(self) -> str:
        """The content type."""
        if isinstance(self.body, (str, bytes)):
            return "text/html; charset=utf-8"
        return "application/json; charset=utf-8"


def html(status: int, title: str, headers: dict[str, str] | None = None) -> Answer:
    """Return a web page, as a proxy or the user interface sends it."""
    return Answer(status, _PAGE.format(title), headers or {})


def bad_request(*path: str, message: str, code: str = "custom", **more: Any) -> Answer:
    """Return what the API says of a parameter or field that does not validate."""
    issue = {"code": code, **more, "path": list(path), "message": message}
    return Answer(400, {"message": "Invalid request data", "error": [issue]})


def invalid(message: str) -> Answer:
    """Return what the API says of a request that it cannot carry out."""
    return Answer(400, {"message": message, "error": "InvalidRequestError"})


def missing(message: str) -> Answer:
    """Return what the API says of a thing that is not there."""
    return Answer(404, {"message": message, "error": "LangfuseNotFoundError"})


def not_allowed() -> Answer:
    """Return what the API says of a method that an address does not know."""
    return Answer(405, {"message": "Method not allowed", "error": "MethodNotAllowedError"})
