"""A web server of this machine, for the tests of what is fetched."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


class Handler(BaseHTTPRequestHandler):
    """Note each request, and answer it, without a log, as a subclass does."""

    server: Server

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers.get("Range")))
        with suppress(ConnectionError):  # the client has left
            self.answer()

    def answer(self) -> None:
        self.send_error(404)

    def log_message(self, format: str, *args: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    """Keep the path and the ``Range`` of each request; `released` ends the answers that wait for it."""

    def __init__(self, handler: type[Handler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.asked: list[tuple[str, str | None]] = []
        self.released = threading.Event()

    def url(self, path: str = "") -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/{path}"


@contextmanager
def serving(handler: type[Handler]) -> Iterator[Server]:
    """Serve on a free port, past any proxy."""
    with pytest.MonkeyPatch.context() as monkeypatch, Server(handler) as server:
        monkeypatch.setenv("NO_PROXY", "*")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.released.set()
        server.shutdown()
        thread.join()
