"""Read transcribed jazz solos: the Weimar Jazz Database, as CSV or as SQLite.

Notes are on the tatums that the annotators transcribed, or where they were played; every beat has its chord. Read are
the Jazzomat project's CSV export (a folder with ``melody`` and ``beats``, or one file of ``melody``), the database's
table ``melody`` as CSV, a file for each solo (without beats there are no chords), and the official ``wjazzd.db``.
``docs/wjazzd.md`` accounts for every note.
Source: Pfleiderer et al. (eds.), *Inside the Jazzomat* (2017); the database is open data under the ODbL.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import Field

import jazzgram
from jazzgram import TICKS_PER_QUARTER, Bar, Corpus, Dropped, JazzgramError, Note, Tune, hookimpl
from jazzgram.music import best_key_signature

from .._files import with_suffix
from .bars import BarTable, as_performed, chords_of, cut_at_next, lay_bars, on_tatums
from .csv import beats_file, read_csv
from .names import name_of
from .players import facts_of
from .solo import Beats, Ints, Notes
from .sqlite import is_database, read_database

_TENOR_SAX = 66
"""The program of a solo whose instrument is not known: the database's most frequent."""
_SLOWEST, _FASTEST = 5, 1000

_note = lru_cache(1 << 16)(Note)
"""Solos repeat their notes: a value that is found costs a third of one that is made."""

_PICK_UP = "in the pick-up (before bar 1)"
_OUTSIDE = "on a beat or tatum that its bar does not have"
_TOGETHER = "begins together with the next note"
_NO_BEATS = "the beats and their chords, which are not beside the melody"
_EMPTY_BEFORE = "empty, before the first note"
_EMPTY_AFTER = "empty, after the last note"


class Options(jazzgram.Options):
    """Where notes begin, how long they are, and whether the pick-up is read."""

    timing: Literal["tatums", "performed"] = Field(
        "tatums", description="Onsets on the annotated tatums, or as performed, to the tick between two beats."
    )
    durations: Literal["written", "sounding"] = Field(
        "written",
        description="Notes on tatums end on a tatum, and a silence shorter than an eighth is no rest (written), or as "
        "they sound, to the tick (sounding). Performed notes always end as they sound.",
    )
    pickup: Literal["keep", "drop"] = Field(
        "keep", description="Whether to keep the bars that are numbered below 1: what is played into the first chorus."
    )


@hookimpl
def read_corpus(source: Path, options: Options) -> Corpus:
    """Read one solo of the CSV export, or all solos of ``wjazzd.db``.

    Examples
    --------
    Three notes over Dm7, the second and third in a triplet:

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> for name, rows in {
    ...     "melody": ("onset,duration,beat_duration,pitch,period,division,bar,beat,tatum",
    ...         "1.0,.4,.5,65,4,2,1,1,1", "1.5,.1,.5,64,4,3,1,2,1", "1.66,.1,.5,62,4,3,1,2,2"),
    ...     "beats": ("onset,bar,beat,signature,chord", "1.0,1,1,4/4,D-7", "1.5,1,2,,"),
    ... }.items():
    ...     (folder / name).mkdir()
    ...     _ = (folder / name / "MilesDavis_SoWhat.csv").write_text("\\n".join(rows))
    >>> (tune,) = read_corpus(folder / "melody" / "MilesDavis_SoWhat.csv", Options()).tunes
    >>> tune.title, tune.tempo, tune.bars[0].chords[0].symbol
    ('Miles Davis - So What', 120.0, 'D-7')
    >>> [(note.pitch, note.onset, note.duration) for note in tune.bars[0].melody]
    [(65, 0, 480), (64, 480, 160), (62, 640, 160)]
    """
    if not source.is_file():
        raise JazzgramError(f"{source}: is no file; the wjazzd reader reads a solo's CSV file of melody, or wjazzd.db")
    if is_database(source):
        tunes = [
            replace(_tune(solo.title, solo.notes, solo.beats, options), **solo.known) for solo in read_database(source)
        ]
        return Corpus(tuple(tunes))
    name = name_of(source.stem)
    tune = _tune(name.title, *read_csv(source), options)
    unknown = () if beats_file(source).is_file() else (Dropped(_NO_BEATS),)
    facts = facts_of(name.performer, name.work)
    return Corpus((replace(tune, work=name.work, performer=name.performer, dropped=tune.dropped + unknown, **facts),))


@hookimpl
def list_files(folder: Path) -> Sequence[Path]:
    """List the melodies of a folder that has them, or has a folder ``melody``; else the databases.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> (folder / "melody").mkdir()
    >>> for name in ("LesterYoung_DB.csv", "BenWebster_Perdido.csv", "ArtPepper_Popo.csv"):
    ...     (folder / "melody" / name).touch()
    >>> [file.stem for file in list_files(folder)]
    ['ArtPepper_Popo', 'BenWebster_Perdido', 'LesterYoung_DB']
    """
    inside = folder / "melody" if (folder / "melody").is_dir() else folder
    return with_suffix(inside.glob("*"), ".csv") or with_suffix(folder.glob("*"), ".db")


@hookimpl
def depends_on(source: Path) -> Sequence[Path]:
    """Name the file that is read with a melody: its beats."""
    return (beats_file(source),) if source.suffix == ".csv" else ()


def _tune(title: str, notes: Notes, beats: Beats, options: Options) -> Tune:
    """Make a tune of an annotated solo."""
    table = lay_bars(notes, beats)
    inside = (notes.beat <= table.periods[notes.bar - table.first]) & (notes.tatum <= notes.division)
    outside = int(np.count_nonzero(~inside))
    opening = table.first if options.pickup == "keep" else max(table.first, 1)
    pick_up = int(np.count_nonzero(inside & (notes.bar < opening)))
    inside &= notes.bar >= opening
    if not inside.any():
        raise JazzgramError(f"{notes.where(0)}: no note of the solo is left (pickup: {options.pickup})")
    if options.timing == "tatums":
        onsets, ends = on_tatums(notes, table, options.durations)
    else:
        first, last = (int(bar) - table.first for bar in (notes.bar[inside].min(), notes.bar[inside].max()))
        onsets, ends = as_performed(notes, beats, table, int(table.starts[first]), int(table.starts[last + 1]))
    order = np.flatnonzero(inside)[np.argsort(onsets[inside], kind="stable")]
    alone = np.append(np.diff(onsets[order]) > 0, True)
    order = order[alone]
    onsets = onsets[order]
    ends = cut_at_next(onsets, ends[order], options.timing == "performed" or options.durations == "sounding")
    melodies = _melodies(notes.pitch[order], onsets, ends, table)
    sounding = [number for number, melody in enumerate(melodies) if melody]
    first, last = sounding[0], sounding[-1]
    chords = chords_of(beats, table)
    bars = zip(melodies[first : last + 1], chords[first : last + 1], table.meters[first : last + 1], strict=True)
    dropped = (
        Dropped(_PICK_UP, pick_up, opening - table.first),
        Dropped(_OUTSIDE, outside),
        Dropped(_TOGETHER, int(np.count_nonzero(~alone))),
        Dropped(_EMPTY_BEFORE, bars=first - (opening - table.first)),
        Dropped(_EMPTY_AFTER, bars=len(melodies) - 1 - last),
    )
    return Tune(
        title,
        tuple(Bar(tuple(melody), harmony, meter) for melody, harmony, meter in bars),
        tempo=_tempo(notes, beats, table, table.first + first, table.first + last),
        program=_TENOR_SAX,
        key=best_key_signature(notes.pitch[order].tolist()),
        dropped=tuple(entry for entry in dropped if entry.notes or entry.bars),
    )


def _melodies(pitches: Ints, onsets: Ints, ends: Ints, table: BarTable) -> list[list[Note]]:
    """Return the notes of each bar, onsets from its start."""
    melodies: list[list[Note]] = [[] for _ in table.meters]
    bars = np.searchsorted(table.starts, onsets, side="right") - 1
    columns = (bars, pitches, onsets - table.starts[bars], ends - onsets)
    for bar, pitch, onset, duration in zip(*(column.tolist() for column in columns), strict=True):
        melodies[bar].append(_note(pitch, onset, duration))
    return melodies


def _tempo(notes: Notes, beats: Beats, table: BarTable, first: int, last: int) -> float:
    """Return the tempo of some bars in quarter notes a minute, after the median length of their beats."""
    inside = (beats.bar[:-1] >= first) & (beats.bar[:-1] <= last)
    seconds, bars = np.diff(beats.onset)[inside], beats.bar[:-1][inside]
    if not len(seconds):
        seconds, bars = notes.beat_duration, notes.bar
    tempo = 60 / float(np.median(seconds / table.beat_length(bars) * TICKS_PER_QUARTER))
    if not _SLOWEST <= tempo <= _FASTEST:
        raise JazzgramError(
            f"{beats.where(0)}: the beats that follow make a tempo of {tempo:.4g} quarter notes a minute "
            f"(expected {_SLOWEST} to {_FASTEST})"
        )
    return round(tempo, 2)
