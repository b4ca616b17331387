"""How loud each part of solo.mid is in a plain General MIDI player, and in jazzgram's own mix.

    python benchmarks/midi_balance.py out/blues/solo.mid out/metheny/solo.mid

Each track is played alone by the renderer with the file's own volumes and no mix, then measured (LUFS, ITU-R
BS.1770-4).
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import symusic

from jazzgram.rendering.sound.master import loudness
from jazzgram.rendering.sound.midi_bytes import with_tail
from jazzgram.rendering.sound.render import RATE, render_midi
from jazzgram.rendering.sound.soundfonts import find_soundfont


def parts(path: Path, soundfont: bytes) -> dict[str, float]:
    """Return the loudness of each track, of the band and of the whole."""
    found: dict[str, float] = {}
    band = None
    for number in range(len(symusic.Score.from_file(path).tracks)):
        score = symusic.Score.from_file(path)
        name = f"{number} {score.tracks[number].name}"
        for other, track in enumerate(score.tracks):
            if other != number:
                track.notes = track.notes[:0]
        samples = render_midi(with_tail(score.dumps_midi(), name)[0], soundfont)
        found[name] = loudness(samples, RATE)
        if number:
            length = len(samples) if band is None else max(len(samples), len(band))
            band = sum(np.pad(part, ((0, length - len(part)), (0, 0))) for part in (band, samples) if part is not None)
    if band is not None:
        found["band"] = loudness(np.asarray(band, np.float32), RATE)
    return found


if __name__ == "__main__":
    font = find_soundfont(None, print).read_bytes()
    for argument in sys.argv[1:]:
        levels = parts(Path(argument), font)
        solo = next(iter(levels.values()))
        print(argument, " ".join(f"{name}: {level - solo:+.1f}" for name, level in levels.items()))
