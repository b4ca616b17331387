"""What we write, read by programs that are not ours: note for note, where they are installed.

Debian has them as ``musescore3``, ``abcmidi`` and ``timidity``. MuseScore writes what it read as MIDI, and so does
abc2midi; TiMidity lists the events that it plays.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import symusic
from jazzgram_plugins.writers import abc, midi, musicxml

from jazzgram import Chord, Meter, Note, Solo, parse_symbol, voicing
from jazzgram.music import QUALITIES

pytestmark = pytest.mark.slow

Sounded = list[tuple[int, int, int]]
"""Pitch, onset and duration in ticks, in the order of onsets."""

LINE = tuple(
    Note(pitch, onset, duration)
    for pitch, onset, duration in (
        *((60, 0, 240), (63, 240, 240), (67, 480, 160), (70, 640, 160), (69, 800, 160), (61, 960, 720)),
        *((66, 1920, 480), (65, 2400, 120), (64, 2520, 120), (63, 2640, 240), (58, 3120, 960)),  # over the barline
        *((72, 4560, 240), (71, 4800, 480), (59, 5280, 480)),
    )
)
"""Eighths, triplets, sixteenths, a tie over a barline, accidentals up and down."""


def program(name: str) -> str:
    """Return the path of a program; skip where it is not installed."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def solo(*symbols: str, key: int = -2, meter: str = "4/4") -> Solo:
    """Return the line over a chord a bar."""
    beat = Meter.parse(meter).bar
    chords = tuple(
        Chord(voicing(parse_symbol(symbol)), number * beat, beat, symbol) for number, symbol in enumerate(symbols)
    )
    bars = max(len(symbols), -(-LINE[-1].end // beat))
    return Solo(LINE, chords, bars, meter=Meter.parse(meter), tempo=160, title="Turn", key=key)


def run(*command: object, cwd: Path) -> str:
    """Run a program without a screen, and return what it says."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(cwd), "XDG_RUNTIME_DIR": str(cwd)}
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    return done.stdout + done.stderr


def sounded(file: Path, track: int = 0) -> Sounded:
    """Return the notes of one track of a MIDI file in our ticks, to the nearest one of a sixteenth triplet."""
    score = symusic.Score(str(file))
    scale = 480 / score.ticks_per_quarter
    notes = [(note.pitch, round(note.start * scale), round(note.end * scale)) for note in score.tracks[track].notes]
    return sorted(notes, key=lambda note: (note[1], note[0]))


def onsets(notes: Sounded) -> list[tuple[int, int]]:
    return [(pitch, onset) for pitch, onset, _ in notes]


EXPECTED = [(note.pitch, note.onset, note.end) for note in LINE]


@pytest.mark.parametrize("meter", ["4/4", "3/4"])
@pytest.mark.parametrize("key", [-6, -2, 0, 5])
def test_abc2midi_plays_the_notes_of_our_abc(tmp_path: Path, key: int, meter: str) -> None:
    converter = program("abc2midi")
    (file,) = abc.write_solo(solo("Cm7", "F7", "Bbmaj7", key=key, meter=meter), tmp_path)
    said = run(converter, file, "-o", "made.mid", "-NGUI", cwd=tmp_path)
    assert "Error" not in said and "Warning" not in said, said
    made = [(pitch, onset - 1, end) for pitch, onset, end in sounded(tmp_path / "made.mid")]  # it begins a tick late
    assert onsets(made) == onsets(EXPECTED)
    assert all(abs(end - expected) <= 1 for (_, _, end), (_, _, expected) in zip(made, EXPECTED, strict=True))


@pytest.mark.parametrize("quality", QUALITIES)
def test_abc2midi_plays_every_chord_that_we_name(tmp_path: Path, quality: str) -> None:
    """Its own list has neither 9#11 nor most of jazz, so that their tones stand in the file."""
    converter = program("abc2midi")
    (file,) = abc.write_solo(solo(f"Eb{quality}", f"Eb{quality}", "C7"), tmp_path)
    said = run(converter, file, "-o", "made.mid", cwd=tmp_path)
    assert "Error" not in said and "Warning" not in said, said
    _, *band = symusic.Score(str(tmp_path / "made.mid")).tracks
    assert {note.pitch % 12 for track in band for note in track.notes if note.start < 1920} == parse_symbol(
        f"Eb{quality}"
    ).pitch_classes


def test_musescore_plays_the_notes_of_our_musicxml(tmp_path: Path) -> None:
    converter = program("mscore3")
    (file,) = musicxml.write_solo(solo("Cm7", "F9#11", "Bbmaj7"), tmp_path)
    said = run(converter, "-o", tmp_path / "made.mid", file, cwd=tmp_path)
    assert (tmp_path / "made.mid").exists(), said
    made = sounded(tmp_path / "made.mid")
    assert onsets(made) == onsets(EXPECTED)


def test_musescore_writes_the_chords_of_our_musicxml_as_they_are(tmp_path: Path) -> None:
    converter = program("mscore3")
    names = ["Cm7", "F9#11", "Bbmaj7", "Ebm7b5", "G7b9", "Am6"]
    (file,) = musicxml.write_solo(solo(*names), tmp_path)
    run(converter, "-o", tmp_path / "made.musicxml", file, cwd=tmp_path)
    from jazzgram_plugins.readers import musicxml as reader

    (tune,) = reader.read_corpus(source=tmp_path / "made.musicxml", options=reader.Options()).tunes
    read = [parse_symbol(chord.symbol).pitch_classes for bar in tune.bars for chord in bar.chords]
    assert read == [parse_symbol(name).pitch_classes for name in names]


def test_timidity_plays_the_notes_of_our_midi(tmp_path: Path) -> None:
    player = program("timidity")
    (file,) = midi.write_solo(solo("Cm7", "F7", "Bbmaj7"), tmp_path, midi.Options())
    fonts = [os.environ.get("JAZZGRAM_SOUNDFONT"), *Path("/usr/share/sounds/sf2").glob("*.sf2")]
    if (font := next(filter(None, fonts), None)) is None:
        pytest.skip("no soundfont for TiMidity: JAZZGRAM_SOUNDFONT names none, and none is in /usr/share/sounds/sf2")
    (tmp_path / "timidity.cfg").write_text(f"soundfont {font}\n")
    said = run(
        player, "-c", tmp_path / "timidity.cfg", "-Ow", "-o", tmp_path / "made.wav", "-s", "22050", file, cwd=tmp_path
    )
    import soundfile

    samples, rate = soundfile.read(tmp_path / "made.wav")
    seconds = LINE[-1].end / 480 * 60 / 160
    assert seconds - 0.1 <= len(samples) / rate, said
    assert abs(samples).max() > 0.01, "it sounds"
