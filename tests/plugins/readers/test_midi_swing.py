"""Swung eighths written straight, and everything else left as it was played."""

from __future__ import annotations

from pathlib import Path

import pytest
from jazzgram_plugins.readers.midi import Options, read_corpus
from midi_files import chord, meter, notes, write


def _read(
    path: Path, played: list[tuple[int, int, int]], swing: str = "straighten", text: str = "4/4"
) -> list[list[float]]:
    """Read a melody at 480 ticks to the quarter note; give onset and duration of each note in quarters."""
    file = write(path / "m.mid", [meter(0, text)], notes(played), per_quarter=480)
    corpus = read_corpus(file, Options(melody_part=0, changes="C", swing=swing))
    quarters = 0.0
    read = []
    for bar in corpus.bars:
        read += [[round(quarters + note.onset / 480, 3), round(note.duration / 480, 3)] for note in bar.melody]
        quarters += bar.meter.bar / 480
    return read


def _eighths(place: float, beats: int = 16) -> list[tuple[int, int, int]]:
    """Play a scale in eighths whose off-beats begin at a place in the beat, legato."""
    off = round(place * 480)
    return [it for beat in range(beats) for it in ((beat * 480, off, 60), (beat * 480 + off, 480 - off, 62))]


STRAIGHT = [[beat / 2, 0.5] for beat in range(32)]


@pytest.mark.parametrize("place", [0.5, 0.56, 0.6, 0.64, 2 / 3, 0.7])
def test_swing_of_any_ratio_becomes_even_eighths(place: float, tmp_path: Path) -> None:
    assert _read(tmp_path, _eighths(place)) == STRAIGHT


def test_as_played_a_swung_eighth_is_a_triplet(tmp_path: Path) -> None:
    assert _read(tmp_path, _eighths(2 / 3), "as_played")[:3] == [[0, 0.667], [0.667, 0.333], [1, 0.667]]


@pytest.mark.parametrize("place", [0.25, 0.33, 0.5, 0.75])
def test_what_does_not_swing_stays(place: float, tmp_path: Path) -> None:
    """Sixteenths and dotted eighths, a triplet's second note alone: as they are without the option."""
    assert _read(tmp_path, _eighths(place)) == _read(tmp_path, _eighths(place), "as_played")


def test_triplets_and_sixteenths_among_swung_eighths_stay(tmp_path: Path) -> None:
    triplet = [(16 * 480 + step * 160, 160, 64) for step in range(3)]
    sixteenths = [(17 * 480 + step * 120, 120, 64) for step in range(4)]
    read = _read(tmp_path, [*_eighths(0.64), *triplet, *sixteenths])
    assert read[:32] == STRAIGHT
    assert read[32:] == [
        *([16, 0.333], [16.333, 0.333], [16.667, 0.333]),
        *([17, 0.25], [17.25, 0.25], [17.5, 0.25], [17.75, 0.25]),
    ]


def test_a_note_held_to_the_swung_off_beat_ends_on_the_even_one(tmp_path: Path) -> None:
    held = [*_eighths(2 / 3), (16 * 480, 800, 65)]
    assert _read(tmp_path, held)[-1] == [16, 1.5]


def test_too_few_off_beats_tell_nothing(tmp_path: Path) -> None:
    assert _read(tmp_path, _eighths(2 / 3, 7)) == _read(tmp_path, _eighths(2 / 3, 7), "as_played")
    assert _read(tmp_path, _eighths(2 / 3, 8)) == STRAIGHT[:16]


def test_a_compound_meter_does_not_swing(tmp_path: Path) -> None:
    assert _read(tmp_path, _eighths(2 / 3), text="12/8") == _read(tmp_path, _eighths(2 / 3), "as_played", "12/8")


def test_chords_on_swung_off_beats_go_with_the_melody(tmp_path: Path) -> None:
    comping = [event for bar in range(4) for event in chord(bar * 1920 + 800, 900, (48, 52, 55), 1)]
    file = write(tmp_path / "m.mid", notes(_eighths(2 / 3)), comping, per_quarter=480)
    corpus = read_corpus(file, Options(chord_part=1, swing="straighten"))
    assert {(chord.onset, chord.duration) for bar in corpus.bars for chord in bar.chords} == {(720, 960)}
    (track,) = corpus.tunes[0].accompaniment
    assert track.notes[0].onset == 800  # the performed notes keep their timing
