"""The WebSocket over which the page trades bars: one session a connection.

The page sends ``{"start": recipe, "latency": seconds}``, then messages of `Trade.move` and at last ``{"stop": true}``.
It gets ``{"started": …}``, an answer to each message, and ``{"record": …}`` with what was played, where the session was
stopped or cannot go on; ``error`` says why.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from jazzgram.errors import JazzgramError
from jazzgram.studio.page_json import read_json, write_json
from jazzgram.studio.recipe import Recipe
from jazzgram.studio.session import Session
from jazzgram.studio.trade import Halt, Trade
from jazzgram.studio.worker import Worker

MOST_CHARACTERS = 500_000
"""Characters of a message: a recipe is the longest."""
MOST_TRADES = 4
"""Sessions at the same time, each in a page of its own."""
PATIENCE = 15.0
"""Seconds without a message from which on nobody plays any more."""


class TradeSocket:
    """The endpoint of the route.

    Parameters
    ----------
    session : Session
        Makes the trading sessions.
    building : Worker
        Makes them, one after the other with the takes.
    playing : Worker
        Moves them on: it has nothing else to do, as answers are due at a barline.
    """

    def __init__(self, session: Session, building: Worker, playing: Worker) -> None:
        self._session = session
        self._building = building
        self._playing = playing
        self._open = 0

    async def serve(self, socket: WebSocket) -> None:
        """Trade until the page stops or leaves."""
        await socket.accept()
        self._open += 1
        try:
            await self._trade(socket)
        except (WebSocketDisconnect, asyncio.CancelledError):
            pass  # the page has left, and keeps what was played
        except JazzgramError as error:
            await _say(socket, {"error": str(error)})
        except Exception as error:
            await _say(socket, {"error": _defect(error)})
        finally:
            self._open -= 1
            if WebSocketState.DISCONNECTED not in (socket.application_state, socket.client_state):
                with suppress(RuntimeError, WebSocketDisconnect):
                    await socket.close()

    async def _trade(self, socket: WebSocket) -> None:
        if self._open > MOST_TRADES:
            raise JazzgramError(f"{MOST_TRADES} pages trade with this studio already; stop one of them")
        message = await _receive(socket)
        if not isinstance(message, dict) or "start" not in message:
            raise JazzgramError("the page sent something that begins no session; reload it")
        recipe, latency = Recipe.of(message["start"]), message.get("latency", 0.0)
        if isinstance(latency, bool) or not isinstance(latency, int | float):
            raise JazzgramError(f"a latency of {latency!r:.40} is no number of seconds")

        def build() -> tuple[Trade, dict[str, Any]]:
            trade = Trade(self._session.trading(recipe), latency)
            return trade, trade.started()

        trade, started = await asyncio.wrap_future(self._building.do(build))
        await _say(socket, {"started": started})
        try:
            while "stop" not in (message := await _receive(socket)):
                moved = await asyncio.wrap_future(self._playing.do(partial(trade.move, message)))
                await _say(socket, moved)
            await _say(socket, {"record": trade.record()})
        except JazzgramError as error:
            await _say(socket, {"error": str(error), "record": trade.record()})
        except WebSocketDisconnect:
            raise
        except Exception as error:
            await _say(socket, {"error": _defect(error), "record": trade.record()})


def _defect(error: Exception) -> str:
    return f"{type(error).__name__}: {error} (a defect of jazzgram or of a plugin)"


async def _receive(socket: WebSocket) -> Any:
    """Return the next message.

    Raises
    ------
    Halt
        Where there is none for a while, or it is no text or no JSON object.
    JazzgramError
        See `read_json`.
    """
    try:
        async with asyncio.timeout(PATIENCE):
            text = await socket.receive_text()
    except TimeoutError:
        raise Halt(f"The page sent nothing for {PATIENCE:g} seconds.") from None
    except KeyError:
        raise Halt("The page sent something that is no text; reload it.") from None
    if len(text) > MOST_CHARACTERS:
        raise Halt(f"The page sent {len(text):,} characters at once; that is too much.")
    message = read_json(text)
    if not isinstance(message, dict):
        raise Halt("The page sent something that is no message; reload it.")
    return message


async def _say(socket: WebSocket, message: Any) -> None:
    with suppress(RuntimeError):  # it was closed meanwhile
        await socket.send_text(write_json(message).decode())
