"""A client of the studio's application in this process, without a network."""

from __future__ import annotations

import asyncio

import httpx

from jazzgram.studio.app import Workers, make_app
from jazzgram.studio.session import Session

PORT = 8899
HOME = f"http://127.0.0.1:{PORT}"
TOKEN = "a-token-that-nobody-guesses"
TICKET = "a-ticket-that-is-good-for-once"
WORKERS = Workers()


class InThisProcess(httpx.BaseTransport):
    """Calls the app without a network; starlette's own test client ties its release to one of httpx."""

    def __init__(self, session: Session, hosts: tuple[str, ...] = ()) -> None:
        self._app = httpx.ASGITransport(make_app(session, TOKEN, PORT, WORKERS, TICKET, hosts))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        async def answer() -> httpx.Response:
            found = await self._app.handle_async_request(request)
            return httpx.Response(found.status_code, headers=found.headers, content=await found.aread())

        return asyncio.run(answer())


def client_at(home: str, session: Session, **headers: str) -> httpx.Client:
    """Build a client without a cookie, whose addresses begin with `home`."""
    return httpx.Client(transport=InThisProcess(session), base_url=home, headers=headers, follow_redirects=True)


def other_client(session: Session) -> httpx.Client:
    """Build a client without a cookie, on the studio's own page."""
    return client_at(HOME, session, Origin=HOME)
