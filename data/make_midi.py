"""Make the MIDI files of the bundled tunes, and the hashes in SOURCES.md, from the text files.

Run ``python data/make_midi.py`` after changing a tune; a test fails until that is done. Every tune ``bundled/NAME.txt``
becomes ``bundled_midi/NAME.mid``: the track Melody as it is written (eighths even, not swung), the track Chords with
each chord held for its length, the chord symbols as markers.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import symusic
from jazzgram_plugins.readers.jazzgram_text import read_corpus

from jazzgram import TICKS_PER_QUARTER, Note, Tune

FOLDER = Path(__file__).resolve().parent


def midi_bytes(tune: Tune) -> bytes:
    """Return a tune as a MIDI file: 480 ticks to the quarter note, the same bytes for the same tune."""
    meter = tune.bars[0].meter
    score = symusic.Score(TICKS_PER_QUARTER)
    score.tempos.append(symusic.Tempo(0, tune.tempo))
    score.time_signatures.append(symusic.TimeSignature(0, meter.numerator, meter.denominator))
    score.key_signatures.append(symusic.KeySignature(0, tune.key, 0))
    melody = symusic.Track("Melody", tune.program)
    chords = symusic.Track("Chords", 0)
    for number, bar in enumerate(tune.bars):
        start = number * meter.bar
        for note in bar.melody:
            if isinstance(note, Note):
                melody.notes.append(symusic.Note(start + note.onset, note.duration, note.pitch, note.velocity))
        for chord in bar.chords:
            score.markers.append(symusic.TextMeta(start + chord.onset, chord.symbol))
            for pitch in chord.pitches:
                chords.notes.append(symusic.Note(start + chord.onset, chord.duration, pitch, 56))
    score.tracks.extend([melody, chords])
    return bytes(score.dumps_midi())


def midi_files() -> dict[str, bytes]:
    """Return the MIDI file of every bundled tune by its name, sorted."""
    names = [path.stem + ".mid" for path in sorted((FOLDER / "bundled").glob("*.txt"))]
    tunes = read_corpus(FOLDER / "bundled").tunes
    return {name: midi_bytes(tune) for name, tune in zip(names, tunes, strict=True)}


def hash_table() -> str:
    """Return the Markdown table of the files in `bundled` and `bundled_midi` with their sha256."""
    files = sorted((FOLDER / "bundled").glob("*.txt")) + sorted((FOLDER / "bundled_midi").glob("*.mid"))
    rows = [f"| {path.parent.name}/{path.name} | {hashlib.sha256(path.read_bytes()).hexdigest()} |" for path in files]
    return "\n".join(["| file | sha256 |", "|---|---|", *rows])


def main() -> None:
    """Write the MIDI files, remove those whose tune is gone, and renew the table in SOURCES.md."""
    folder = FOLDER / "bundled_midi"
    folder.mkdir(exist_ok=True)
    files = midi_files()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    for path in folder.glob("*.mid"):
        if path.name not in files:
            path.unlink()
    sources = FOLDER / "SOURCES.md"
    renewed = re.sub(r"\| file \| sha256 \|\n(\|.*\n)*", hash_table() + "\n", sources.read_text(encoding="utf-8"))
    sources.write_text(renewed, encoding="utf-8")
    print(f"{len(files)} MIDI files in {folder}")


if __name__ == "__main__":
    main()
