"""How are connections taken, and all of them closed again?"""

import socket
import sys
from contextlib import suppress
from http.server import ThreadingHTTPServer
from threading import Lock
from typing import Any

__all__ = ["Listening"]


class Listening(ThreadingHTTPServer):
    """Knows its open connections, so that it can close them."""

    daemon_threads = False
    request_queue_size = 64

    def __init__(self, *arguments: Any) -> None:
        self.broken: list[BaseException] = []
        self._open: set[socket.socket] = set()
        self._guard = Lock()
        super().__init__(*arguments)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember a connection, then let a thread serve it."""
        with self._guard:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Close a connection for good."""
        with self._guard:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, *_: Any) -> None:
        """Keep what broke in this server; not what others broke off."""
        error = sys.exception()
        if error is not None and not isinstance(error, OSError):
            self.broken.append(error)

    def drop_all(self) -> None:
        """Wake every thread that waits for a next request."""
        with self._guard:
            for connection in self._open:
                with suppress(OSError):  # its thread may be closing it by itself
                    connection.shutdown(socket.SHUT_RDWR)
