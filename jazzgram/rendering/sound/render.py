"""Render MIDI and solos to samples, much faster than real time."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from jazzgram.errors import JazzgramError
from jazzgram.improvise.accompaniment.band import band_of
from jazzgram.improvise.accompaniment.count_in import count_in
from jazzgram.music.note import Note
from jazzgram.music.solo import Solo
from jazzgram.music.time import TICKS_PER_QUARTER, Meter
from jazzgram.music.tune import Track
from jazzgram.rendering.sound.master import loudness
from jazzgram.rendering.sound.midi_bytes import LONGEST, TAIL, StagePosition, part_bytes, with_tail
from jazzgram.rendering.sound.requirements import need
from jazzgram.rendering.sound.resample import Samples

RATE = 48_000
"""Samples per second that the renderer works at."""

BASS_PROGRAMS = frozenset((*range(32, 40), 43))
"""General MIDI's basses, and the contrabass."""

LEVELS = {"solo": 0.0, "chords": -5.0, "bass": -4.0, "drums": -10.0}
"""Loudness of each part of the band, in LU relative to the soloist's; all together are about as loud as the solo."""

_SOLO = -20.0
"""LUFS of the soloist before mastering."""

_NO_BAND = -60.0

_PANS = {"solo": 64, "chords": 46, "bass": 64, "drums": 78}
_REVERBS = {"solo": 1.0, "chords": 0.8, "bass": 0.25, "drums": 0.6}
_VOLUMES = (127, 64, 32)
"""Channel volumes to try, loudest first: the renderer works with 16 bits and clips louder sound."""


@dataclass(frozen=True, slots=True)
class Mix:
    """Levels, room and count-in of a rendered solo.

    Parameters
    ----------
    band : float
        dB by which the accompaniment is louder than usual; at -60 and below there is none.
    room : float
        Amount of reverb, 0 (none) to 1.
    count_in : int
        Bars of count-in, 0 or more.
    """

    band: float = 0.0
    room: float = 0.4
    count_in: int = 0


def render_midi(midi: bytes, soundfont: bytes) -> Samples:
    """Render a valid MIDI file.

    Parameters
    ----------
    midi : bytes
        A whole Standard MIDI File; see `jazzgram.rendering.sound.midi_bytes.with_tail` for checking one.
    soundfont : bytes
        The content of an .sf2 file.

    Returns
    -------
    ndarray of float32, shape (frames, 2)
        At `RATE`, until the last event of the file.

    Raises
    ------
    JazzgramError
        Where the renderer refuses the soundfont or the file.
    """
    renderer, soundfile = need("midirenderer"), need("soundfile")
    try:
        wave = renderer.render_wave_from(soundfont, midi)
    except BaseException as error:
        # A panic of the renderer's Rust code is no Exception; everything else that is none (Ctrl-C) is raised.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise JazzgramError(f"the renderer cannot play it ({' '.join(str(error).split())})") from None
    samples, _ = soundfile.read(io.BytesIO(wave), dtype="float32", always_2d=True)
    return np.asarray(samples, np.float32)


def render_file(path: Path, soundfont: bytes) -> Samples:
    """Render a MIDI file with its own mix; one that jazzgram wrote as the solo in it.

    Parameters
    ----------
    path : Path
        A MIDI file.
    soundfont : bytes
        The content of an .sf2 file.

    Returns
    -------
    ndarray of float32, shape (frames, 2)
        At `RATE`, not yet mastered.

    Raises
    ------
    JazzgramError
        With one line, where the file is missing, no MIDI file, damaged, without notes or too long.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise JazzgramError(f"{path}: cannot be read ({error.strerror})") from None
    midi, _ = with_tail(content, str(path))
    solo = _own(content)
    if solo is not None:
        return render_solo(solo, soundfont)
    try:
        samples = render_midi(midi, soundfont)
    except JazzgramError as error:
        raise JazzgramError(f"{path}: {error}") from None
    return samples


def render_solo(solo: Solo, soundfont: bytes, mix: Mix | None = None) -> Samples:
    """Render a solo with its band, each part at its level.

    Parameters
    ----------
    solo : Solo
        Without an accompaniment of its own it gets a trio made from its changes.
    soundfont : bytes
        The content of an .sf2 file.
    mix : Mix or None
        None for the defaults.

    Returns
    -------
    ndarray of float32, shape (frames, 2)
        At `RATE`, not yet mastered; silence of the solo's length where nothing plays.

    Raises
    ------
    JazzgramError
        Where it lasts longer than an hour.
    """
    stems = render_stems(solo, soundfont, mix)
    length = max((len(stem) for stem in stems.values()), default=_frames(solo, (mix or Mix()).count_in))
    mixed = np.zeros((length, 2), np.float32)
    for stem in stems.values():
        mixed[: len(stem)] += stem
    return mixed


def render_stems(solo: Solo, soundfont: bytes, mix: Mix | None = None) -> dict[str, Samples]:
    """Render each part of the band alone, at its level in the mix.

    Returns
    -------
    dict of str to ndarray of float32, shape (frames, 2)
        ``solo``, ``chords``, ``bass`` and ``drums``, those that have a note.
    """
    mix = mix or Mix()
    before = mix.count_in * solo.meter.bar
    parts: dict[str, list[Track]] = {"solo": [Track("Solo", solo.program, solo.notes)]}
    for track in band_of(solo) if mix.band > _NO_BAND else ():
        parts.setdefault(_role(track), []).append(track)
    last = [note.end for tracks in parts.values() for track in tracks for note in track.notes]
    length = before + max([solo.bars * solo.meter.bar, *last])
    if (minutes := length / TICKS_PER_QUARTER / solo.tempo) > LONGEST / 60:
        raise JazzgramError(f"{solo.title!r} lasts {minutes:.0f} minutes; at most {LONGEST / 60:.0f} can be rendered")
    played = {
        role: [replace(track, notes=_later(track.notes, before)) for track in tracks] for role, tracks in parts.items()
    }
    if before:
        played.setdefault("drums", []).append(count_in(solo.meter, mix.count_in))
    stems = {}
    for role, tracks in played.items():
        if any(track.notes for track in tracks):
            stems[role] = _stem(role, tracks, solo.tempo, length, soundfont, mix)
    return stems


def _stem(role: str, tracks: list[Track], tempo: float, length: int, soundfont: bytes, mix: Mix) -> Samples:
    """Render one part of the band at its level: a soundfont's own differ by more than ten decibels."""
    position = StagePosition(_PANS[role], round(127 * min(mix.room * _REVERBS[role], 1)))
    for volume in _VOLUMES:
        midi = part_bytes([(track, position) for track in tracks[:15]], tempo, length, volume)
        samples = render_midi(midi, soundfont)
        if np.abs(samples).max(initial=0) < 0.999:
            break
    level = loudness(samples, RATE)
    if not np.isfinite(level):
        return samples
    # Without accompaniment the only part beside the solo is the count-in, which is not made softer.
    target = _SOLO + LEVELS[role] + (mix.band if role != "solo" and mix.band > _NO_BAND else 0)
    return samples * np.float32(10 ** ((target - level) / 20))


def _role(track: Track) -> str:
    if track.is_drum:
        return "drums"
    return "bass" if track.program in BASS_PROGRAMS else "chords"


def _later(notes: Sequence[Note], ticks: int) -> tuple[Note, ...]:
    return tuple(replace(note, onset=note.onset + ticks) for note in notes) if ticks else tuple(notes)


def _frames(solo: Solo, bars: int) -> int:
    quarters = (solo.bars + bars) * solo.meter.bar / TICKS_PER_QUARTER
    return round((quarters * 60 / solo.tempo + TAIL) * RATE)


def _own(content: bytes) -> Solo | None:
    """Read a MIDI file that jazzgram's writer made, recognized by a first track named ``Solo`` before others."""
    import symusic

    score = symusic.Score.from_midi(content)
    tracks = [track for track in score.tracks if len(track.notes)]
    plain = len(score.tempos) == 1 and len(score.time_signatures) == 1 and score.ticks_per_quarter == TICKS_PER_QUARTER
    if not plain or len(tracks) < 2 or tracks[0].name != "Solo" or any(t.controls or t.pitch_bends for t in tracks):
        return None
    parts = [
        Track(
            track.name,
            track.program,
            tuple(Note(note.pitch, note.time, note.duration, note.velocity) for note in track.notes),
            track.is_drum,
        )
        for track in tracks
    ]
    signature = score.time_signatures[0]
    meter = Meter(signature.numerator, signature.denominator)
    return Solo(
        parts[0].notes,
        (),
        -(-score.end() // meter.bar),
        meter=meter,
        tempo=score.tempos[0].qpm,
        accompaniment=tuple(parts[1:]),
        program=parts[0].program,
    )
