"""Read a solo and its chords from two parts of a MIDI file.

One part is the melody; the notes that another part plays together are the chords. Onsets and durations go to the
nearest line of the grids, so that what was played can be learned as notation; the accompaniment keeps its timing.
Source: deepjazz (jisungk, 2016), whose reading of its file it reproduces, with every choice an option.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import Field, field_validator

from jazzgram import TICKS_PER_QUARTER, Bar, Chord, Corpus, JazzgramError, Meter, Note, Track, Tune, hookimpl, to_ticks
from jazzgram import Options as BaseOptions

from ._midi_file import Part, in_force, list_parts, open_midi
from ._quantize import gather_chords, quantize, scale

Quarters = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
PartNumber = Annotated[int, Field(ge=0)]

_MOST_BARS = 20_000
"""Eleven hours at 120: a file that claims to be longer is damaged, and would fill the memory with empty bars."""


class Options(BaseOptions):
    """Which parts are read, from where to where, and on which grids."""

    melody_part: PartNumber = Field(0, description="The soloist's part: its number among those with notes, from 0.")
    chord_part: PartNumber = Field(1, description="The part whose simultaneous notes are the chords, counted likewise.")
    accompaniment: tuple[PartNumber, ...] | None = Field(
        None, description="The parts that play beneath a solo, counted likewise; null: all but the melody."
    )
    span: tuple[Quarters, Quarters] | None = Field(
        None, description="Start and end in quarter notes from the file's start, both barlines; null: the whole file."
    )
    meter: str | None = Field(None, description="The meter of every bar (4/4); null: the file's first, else 4/4.")
    quantize: tuple[str, ...] = Field(
        ("1/4", "1/3"),
        min_length=1,
        max_length=8,
        description="The grids, in parts of a quarter note as 1/N with N a divisor of 480.",
    )

    @field_validator("span")
    @classmethod
    def _check_span(cls, span: tuple[float, float] | None) -> tuple[float, float] | None:
        if span and span[1] <= span[0]:
            raise ValueError(f"the span ends at {span[1]:g}, not after its start at {span[0]:g}")
        return span

    @field_validator("meter")
    @classmethod
    def _check_meter(cls, meter: str | None) -> str | None:
        if meter is not None:
            Meter.parse(meter)
        return meter

    @field_validator("quantize")
    @classmethod
    def _check_grids(cls, grids: tuple[str, ...]) -> tuple[str, ...]:
        for grid in grids:
            if not re.fullmatch(r"1/[1-9]\d{0,2}", grid) or TICKS_PER_QUARTER % int(grid[2:]):
                raise ValueError(f"not a grid: {grid!r} (expected 1/N, N a divisor of 480, for example 1/4 or 1/3)")
        return grids

    @property
    def divisors(self) -> tuple[int, ...]:
        """Into how many parts each grid divides the quarter note."""
        return tuple(int(grid[2:]) for grid in self.quantize)


@hookimpl
def read_corpus(source: Path, options: Options) -> Corpus:
    """Read one MIDI file as a corpus of one tune.

    A bar's chords are those that begin in it. A bar in which none begins repeats the chord before it, or where
    nothing has sounded yet, the one after it.

    Examples
    --------
    Three notes over a C major triad, played a little late:

    >>> import symusic, tempfile
    >>> score = symusic.Score(480)
    >>> for onsets, pitches in ((5, 250, 490), (60, 62, 64)), ((9, 9, 9), (48, 52, 55)):
    ...     track = symusic.Track()
    ...     track.notes.extend(symusic.Note(onset, 235, pitch, 90) for onset, pitch in zip(onsets, pitches))
    ...     score.tracks.append(track)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     score.dump_midi(Path(folder, "three.mid"))
    ...     bars = read_corpus(Path(folder, "three.mid"), Options()).bars
    >>> [(note.pitch, note.onset, note.duration) for note in bars[0].melody], bars[0].chords[0].pitches
    ([(60, 0, 240), (62, 240, 240), (64, 480, 240)], (48, 52, 55))
    """
    score = open_midi(source)
    per_quarter: int = score.ticks_per_quarter
    parts = list_parts(score)
    if not parts:
        raise JazzgramError(f"{source}: no part has any notes; the midi reader needs a melody and a part with chords")
    melody = _pick(source, parts, "melody_part", options.melody_part)
    chord_part = _pick(source, parts, "chord_part", options.chord_part)
    if options.accompaniment is None:
        beneath = [part for part in parts if part is not melody]
    else:
        beneath = [_pick(source, parts, "accompaniment", number) for number in options.accompaniment]
    meter = _meter(source, score, options)
    chords = _chords(source, parts, chord_part, per_quarter, options)
    start, bars = _span(source, parts, (melody, chord_part), per_quarter, meter, options)
    end = start + bars * meter.bar
    melodies = _melodies(melody, per_quarter, start, bars, meter, options)
    if not any(melodies):
        first, last = scale(melody.onsets[[0, -1]], per_quarter).tolist()
        raise JazzgramError(
            f"{source}: melody_part {melody.number} ({melody.name}) has no notes from quarter {_quarters(start)} to "
            f"{_quarters(end)}, only between {_quarters(first)} and {_quarters(last)}; change the span or choose "
            f"among the parts {_listing(parts)}"
        )
    tempo = in_force([event for event in score.tempos if event.mspq > 0], start, per_quarter)
    key = in_force([event for event in score.key_signatures if -7 <= event.key <= 7], start, per_quarter)
    harmonies = _harmonies(chords, start, bars, meter)
    tracks = [_track(part, per_quarter, start, end, options) for part in beneath]
    tune = Tune(
        title=source.stem,
        bars=tuple(Bar(tuple(notes), below, meter) for notes, below in zip(melodies, harmonies, strict=True)),
        tempo=60_000_000 / tempo.mspq if tempo else 120.0,
        accompaniment=tuple(track for track in tracks if track.notes),
        program=melody.program,
        key=_key_signature([note for notes in melodies for note in notes], key.key if key else None),
    )
    return Corpus((tune,))


def _key_signature(notes: Sequence[Note], written: int | None) -> int:
    """Choose the key signature under which the fewest melody notes need an accidental, in sharps (flats negative).

    Sequencers write signatures that nobody played in (the reference file says one sharp over five flats), so the
    written one decides only between equals; without one the signature with the fewest signs does.
    """

    def accidentals(sharps: int) -> int:
        tonic = 7 * sharps % 12
        return sum((note.pitch - tonic) % 12 not in (0, 2, 4, 5, 7, 9, 11) for note in notes)

    return min(range(-6, 7), key=lambda sharps: (accidentals(sharps), sharps != written, abs(sharps), sharps))


def _pick(source: Path, parts: Sequence[Part], option: str, number: int) -> Part:
    if number >= len(parts):
        raise JazzgramError(f"{source}: {option} {number} is not there; choose among the parts {_listing(parts)}")
    return parts[number]


def _meter(source: Path, score: Any, options: Options) -> Meter:
    if options.meter is not None:
        return Meter.parse(options.meter)
    if not score.time_signatures:
        return Meter()
    first = score.time_signatures[0]
    try:
        return Meter(first.numerator, first.denominator)
    except ValueError as error:
        raise JazzgramError(f"{source}: {error} (its first time signature); set the option meter") from None


def _chords(source: Path, parts: Sequence[Part], part: Part, per_quarter: int, options: Options) -> tuple[Chord, ...]:
    """Give the chords of a whole part, onsets from the start of the file."""
    onsets, durations, voicings = gather_chords(part.onsets, part.ends, part.pitches, per_quarter)
    if not voicings:
        others = [it for it in parts if gather_chords(it.onsets, it.ends, it.pitches, per_quarter)[2]]
        advice = f"choose among the parts {_listing(others)}" if others else "no other part has any either"
        raise JazzgramError(
            f"{source}: chord_part {part.number} ({part.name}) never plays two notes together; {advice}"
        )
    at, lengths = (quantize(times, per_quarter, options.divisors).tolist() for times in (onsets, durations))
    return tuple(Chord(*chord) for chord in zip(voicings, at, lengths, strict=True))


def _melodies(part: Part, per_quarter: int, start: int, bars: int, meter: Meter, options: Options) -> list[list[Note]]:
    """Give each bar the notes that begin in it, on the grids, onsets from its start."""
    onsets = quantize(part.onsets, per_quarter, options.divisors) - start
    inside = (onsets >= 0) & (onsets < bars * meter.bar)
    durations = quantize(part.durations[inside], per_quarter, options.divisors)
    shortest = TICKS_PER_QUARTER // max(options.divisors)
    columns = part.pitches[inside], onsets[inside], np.where(durations, durations, shortest), part.velocities[inside]
    melodies: list[list[Note]] = [[] for _ in range(bars)]
    for pitch, onset, duration, velocity in zip(*(column.tolist() for column in columns), strict=True):
        bar, place = divmod(onset, meter.bar)
        melodies[bar].append(Note(pitch, place, duration, velocity))
    return melodies


def _span(
    source: Path, parts: Sequence[Part], read: Sequence[Part], per_quarter: int, meter: Meter, options: Options
) -> tuple[int, int]:
    """Give the start in ticks and the number of bars; a whole file ends with the bar of the last onset in `read`."""
    if options.span is None:
        last = max(int(quantize(part.onsets[-1:], per_quarter, options.divisors)[0]) for part in read)
        start, bars = 0, last // meter.bar + 1
    else:
        start, end = (to_ticks(quarters) for quarters in options.span)
        for name, ticks, quarters in zip(("start", "end"), (start, end), options.span, strict=True):
            if ticks % meter.bar or ticks != quarters * TICKS_PER_QUARTER:
                below = ticks // meter.bar * meter.bar
                raise JazzgramError(
                    f"{source}: the span's {name}, quarter {quarters:.10g}, is not a barline in {meter}; the nearest "
                    f"are {_quarters(below)} and {_quarters(below + meter.bar)}"
                )
        finish = max(int(scale(part.ends, per_quarter).max()) for part in parts)
        close = -(-finish // meter.bar) * meter.bar
        if end > close:
            raise JazzgramError(
                f"{source}: the span's end, quarter {_quarters(end)}, lies past the end of the file, whose last bar "
                f"ends at {_quarters(close)}; choose an earlier one"
            )
        bars = (end - start) // meter.bar
    if bars > _MOST_BARS:
        raise JazzgramError(f"{source}: {bars} bars are more than the {_MOST_BARS} that are read; set a shorter span")
    return start, bars


def _harmonies(chords: Sequence[Chord], start: int, bars: int, meter: Meter) -> list[tuple[Chord, ...]]:
    """Give each bar its chords, onsets from its start, at least one a bar."""
    begun: list[list[Chord]] = [[] for _ in range(bars)]
    for chord in chords:
        bar, onset = divmod(chord.onset - start, meter.bar)
        if 0 <= bar < bars:
            begun[bar].append(replace(chord, onset=onset))
    sounding = next((chord for chord in reversed(chords) if chord.onset < start), chords[0])
    harmonies = []
    for own in begun:
        harmonies.append(tuple(own) or (replace(sounding, onset=0, duration=meter.bar),))
        sounding = harmonies[-1][-1]
    return harmonies


def _track(part: Part, per_quarter: int, start: int, end: int, options: Options) -> Track:
    """Give a part's notes between two barlines as they were played, onsets from the first.

    Which bar a note belongs to is decided on the grid, so that a downbeat played early is not lost.
    """
    on_grid = quantize(part.onsets, per_quarter, options.divisors)
    inside = (start <= on_grid) & (on_grid < end)
    begins = np.maximum(scale(part.onsets[inside], per_quarter) - start, 0)
    ends = np.minimum(scale(part.ends[inside], per_quarter), end) - start
    columns = (part.pitches[inside], begins, np.maximum(ends - begins, 1), part.velocities[inside])
    notes = tuple(Note(*note) for note in zip(*(column.tolist() for column in columns), strict=True))
    return Track(part.name, part.program, notes, part.is_drum)


def _listing(parts: Sequence[Part]) -> str:
    return ", ".join(map(str, parts))


def _quarters(ticks: int) -> str:
    return f"{ticks / TICKS_PER_QUARTER:.10g}"
