"""What the studio answers."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from importlib.resources import files
from typing import Any

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from jazzgram import __version__
from jazzgram.errors import JazzgramError
from jazzgram.studio import charts
from jazzgram.studio.bench import Bench, Recipe, Take
from jazzgram.studio.document import LARGEST, DocumentError
from jazzgram.studio.exports import File, export
from jazzgram.studio.guard import Guard
from jazzgram.studio.palette import palette
from jazzgram.studio.worker import Worker

_ASSETS = {
    "report.css": ("jazzgram.pages.report", "text/css"),
    "roll.js": ("jazzgram.pages.report", "text/javascript"),
    "player.js": ("jazzgram.pages.report", "text/javascript"),
    "studio.css": ("jazzgram.studio", "text/css"),
    "cards.js": ("jazzgram.studio", "text/javascript"),
    "solo.js": ("jazzgram.studio", "text/javascript"),
    "session.js": ("jazzgram.studio", "text/javascript"),
    "studio.js": ("jazzgram.studio", "text/javascript"),
    "icon.svg": ("jazzgram.studio", "image/svg+xml"),
}
_PATIENCE = 20.0
"""Seconds in which the page must have sent what it sends."""
Answer = Callable[[Request], Any]


class TooMuch(JazzgramError):
    """Say that a request is larger than any the page makes."""


@dataclass(frozen=True)
class Workers:
    """Who makes the notes, and who makes sound and reads charts."""

    notes: Worker = field(default_factory=lambda: Worker("notes"))
    sound: Worker = field(default_factory=lambda: Worker("sound"))


def make_app(bench: Bench, token: str, port: int, workers: Workers) -> Guard:
    """Put the studio together.

    Parameters
    ----------
    bench : Bench
        Makes the takes.
    token : str
        See `Guard`.
    port : int
        See `Guard`.
    workers : Workers
        Their jobs come from the page.
    """
    studio = _Studio(bench, workers)
    routes = [
        Route("/", _page),
        Route("/assets/{name}", _asset),
        *(
            Route(path, _answered(answer), methods=[method])
            for path, method, answer in (
                ("/start", "GET", studio.start),
                ("/working", "GET", studio.working),
                ("/tunes", "GET", studio.tunes),
                ("/tunes/{number:int}", "GET", studio.tune),
                ("/chart", "POST", studio.chart),
                ("/take", "POST", studio.take),
                ("/score", "POST", studio.score),
                ("/numbers", "POST", studio.numbers),
                ("/export/{kind}", "POST", studio.export),
            )
        ),
    ]
    return Guard(Starlette(routes=routes), token, port)


class _Studio:
    """The answers."""

    def __init__(self, bench: Bench, workers: Workers) -> None:
        self._bench = bench
        self._notes = workers.notes
        self._sound = workers.sound

    async def start(self, request: Request) -> Any:
        def describe() -> dict[str, Any]:
            config = self._bench.config
            learned = {"corpus": config.corpus.source, "tokenizer": config.tokenizer.plugin.name}
            learned |= {"model": config.model.plugin.name, "version": __version__}
            steps = (*config.samplers, *config.chain)
            return {"name": config.name, **learned, "document": self._bench.first(), "palette": palette(steps)}

        return await asyncio.to_thread(describe)  # a second page need not wait until the first has its take

    async def working(self, request: Request) -> Any:
        return self._bench.working

    async def tunes(self, request: Request) -> Any:
        return await self._queued(self._notes, self._bench.tunes)

    async def tune(self, request: Request) -> Any:
        number = request.path_params["number"]
        return await self._queued(self._notes, lambda: self._bench.tune(number))

    async def chart(self, request: Request) -> Any:
        content = await _body(request, charts.LARGEST)
        name = request.query_params.get("name", "changes.txt")
        return await self._queued(self._sound, lambda: charts.read_chart(name, content))

    async def take(self, request: Request) -> Any:
        from jazzgram.pages.report.view import view

        recipe = await _recipe(request)

        def play() -> dict[str, Any]:
            take = self._bench.take(recipe)
            solo = take.made.solo
            terms = [" ".join(map(str, bar)) for bar in solo.grammar]
            return {
                "document": take.document,
                "yaml": take.yaml,
                "view": view(take.made),
                "terms": terms,
                "warnings": take.warnings,
            }

        return await self._queued(self._notes, play)

    async def score(self, request: Request) -> Any:
        from jazzgram.rendering.lead_sheet import lead_sheet_musicxml
        from jazzgram.rendering.score import engrave

        recipe = await _recipe(request)

        def draw() -> dict[str, Any]:
            drawn = engrave(lead_sheet_musicxml(self._bench.take(recipe).made.solo))
            return {"svg": drawn.svg.replace('color="black"', ""), "onsets": drawn.onsets}

        return await self._queued(self._notes, draw)

    async def numbers(self, request: Request) -> Any:
        recipe = await _recipe(request)
        whole = request.query_params.get("whole") == "1"
        return await self._queued(self._notes, lambda: self._bench.numbers(recipe, whole=whole))

    async def export(self, request: Request) -> Any:
        recipe = await _recipe(request)
        kind = request.path_params["kind"]
        take: Take = await self._queued(self._notes, lambda: self._bench.take(recipe))
        # A report asks the pipeline for more; the others need only the solo, which several threads may read.
        worker = self._notes if kind in ("report", "yaml") else self._sound
        return await self._queued(worker, lambda: export(take, kind))

    async def _queued(self, worker: Worker, job: Callable[[], Any]) -> Any:
        return await asyncio.wrap_future(worker.do(job))


def _answered(answer: Answer) -> Answer:
    """Turn what an answer gives, or what it raises, into a response: a sentence, never a stack trace."""

    async def respond(request: Request) -> Response:
        try:
            found = await answer(request)
        except DocumentError as error:
            mistakes = [asdict(mistake) for mistake in error.mistakes]
            return JSONResponse({"error": str(error), "mistakes": mistakes, "document": error.document}, 422)
        except TooMuch as error:
            return JSONResponse({"error": str(error)}, 413)
        except JazzgramError as error:
            return JSONResponse({"error": str(error)}, 422)
        except asyncio.CancelledError:  # Ctrl-C while a model is trained
            return JSONResponse({"error": "the studio was closed"}, 503)
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as error:
            if os.environ.get("JAZZGRAM_DEBUG"):
                traceback.print_exc(file=sys.stderr)
            said = f"{type(error).__name__}: {error} (a defect of jazzgram or of a plugin)"
            return JSONResponse({"error": said}, 500)
        if isinstance(found, File):
            head = {"Content-Disposition": f'attachment; filename="{found.name}"'}
            return Response(found.content, media_type=found.kind, headers=head)
        return JSONResponse(found)

    return respond


async def _recipe(request: Request) -> Recipe:
    content = await _body(request, 4 * LARGEST)
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        raise JazzgramError("the page sent something that is no JSON; reload it") from None
    return Recipe.of(value)


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


async def _page(request: Request) -> Response:
    return Response(_read("jazzgram.studio", "studio.html"), media_type="text/html")


async def _asset(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _ASSETS:
        return Response("there is no such file", 404)
    package, kind = _ASSETS[name]
    return Response(_read(package, name), media_type=kind)


def _read(package: str, name: str) -> bytes:
    return (files(package) / "assets" / name).read_bytes()
