"""Read the Jazz Trio Database: piano solos of trios, transcribed from recordings, each in a folder of its own.

``piano_midi.mid`` has the notes, ``beats.csv`` the beats with their numbers in the bar, ``metadata.json`` who plays
what. The highest notes are the melody; the chords are inferred from all that the piano plays, since the bass is
in the recording only. Onsets and durations go to sixteenths and triplets, as for any MIDI file.
Source: Cheston et al., *Jazz Trio Database: automated annotation of jazz piano trio recordings* (TISMIR 7:1, 2024).
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from jazzgram import TICKS_PER_QUARTER, Bar, Corpus, Dropped, JazzgramError, Meter, Note, Track, Tune, hookimpl
from jazzgram.music import Floats, best_key_signature, infer_chords

from ._files import with_suffix
from ._json import read_json
from ._seconds import nearest, to_ticks
from ._timeline import lay_bars
from ._tunebook import read_text
from .midi.file import parse_midi, read_whole

_GRIDS = (4, 3)
_LARGEST = 8 << 20
_MELODY = "piano_midi.mid"
_LEGATO = TICKS_PER_QUARTER // 4
"""How long a higher note must go on sounding for a lower one to be beneath it."""
_MOST_BEATS = 100_000


@hookimpl
def list_files(folder: Path) -> Sequence[Path]:
    """List the piano solos below a folder.

    Examples
    --------
    >>> list_files(Path("no such folder"))
    []
    """
    return [file for file in with_suffix(folder.rglob("*"), ".mid") if file.name.lower() == _MELODY]


@hookimpl
def depends_on(source: Path) -> Sequence[Path]:
    """Name the files that are read with a solo: its beats, and who plays."""
    return source.parent / "beats.csv", source.parent / "metadata.json"


@hookimpl
def read_corpus(source: Path) -> Corpus:
    """Read one solo.

    Examples
    --------
    A bar of four beats of half a second, with two notes on its first, and the next bar's first beat:

    >>> import symusic, tempfile
    >>> folder = Path(tempfile.mkdtemp(), "nobody-tune-1999")
    >>> folder.mkdir()
    >>> score, track = symusic.Score(480), symusic.Track()
    >>> track.notes.extend(symusic.Note(960, 400, pitch, 90) for pitch in (53, 69))
    >>> score.tracks.append(track)
    >>> score.dump_midi(folder / "piano_midi.mid")
    >>> rows = [f"{beat},{1 + beat / 2},{beat % 4 + 1}" for beat in range(5)]
    >>> _ = (folder / "beats.csv").write_text("\\n".join([",beats,metre_auto", *rows]))
    >>> (tune,) = read_corpus(folder / "piano_midi.mid").tunes
    >>> tune.tempo, [(note.pitch, note.onset, note.duration) for note in tune.bars[0].notes], tune.dropped[1].reason
    (120.0, [(69, 0, 360)], 'beneath a higher note')
    """
    onsets, ends, pitches, velocities = _notes(source)
    times, positions = _beats(source.parent / "beats.csv")
    meters, opening = _bars(source.parent / "beats.csv", positions)
    starts = np.arange(len(times)) * TICKS_PER_QUARTER - opening * TICKS_PER_QUARTER
    begins = nearest(to_ticks(onsets.tolist(), times, starts.tolist()), _GRIDS)
    finishes = np.maximum(nearest(to_ticks(ends.tolist(), times, starts.tolist()), _GRIDS), begins + 120)
    last = sum(meter.bar for meter in meters)
    played = [
        Note(pitch, onset, end - onset, velocity)
        for onset, pitch, end, velocity in sorted(
            zip(begins.tolist(), pitches.tolist(), finishes.tolist(), velocities.tolist(), strict=True)
        )
    ]
    inside = [note for note in played if 0 <= note.onset < last]
    melody = _highest(inside)
    if not melody:
        raise JazzgramError(f"{source}: no note lies between the first and the last downbeat of beats.csv")
    counts = {"outside of the bars": len(played) - len(inside), "beneath a higher note": len(inside) - len(melody)}
    about = _metadata(source.parent / "metadata.json")
    work, pianist = about["track_name"] or source.parent.name, about["pianist"]
    bars = lay_bars(meters, [], melody)
    chords = infer_chords(inside, meters)
    beneath = tuple(sorted(set(inside) - set(melody), key=lambda note: (note.onset, note.pitch)))
    return Corpus(
        (
            Tune(
                f"{pianist} - {work} ({source.parent.name})" if pianist else source.parent.name,
                tuple(Bar(bar.melody, own, bar.meter) for bar, own in zip(bars, chords, strict=True)),
                round(60 / float(np.median(np.diff(times))), 2),
                (Track("Piano", 0, beneath),) if beneath else (),
                program=0,
                key=best_key_signature([note.pitch for note in melody]),
                work=work,
                performer=pianist,
                dropped=(
                    Dropped("no chord symbols: the chords are inferred from what the piano plays"),
                    *(Dropped(reason, notes=count) for reason, count in counts.items() if count),
                ),
            ),
        )
    )


def _notes(source: Path) -> tuple[Floats, Floats, Any, Any]:
    """Return onsets and ends in seconds, pitches and velocities, of all notes of the file."""
    score = parse_midi(source, read_whole(source)).to("second")
    columns = [track.notes.numpy() for track in score.tracks if not track.is_drum and len(track.notes)]
    if not columns:
        raise JazzgramError(f"{source}: no part has any notes (expected the piano of the Jazz Trio Database)")
    onsets, lengths, pitches, velocities = (
        np.concatenate([column[name] for column in columns]) for name in ("time", "duration", "pitch", "velocity")
    )
    return onsets.astype(float), (onsets + lengths).astype(float), pitches.astype(int), velocities.astype(int)


def _beats(file: Path) -> tuple[list[float], list[int]]:
    """Return the seconds of the beats and their numbers in the bar; those of the annotator where he gave any."""
    try:
        rows = list(csv.DictReader(read_text(file, _LARGEST).splitlines()))
    except csv.Error as error:
        raise JazzgramError(f"{file}: damaged CSV ({error}); get an intact copy") from None
    metre = next((name for name in ("metre_manual", "metre_auto") if rows and rows[0].get(name)), None)
    if metre is None or "beats" not in rows[0] or len(rows) > _MOST_BEATS:
        raise JazzgramError(f"{file}: no beats found (expected the columns beats and metre_auto)")
    times: list[float] = []
    positions: list[int] = []
    for line, row in enumerate(rows, start=2):
        try:
            time, position = float(row["beats"]), int(float(row[metre]))
        except (TypeError, ValueError, OverflowError):
            time, position = float("nan"), 0
        if not 1 <= position <= 32 or not (not times or time > times[-1]) or not abs(time) < 1e6:
            raise JazzgramError(f"{file}:{line}: {row['beats']!r}, {row[metre]!r} is no beat after the one before it")
        times.append(time)
        positions.append(position)
    return times, positions


def _bars(file: Path, positions: Sequence[int]) -> tuple[list[Meter], int]:
    """Return the meters of the bars from one beat of the number 1 to the next, and the index of the first of them."""
    downs = [index for index, position in enumerate(positions) if position == 1]
    if len(downs) < 2:
        raise JazzgramError(f"{file}: has {len(downs)} downbeats (expected two or more, with the number 1)")
    return [Meter(min(after - before, 32), 4) for before, after in pairwise(downs)], downs[0]


def _highest(notes: Sequence[Note]) -> list[Note]:
    """Leave out what begins together with a higher note, or while one goes on for a sixteenth or more.

    The skyline (Uitdenbogerd & Zobel, *Manipulation of music for melody matching*, ACM Multimedia 1998).
    """
    top: dict[int, Note] = {}
    for note in notes:
        if note.onset not in top or note.pitch > top[note.onset].pitch:
            top[note.onset] = note
    melody: list[Note] = []
    for note in top.values():
        sounding = [other for other in melody[-8:] if other.end >= note.onset + _LEGATO and other.pitch > note.pitch]
        if not sounding:
            melody.append(note)
    return melody


def _metadata(file: Path) -> dict[str, str]:
    """Return the track's name and the pianist; empty where they are not known."""
    content = read_json(file) if file.is_file() else {}
    fields = content if isinstance(content, dict) else {}
    names = {name: fields.get(name) for name in ("track_name", "pianist")}
    return {name: " ".join(value.split())[:200] if isinstance(value, str) else "" for name, value in names.items()}
