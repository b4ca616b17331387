"""What a stranger's titles, odd numbers, slow and impatient clients do to the studio: nothing."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread
from typing import Any

import pytest

pytest.importorskip("starlette", reason="the extra 'studio' is not installed")
pytest.importorskip("httpx", reason="it is the tests' client")

import httpx
import uvicorn
from studio_client import HOME, PORT, TOKEN, WORKERS, other_client

from jazzgram.config.files import locate
from jazzgram.studio import serve
from jazzgram.studio.addresses import LOOPBACK
from jazzgram.studio.app import make_app
from jazzgram.studio.progress import Abandoned, Progress
from jazzgram.studio.recipe import Recipe
from jazzgram.studio.session import Session

SETTINGS = ["model.use=markov", "improvise.bars=4"]


@pytest.fixture(scope="module")
def session() -> Session:
    return Session(locate("blues"), SETTINGS)


@pytest.fixture(scope="module")
def page(session: Session) -> httpx.Client:
    client = other_client(session)
    client.get(f"/?token={TOKEN}")
    return client


@pytest.fixture
def edit(session: Session) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(session.first()))
    return found


# titles


@pytest.mark.parametrize(
    ("title", "plain", "true"),
    [
        ("Blue Bossa", "blue_bossa", None),
        ("Água de Beber", "agua_de_beber", "%C3%A1gua_de_beber"),
        ("Agua\u0301", "agua", "agu%C3%A1"),  # decomposed, as macOS has it
        ("枯葉", "solo", "%E6%9E%AF%E8%91%89"),
        ("So What \U0001f3ba", "so_what", None),
        ('a"; filename="evil.exe', "a_filename_evil_exe", None),
        ("a\r\nSet-Cookie: b", "a_set-cookie_b", None),
        ("../../etc/passwd", "etc_passwd", None),
        ("\u202egnp.exe", "gnp_exe", None),
    ],
)
def test_a_title_becomes_a_name_that_a_header_can_have(
    page: httpx.Client, edit: dict[str, Any], title: str, plain: str, true: str | None
) -> None:
    edit["improvise"]["title"] = title
    for kind, ending in (("midi", "mid"), ("yaml", "yaml")):
        answer = page.post(f"/export/{kind}", json={"edit": edit})
        assert answer.status_code == 200, answer.text
        expected = f'attachment; filename="{plain}.{ending}"'
        expected += "" if true is None else f"; filename*=UTF-8''{true}.{ending}"
        assert answer.headers["content-disposition"] == expected


# numbers and text that are none


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999"])
@pytest.mark.parametrize("where", ["seed", "tempo", "option", "bars", "locked seed", "locked bars"])
def test_what_is_no_number_gets_a_sentence(page: httpx.Client, edit: dict[str, Any], number: str, where: str) -> None:
    locked = {"seed": 1, "samplers": edit["samplers"], "bars": [1]}
    if where == "option":
        edit["samplers"][0] = {"shape_distribution": "temperature", "with": {"temperature": "HERE"}}
    elif where.startswith("locked"):
        locked[where.partition(" ")[2]] = "HERE" if where == "locked seed" else ["HERE"]
    else:
        (edit if where == "seed" else edit["improvise"])[where] = "HERE"
    content = json.dumps({"edit": edit, "kept": [locked]}).replace('"HERE"', number)
    answer = page.post("/take", content=content)
    assert answer.status_code == 422
    assert answer.json()["error"] == f"the page sent {number}, which is no number to play with; enter another one"


@pytest.mark.parametrize("number", [10**30, -(10**30), 1e300, -1, 0])
@pytest.mark.parametrize("where", ["seed", "tempo", "bars", "locked seed", "locked bars"])
def test_a_huge_number_is_played_or_gets_a_sentence(
    page: httpx.Client, edit: dict[str, Any], number: float, where: str
) -> None:
    locked = {"seed": 1, "samplers": edit["samplers"], "bars": [1]}
    if where.startswith("locked"):
        locked[where.partition(" ")[2]] = number if where == "locked seed" else [number]
    else:
        (edit if where == "seed" else edit["improvise"])[where] = number
    answer = page.post("/take", json={"edit": edit, "kept": [locked]})
    assert answer.status_code in (200, 422), answer.text
    assert answer.status_code == 200 or answer.json()["error"].count("\n") == 0


@pytest.mark.parametrize("text", ["\\ud800", "\\udfff", "\\udc80\\ud800"])
@pytest.mark.parametrize("where", ["title", "chords", "yaml", "option", "key"])
def test_half_a_character_gets_a_sentence(page: httpx.Client, edit: dict[str, Any], text: str, where: str) -> None:
    sent: Any = edit
    if where == "yaml":
        sent = "seed: 1 # HERE"
    elif where == "option":
        edit["samplers"][0] = {"shape_distribution": "temperature", "with": {"temperature": "HERE"}}
    elif where == "key":
        edit["HERE"] = 1
    else:
        edit["improvise"][where] = "HERE"
    answer = page.post("/take", content=json.dumps({"edit": sent}).replace("HERE", text))
    assert answer.status_code == 422
    assert answer.json()["error"] == "the page sent half a character (a lone surrogate); type that text again"


def test_names_that_are_no_utf_8_are_told_as_escapes(page: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Session, "tunes", lambda self: [{"title": "caf\udce9"}])
    answer = page.get("/tunes")
    assert answer.content == rb'[{"title":"caf\udce9"}]' and answer.json() == [{"title": "caf\udce9"}]


# takes that nobody waits for


def test_an_abandoned_take_stops_at_the_next_call(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = Recipe(session.first() | {"seed": 4711})
    calls = []

    def called(self: Progress) -> None:
        calls.append(1)
        if len(calls) == 5:
            recipe.abandoned.set()
        original(self)

    original = Progress.called
    monkeypatch.setattr(Progress, "called", called)
    with pytest.raises(Abandoned):
        session.take(recipe)
    assert len(calls) == 5 and session.working == {}
    with pytest.raises(Abandoned):
        session.take(recipe)
    assert len(calls) == 5, "not begun"
    assert session.take(Recipe(recipe.edit)).run.solo.bars == 4 and len(calls) > 20


@pytest.fixture
def first_waits(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Set when a take is under way, which goes on when it is abandoned; the takes after it do not wait."""
    begun = Event()

    def called(self: Progress) -> None:
        if not begun.is_set():
            begun.set()
            assert self._abandoned.wait(20), "nobody has abandoned it"
        original(self)

    original = Progress.called
    monkeypatch.setattr(Progress, "called", called)
    return begun  # type: ignore[return-value]


def test_a_newer_take_of_the_page_replaces_the_one_under_way(
    page: httpx.Client, edit: dict[str, Any], first_waits: Event
) -> None:
    def post(seed: int, name: str) -> httpx.Response:
        return page.post(f"/take?page={name}", json={"edit": edit | {"seed": seed}})

    with ThreadPoolExecutor() as pool:
        old = pool.submit(post, 815, "mine")
        assert first_waits.wait(20)
        other = pool.submit(post, 816, "another")
        time.sleep(0.2)
        assert not old.done(), "the takes of other pages wait for their turn"
        new = pool.submit(post, 817, "mine")
        assert (old.result().status_code, new.result().status_code, other.result().status_code) == (409, 200, 200)
        assert old.result().json() == {"error": "a newer take came before this one was made"}


def test_a_page_that_has_left_stops_its_take(session: Session, edit: dict[str, Any], first_waits: Event) -> None:
    sent = []

    async def leave() -> None:
        app = make_app(session, TOKEN, PORT, WORKERS)
        messages = [{"type": "http.request", "body": json.dumps({"edit": edit | {"seed": 909}}).encode()}]

        async def receive() -> dict[str, Any]:
            if messages:
                return messages.pop()
            await asyncio.to_thread(first_waits.wait, 20)
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        head = {"host": f"127.0.0.1:{PORT}", "origin": HOME, "cookie": f"jazzgram_studio_{PORT}={TOKEN}"}
        scope = {"type": "http", "method": "POST", "path": "/take", "query_string": b"", "root_path": ""}
        await app({**scope, "headers": [(k.encode(), v.encode()) for k, v in head.items()]}, receive, send)

    asyncio.run(leave())
    assert sent[0]["status"] == 400
    assert WORKERS.notes.do(lambda: "free").result(20) == "free"


# slow clients


@pytest.fixture
def served(session: Session, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Serve as `serve_studio` does, but for a short patience; the port."""
    monkeypatch.setattr(serve, "HEAD_SECONDS", 0.3)
    with socket.socket() as free:
        free.bind((LOOPBACK, 0))
        port = free.getsockname()[1]
        app = make_app(session, TOKEN, port, WORKERS)
        config = uvicorn.Config(app, http=serve.PunctualProtocol, log_level="critical", lifespan="off")
        server = uvicorn.Server(config)
        free.listen()
        thread = Thread(target=server.run, kwargs={"sockets": [free]})
        thread.start()
        yield port
        server.should_exit = True
        thread.join(20)


def received(line: socket.socket) -> bytes:
    """Return all that comes until the other side ends the connection."""
    content = b""
    while part := line.recv(1000):
        content += part
    return content


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET / HTTP/1.1\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 999,
        b"POST /take HTTP/1.1\r\nHost: a\r\n",
    ],
)
def test_a_head_that_does_not_end_is_not_waited_for(served: int, sent: bytes) -> None:
    with socket.create_connection((LOOPBACK, served), timeout=20) as line:
        line.sendall(sent)
        assert received(line).startswith(b"HTTP/1.1 408 Request Timeout\r\n")


def test_a_second_head_on_a_connection_is_not_waited_for_either(served: int) -> None:
    with socket.create_connection((LOOPBACK, served), timeout=20) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert line.recv(1000).startswith(b"HTTP/1.1 403")
        line.sendall(b"GET / HT")
        assert b"HTTP/1.1 408" in received(line)


def test_an_answer_may_take_longer_than_a_head(served: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def tunes(self: Session) -> list[str]:
        time.sleep(1)
        return ["a tune"]

    monkeypatch.setattr(Session, "tunes", tunes)
    with httpx.Client(base_url=f"http://{LOOPBACK}:{served}", cookies={f"jazzgram_studio_{served}": TOKEN}) as client:
        assert client.get("/tunes").json() == ["a tune"]
