"""How loud each part of solo.mid is in a plain General MIDI player, and in jazzgram's own mix.

    python benchmarks/midi_balance.py out/blues/solo.mid out/metheny/solo.mid

For the plain player each track is played alone with the file's own volumes and no mix. Loudness is LUFS (ITU-R
BS.1770-4), in LU relative to the soloist. A soundfont plays instead of the sound bank where
``JAZZGRAM_SOUNDFONT`` names one.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import symusic

from jazzgram.rendering import Instruments, Samples, find_instruments, part_loudness
from jazzgram.rendering.sound.midi_file import render_file, render_file_stems


def plain_parts(path: Path, instruments: Instruments) -> dict[str, Samples]:
    """Play each track alone, the soloist as ``solo``."""
    found = {}
    with TemporaryDirectory() as folder:
        for number in range(len(symusic.Score.from_file(path).tracks)):
            score = symusic.Score.from_file(path)
            name = f"{number} {score.tracks[number].name}" if number else "solo"
            for other, track in enumerate(score.tracks):
                track.name = f"part {other}"
                track.notes = track.notes if other == number else track.notes[:0]
            alone = Path(folder) / "alone.mid"
            alone.write_bytes(score.dumps_midi())
            found[name] = render_file(alone, instruments)
    longest = max(map(len, found.values()))
    return {name: np.pad(part, ((0, longest - len(part)), (0, 0))) for name, part in found.items()}


def line(levels: Mapping[str, float]) -> str:
    """Return the levels relative to the soloist's."""
    return "  ".join(f"{name} {level - levels['solo']:+.1f}" for name, level in levels.items())


if __name__ == "__main__":
    bank = find_instruments(None, print)
    for argument in sys.argv[1:]:
        print(argument)
        print("  plain player:", line(part_loudness(plain_parts(Path(argument), bank))))
        print("  own mix:     ", line(part_loudness(render_file_stems(Path(argument), bank))))
