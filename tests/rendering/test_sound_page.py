"""What a page plays is the recording: the same recordings at the same levels."""

from __future__ import annotations

from base64 import b64decode

import numpy as np
import pytest

from jazzgram import Meter, Note, Solo
from jazzgram.music.chord import join_bars
from jazzgram.music.notation.changes import parse_changes
from jazzgram.music.time import TICKS_PER_QUARTER
from jazzgram.rendering import Mix, page_sound
from jazzgram.rendering.sound.bank import bundled_bank
from jazzgram.rendering.sound.master import LOUDNESS, loudness
from jazzgram.rendering.sound.player import RATE, Event, play
from jazzgram.rendering.sound.regions import DRUMS
from jazzgram.rendering.sound.render import render_stems, tracks_by_role

METER = Meter()


def blues() -> Solo:
    chords = join_bars(parse_changes("Bb7 | Eb7 | Bb7 | Fm7 Bb7", METER), METER.bar)
    line = tuple(Note((65, 68, 70, 63)[step % 4], step * 480, 400, 70 + step % 3 * 15) for step in range(16))
    return Solo(line, chords, 4, tempo=180, program=66)


def test_the_mix_of_a_page_is_that_of_the_recording() -> None:
    """Mix as docs/sound.md tells a page to; what it cannot render beforehand it estimates within a decibel."""
    solo = blues()
    content = page_sound(solo, Mix(room=0))
    roles = tracks_by_role(solo, Mix())
    stems = render_stems(solo, bundled_bank(), Mix(room=0))
    assert list(stems) == [part["role"] for part in content["parts"]]
    for part, (role, tracks) in zip(content["parts"], roles.items(), strict=True):
        (track,) = tracks
        second = solo.tempo / 60 * TICKS_PER_QUARTER
        events = [
            Event(note.onset / second, note.duration / second, note.pitch, note.velocity, pan=part["pan"])
            for note in track.notes
        ]
        regions = bundled_bank().regions(DRUMS if track.is_drum else 0, track.program)
        recorded = stems[role].T
        mixed = play(events, regions, recorded.shape[1]) * 10 ** (part["gain"] / 20)
        level = np.sqrt(np.mean(mixed**2) / np.mean(recorded**2))
        assert 20 * np.log10(level) == pytest.approx(0, abs=1)
        assert np.abs(mixed / level - recorded).max() < 0.005 * np.abs(recorded).max()
    whole = np.sum(list(stems.values()), axis=0)
    assert loudness(whole, RATE) + content["gain"] == pytest.approx(LOUDNESS, abs=1)


def test_a_page_with_a_server_gets_no_files_and_the_regions_of_further_pitches() -> None:
    content = page_sound(blues(), pitches=[36, 96], files=False)
    assert "files" not in content
    lows = [region["low"] for region in content["instruments"]["tenor_sax"]]
    assert min(lows) == 0 and max(region["high"] for region in content["instruments"]["tenor_sax"]) == 127


def test_parts_are_named_and_their_recordings_are_there() -> None:
    content = page_sound(blues())
    assert [part["role"] for part in content["parts"]] == ["solo", "chords", "bass", "drums"]
    assert [part["instrument"] for part in content["parts"]] == ["tenor_sax", "piano", "bass", "kit"]
    assert all(part["send"] > 0 for part in content["parts"]) and 0 < content["gain"] < 12
    for rows in (*content["instruments"].values(), list(content["room"].values())):
        for row in rows:
            assert len(b64decode(content["files"][row["file"]])) > 1000


def test_a_solo_without_notes_or_band() -> None:
    content = page_sound(Solo((), (), 2), Mix(band=-60))
    assert [part["role"] for part in content["parts"]] == ["solo"] and content["gain"] == 0
