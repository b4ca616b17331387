"""The studio's server: on this computer only, until Ctrl-C."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable
from contextlib import suppress

import uvicorn

from jazzgram.errors import JazzgramError
from jazzgram.studio.app import Workers, make_app
from jazzgram.studio.session import Session

HOST = "127.0.0.1"


_PATIENCE = 2.0
"""Seconds to wait at the end for the work under way."""


def serve_studio(session: Session, port: int, ready: Callable[[str], None]) -> bool:
    """Serve until Ctrl-C.

    Parameters
    ----------
    session : Session
        Makes the takes.
    port : int
        0 for a free one.
    ready : callable
        Called with the address, which includes the token.

    Returns
    -------
    bool
        Whether all work has ended; work that cannot be interrupted may still run in a thread.

    Raises
    ------
    JazzgramError
        Where the port is taken.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as server_socket:
        server_socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server_socket.bind((HOST, port))
        except OSError as error:
            raise JazzgramError(
                f"--port {port}: cannot listen there ({error.strerror}); leave --port out for a free one"
            ) from None
        port = server_socket.getsockname()[1]
        token = secrets.token_urlsafe(24)
        workers = Workers()
        config = uvicorn.Config(
            make_app(session, token, port, workers),
            log_level="critical",
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=1,
            server_header=False,
            limit_concurrency=400,
        )
        server_socket.listen()
        ready(f"http://{HOST}:{port}/?token={token}")
        try:
            with suppress(KeyboardInterrupt):  # uvicorn raises it again when all is closed
                uvicorn.Server(config).run(sockets=[server_socket])
        finally:
            session.closing.set()
        return all([workers.notes.close(_PATIENCE), workers.sound.close(_PATIENCE)])
