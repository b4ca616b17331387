"""Write the solo and its accompaniment as a MIDI file.

`solo.mid` has 480 ticks to the quarter note, the tempo, meter and key signature, the chord symbols as markers (``NC``
for "no chord"; a chord without a symbol is named from its voicing), the solo as the first track and one track for each
part of the accompaniment, drums on channel 10. Channel volumes (controller 7) keep the soloist in front of the band in
any player. With `count_in` the music begins after bars of clicks on the drums. Unplayable notes are left out or
trimmed: notes without length, pitches outside MIDI, and the rest of a note after its own pitch is struck again.

Source: the project; chord symbols as markers after the Standard MIDI File specification (MMA, 1996).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from pydantic import Field

import jazzgram
from jazzgram import TICKS_PER_QUARTER, Note, Solo, Track, hookimpl
from jazzgram.music import count_in, midi_core, name_chord
from jazzgram.rendering import channel_volumes

_VOLUME = 7


class Options(jazzgram.Options):
    """The names in the file."""

    name: str = Field("Solo", min_length=1, max_length=60, description="Name of the soloist's track.")
    balance: bool = Field(True, description="Whether channel volumes balance soloist and band.")
    count_in: int = Field(0, ge=0, le=4, description="Number of bars counted in.")


@hookimpl
def write_solo(solo: Solo, folder: Path, options: Options) -> list[Path]:
    """Write `solo.mid`.

    Examples
    --------
    >>> import tempfile
    >>> line = (Note(62, 0, 240), Note(65, 240, 240), Note(69, 480, 480))
    >>> [path.name for path in write_solo(Solo(line, (), 1), Path(tempfile.mkdtemp()), Options())]
    ['solo.mid']
    """
    midi = midi_core()
    score = midi.ScoreTick(TICKS_PER_QUARTER)
    score.tempos.append(midi.TempoTick(0, solo.tempo, None))
    score.time_signatures.append(midi.TimeSignatureTick(0, solo.meter.numerator, solo.meter.denominator))
    score.key_signatures.append(midi.KeySignatureTick(0, solo.key, 0))
    before = options.count_in * solo.meter.bar
    for chord in solo.chords:
        text = chord.symbol or name_chord(chord.pitches)
        score.markers.append(midi.TextMetaTick(before + max(chord.onset, 0), text))
    parts = (Track(options.name, solo.program, solo.notes), *solo.accompaniment)
    for part, volume in zip(parts, channel_volumes(solo), strict=True):
        track = midi.TrackTick(part.name, part.program, part.is_drum)
        if options.balance:
            track.controls.append(midi.ControlChangeTick(0, _VOLUME, volume))
        later = (replace(note, onset=note.onset + before) for note in part.notes)
        for note in playable(later if before else part.notes):
            track.notes.append(midi.NoteTick(note.onset, note.duration, note.pitch, note.velocity))
        score.tracks.append(track)
    if before:
        clicks = count_in(solo.meter, options.count_in)
        track = midi.TrackTick(clicks.name, clicks.program, clicks.is_drum)
        for note in clicks.notes:
            track.notes.append(midi.NoteTick(note.onset, note.duration, note.pitch, note.velocity))
        score.tracks.append(track)
    path = folder / "solo.mid"
    path.write_bytes(score.dumps_midi())
    return [path]


def playable(notes: Iterable[Note]) -> list[Note]:
    """Trim notes to what one MIDI channel can sound, in time order.

    Parameters
    ----------
    notes : iterable of Note
        In any order; onsets may be negative (a humanised first note), durations 0.

    Returns
    -------
    list of Note
        Onsets from 0, durations from 1, pitches within 0 to 127, velocities within 1 to 127; a note is over when its
        pitch is struck again, and of equal notes struck at once the longest stays.

    Examples
    --------
    >>> [(n.onset, n.duration) for n in playable([Note(60, 0, 960), Note(60, 480, 240), Note(62, 480, 0)])]
    [(0, 480), (480, 240)]
    """
    trimmed: list[Note] = []
    struck_again: dict[int, int] = {}
    for note in sorted(notes, key=lambda note: (max(note.onset, 0), note.pitch, note.end), reverse=True):
        onset = max(note.onset, 0)
        end = min(note.end, struck_again.get(note.pitch, note.end))
        if end > onset and 0 <= note.pitch <= 127:
            struck_again[note.pitch] = onset
            trimmed.append(Note(note.pitch, onset, end - onset, min(max(note.velocity, 1), 127)))
    return trimmed[::-1]
