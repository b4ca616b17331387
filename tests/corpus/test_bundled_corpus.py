"""The bundled solos: idiomatic by the numbers, and the MIDI and hashes made from them up to date."""

from __future__ import annotations

from collections import Counter
from importlib import import_module
from itertools import pairwise

import pytest
from jazzgram_plugins.readers.jazzgram_text import read_corpus
from paths import ROOT

from jazzgram import Note, Rest, Tune, chord_at

DATA = ROOT / "data"
CORPUS = read_corpus(DATA / "bundled")


def notes_of(tune: Tune) -> list[Note]:
    return [event for bar in tune.bars for event in bar.melody if isinstance(event, Note)]


@pytest.mark.parametrize("tune", CORPUS.tunes, ids=lambda tune: tune.title)
def test_every_tune_is_playable_and_breathes(tune: Tune) -> None:
    sounding = longest = 0
    for bar in tune.bars:
        assert str(bar.meter) == "4/4"
        assert sum(event.duration for event in bar.melody) == 1920
        assert sum(chord.duration for chord in bar.chords) == 1920
        for event in bar.melody:
            sounding = 0 if isinstance(event, Rest) else sounding + event.duration
            longest = max(longest, sounding)
    notes = notes_of(tune)
    assert {note.pitch for note in notes} <= set(range(52, 85))  # E3 to C6
    assert longest <= 4 * 1920
    assert max(abs(one.pitch - two.pitch) for one, two in pairwise(notes)) <= 12


def test_the_corpus_is_large_and_varied_enough() -> None:
    assert len(CORPUS.bars) >= 112
    assert len({tune.key for tune in CORPUS.tunes}) >= 6
    notes = [note for tune in CORPUS.tunes for note in notes_of(tune)]
    assert sum(note.duration == 160 for note in notes) / len(notes) > 0.03
    # Solos of the Weimar Jazz Database have about 0.55 steps of up to a whole tone and 0.17 minor thirds.
    sizes = Counter(abs(one.pitch - two.pitch) for tune in CORPUS.tunes for one, two in pairwise(notes_of(tune)))
    assert 0.5 < (sizes[1] + sizes[2]) / sizes.total() < 0.7


def test_downbeats_are_mostly_chord_tones() -> None:
    on_chord = [
        event.pitch % 12 in chord.pitch_classes
        for bar in CORPUS.bars
        for event in bar.melody[:1]
        if isinstance(event, Note) and (chord := chord_at(bar.chords, 0)) is not None
    ]
    assert sum(on_chord) / len(on_chord) > 0.7


def test_no_bar_stands_twice() -> None:
    lines = Counter(
        tuple((event.onset, event.duration, getattr(event, "pitch", None)) for event in bar.melody)
        for bar in CORPUS.bars
    )
    assert {line for line, count in lines.items() if count > 1} == set()


def test_every_tune_is_free() -> None:
    files = list((DATA / "bundled").glob("*.txt"))
    assert len(files) == len(CORPUS.tunes)
    for file in files:
        assert "licence: CC0-1.0" in file.read_text(encoding="utf-8"), file


def test_midi_and_hashes_are_those_of_the_tunes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(DATA))
    make_midi = import_module("make_midi")

    stored = {file.name: file.read_bytes() for file in (DATA / "bundled_midi").glob("*.mid")}
    assert make_midi.midi_files() == stored, "run python data/make_midi.py"
    assert make_midi.hash_table() in (DATA / "SOURCES.md").read_text(encoding="utf-8"), "run python data/make_midi.py"


def test_midi_holds_the_melody_and_the_chords() -> None:
    import symusic

    score = symusic.Score(DATA / "bundled_midi" / "01_kettle_on.mid")
    tune = CORPUS.tunes[0]
    expected = [
        (number * 1920 + event.onset, event.duration, event.pitch)
        for number, bar in enumerate(tune.bars)
        for event in bar.melody
        if isinstance(event, Note)
    ]
    assert score.ticks_per_quarter == 480
    assert [track.name for track in score.tracks] == ["Melody", "Chords"]
    assert [(note.time, note.duration, note.pitch) for note in score.tracks[0].notes] == expected
    assert [marker.text for marker in score.markers][:5] == ["F7", "Bb7", "F7", "Cm7", "F7"]
