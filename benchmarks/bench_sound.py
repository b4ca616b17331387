"""Sound against the clock: how many times faster than it plays a chorus is rendered, mastered and encoded.

python benchmarks/bench_sound.py [SOUNDFONT]

Processor time of one process; `jazzgram render` works on as many files at a time as there are processors.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TypeVar

from jazzgram import Meter, Note, Solo
from jazzgram.music.chord import join_bars
from jazzgram.music.notation.changes import parse_changes
from jazzgram.rendering.sound.encode import FORMATS, encode
from jazzgram.rendering.sound.master import loudness, master, true_peak
from jazzgram.rendering.sound.player import RATE
from jazzgram.rendering.sound.render import part_loudness, render_solo, render_stems
from jazzgram.rendering.sound.soundfonts import find_instruments

_CHANGES = "Bb7 | Eb7 | Bb7 | Fm7 Bb7 | Eb7 | Edim7 | Bb7 | Dm7b5 G7b9 | Cm7 | F7alt | Bb7 G7 | Cm7 F7"
_CHORUSES = 4
_LINE = (70, 74, 77, 80, 79, 77, 75, 74, 73, 75, 72, 68)
_Made = TypeVar("_Made")


def main() -> None:
    """Render four choruses of a blues with its trio."""
    meter = Meter()
    bars = parse_changes(_CHANGES, meter) * _CHORUSES
    line = tuple(
        Note(_LINE[step * 5 % len(_LINE)], step * 240, 240, 70 + step % 4 * 12)
        for step in range(8 * len(bars))
        if step % 16 < 13
    )
    solo = Solo(line, join_bars(bars, meter.bar), len(bars), tempo=160)
    instruments = find_instruments(sys.argv[1] if len(sys.argv) > 1 else None, print)
    for role, level in part_loudness(render_stems(solo, instruments)).items():
        print(f"{role:<28}{level:8.1f} LUFS")
    mixed, rendering = _timed(lambda: render_solo(solo, instruments))
    sound, mastering = _timed(lambda: master(mixed, RATE))
    seconds = len(sound) / RATE
    print(f"mastered                    {loudness(sound, RATE):8.1f} LUFS, true peak {true_peak(sound):.1f} dBFS")
    print(f"{len(bars)} bars, {seconds:.0f} s of sound, four parts")
    for what, took in (("rendered", rendering), ("mastered", mastering)):
        print(f"{what:<28}{took:8.2f} s  {seconds / took:6.1f} times real time")
    for form in FORMATS:
        content, encoding = _timed(lambda form=form: encode(sound, RATE, form, 128))  # type: ignore[misc]
        whole = rendering + mastering + encoding
        print(
            f"{form + ' encoded':<28}{encoding:8.2f} s  {seconds / whole:6.1f} times real time in all, "
            f"{len(content):,} bytes"
        )


def _timed(work: Callable[[], _Made]) -> tuple[_Made, float]:
    begun = time.process_time()
    made = work()
    return made, time.process_time() - begun


if __name__ == "__main__":
    main()
