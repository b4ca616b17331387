"""Trading bars with the page: what it sends, what is answered, what is kept, and who may ask."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from small_configs import write_bundled

pytest.importorskip("starlette", reason="the extra 'studio' is not installed")
pytest.importorskip("httpx", reason="it is the tests' client")

from studio_client import HOME, PORT, TOKEN, WORKERS, other_client

from jazzgram import JazzgramError
from jazzgram.config.files import locate
from jazzgram.studio.app import make_app
from jazzgram.studio.recipe import Recipe
from jazzgram.studio.session import Session
from jazzgram.studio.trade import Halt, Trade
from jazzgram.studio.traded import MOST_STROKES

COOKIE = f"jazzgram_studio_{PORT}={TOKEN}"
HEADERS = {"host": f"127.0.0.1:{PORT}", "origin": HOME, "cookie": COOKIE, "sec-fetch-site": "same-origin"}
TEMPO = 120  # a beat is half a second, the music begins after a bar of clicks at 2 s
PHRASE = [(2 + beat / 2, 60 + beat) for beat in range(4)]


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """Return a studio whose chain leaves answers as they are."""
    text = f'improvise: {{chords: "Dm7 | G7 | Cmaj7 | C6", meter: 4/4, tempo: {TEMPO}}}\n'
    path = write_bundled(tmp_path_factory.mktemp("studio"), text)
    return Session(path, ["tokenizer={use: events}", "chain=[]"])


def recipe(session: Session, **live: Any) -> dict[str, Any]:
    options = {"trade": 1, "first": "me", "choruses": 2, "count_in": 1, "respond": ["repeat"]} | live
    return {"edit": session.first(), "kept": [], "trade": {"live": options}}


def trade(session: Session, latency: float = 0.0, **live: Any) -> Trade:
    return Trade(session.trading(Recipe.of(recipe(session, **live))), latency)


def play(
    trading: Trade, *strokes: tuple[float, int], until: float, begin: float = 0.0, sounded: list[Any] | None = None
) -> list[dict[str, Any]]:
    """Play notes of a quarter second as a page does, ten messages a second; return exchanges, add answers' notes."""
    waiting = sorted(
        [(at, pitch, 90) for at, pitch in strokes] + [(at + 0.25, pitch, 0) for at, pitch in strokes],
    )
    found: list[dict[str, Any]] = []
    for step in range(round(begin * 10), round(until * 10) + 1):
        now = step / 10
        due = [each for each in waiting if each[0] <= now]
        waiting = waiting[len(due) :]
        moved = trading.move({"now": now, "strokes": due})
        found += moved["exchanges"]
        if sounded is not None:
            sounded += moved["played"]
    return found


def pitches(exchange: dict[str, Any]) -> list[int]:
    return [note[0] for note in exchange["notes"]]


# the session


def test_the_page_is_told_what_it_needs_to_play(session: Session) -> None:
    started = trade(session, trade=4).started()
    assert started["turns"] == [["me", 0, 4], ["it", 4, 4]] and started["count_in"] == 1
    names = [track["name"] for track in started["view"]["tracks"]]
    assert names[:2] == ["Solo", "You"] == [part["name"] for part in started["sound"]["parts"]][:2]
    assert len(names) > 3 and all(track["notes"] for track in started["view"]["tracks"][2:]), "the band, all of it"
    solo, you = started["sound"]["parts"][:2]
    assert solo["gain"] == you["gain"] and started["sound"]["instruments"][you["instrument"]]


def test_an_answer_is_there_before_its_barline_with_all_that_was_played(session: Session) -> None:
    trading = trade(session)
    assert trading.deadline == pytest.approx(4 - 0.0625), "half a sixteenth before the barline at 4 s"
    heard, answer = play(trading, *PHRASE, until=4)
    assert (heard["player"], answer["player"], answer["responder"]) == ("me", "it", "repeat")
    assert pitches(heard) == pitches(answer) == [60, 61, 62, 63]
    assert [note[1] for note in answer["notes"]] == [1920, 2400, 2880, 3360]


def test_what_sounds_late_is_played_early(session: Session) -> None:
    """With 100 ms of latency a stroke on the first beat arrives a tenth after it."""
    trading = trade(session, latency=0.1)
    heard, *_ = play(trading, *[(at + 0.1, pitch) for at, pitch in PHRASE], until=4)
    assert [note[1] for note in heard["notes"]] == [0, 480, 960, 1440]
    assert trading.too_late == 0


def test_a_turn_is_listened_to_beyond_its_deadline_as_long_as_there_is_time_to_answer(session: Session) -> None:
    assert trade(session, latency=0.03).deadline == pytest.approx(4 - 0.0625 + 0.03)
    assert trade(session, latency=0.5).deadline == pytest.approx(4 - 0.02), "20 ms are left to answer"


def test_a_stroke_that_arrives_when_the_answer_has_begun_is_counted_and_not_played_again(session: Session) -> None:
    trading = trade(session, latency=0.2)
    play(trading, until=4)
    moved = trading.move({"now": 4.05, "strokes": [[4.05, 60, 90]]})  # it was on beat 3.9
    assert moved["too_late"] == 1 and trading.record()["strokes"] == []


def test_a_held_key_ends_with_the_bar_and_is_not_stuck(session: Session) -> None:
    trading = trade(session)
    play(trading, until=1.9)
    trading.move({"now": 2.0, "strokes": [[2.0, 60, 90]]})
    heard, _ = play(trading, begin=2.1, until=4)
    assert heard["notes"] == [[60, 0, 1920, 90]]


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ({"now": 9.0, "strokes": []}, "The clock jumped by +9.0 seconds"),
        ({"now": -0.5, "strokes": []}, "The clock jumped by -0.5 seconds"),
        ({"now": float("nan"), "strokes": []}, "The clock jumped"),
        ({"now": 0.1, "strokes": [[9.0, 60, 90]]}, "A note arrived +8.9 seconds off"),
        ({"now": 0.1, "strokes": [[0.1, 60, 900]]}, "a note that is none: pitch 60, velocity 900"),
        ({"now": 0.1, "strokes": [[float("inf"), 60, 90]]}, "a note that is none"),
        ({"now": 0.1, "strokes": [[0.1, 60]]}, "no music"),
        ({"now": "soon", "strokes": []}, "no music"),
        ({}, "no music"),
    ],
)
def test_a_clock_that_jumps_and_what_is_no_music_stop_the_session(session: Session, message: Any, said: str) -> None:
    trading = trade(session)
    trading.move({"now": 0.0, "strokes": []})
    with pytest.raises(Halt) as halted:
        trading.move(message)
    assert said in str(halted.value)


def test_ten_thousand_strokes_a_second_are_counted_and_do_not_pile_up(session: Session) -> None:
    trading = trade(session)
    play(trading, until=1.9)
    for step in range(100):
        now = 2 + step / 100
        trading.move({"now": now, "strokes": [[now, 40 + number % 40, 90] for number in range(100)]})
    assert trading.left_out > 9_900 and len(trading.record()["strokes"]) < 100


@pytest.mark.parametrize("latency", [-0.1, 1.5, float("nan"), 10**400])
def test_a_latency_that_is_none(session: Session, latency: float) -> None:
    with pytest.raises(JazzgramError, match="a latency of"):
        trade(session, latency)


# what is kept


def recorded_recipe(session: Session, trading: Trade, **live: Any) -> dict[str, Any]:
    found = recipe(session, **live)
    found["trade"] |= json.loads(json.dumps(trading.record()))
    return found


def test_what_was_played_is_a_take_with_the_same_answers(session: Session) -> None:
    live = {"respond": ["continue"]}
    trading = trade(session, latency=0.03, **live)
    sounded: list[Any] = []
    heard = play(trading, *PHRASE, *[(at + 4, pitch + 3) for at, pitch in PHRASE], until=9.9, sounded=sounded)
    take = session.take(Recipe.of(recorded_recipe(session, trading, **live)))
    assert take.played is not None and take.run.solo.bars == 4
    again = take.played.shown()
    assert [each["notes"] for each in again] == [each["notes"] for each in heard]
    notes = [[note.pitch, note.onset, note.duration, note.velocity] for note in take.run.solo.notes]
    assert notes == sounded, "the very notes that sounded"
    you = next(track for track in take.run.solo.accompaniment if track.name == "You")
    assert [note.pitch for note in you.notes] == [
        pitch for each in heard if each["player"] == "me" for pitch in pitches(each)
    ]


def test_a_turn_that_is_broken_off_is_kept_up_to_its_bar(session: Session) -> None:
    trading = trade(session, trade=4)
    play(trading, *PHRASE, until=4.5)
    take = session.take(Recipe.of(recorded_recipe(session, trading, trade=4)))
    assert take.played is not None and take.run.solo.bars == 2
    (heard,) = take.played.shown()
    assert (heard["bars"], pitches(heard)) == (2, [60, 61, 62, 63])


def test_every_exchange_has_another_answer_by_another_responder(session: Session) -> None:
    trading = trade(session)
    play(trading, *PHRASE, until=7.9)
    take = session.take(Recipe.of(recorded_recipe(session, trading, respond=[{"use": "transform"}, "repeat"])))
    assert take.played is not None
    heard, answer = take.played.shown()[:2]
    assert answer["responder"] == "transform" and pitches(answer) != pitches(heard) == [60, 61, 62, 63]


def test_turns_of_a_whole_chorus(session: Session) -> None:
    assert trade(session, trade="chorus").started()["turns"] == [["me", 0, 4], ["it", 4, 4]]


def test_choruses_are_those_of_the_trade() -> None:
    """The configuration plays two choruses, of which a session would say that it leaves one out."""
    pitches_session = Session(locate("pitches"), ["tokenizer={use: events}", "model.use=markov"])
    assert pitches_session.first()["improvise"]["choruses"] == 2
    live = {"trade": {"live": {"choruses": 1, "respond": ["repeat"]}, "end": 1}}
    take = pitches_session.take(Recipe.of({"edit": pitches_session.first(), **live}))
    assert take.warnings == () and take.played is not None and len(take.played.changes) == 12


def test_both_players_have_their_numbers(session: Session) -> None:
    trading = trade(session)
    play(trading, *PHRASE, until=9.9)
    found = session.numbers(Recipe.of(recorded_recipe(session, trading)))
    assert found["measured"] == 2 and found["you"]["aims"] and len(found["you"]["others"]) == len(found["others"])


@pytest.mark.parametrize(
    ("trade_value", "said"),
    [
        ({"live": {"respond": ["evil.py"]}}, "plugin files are named in the configuration"),
        ({"live": {"respond": [{"use": "/tmp/evil.py"}]}}, "plugin files are named in the configuration"),
        ({"live": {"latency": 1}}, "live.latency: cannot be set on the page"),
        ({"live": {"respond": ["nobody"]}}, "nobody"),
        ({"live": {"trade": 0}}, "live.trade"),
        ({"live": {"trade": 4, "choruses": 500}}, "bars are more than the studio shows"),
        ({"live": []}, "cannot be read"),
        ({"live": {}, "strokes": [[0, 60]]}, "cannot be read"),
        ({"live": {}, "strokes": [[0, 60, 300]]}, "cannot be read"),
        ({"live": {}, "strokes": [[0, 60, 0]] * (MOST_STROKES + 1)}, "strokes are more than a take has"),
        ({"live": {}, "end": 10**12}, "cannot end at tick"),
    ],
)
def test_a_session_that_is_none_gets_a_sentence(session: Session, trade_value: Any, said: str) -> None:
    with pytest.raises(JazzgramError) as refused:
        session.trading(Recipe.of(recipe(session) | {"trade": trade_value}))
    assert said in str(refused.value)


def test_a_traded_take_is_a_take_of_the_studio(session: Session) -> None:
    trading = trade(session)
    play(trading, *PHRASE, until=5.9)
    page = other_client(session)
    page.get(f"/?token={TOKEN}")
    recorded = recorded_recipe(session, trading)
    take = page.post("/take", json=recorded).json()
    assert [each["player"] for each in take["exchanges"]] == ["me", "it"]
    assert [track["name"] for track in take["view"]["tracks"]][:2] == ["Solo", "You"]
    solo, you = take["sound"]["parts"][:2]
    assert solo["role"] == you["role"] == "solo"
    for kind in ("midi", "report"):
        assert page.post(f"/export/{kind}", json=recorded).status_code == 200
    assert "without what you played" in page.post("/export/yaml", json=recorded).text
    sheet = page.post("/export/musicxml", json=recorded).text
    assert sheet.count("<part id=") == 2 and ">You</part-name>" in sheet
    mine = sheet.partition('<part id="P2">')[2]
    assert mine.count("<pitch>") == 4 and sheet.count("<pitch>") == 4 + len(solo_notes(take))


def solo_notes(take: dict[str, Any]) -> list[Any]:
    found: list[Any] = take["view"]["tracks"][0]["notes"]
    return found


@pytest.mark.parametrize(
    ("keys", "symbol"),
    [
        ("50 53 57 60", "Dm7"),
        ("43 53 59 64", "G13"),
        ("64 67 72", "C/E"),
        ("57 60 64 67", "Am7"),
        ("60 64 67 69", "C6"),
    ],
)
def test_a_voicing_is_named(session: Session, keys: str, symbol: str) -> None:
    page = other_client(session)
    page.get(f"/?token={TOKEN}")
    assert page.get("/voicing", params={"keys": keys}).json() == {"symbol": symbol}


@pytest.mark.parametrize("keys", ["", "60 64", "60 72 67", "60 64 900", "C E G", "60 " * 200])
def test_what_is_no_voicing_gets_a_sentence(session: Session, keys: str) -> None:
    page = other_client(session)
    page.get(f"/?token={TOKEN}")
    answer = page.get("/voicing", params={"keys": keys})
    assert answer.status_code == 422 and "three tones" in answer.json()["error"]


# the socket


class Socket:
    """A WebSocket of the application in this process: what a page sends, and what it gets."""

    def __init__(self, session: Session, headers: dict[str, str] = HEADERS) -> None:
        self._app = make_app(session, TOKEN, PORT, WORKERS)
        self._scope = {
            "type": "websocket",
            "path": "/trade",
            "raw_path": b"/trade",
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "subprotocols": [],
            "scheme": "ws",
        }

    def talk(self, *messages: Any) -> list[Any]:
        """Send messages, each after an answer (None: nothing); return what came, at last the close."""
        found: list[Any] = []

        async def converse() -> None:
            inbox: asyncio.Queue[Any] = asyncio.Queue()
            waiting = [*messages]
            inbox.put_nowait({"type": "websocket.connect"})

            async def send(message: Any) -> None:
                if message["type"] == "websocket.close":
                    found.append(message)
                    return
                if message["type"] == "websocket.send":
                    found.append(json.loads(message["text"]))
                said = waiting.pop(0) if waiting else {"type": "websocket.disconnect", "code": 1001}
                if said is not None:
                    is_event = isinstance(said, dict) and "type" in said
                    inbox.put_nowait(said if is_event else {"type": "websocket.receive", "text": text_of(said)})

            await self._app(self._scope, inbox.get, send)

        asyncio.run(asyncio.wait_for(converse(), 60))
        return found


def text_of(message: Any) -> str:
    return message if isinstance(message, str) else json.dumps(message)


def test_a_whole_session_over_the_socket(session: Session) -> None:
    clock = [{"now": step / 10, "strokes": []} for step in range(20)]
    music = [{"now": 2 + step / 10, "strokes": [[2 + step / 10, 60 + step, 90]]} for step in range(21)]
    found = Socket(session).talk({"start": recipe(session), "latency": 0}, *clock, *music, {"stop": True})
    assert found[0]["started"]["turns"][0] == ["me", 0, 1]
    assert [each["player"] for moved in found[1:-2] for each in moved["exchanges"]] == ["me", "it"]
    assert len(found[-2]["record"]["strokes"]) == 21 and found[-2]["record"]["end"] == 1920
    assert found[-1]["type"] == "websocket.close"


def test_where_it_cannot_go_on_it_says_why_and_what_was_played(session: Session) -> None:
    found = Socket(session).talk(
        {"start": recipe(session), "latency": 0},
        {"now": 1.0, "strokes": [[1.0, 60, 90]]},
        {"now": 99.0, "strokes": []},
    )
    assert "The clock jumped" in found[-2]["error"] and len(found[-2]["record"]["strokes"]) == 1


def test_a_defect_keeps_what_was_played(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Trade, message: Any) -> None:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr(Trade, "_advance", fail)
    found = Socket(session).talk(
        {"start": recipe(session), "latency": 0}, {"now": 1.0, "strokes": [[1.0, 60, 90]]}, None
    )
    assert "ZeroDivisionError: by nothing (a defect" in found[1]["error"] and len(found[1]["record"]["strokes"]) == 1
    assert found[2]["type"] == "websocket.close"


@pytest.mark.parametrize("words", ['{"now": NaN, "strokes": []}', '{"now": 0, "strokes": [[-Infinity, 60, 90]]}'])
def test_what_is_no_moment_keeps_what_was_played(session: Session, words: str) -> None:
    found = Socket(session).talk({"start": recipe(session), "latency": 0}, words)
    assert "no number to play with" in found[1]["error"] and found[1]["record"] == {"strokes": [], "end": 0}


@pytest.mark.parametrize(
    ("first", "said"),
    [
        ("la", "no JSON"),
        ("[]", "no message"),
        ("[" * 5_000, "no JSON"),
        ({"hello": 1}, "begins no session"),
        ({"start": {}}, "cannot be read"),
        ("x" * 600_000, "too much"),
        ('{"start": 1, "latency": NaN}', "the page sent NaN, which is no number to play with"),
        ('{"start": 1, "latency": 1e999}', "the page sent 1e999, which is no number to play with"),
        ('{"start": {"edit": {"improvise": {"title": "\\ud800"}}}}', "half a character"),
        ({"type": "websocket.receive", "bytes": b"la"}, "no text"),
    ],
)
def test_what_begins_no_session_gets_a_sentence(session: Session, first: Any, said: str) -> None:
    found = Socket(session).talk(first)
    assert said in found[0]["error"] and found[1]["type"] == "websocket.close"


def test_a_latency_that_is_no_number(session: Session) -> None:
    found = Socket(session).talk({"start": recipe(session), "latency": "much"})
    assert "no number of seconds" in found[0]["error"]


def test_a_page_that_leaves_ends_its_session(session: Session) -> None:
    found = Socket(session).talk({"start": recipe(session), "latency": 0})
    assert len(found) == 1 and "started" in found[0]


def test_a_page_that_falls_silent_ends_its_session(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jazzgram.studio.trade_socket.PATIENCE", 0.05)
    found = Socket(session).talk({"start": recipe(session), "latency": 0}, None)
    assert "sent nothing" in found[-2]["error"]


@pytest.mark.parametrize(
    "changed",
    [
        {"cookie": ""},
        {"cookie": "jazzgram_studio_1=no"},
        {"host": "evil.example"},
        {"origin": "http://evil.example"},
        {"origin": None},
        {"sec-fetch-site": "cross-site"},
    ],
)
def test_other_pages_cannot_open_it(session: Session, changed: dict[str, str | None]) -> None:
    headers = {name: value for name, value in (HEADERS | changed).items() if value is not None}
    (closed,) = Socket(session, headers).talk({"start": recipe(session)})
    assert (closed["type"], closed["code"]) == ("websocket.close", 1008)
