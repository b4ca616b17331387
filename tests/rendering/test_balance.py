"""The balance of a MIDI file: the soloist stands in front of the band, however loud either was recorded."""

from __future__ import annotations

from math import log10

import pytest

from jazzgram import Note, Solo, Track
from jazzgram.rendering import channel_volumes


def line(velocity: int, pitch: int = 60) -> tuple[Note, ...]:
    return tuple(Note(pitch, 480 * beat, 480, velocity) for beat in range(8))


def level(velocity: int, volume: int) -> float:
    """Return the attenuation of a note in dB."""
    return 40 * log10(velocity / 127) + 40 * log10(volume / 127)


@pytest.mark.parametrize("solo", [60, 80])
@pytest.mark.parametrize("bass", [70, 100, 127])
def test_a_loud_bass_is_turned_down(solo: int, bass: int) -> None:
    mine, its = channel_volumes(Solo(line(solo), (), 2, accompaniment=(Track("Bass", 32, line(bass, 40)),)))
    assert level(bass, its) - level(solo, mine) == pytest.approx(-4, abs=0.5)


def test_a_chord_counts_for_all_its_notes() -> None:
    one = (Track("Piano", 0, line(80)),)
    four = (Track("Piano", 0, tuple(note for pitch in (57, 60, 64, 67) for note in line(80, pitch))),)
    alone, chord = (channel_volumes(Solo(line(80), (), 2, accompaniment=band))[1] for band in (one, four))
    assert 40 * log10(alone / chord) == pytest.approx(10 * log10(4), abs=0.5)


def test_two_pianos_share_their_level_and_all_drums_have_one_volume() -> None:
    piano = Track("Piano", 0, line(80))
    kit = (Track("Ride", 0, line(60, 51), True), Track("Snare", 0, line(120, 38), True))
    _, alone = channel_volumes(Solo(line(80), (), 2, accompaniment=(piano,)))
    _, first, second, ride, snare = channel_volumes(Solo(line(80), (), 2, accompaniment=(piano, piano, *kit)))
    assert first == second < alone
    assert ride == snare, "there is one drum channel"


def test_silent_parts_have_a_volume_too() -> None:
    assert channel_volumes(Solo((), (), 1, accompaniment=(Track("Bass", 32, ()),)))[0] > 0
