"""Solos as streams of events, the units of the published protocol.

Events are the notes of a solo and the rests longer than an eighth. An event has a pitch, a MIDI number or "rest", and
one of eleven durations, the nearest of `CLASSES`. A solo is one stream of events, across its barlines.

The protocol leaves open how long a note is. Here a note lasts until the next one where no rest follows (``legato``),
or as long as it sounds (``sounding``); say which when numbers are compared, for it decides more than most models do.
Onsets and lengths are those of the configuration's reader.

The position of an event is computed from the past: from the onset of the note before it and the class of its duration.
Its own exact onset would distinguish a note from a rest, and is used only after a rest, which it ends.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, groupby
from typing import Literal

import numpy as np

from jazzgram.hooks.token_model import Dataset, TokenTune
from jazzgram.hooks.vocabulary import Vocabulary
from jazzgram.music.arrays import Ints
from jazzgram.music.chord import Chord
from jazzgram.music.note import Note
from jazzgram.music.term import Term
from jazzgram.music.time import TICKS_PER_QUARTER
from jazzgram.music.tune import Tune
from jazzgram.pipeline.pipeline import Pipeline

Lengths = Literal["legato", "sounding"]

CLASSES = (1920, 960, 480, 240, 120, 60, 1440, 720, 360, 80, 40)
"""Durations in ticks: 4, 2, 1, 1/2, 1/4, 1/8, 3, 3/2, 3/4, 1/6 and 1/12 quarter notes."""
REST_PITCH = 128
"""The pitch of a rest."""
PITCH_COUNT = 129
_LONGEST_GAP = TICKS_PER_QUARTER // 2
"""A longer silence is a rest."""


def nearest_class(ticks: int) -> int:
    """Return the index of the nearest of `CLASSES`; of two that are as near, the first.

    Examples
    --------
    >>> CLASSES[nearest_class(250)], CLASSES[nearest_class(5000)], CLASSES[nearest_class(0)]
    (240, 1920, 40)
    """
    return min(range(len(CLASSES)), key=lambda number: abs(CLASSES[number] - ticks))


@dataclass(frozen=True)
class EventStream:
    """A solo as a stream of events.

    Parameters
    ----------
    pitch, duration : ndarray of int64, shape (events,)
        A MIDI number or `REST_PITCH`; a number of `CLASSES`.
    position : ndarray of int64, shape (events,)
        Ticks from the start of the tune, computed from the events before.
    """

    pitch: Ints
    duration: Ints
    position: Ints

    @classmethod
    def of(cls, tune: Tune, lengths: Lengths = "legato") -> EventStream:
        """Return the notes of a tune as events; of notes that begin together, the highest.

        Examples
        --------
        A quarter note that stops early, a rest of a beat and a half, and a note to end with:

        >>> from jazzgram import Bar
        >>> bar = Bar((Note(60, 0, 400), Note(62, 480, 480), Note(64, 1680, 240)), ())
        >>> found = EventStream.of(Tune("three", (bar,)))
        >>> found.pitch.tolist(), [CLASSES[number] for number in found.duration], found.position.tolist()
        ([60, 62, 128, 64], [480, 480, 720, 240], [0, 480, 960, 1680])
        """
        events: list[tuple[int, int, int]] = []
        position = 0
        notes = list(_melody(tune))
        for number, note in enumerate(notes):
            following = notes[number + 1].onset if number + 1 < len(notes) else None
            if not events or events[-1][0] == REST_PITCH:
                position = note.onset  # it begins the solo, or ends a rest
            gap = 0 if following is None else following - note.end
            held = lengths == "legato" and following is not None and gap <= _LONGEST_GAP
            ticks = following - note.onset if held and following is not None else note.duration
            events.append((note.pitch, nearest_class(ticks), position))
            position = note.onset + CLASSES[events[-1][1]]
            if gap > _LONGEST_GAP:
                events.append((REST_PITCH, nearest_class(gap), position))
        columns = np.array(events, np.int64).reshape(-1, 3).T
        return cls(*columns)

    def __len__(self) -> int:
        return len(self.pitch)


def _melody(tune: Tune) -> Iterator[Note]:
    """Yield the notes of a tune with onsets from its start; of notes that begin together, the highest."""
    starts = accumulate((bar.meter.bar for bar in tune.bars[:-1]), initial=0)
    notes = [
        replace(event, onset=start + event.onset)
        for start, bar in zip(starts, tune.bars, strict=True)
        for event in bar.melody
        if isinstance(event, Note)
    ]
    for _, together in groupby(sorted(notes, key=lambda note: note.onset), key=lambda note: note.onset):
        yield max(together, key=lambda note: note.pitch)


class EventTable:
    """The solos of a configuration as events, a dataset for its model.

    Parameters
    ----------
    pipeline : Pipeline
        Its corpus must be split.
    lengths : {"legato", "sounding"}
        How long a note is.

    Attributes
    ----------
    vocabulary : Vocabulary
        Every pitch and the rest with every duration.
    ids : ndarray of int64, shape (129, 11)
        The token of a pitch and a duration.
    """

    def __init__(self, pipeline: Pipeline, lengths: Lengths) -> None:
        kinds = [*map(str, range(REST_PITCH)), "R"]
        terms = Vocabulary.of((tuple(Term(kind, ticks) for kind in kinds for ticks in CLASSES),))
        self.vocabulary = replace(terms, labels=pipeline.tokens.vocabulary.labels)
        self.ids = np.array([[self.vocabulary.ids[Term(kind, ticks)] for ticks in CLASSES] for kind in kinds])
        self._chords: dict[tuple[str, tuple[int, ...]], int] = {}
        self._distinct: list[Chord] = []
        self._events: dict[str, list[EventStream]] = {"train": [], "validation": [], "test": []}
        self._tunes: dict[str, list[TokenTune]] = {"train": [], "validation": [], "test": []}
        for entry, tune in zip(pipeline.tokens.tunes, pipeline.corpus.tunes, strict=True):
            if entry.part in self._events and len(events := EventStream.of(tune, lengths)):
                self._events[entry.part].append(events)
                self._tunes[entry.part].append(self._tune(tune, events))

    @cached_property
    def digest(self) -> str:
        """A hash of the training and validation parts."""
        found = hashlib.sha256(repr(list(self._chords)).encode())
        for part in ("train", "validation"):
            found.update(part.encode())
            for tune in self._tunes[part]:
                found.update(repr(tune.labels).encode())
                for column in (tune.tokens, tune.bar, tune.onset, tune.until, tune.chord, tune.next_chord):
                    found.update(column.tobytes())
        return found.hexdigest()

    def data(self) -> Dataset:
        """Return the training and the validation part."""
        return Dataset(self._tunes["train"], self._tunes["validation"])

    def part(self, name: str) -> list[tuple[EventStream, TokenTune]]:
        """Return the solos of a part, as events and as input of a model."""
        return list(zip(self._events[name], self._tunes[name], strict=True))

    def _tune(self, tune: Tune, events: EventStream) -> TokenTune:
        lengths = [bar.meter.bar for bar in tune.bars]
        starts = list(accumulate(lengths[:-1], initial=0))
        positions = np.clip(events.position, 0, starts[-1] + lengths[-1] - 1)
        bar = np.searchsorted(starts, positions, side="right") - 1
        onset = positions - np.array(starts)[bar]
        changes = self._changes(tune, starts)
        chords = np.array([_chords_at(changes, position) for position in positions.tolist()], np.int32)
        return TokenTune(
            self.ids[events.pitch, events.duration],
            bar.astype(np.int32),
            onset.astype(np.int32),
            (np.array(lengths)[bar] - onset).astype(np.int32),
            chords[:, 2],
            chords[:, 0],
            chords[:, 1],
            chords=self._distinct,
            bars=len(tune.bars),
            tempo=tune.tempo,
            labels=tune.labels,
        )

    def _changes(self, tune: Tune, starts: Sequence[int]) -> list[tuple[int, int]]:
        """Return the position and the number of each chord; a repeated chord is held."""
        found: list[tuple[int, int]] = []
        for start, bar in zip(starts, tune.bars, strict=True):
            for chord in bar.chords:
                name = (chord.symbol, chord.pitches)
                if name not in self._chords:
                    self._chords[name] = len(self._chords)
                    self._distinct.append(Chord(chord.pitches, 0, 0, chord.symbol))
                if not found or found[-1][1] != self._chords[name]:
                    found.append((start + chord.onset, self._chords[name]))
        return found


def _chords_at(changes: Sequence[tuple[int, int]], position: int) -> tuple[int, int, int]:
    """Return the chord at a position, the next one, and the ticks until it; the first chord holds from the start."""
    if not changes:
        return -1, -1, 0
    at = max(bisect_right(changes, position, key=lambda change: change[0]) - 1, 0)
    if at + 1 == len(changes):
        return changes[at][1], -1, 0
    begins, following = changes[at + 1]
    return changes[at][1], following, begins - position
