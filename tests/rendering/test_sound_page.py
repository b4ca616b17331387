"""What a page plays is the recording: the same recordings at the same levels."""

from __future__ import annotations

from base64 import b64decode

import numpy as np

from jazzgram import Meter, Note, Solo
from jazzgram.music.chord import join_bars
from jazzgram.music.notation.changes import parse_changes
from jazzgram.music.time import TICKS_PER_QUARTER
from jazzgram.rendering import Mix, page_sound
from jazzgram.rendering.sound.bank import bundled_bank
from jazzgram.rendering.sound.player import RATE, Event, play
from jazzgram.rendering.sound.regions import DRUMS
from jazzgram.rendering.sound.render import TAIL, parts_of, render_solo

METER = Meter()


def blues() -> Solo:
    chords = join_bars(parse_changes("Bb7 | Eb7 | Bb7 | Fm7 Bb7", METER), METER.bar)
    line = tuple(Note((65, 68, 70, 63)[step % 4], step * 480, 400, 70 + step % 3 * 15) for step in range(16))
    return Solo(line, chords, 4, tempo=180, program=66)


def test_the_mix_of_a_page_is_that_of_the_recording() -> None:
    """Mix as docs/sound.md tells a page to."""
    solo = blues()
    content = page_sound(solo, Mix(room=0))
    tracks = [track for tracks in parts_of(solo, Mix()).values() for track in tracks]
    recorded = render_solo(solo, bundled_bank(), Mix(room=0)).T
    mixed = np.zeros_like(recorded)
    for part, track in zip(content["parts"], tracks, strict=True):
        second = solo.tempo / 60 * TICKS_PER_QUARTER
        events = [
            Event(note.onset / second, note.duration / second, note.pitch, note.velocity, pan=part["pan"])
            for note in track.notes
        ]
        regions = bundled_bank().regions(DRUMS if track.is_drum else 0, track.program)
        mixed += play(events, regions, recorded.shape[1]) * 10 ** (part["gain"] / 20)
    assert recorded.shape[1] == round((solo.seconds + TAIL) * RATE)
    assert np.abs(mixed - recorded).max() < 0.005 * np.abs(recorded).max()


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
