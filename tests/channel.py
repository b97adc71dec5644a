"""How do tests hear what is posted to a channel?"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

__all__ = ["channel"]


@contextmanager
def channel(status: int = 200) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Listen on this machine and answer everything alike; give the address and what came.

    Args:
        status: of every answer.
    """
    got: list[dict[str, Any]] = []

    class Channel(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Channel)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/services/T0/very-secret", got
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
