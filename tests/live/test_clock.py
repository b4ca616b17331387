"""MIDI clock, sent and followed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from jazzgram import Meter
from jazzgram.live.clock import CONTINUE, POSITION, START, STOP, TICK, ClockIn, ClockOut
from jazzgram.live.transport import Transport

PULSE = 60 / 120 / 24
"""Seconds between two ticks at 120 beats a minute."""


def test_clock_ticks_through_the_count_in_and_starts_with_the_first_bar() -> None:
    sent = ClockOut(Transport(Meter(), 120, count_in=1))
    before = sent.due(0.4) + sent.due(0.8) + sent.due(1.2) + sent.due(1.6) + sent.due(2 - PULSE / 2)
    assert before == [(TICK,)] * 96
    assert sent.due(2.0) == [(START,), (TICK,)]
    assert sent.due(2.0) == []
    assert sent.due(2.5) == [(TICK,)] * 24
    assert sent.stop() == [(STOP,)] and sent.stop() == []


def test_a_machine_that_was_held_up_does_not_send_a_heap_of_ticks() -> None:
    sent = ClockOut(Transport(Meter(), 120, count_in=0))
    sent.due(0.1)
    assert sent.due(4.0) == [(STOP,)], "eight beats are overdue"
    assert sent.due(4.0 + 6 * PULSE)[:3] == [(POSITION, 33, 0), (CONTINUE,), (TICK,)], "the next sixteenth"


def clock(tempo: float = 120.0, start: float = 10.0, jitter: float = 0.0) -> Iterator[float]:
    """Yield the moments of ticks, each second one late."""
    number = 0
    while True:
        yield start + number * 60 / tempo / 24 + jitter * (number % 2)
        number += 1


def following(tempo: float = 120.0) -> ClockIn:
    return ClockIn(Transport(Meter(), tempo, count_in=0))


def test_a_session_that_follows_waits_for_start() -> None:
    followed, ticks = following(), clock()
    for _ in range(48):
        assert followed.receive(next(ticks), (TICK,)) == ""
    assert followed.seconds(11.0) < 0 and not followed.is_running


@pytest.mark.parametrize("tempo", [100.0, 120.0, 140.0])
def test_a_quarter_of_the_clock_is_one_of_the_session(tempo: float) -> None:
    followed = following()
    followed.receive(9.99, (START,))
    ticks = clock(tempo, jitter=0.002)
    for _ in range(97):
        at = next(ticks)
        followed.receive(at, (TICK,))
    assert followed.seconds(at) == pytest.approx(4 * 0.5, abs=0.004), "the fifth beat"
    assert followed.seconds(at + 0.25 * 60 / tempo / 24) == pytest.approx(4 * 0.5 + 0.25 * PULSE, abs=0.004)
    assert followed.tempo == pytest.approx(tempo, rel=0.01)


def test_another_tempo_than_the_configurations_is_said_once() -> None:
    followed, ticks = following(), clock(160)
    followed.receive(9, (START,))
    lines = [line for _ in range(200) if (line := followed.receive(next(ticks), (TICK,)))]
    assert len(lines) == 1 and "runs at 160 beats a minute, the configuration says 120" in lines[0]


def test_it_never_runs_ahead_of_the_next_tick_and_never_back() -> None:
    followed, ticks = following(), clock()
    followed.receive(9, (START,))
    for _ in range(25):
        at = next(ticks)
        followed.receive(at, (TICK,))
    far = followed.seconds(at + 100)
    assert far == pytest.approx(0.5 + PULSE, abs=1e-6)
    assert followed.seconds(at) == far


def test_a_clock_that_stops_or_falls_silent_is_said() -> None:
    followed, ticks = following(), clock()
    followed.receive(9, (START,))
    for _ in range(24 * 5 + 1):
        at = next(ticks)
        followed.receive(at, (TICK,))
    assert followed.silent(at + 0.1) == ""
    assert followed.silent(at + 1) == "no clock since bar 2, beat 2: waiting for it to go on"
    assert followed.silent(at + 2) == ""
    assert followed.receive(at + 3, (TICK,)) == "the clock goes on at bar 2, beat 2"
    assert "has stopped at bar 2, beat 2" in followed.receive(at + 3.1, (STOP,))
    assert not followed.is_running
    where = followed.seconds(at + 3.1)
    assert followed.seconds(at + 50) == where
    followed.receive(at + 51, (CONTINUE,))
    assert followed.receive(at + 51, (TICK,)) == "" and followed.is_running
    assert followed.seconds(at + 51) == pytest.approx(where, abs=2 * PULSE)


def test_a_clock_that_jumps_is_said_and_back_is_the_end() -> None:
    followed, ticks = following(), clock()
    followed.receive(9, (START,))
    for _ in range(97):
        at = next(ticks)
        followed.receive(at, (TICK,))
    followed.receive(at, (STOP,))
    assert followed.receive(at, (POSITION, 16, 0)) == "", "the sixteenth where it is"
    assert "from bar 2, beat 1 to bar 5, beat 1" in followed.receive(at, (POSITION, 64, 0))
    followed.receive(at, (CONTINUE,))
    followed.receive(at + 0.1, (TICK,))
    assert followed.seconds(at + 0.1) == pytest.approx(8.0, abs=0.001)
    assert not followed.has_left
    assert "jumped back from bar 5, beat 1 to bar 1, beat 1: the session ends here" in followed.receive(at, (START,))
    assert followed.has_left
