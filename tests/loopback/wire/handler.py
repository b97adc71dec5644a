"""How does a request come off the wire, and its answer go onto it?"""

import gzip
import os
import socket
import struct
from collections.abc import Callable
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from tests.loopback.wire.answers import Answer

__all__ = ["Handler", "Heard"]

Heard = Callable[[str, str, dict[str, list[str]], dict[str, str], bytes], tuple[Answer, float]]
_RESET = struct.pack("ii", 1, 0)  # linger for no time: what is left is thrown away with a reset


class Handler(BaseHTTPRequestHandler):
    """One connection; asks `heard` what to answer."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    heard: ClassVar[Any]

    def do_GET(self) -> None:
        """Answer a request of any method."""
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else b""
        headers = {name.lower(): value for name, value in self.headers.items()}
        params = parse_qs(parts.query, keep_blank_values=True)
        answer, now = self.heard(self.command, parts.path, params, headers, body)
        self._send(answer, now, packed="gzip" in headers.get("accept-encoding", ""))

    do_POST = do_DELETE = do_PATCH = do_GET  # noqa: N815 - the standard library calls them so

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as it is called
        """Say nothing."""

    def _send(self, answer: Answer, now: float, *, packed: bool) -> None:
        if answer.after is not None:
            answer.after.wait()
        if answer.wire in {"hang", "reset"}:
            self._drop()
            return
        payload = answer.payload()
        headers = {"Content-Type": answer.kind, "Date": formatdate(now, usegmt=True)}
        headers |= answer.headers
        if packed or answer.wire == "cut gzip":
            payload = gzip.compress(payload, compresslevel=1, mtime=0)
            headers["Content-Encoding"] = "gzip"
        if answer.wire == "cut gzip":
            payload = payload[: len(payload) // 2]
        headers["Content-Length"] = str(len(payload))
        if answer.wire == "cut":
            payload = payload[: len(payload) // 2]
            self.close_connection = True
        lines = [f"HTTP/1.1 {answer.status} -", *(f"{k}: {v}" for k, v in headers.items())]
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        try:
            self.wfile.write(head + payload)
        except OSError:  # whoever asked has left
            self.close_connection = True

    def _drop(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        os.close(self.connection.detach())  # close() would wait for the files that read from it
