"""Access control of the studio: only its own page, opened with the token that the terminal shows.

Any page in the same browser can send requests to this computer. Three things keep it out: the *Host* header must name
this computer (a name that was re-bound to its address does not), the *Origin* of what changes anything must be the
studio itself, and the token must be there, which no other page can read.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Iterable
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from jazzgram.studio.addresses import LOOPBACK, netloc

App = Callable[[Any, Any, Any], Awaitable[None]]
"""An ASGI application: scope, receive, send."""

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src data:;"
    " connect-src 'self'; media-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)
_READING = ("GET", "HEAD")
_POLICY_VIOLATION = 1008


class Guard:
    """Pass on requests from the studio's own page, refuse all others.

    Parameters
    ----------
    app : callable
        The ASGI application behind it.
    token : str
        The secret in the address that the terminal shows.
    port : int
        The port of the studio.
    ticket : str
        Another secret, which counts as the token the first time; empty for none.
    hosts : iterable of str
        Under which it is reached from other devices; from this computer always as 127.0.0.1 and localhost, too.
    """

    def __init__(self, app: App, token: str, port: int, ticket: str = "", hosts: Iterable[str] = ()) -> None:
        self._app = app
        self._token = token
        self._ticket = ticket
        self._cookie = f"jazzgram_studio_{port}"  # cookies are shared by all ports: two studios may run
        self._hosts = {netloc(host, port) for host in (LOOPBACK, "localhost", *hosts)}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer with 403 and a sentence, or call the application; set the cookie if the address has the token.

        A WebSocket is guarded as what changes something; one that is refused is closed before it is open.
        """
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        fresh = self._is_token(given) or self._takes_ticket(given)
        problem = self._problem(scope.get("method", "WEBSOCKET"), headers, fresh)
        if scope["type"] == "websocket":
            if problem:
                await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": problem})
            else:
                await self._app(scope, receive, send)
            return
        if problem:
            await self._refuse(problem, send)
            return

        async def guarded(message: Any) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), *_HEADERS, *self._set_cookie(fresh)]}
            await send(message)

        await self._app(scope, receive, guarded)

    def _problem(self, method: str, headers: dict[str, str], fresh: bool) -> str:
        if headers.get("host", "").lower() not in self._hosts:
            return "The studio answers only to the address that its terminal shows."
        origin = headers.get("origin")
        if origin is None and method not in _READING:
            return "The request does not say which page it comes from."
        if origin is not None and origin.removeprefix("http://") not in self._hosts:
            return "Other pages may not use the studio."
        if headers.get("sec-fetch-site", "none") not in ("same-origin", "none") and not fresh:
            return "Other pages may not use the studio."
        if not fresh and not self._is_token(self._cookie_of(headers.get("cookie", ""))):
            return "The token is missing: open the address that the terminal shows."
        return ""

    def _is_token(self, given: str) -> bool:
        return secrets.compare_digest(given.encode(), self._token.encode())

    def _takes_ticket(self, given: str) -> bool:
        """Check for the ticket, which is no more after that."""
        if not self._ticket or not secrets.compare_digest(given.encode(), self._ticket.encode()):
            return False
        self._ticket = ""
        return True

    def _cookie_of(self, header: str) -> str:
        try:
            cookie = SimpleCookie(header).get(self._cookie)
        except CookieError:
            return ""
        return cookie.value if cookie is not None else ""

    def _set_cookie(self, fresh: bool) -> list[tuple[bytes, bytes]]:
        if not fresh:
            return []
        return [(b"set-cookie", f"{self._cookie}={self._token}; Path=/; HttpOnly; SameSite=Strict".encode())]

    async def _refuse(self, problem: str, send: Any) -> None:
        content = problem.encode()
        head = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(content)).encode())]
        await send({"type": "http.response.start", "status": 403, "headers": [*head, *_HEADERS]})
        await send({"type": "http.response.body", "body": content})
