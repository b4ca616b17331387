"""Live play: how soon an answer is ready, how exact its notes are sent, and what an hour costs; docs/live.md.

Usage: python benchmarks/bench_live.py [--exchanges 1000] [--seconds 60] [--print]

A musician plays a bar of sixteenths, the last one as late as it can be and still belongs to its bar; the machine
answers one. Seconds by the clock, and of the processor where other work on the machine counts. ``--print`` writes no
page. What is measured has real-time priority, as in `jazzgram trade`, where the system allows it.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # a few rows at a time: threads would only wait for each other

import gc
import threading
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from time import perf_counter, sleep, thread_time

from written import conditions, write_table

from jazzgram import Pipeline
from jazzgram.live.loop import Loop
from jazzgram.live.player import Event
from jazzgram.live.priority import urgent
from jazzgram.live.session import SOLO_CHANNEL, TradingSession
from jazzgram.live.turns import MUSICIAN

CONFIGS, TEMPOS = ("pitches", "weimar"), (120, 200, 300)
LINE = (0, 2, 4, 5, 7, 9, 11, 12, 11, 9, 7, 5, 4, 2, 0, -1)
BARS, SESSION = 1, 100
"""Bars of a turn, and exchanges of a session."""
SIXTEENTH = 120
JUST_BEFORE = 1e-4
"""Seconds before the moment from which on a stroke belongs to the next bar."""


def session_of(name: str, tempo: int, exchanges: int, seed: int = 1) -> TradingSession:
    """Return a session of so many exchanges."""
    live = f"live={{trade: {BARS}, choruses: {exchanges}}}"
    bars = [f"improvise.bars={2 * BARS}", "improvise.ending=false"]
    return TradingSession(Pipeline.load(name, settings=[f"improvise.tempo={tempo}", *bars, live, f"seed={seed}"]))


Strokes = list[tuple[float, int]]
"""Moments in seconds, and pitches."""


def turns_of(session: TradingSession) -> Iterator[Strokes]:
    """Yield what the musician plays in each turn."""
    for turn in session.turns:
        if turn.player == MUSICIAN:
            begin, end = turn.bar * session.meter.bar, turn.end * session.meter.bar
            steps = enumerate(range(begin, end, SIXTEENTH))
            found = [(session.transport.seconds(tick), 60 + LINE[number % len(LINE)]) for number, tick in steps]
            found[-1] = session.transport.seconds(end - session.recorder.margin) - JUST_BEFORE, found[-1][1]
            yield found


@dataclass
class Answers:
    """What was measured of answers: seconds, and what went wrong."""

    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    too_late: int = 0
    cut: int = 0

    def play(self, session: TradingSession, turns: Iterable[Strokes]) -> None:
        """Play turns against the model, faster than real time."""
        for strokes in turns:
            for at, pitch in strokes[:-1]:
                session.note_on(at, pitch, 90)
                session.note_off(at + 0.02, pitch)
            at, pitch = strokes[-1]
            session.due(at)
            with urgent():
                begun, used = perf_counter(), thread_time()
                session.note_on(at, pitch, 90)
                session.advance(at + 2 * JUST_BEFORE)
                self.clock.append(perf_counter() - begun)
                self.processor.append(thread_time() - used)
            exchange, beat = session.exchanges[-1], session.meter.beat
            last = [note for note in exchange.notes[-1] if note.onset >= session.meter.bar - beat]
            self.too_late += beat // SIXTEENTH - len(last)
            ready = at + JUST_BEFORE + self.clock[-1]
            first = session.due(session.transport.seconds(exchange.turn.end * session.meter.bar + beat))
            self.cut += sum(event.on and event.channel == SOLO_CHANNEL and event.seconds < ready for event in first)


def percentile(values: Sequence[float], share: int) -> float:
    """Return a percentile in milliseconds."""
    ordered = sorted(values)
    return 1000 * ordered[min(len(ordered) * share // 100, len(ordered) - 1)]


def answering(exchanges: int) -> Iterator[str]:
    """Measure how soon answers are ready."""
    yield "| configuration | tempo | half a sixteenth | ready p50 | p99 | processor p50 | p99 | too late | cut |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for name in CONFIGS:
        for tempo in TEMPOS:
            found = Answers()
            for seed in range(exchanges // SESSION):
                session = session_of(name, tempo, SESSION, seed + 1)
                found.play(session, turns_of(session))
            budget = 1000 * session.transport.tick_seconds * session.recorder.margin
            times = (percentile(each, share) for each in (found.clock, found.processor) for share in (50, 99))
            cells = " | ".join(f"{value:.1f} ms" for value in times)
            yield f"| `{name}` | {tempo} | {budget:.1f} ms | {cells} | {found.too_late} | {found.cut} |"


class Sink:
    """A port that notes when each event came."""

    def __init__(self) -> None:
        self.sent: list[tuple[float, float]] = []

    def send(self, event: Event) -> None:
        self.sent.append((perf_counter(), event.seconds))

    def send_message(self, message: Sequence[int]) -> None:
        pass

    def gone(self) -> str:
        return ""


def sending(seconds: float) -> Iterator[str]:
    """Measure the loop in real time, with a musician who plays sixteenths and a model that answers."""
    yield "| configuration | tempo | events sent | error p50 | p99 | largest | late and left out |"
    yield "|---|---|---|---|---|---|---|"
    for name in CONFIGS:
        for tempo in (120, 300):
            exchanges = max(int(seconds * tempo / 60 / (2 * BARS * 4)), 1)
            session, sink = session_of(name, tempo, exchanges), Sink()
            loop = Loop(session, print)

            def musician(loop: Loop = loop, session: TradingSession = session) -> None:
                for strokes in turns_of(session):
                    for at, pitch in strokes:
                        sleep(max(loop.begun + at - perf_counter(), 0) if loop.begun else 0.01)
                        loop.receive(True, pitch, 90)

            player = threading.Thread(target=musician, daemon=True)
            player.start()
            loop.run(sink)
            errors = [sent - loop.begun - due for sent, due in sink.sent if due < session.seconds]
            cells = f"{percentile(errors, 50):.2f} ms | {percentile(errors, 99):.2f} ms | {1000 * max(errors):.1f} ms"
            lost = session.player.late + session.player.dropped
            yield f"| `{name}` | {tempo} | {len(errors)} | {cells} | {lost} |"


def _resident() -> float:
    """Return the memory of this process in MB."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def an_hour() -> Iterator[str]:
    """Measure memory and answers over an hour of music."""
    yield "| minute | memory | answers of the ten minutes before, processor p50 | p99 |"
    yield "|---|---|---|---|"
    exchanges = 60 * 30 // (2 * BARS)
    session = session_of("pitches", 120, exchanges)
    turns = turns_of(session)
    for minute in range(10, 61, 10):
        found = Answers()
        found.play(session, islice(turns, exchanges // 6))
        times = f"{percentile(found.processor, 50):.1f} ms | {percentile(found.processor, 99):.1f} ms"
        yield f"| {minute} | {_resident():.1f} MB | {times} |"


def main() -> None:
    """Measure, and write docs/live.md."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--exchanges", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--print", action="store_true")
    given = parser.parse_args()
    parts = (
        (f"{given.exchanges} exchanges each", answering(given.exchanges)),
        (f"{given.seconds:.0f} seconds each, in real time", sending(given.seconds)),
        ("An hour at 120", an_hour()),
    )
    lines = [f"Measured on {conditions()}."]
    for title, rows in parts:
        lines += ["", f"{title}:", ""]
        for row in rows:
            lines.append(row)
            print(row, flush=True)
    if not given.print:
        write_table("live.md", "bench_live.py", lines)


if __name__ == "__main__":
    main()
