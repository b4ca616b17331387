"""A session in real time: two seconds of music, with stand-ins for the ports."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from live_sessions import Sink, session

from jazzgram import JazzgramError
from jazzgram.live import loop as module
from jazzgram.live.clock import START, STOP, TICK, ClockIn, ClockOut
from jazzgram.live.cues import Cue, Cues
from jazzgram.live.loop import Extras, Loop
from jazzgram.live.session import TradingSession
from jazzgram.live.take import take_of

SHORT = 'chords: "Dm7 | G7", meter: 4/4, tempo: 400'
LIVE = "{trade: 1, choruses: 2, count_in: 0, respond: [repeat]}"  # four bars, 2.4 seconds


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test machine may be busy: only what a test holds up itself counts as held up."""
    monkeypatch.setattr(module, "_LATE", 30.0)
    monkeypatch.setattr(module, "_HELD_UP", 30.0)


def start(act: Callable[[], Any]) -> None:
    threading.Thread(target=act, daemon=True).start()


def soon(trading: TradingSession, number: signal.Signals) -> None:
    """Send a signal to this process when the first turn is over."""

    def send() -> None:
        while not trading.exchanges:
            time.sleep(0.01)
        os.kill(os.getpid(), number)

    start(send)


def played(folder: Path, sink: Sink, during: Callable[[Loop, TradingSession], None], **extras: Any) -> tuple[Any, ...]:
    trading = session(folder, improvise=SHORT, live=LIVE)
    said: list[str] = []
    loop = Loop(trading, said.append, Extras(**{name: make(trading) for name, make in extras.items()}))
    during(loop, trading)
    loop.run(sink)
    return trading, said, loop


def test_a_session_plays_to_its_end_and_leaves_nothing_sounding(tmp_path: Path) -> None:
    sink = Sink()

    def during(loop: Loop, trading: TradingSession) -> None:
        def stroke() -> None:
            while not sink.events:
                time.sleep(0.01)
            loop.receive(True, 72, 90)
            loop.receive(False, 72, 0)

        start(stroke)

    trading, said, _ = played(tmp_path, sink, during)
    assert trading.over and not sink.sounding and said == []
    assert [event.pitch for event in sink.events if event.channel == 0 and event.on] == [72], "it repeats the stroke"
    assert [event.seconds for event in sink.events] == sorted(event.seconds for event in sink.events)


def test_ctrl_c_ends_it_and_keeps_what_was_played(tmp_path: Path) -> None:
    sink = Sink()
    trading, _, _ = played(tmp_path, sink, lambda _, trading: soon(trading, signal.SIGINT))
    assert 0 < len(trading.exchanges) < 4 and sink.events and not sink.sounding
    assert take_of(trading).solo.bars == 4


def test_sigterm_silences_it_too(tmp_path: Path) -> None:
    class Terminated(BaseException):
        pass

    def terminate(number: int, frame: Any) -> None:
        raise Terminated

    before, sink = signal.signal(signal.SIGTERM, terminate), Sink()
    try:
        with pytest.raises(Terminated):
            played(tmp_path, sink, lambda _, trading: soon(trading, signal.SIGTERM))
    finally:
        signal.signal(signal.SIGTERM, before)
    assert sink.events and not sink.sounding


def test_an_error_in_a_responder_ends_it_clean(tmp_path: Path) -> None:
    plugin = tmp_path / "bad.py"
    plugin.write_text('"""Bad."""\nfrom jazzgram import hookimpl\n@hookimpl\ndef respond():\n    return []\n')
    trading, sink = session(tmp_path, improvise=SHORT, live=LIVE.replace("repeat", "bad.py")), Sink()
    with pytest.raises(JazzgramError, match=r"responder bad\.py returned 0 bars"):
        Loop(trading, lambda line: None).run(sink)
    assert sink.events and not sink.sounding and len(trading.exchanges) == 1


@pytest.mark.parametrize("how", ["unlisted", "failing"])
def test_a_port_that_is_unplugged_in_mid_bar_is_said_and_what_was_played_is_kept(tmp_path: Path, how: str) -> None:
    sink = Sink()
    if how == "failing":
        sink.unplugged_after = 8
    trading, said, _ = played(tmp_path, sink, lambda *_: start(sink.unplug))
    assert len(said) == 1 and "the music stops, what was played is kept" in said[0] and "Synth" in said[0]
    assert not trading.over and take_of(trading).solo.bars == 4


def test_ten_thousand_strokes_a_second_do_not_pile_up(tmp_path: Path) -> None:
    sink = Sink()

    def flood(loop: Loop, trading: TradingSession) -> None:
        def strike() -> None:
            begun = time.perf_counter()
            for number in range(12_000):
                loop.receive(True, 60 + number % 12, 90)
                loop.receive(False, 60 + number % 12, 0)
                while time.perf_counter() - begun < number / 10_000:
                    time.sleep(0.0005)

        start(strike)

    trading, _, loop = played(tmp_path, sink, flood)
    assert trading.over and not sink.sounding
    assert trading.recorder.dropped + loop.lost > 10_000
    assert any("strokes were too many for music" in line for line in trading.losses())


def test_a_machine_that_was_held_up_leaves_out_what_was_due_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_LATE", 0.05)
    monkeypatch.setattr(module, "_HELD_UP", 0.8)
    held = iter([1.0])

    def sleeping(seconds: float) -> None:
        time.sleep(next(held, 0.0) if trading.exchanges else seconds)

    monkeypatch.setattr(module, "sleep", sleeping)
    trading, sink = session(tmp_path, improvise=SHORT, live=LIVE), Sink()
    said: list[str] = []
    Loop(trading, said.append).run(sink)
    assert said[0].startswith("held up for 1.") and "what was due then is left out" in said[0]
    assert trading.player.dropped > 0 and not sink.sounding
    assert f"{trading.player.dropped} notes were due while this machine was held up" in trading.losses()[-1]


def test_clock_and_cues_go_out_with_the_music(tmp_path: Path) -> None:
    sink = Sink()
    cues: list[Cue] = []
    trading = session(tmp_path, improvise=SHORT, live=LIVE)
    extras = Extras(ClockOut(trading.transport), None, Cues(trading, ["bar", "chord"]), cues.append)
    Loop(trading, lambda line: None, extras).run(sink)
    assert sink.messages[0] == (START,) and sink.messages[-1] == (STOP,)
    assert sink.messages.count((TICK,)) == 4 * 96
    assert [cue for cue in cues if cue[0] == "/jazzgram/bar"] == [
        ("/jazzgram/bar", (number, player)) for number, player in enumerate(("me", "it", "me", "it"), 1)
    ]
    assert [cue[1] for cue in cues if cue[0] == "/jazzgram/chord"] == [("Dm7",), ("G7",)] * 2
    assert cues[-1] == ("/jazzgram/stop", ())


def test_a_session_follows_a_clock_and_is_silent_where_it_stops(tmp_path: Path) -> None:
    sink = Sink()

    def follow(loop: Loop, trading: TradingSession) -> None:
        def tick() -> None:
            time.sleep(0.3)
            assert not sink.events, "it waits for Start"
            loop.receive_clock((START,))
            for _ in range(60):
                loop.receive_clock((TICK,))
                time.sleep(60 / 400 / 24)
            loop.receive_clock((STOP,))
            time.sleep(0.3)
            assert not sink.sounding
            loop.receive_clock((START,))  # from the beginning: the session cannot

        start(tick)

    trading, said, _ = played(tmp_path, sink, follow, clock_in=lambda trading: ClockIn(trading.transport))
    assert sink.events and not trading.over and not sink.sounding
    said = [line for line in said if "runs at" not in line]  # on a busy machine the ticks come late
    assert "has stopped at bar 1, beat 3" in said[0] and "jumped back" in said[1]
