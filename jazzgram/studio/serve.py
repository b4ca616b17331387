"""The studio's server: on this computer only, until Ctrl-C."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable
from contextlib import suppress

import uvicorn

from jazzgram.errors import JazzgramError
from jazzgram.studio.app import Workers, make_app
from jazzgram.studio.bench import Bench

HOST = "127.0.0.1"


_PATIENCE = 2.0
"""Seconds that the work under way is waited for in the end."""


def serve(bench: Bench, port: int, ready: Callable[[str], None]) -> bool:
    """Listen until Ctrl-C.

    Parameters
    ----------
    bench : Bench
        Makes the takes.
    port : int
        0 for a free one.
    ready : callable
        Hears the address, token and all.

    Returns
    -------
    bool
        Whether all work is over; something that cannot be interrupted may still be going on in a thread.

    Raises
    ------
    JazzgramError
        Where the port is taken.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((HOST, port))
        except OSError as error:
            raise JazzgramError(
                f"--port {port}: cannot listen there ({error.strerror}); leave --port out for a free one"
            ) from None
        port = listening.getsockname()[1]
        token = secrets.token_urlsafe(24)
        workers = Workers()
        config = uvicorn.Config(
            make_app(bench, token, port, workers),
            log_level="critical",
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=1,
            server_header=False,
            limit_concurrency=400,
        )
        listening.listen()
        ready(f"http://{HOST}:{port}/?token={token}")
        with suppress(KeyboardInterrupt):  # uvicorn raises it again when all is closed
            uvicorn.Server(config).run(sockets=[listening])
        bench.closing.set()
        return all([workers.notes.close(_PATIENCE), workers.sound.close(_PATIENCE)])
