"""Time from the musician's last bar to the first answer, at three tempos: python benchmarks/bench_live.py.

Replays many exchanges of four bars against `pitches`. ``budget`` is half a sixteenth, what the engine has before the
barline; a ratio below 1 is in time.
"""

from __future__ import annotations

import statistics
import sys
from time import perf_counter

from jazzgram import Pipeline
from jazzgram.live.session import MUSICIAN, TradingSession

EXCHANGES = int(sys.argv[1]) if len(sys.argv) > 1 else 200
LINE = (0, 2, 4, 5, 7, 9, 11, 12, 11, 9, 7, 5, 4, 2, 0, -1)


def exchange_times(tempo: int) -> tuple[list[float], float]:
    """Return the seconds of each answer, and those there were for it."""
    bars = 4 * 2 * EXCHANGES
    settings = [f"improvise.tempo={tempo}", f"improvise.bars={bars}", "live={trade: 4, choruses: 1}"]
    session = TradingSession(Pipeline.load("pitches", settings=settings))
    taken = []
    for turn in session.turns:
        if turn.player != MUSICIAN:
            continue
        begin = turn.bar * session.meter.bar
        for number in range(turn.bars * 16):
            at = session.transport.seconds(begin + number * 120)
            session.note_on(at, 60 + LINE[number % len(LINE)], 90)
            session.note_off(at + 0.02, 60 + LINE[number % len(LINE)])
        deadline = session.transport.seconds(turn.end * session.meter.bar - session.recorder.margin)
        begun = perf_counter()
        session.advance(deadline)
        taken.append(perf_counter() - begun)
    return taken, session.transport.tick_seconds * session.recorder.margin


def main() -> None:
    """Print p50 and p99 in milliseconds and as ratios of the budget."""
    for tempo in (120, 200, 300):
        taken, budget = exchange_times(tempo)
        ordered = sorted(taken)
        middle, last = statistics.median(taken), ordered[min(len(ordered) * 99 // 100, len(ordered) - 1)]
        print(
            f"{tempo} bpm: p50 {1000 * middle:.1f} ms ({middle / budget:.2f} of the budget),"
            f" p99 {1000 * last:.1f} ms ({last / budget:.2f})"
        )


if __name__ == "__main__":
    main()
