"""The studio's web application: its routes and their JSON."""

from __future__ import annotations

import asyncio
import os
import sys
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from importlib.resources import files
from threading import Event
from typing import Any

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute

from jazzgram import __version__
from jazzgram.config.styles import styles
from jazzgram.errors import JazzgramError
from jazzgram.music.harmony.symbols import name_chord
from jazzgram.music.instruments import INSTRUMENTS
from jazzgram.pages.report.page import PLAYER
from jazzgram.studio import charts
from jazzgram.studio.edit import MOST_CHARACTERS, EditError
from jazzgram.studio.exports import File, export
from jazzgram.studio.guard import Guard
from jazzgram.studio.page_json import read_json, write_json
from jazzgram.studio.plugin_catalogue import plugin_catalogue, responders
from jazzgram.studio.progress import Abandoned
from jazzgram.studio.recipe import Recipe
from jazzgram.studio.session import Session, Take
from jazzgram.studio.trade_socket import TradeSocket
from jazzgram.studio.worker import Worker

_SCRIPTS = {
    "jazzgram.pages.report": PLAYER,
    "jazzgram.studio": (
        *("server", "history", "session", "comparison", "chain_edits", "fields", "cards", "lead_sheet"),
        *("curves", "numbers", "solo", "trouble", "mistakes", "tabs", "sides", "typed_changes", "changes"),
        *("working", "saved_files"),
        *("trade_clock", "trade_keys", "trade_turns", "trade_link", "trade_stage", "trade_midi", "trade_ports"),
        *("trade_piano", "trade_typing", "trade_board", "trade_roll", "trade_setup", "trade_exchanges"),
        *("trade_latency", "trade_practice", "trade", "studio"),
    ),
}
_ASSETS = {
    "report.css": ("jazzgram.pages.report", "text/css"),
    "studio.css": ("jazzgram.studio", "text/css"),
    "icon.svg": ("jazzgram.studio", "image/svg+xml"),
    **{f"{name}.js": (package, "text/javascript") for package, names in _SCRIPTS.items() for name in names},
}
_MOST_KEYS = 24
"""Keys of a voicing: more than two hands hold."""
_PATIENCE = 20.0
"""Seconds in which the page must have sent its request."""
Handler = Callable[[Request], Any]


class TooMuch(JazzgramError):
    """A request is larger than any that the page makes."""


@dataclass(frozen=True)
class Workers:
    """The worker that improvises, the one that renders sound and reads charts, and the one that trades bars."""

    notes: Worker = field(default_factory=lambda: Worker("notes"))
    sound: Worker = field(default_factory=lambda: Worker("sound"))
    trade: Worker = field(default_factory=lambda: Worker("trade"))


def make_app(
    session: Session, token: str, port: int, workers: Workers, ticket: str = "", hosts: Iterable[str] = ()
) -> Guard:
    """Build the studio's application.

    Parameters
    ----------
    session : Session
        Makes the takes.
    token : str
        See `Guard`.
    port : int
        See `Guard`.
    workers : Workers
        They run what the page asks for.
    ticket : str
        See `Guard`.
    hosts : iterable of str
        See `Guard`.
    """
    studio = _Studio(session, workers)
    routes = [
        Route("/", _page),
        Route("/assets/{name}", _asset),
        Route("/sound/{instrument}/{name}", _recording),
        WebSocketRoute("/trade", TradeSocket(session, workers.notes, workers.trade).serve),
        *(
            Route(path, _respond_with(handler), methods=[method])
            for path, method, handler in (
                ("/start", "GET", studio.start),
                ("/working", "GET", studio.working),
                ("/saved", "GET", studio.saved),
                ("/catalogue", "GET", studio.catalogue),
                ("/tunes", "GET", studio.tunes),
                ("/voicing", "GET", _voicing),
                ("/tunes/{number:int}", "GET", studio.tune),
                ("/chart", "POST", studio.chart),
                ("/take", "POST", studio.take),
                ("/score", "POST", studio.score),
                ("/numbers", "POST", studio.numbers),
                ("/export/{kind}", "POST", studio.export),
            )
        ),
    ]
    return Guard(Starlette(routes=routes), token, port, ticket, hosts)


class _Studio:
    """The handlers of the routes."""

    def __init__(self, session: Session, workers: Workers) -> None:
        self._session = session
        self._notes = workers.notes
        self._sound = workers.sound
        self._newest: dict[str, Event] = {}
        """What abandons the take that is under way for a page, by the page's name."""

    async def start(self, request: Request) -> Any:
        def describe() -> dict[str, Any]:
            config = self._session.config
            facts = {"corpus": config.corpus.source, "tokenizer": config.tokenizer.plugin.name}
            facts |= {"model": config.model.plugin.name, "version": __version__}
            live = config.sections.live
            return {
                "name": config.name,
                **facts,
                "edit": self._session.first(),
                "live": {**live.model_dump(mode="json"), "responders": responders()},
                "yaml": self._session.first_text(),
                "styles": [{"name": style.name, "summary": style.summary} for style in styles().values()],
                "instruments": list(INSTRUMENTS),
                "catalogue": plugin_catalogue(self._session.steps),
            }

        return await asyncio.to_thread(describe)  # a second page need not wait until the first has its take

    async def working(self, request: Request) -> Any:
        return dict(self._session.working)  # another thread writes it

    async def saved(self, request: Request) -> Any:
        return await asyncio.to_thread(self._session.saved)

    async def catalogue(self, request: Request) -> Any:
        def describe() -> list[dict[str, Any]]:
            self._session.reload()
            return plugin_catalogue(self._session.steps)

        return await _queued(request, self._notes, describe)

    async def tunes(self, request: Request) -> Any:
        return await _queued(request, self._notes, self._session.tunes)

    async def tune(self, request: Request) -> Any:
        number = request.path_params["number"]
        return await _queued(request, self._notes, lambda: self._session.tune(number))

    async def chart(self, request: Request) -> Any:
        content = await _body(request, charts.MOST_BYTES)
        name = request.query_params.get("name", "changes.txt")
        choice = charts.Choice.of(request.query_params)
        return await _queued(request, self._sound, lambda: charts.read_dropped_chart(name, content, choice))

    async def take(self, request: Request) -> Any:
        from jazzgram.pages.report.page import played_sound
        from jazzgram.pages.report.view import view
        from jazzgram.studio.curves import curves_of

        recipe = await _recipe(request)

        def play() -> dict[str, Any]:
            saved = self._session.saved()  # what is saved while it is made is newer than the take
            take = self._session.take(recipe)
            solo = take.run.solo
            terms = [" ".join(map(str, bar)) for bar in solo.grammar]
            shown = view(take.run)
            improvise = take.pipeline.config.sections.improvise
            return {
                "edit": take.edit,
                "yaml": take.yaml,
                "view": shown,
                "sound": played_sound(solo, shown, files=False),
                "terms": terms,
                "curves": curves_of(solo, take.pipeline.target.improvised, improvise.shape),
                "warnings": take.warnings,
                "exchanges": take.played.shown() if take.played else None,
                "saved": saved,
            }

        page = request.query_params.get("page", "")
        if page in self._newest:
            self._newest[page].set()
        if page:
            self._newest[page] = recipe.abandoned
        try:
            return await _queued(request, self._notes, play, recipe.abandoned)
        finally:
            if self._newest.get(page) is recipe.abandoned:
                del self._newest[page]

    async def score(self, request: Request) -> Any:
        from jazzgram.rendering.score import engrave_solo, without_style

        recipe = await _recipe(request)

        def draw() -> dict[str, Any]:
            drawn = engrave_solo(self._session.take(recipe).run.solo)
            svg, style = without_style(drawn.svg.replace('color="black"', ""))
            return {"svg": svg, "style": style, "onsets": drawn.onsets}

        return await _queued(request, self._notes, draw, recipe.abandoned)

    async def numbers(self, request: Request) -> Any:
        recipe = await _recipe(request)
        whole = request.query_params.get("whole") == "1"

        def measure() -> dict[str, Any]:
            return self._session.numbers(recipe, whole=whole)

        return await _queued(request, self._notes, measure, recipe.abandoned)

    async def export(self, request: Request) -> Any:
        recipe = await _recipe(request)
        kind = request.path_params["kind"]
        take: Take = await _queued(request, self._notes, lambda: self._session.take(recipe), recipe.abandoned)
        # A report asks the pipeline for more; the others need only the solo, which several threads may read.
        worker = self._notes if kind in ("report", "yaml") else self._sound
        return await _queued(request, worker, lambda: export(take, kind))


async def _queued(request: Request, worker: Worker, job: Callable[[], Any], abandoned: Event | None = None) -> Any:
    """Return the result of a job; where the page leaves, drop the job, or set `abandoned` where it has begun."""
    result = asyncio.wrap_future(worker.do(job))
    leaving = asyncio.ensure_future(_leave(request))
    try:
        await asyncio.wait((result, leaving), return_when=asyncio.FIRST_COMPLETED)
        if result.done():
            return result.result()
        if abandoned is not None:
            abandoned.set()
        result.cancel()
        raise ClientDisconnect
    finally:
        leaving.cancel()


async def _leave(request: Request) -> None:
    """Wait until nobody waits for the answer."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _respond_with(handler: Handler) -> Handler:
    """Turn the result of a handler, or its exception, into a response: a sentence, never a stack trace."""

    async def respond(request: Request) -> Response:
        try:
            found = await handler(request)
            if isinstance(found, File):
                return Response(
                    found.content, media_type=found.kind, headers={"Content-Disposition": found.disposition}
                )
            return _json(found)
        except EditError as error:
            mistakes = [
                {"key_path": mistake.key_path, "message": mistake.message, "line": mistake.line}
                for mistake in error.mistakes
            ]
            return _json({"error": str(error), "mistakes": mistakes}, 422)
        except TooMuch as error:
            return _json({"error": str(error)}, 413)
        except JazzgramError as error:
            return _json({"error": str(error)}, 422)
        except Abandoned:
            return _json({"error": "a newer take came before this one was made"}, 409)
        except asyncio.CancelledError:  # Ctrl-C while a model is trained
            return _json({"error": "the studio was closed"}, 503)
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as error:
            if os.environ.get("JAZZGRAM_DEBUG"):
                traceback.print_exc(file=sys.stderr)
            message = f"{type(error).__name__}: {error} (a defect of jazzgram or of a plugin)"
            return _json({"error": message}, 500)

    return respond


def _json(value: Any, status: int = 200) -> Response:
    return Response(write_json(value), status, media_type="application/json")


async def _recipe(request: Request) -> Recipe:
    return Recipe.of(read_json(await _body(request, 4 * MOST_CHARACTERS)))


async def _body(request: Request, largest: int) -> bytes:
    content = b""
    try:
        async with asyncio.timeout(_PATIENCE):
            async for part in request.stream():
                content += part
                if len(content) > largest:
                    raise TooMuch(f"more than {largest / (1 << 20):.1f} MB were sent; that is too much")
    except TimeoutError:
        raise JazzgramError(f"the page did not send all within {_PATIENCE:g} seconds") from None
    return content


async def _voicing(request: Request) -> Any:
    """Name the chord of keys that were held together: MIDI numbers, with spaces between them."""
    texts = request.query_params.get("keys", "").split()[:_MOST_KEYS]
    pitches = [int(text) for text in texts if text.isdecimal() and len(text) <= 3]
    if len(texts) != len(pitches) or len({pitch % 12 for pitch in pitches}) < 3 or max(pitches) > 127:
        raise JazzgramError("that has no name here: play three tones or more of a chord")
    return {"symbol": name_chord(tuple(pitches))}


async def _page(request: Request) -> Response:
    return Response(_read("jazzgram.studio", "studio.html"), media_type="text/html")


async def _asset(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _ASSETS:
        return Response("there is no such file", 404)
    package, kind = _ASSETS[name]
    return Response(_read(package, name), media_type=kind)


async def _recording(request: Request) -> Response:
    from jazzgram.rendering.sound.bank import bundled_bank

    file = "{instrument}/{name}".format(**request.path_params).removesuffix(".mp3")
    bank = bundled_bank()
    if file not in bank.files:
        return Response("there is no such file", 404)
    return Response(bank.file(file), media_type="audio/mpeg")


def _read(package: str, name: str) -> bytes:
    return (files(package) / "assets" / name).read_bytes()
