"""The studio's server: on this computer only, unless a host is named; until Ctrl-C."""

from __future__ import annotations

import asyncio
import errno
import secrets
import socket
from collections.abc import Callable
from contextlib import suppress

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from jazzgram.errors import JazzgramError
from jazzgram.studio.addresses import LOOPBACK, family_of, netloc, reached_at
from jazzgram.studio.app import Workers, make_app
from jazzgram.studio.progress import PATIENT
from jazzgram.studio.session import Session
from jazzgram.studio.trade_socket import MOST_CHARACTERS

HEAD_SECONDS = 10.0
"""Seconds in which the head of a request must be there."""
_PATIENCE = 2.0
"""Seconds to wait at the end for the work under way."""
_LATE = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class PunctualProtocol(H11Protocol):
    """HTTP for which a request must begin and its head end within `HEAD_SECONDS`, or the connection is closed.

    uvicorn waits for ever, and every connection that waits is one of those that it limits.
    """

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._wait()

    def on_response_complete(self) -> None:
        """Begin to wait for the next request."""
        super().on_response_complete()
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        super().connection_lost(exc)
        if self._waiting is not None:
            self._waiting.cancel()

    def _wait(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
        self._waiting = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _give_up(self) -> None:
        if self.conn.their_state is h11.IDLE and not self.transport.is_closing():
            self.transport.write(_LATE)
            self.transport.close()


def serve_studio(session: Session, port: int, ready: Callable[[str, str], None], host: str = LOOPBACK) -> bool:
    """Serve until Ctrl-C.

    Parameters
    ----------
    session : Session
        Makes the takes.
    port : int
        0 for a free one.
    ready : callable
        Called with the address, which includes the token, and with one that can be opened once: other users of this
        computer see what a browser is started with.
    host : str
        Address of this computer, or a name of it: other devices reach what is no loopback address.

    Returns
    -------
    bool
        Whether all work has ended; work that cannot be interrupted may still run in a thread.

    Raises
    ------
    JazzgramError
        Where the port is taken, or the host is none of this computer.
    """
    with _bound(host, port) as server_socket:
        port = server_socket.getsockname()[1]
        hosts = reached_at(host)
        token, ticket = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        workers = Workers()
        for worker in (workers.notes, workers.sound, workers.trade):
            worker.watch(
                lambda: session.plugin_files, lambda: session.working.get("stage") in PATIENT, session.hung.note
            )
        config = uvicorn.Config(
            make_app(session, token, port, workers, ticket, hosts),
            http=PunctualProtocol,
            ws="wsproto",
            ws_max_size=MOST_CHARACTERS,
            ws_per_message_deflate=False,
            log_level="critical",
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=1,
            server_header=False,
            limit_concurrency=400,
        )
        server_socket.listen()
        home = f"http://{netloc(hosts[0], port)}/?token="
        ready(home + token, home + ticket)
        try:
            with suppress(KeyboardInterrupt):  # uvicorn raises it again when all is closed
                uvicorn.Server(config).run(sockets=[server_socket])
        finally:
            session.closing.set()
        return all([workers.notes.close(_PATIENCE), workers.sound.close(_PATIENCE), workers.trade.close(_PATIENCE)])


def _bound(host: str, port: int) -> socket.socket:
    """Return a socket at an address of this computer."""
    try:
        server_socket = socket.socket(family_of(host), socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:  # a name with a label that is too long is no Unicode to Python
        reason = getattr(error, "strerror", None) or error
        raise JazzgramError(f"--host {host}: not found ({reason}); expected an address of this computer") from None
    try:
        server_socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server_socket.bind((host, port))
    except OSError as error:
        server_socket.close()
        if error.errno in (errno.EADDRNOTAVAIL, errno.EINVAL):  # EINVAL: IPv6 of one link, which a browser cannot open
            known = ", ".join(reached_at("0.0.0.0"))
            message = f"--host {host}: is no address of this computer; it has {known}, and 0.0.0.0 stands for all"
        else:
            message = f"--port {port}: cannot listen there ({error.strerror}); leave --port out for a free one"
        raise JazzgramError(message) from None
    return server_socket
