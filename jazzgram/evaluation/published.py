"""The protocol by which models of jazz solos were published: how well pitch and duration of each event are foreseen.

Events are the notes of a solo and the rests longer than an eighth. An event has a pitch, a MIDI number or "rest", and
one of eleven durations, the nearest of `CLASSES`. A solo is one stream of events, across its barlines; each is
predicted from the true ones before it, pitch first, then duration given that pitch. Perplexities are the exponentials
of the mean negative log-likelihoods, and the joint one is their product.

The protocol leaves open how long a note is. Here a note lasts until the next one where no rest follows (``legato``),
or as long as it sounds (``sounding``); say which when numbers are compared, for it decides more than most models do.
Onsets and lengths are those that the configuration's reader gives.

Where an event stands is reckoned from what is past: from the onset of the note before it and the class of its
duration. Its own exact onset would tell a note from a rest, and is told only after a rest, which it ends.

Source: Madaghiele, Lisena & Troncy, *MINGUS: Melodic improvisation neural generator using Seq2Seq* (ISMIR 2021).
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, groupby, pairwise
from math import exp, nan
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from jazzgram.errors import JazzgramError
from jazzgram.evaluation.bigrams import Bigrams, Distribution
from jazzgram.hooks.token_model import TokenData, TokenModel, TokenTune
from jazzgram.hooks.vocabulary import Vocabulary
from jazzgram.music.chord import Chord
from jazzgram.music.note import Note
from jazzgram.music.term import Term
from jazzgram.music.time import TICKS_PER_QUARTER
from jazzgram.music.tune import Tune
from jazzgram.pipeline.pipeline import Pipeline

Lengths = Literal["legato", "sounding"]

CLASSES = (1920, 960, 480, 240, 120, 60, 1440, 720, 360, 80, 40)
"""Durations in ticks: 4, 2, 1, 1/2, 1/4, 1/8, 3, 3/2, 3/4, 1/6 and 1/12 quarter notes."""
REST = 128
"""The pitch of a rest."""
PITCHES = 129
_LONGEST_GAP = TICKS_PER_QUARTER // 2
"""A longer silence is a rest."""
_AT_ONCE = 64
_SMALLEST = 1e-300

Ints = NDArray[np.int64]


def nearest_class(ticks: int) -> int:
    """Number the nearest of `CLASSES`; of two that are as near, the first.

    Examples
    --------
    >>> CLASSES[nearest_class(250)], CLASSES[nearest_class(5000)], CLASSES[nearest_class(0)]
    (240, 1920, 40)
    """
    return min(range(len(CLASSES)), key=lambda number: abs(CLASSES[number] - ticks))


@dataclass(frozen=True)
class Events:
    """A solo as a stream of events.

    Parameters
    ----------
    pitch, duration : ndarray of int64, shape (events,)
        A MIDI number or `REST`; a number of `CLASSES`.
    place : ndarray of int64, shape (events,)
        Ticks from the start of the tune, reckoned from the events before.
    """

    pitch: Ints
    duration: Ints
    place: Ints

    @classmethod
    def of(cls, tune: Tune, lengths: Lengths = "legato") -> Events:
        """Take the notes of a tune; where several begin together, the highest.

        Examples
        --------
        A quarter note that stops early, a rest of a beat and a half, and a note to end with:

        >>> from jazzgram import Bar
        >>> bar = Bar((Note(60, 0, 400), Note(62, 480, 480), Note(64, 1680, 240)), ())
        >>> found = Events.of(Tune("three", (bar,)))
        >>> found.pitch.tolist(), [CLASSES[number] for number in found.duration], found.place.tolist()
        ([60, 62, 128, 64], [480, 480, 720, 240], [0, 480, 960, 1680])
        """
        events: list[tuple[int, int, int]] = []
        place = 0
        notes = list(_melody(tune))
        for number, note in enumerate(notes):
            following = notes[number + 1].onset if number + 1 < len(notes) else None
            if not events or events[-1][0] == REST:
                place = note.onset  # it begins the solo, or ends a rest
            gap = 0 if following is None else following - note.end
            held = lengths == "legato" and following is not None and gap <= _LONGEST_GAP
            ticks = following - note.onset if held and following is not None else note.duration
            events.append((note.pitch, nearest_class(ticks), place))
            place = note.onset + CLASSES[events[-1][1]]
            if gap > _LONGEST_GAP:
                events.append((REST, nearest_class(gap), place))
        columns = np.array(events, np.int64).reshape(-1, 3).T
        return cls(*columns)

    def __len__(self) -> int:
        return len(self.pitch)


def _melody(tune: Tune) -> Iterator[Note]:
    """Give the notes of a tune with onsets from its start, one at a time."""
    starts = accumulate((bar.meter.bar for bar in tune.bars[:-1]), initial=0)
    notes = [
        replace(event, onset=start + event.onset)
        for start, bar in zip(starts, tune.bars, strict=True)
        for event in bar.melody
        if isinstance(event, Note)
    ]
    for _, together in groupby(sorted(notes, key=lambda note: note.onset), key=lambda note: note.onset):
        yield max(together, key=lambda note: note.pitch)


@dataclass(frozen=True)
class Foreseen:
    """How well the events of a part were foreseen.

    Parameters
    ----------
    name : str
        The model, or the baseline.
    events : int
        How many were scored.
    pitch_nats, duration_nats : float
        Negative log-likelihoods of all of them.
    pitches_right, durations_right : int
        How often the truth was the likeliest.
    """

    name: str
    events: int
    pitch_nats: float
    duration_nats: float
    pitches_right: int
    durations_right: int

    @property
    def pitch(self) -> float:
        """Perplexity of the pitch, 1 or more; nan without events."""
        return exp(self.pitch_nats / self.events) if self.events else nan

    @property
    def duration(self) -> float:
        """Perplexity of the duration given the pitch, 1 or more; nan without events."""
        return exp(self.duration_nats / self.events) if self.events else nan

    @property
    def joint(self) -> float:
        """Perplexity of the event, the product of the two."""
        return self.pitch * self.duration

    def as_json(self) -> dict[str, Any]:
        """Give the numbers by name."""
        return {
            "model": self.name,
            "joint": self.joint,
            "pitch": self.pitch,
            "duration": self.duration,
            "pitch_accuracy": self.pitches_right / self.events if self.events else nan,
            "duration_accuracy": self.durations_right / self.events if self.events else nan,
            "events": self.events,
        }


class _Score:
    """Adds up what was foreseen of events, one distribution at a time."""

    def __init__(self) -> None:
        self.events = 0
        self.nats = [0.0, 0.0]
        self.right = [0, 0]

    def add(self, factor: int, chances: Distribution, truth: int) -> None:
        self.nats[factor] -= float(np.log(max(chances[truth], _SMALLEST)))
        self.right[factor] += int(chances.argmax() == truth)

    def event(self, pitch: Distribution, duration: Distribution, truth: tuple[int, int]) -> None:
        self.events += 1
        self.add(0, pitch, truth[0])
        self.add(1, duration, truth[1])

    def result(self, name: str) -> Foreseen:
        return Foreseen(name, self.events, self.nats[0], self.nats[1], self.right[0], self.right[1])


class EventTable:
    """The solos of a configuration as events, to be learned by its model.

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
        kinds = [*map(str, range(REST)), "R"]
        self.vocabulary = Vocabulary.of((tuple(Term(kind, ticks) for kind in kinds for ticks in CLASSES),))
        self.ids = np.array([[self.vocabulary.ids[Term(kind, ticks)] for ticks in CLASSES] for kind in kinds])
        self._chords: dict[tuple[str, tuple[int, ...]], int] = {}
        self._heard: list[Chord] = []
        self._events: dict[str, list[Events]] = {"train": [], "validation": [], "test": []}
        self._tunes: dict[str, list[TokenTune]] = {"train": [], "validation": [], "test": []}
        for entry, tune in zip(pipeline.tokens.tunes, pipeline.corpus.tunes, strict=True):
            if entry.part in self._events and len(events := Events.of(tune, lengths)):
                self._events[entry.part].append(events)
                self._tunes[entry.part].append(self._tune(tune, events))

    @cached_property
    def digest(self) -> str:
        """A hash of everything that can be learned from it."""
        found = hashlib.sha256(repr(list(self._chords)).encode())
        for part in ("train", "validation"):
            found.update(part.encode())
            for tune in self._tunes[part]:
                for column in (tune.tokens, tune.bar, tune.onset, tune.until, tune.chord, tune.next_chord):
                    found.update(column.tobytes())
        return found.hexdigest()

    def data(self) -> TokenData:
        """Give what a model is trained on, and what it is watched on."""
        return TokenData(self._tunes["train"], self._tunes["validation"])

    def part(self, name: str) -> list[tuple[Events, TokenTune]]:
        """Give the solos of a part, as events and as a model hears them."""
        return list(zip(self._events[name], self._tunes[name], strict=True))

    def _tune(self, tune: Tune, events: Events) -> TokenTune:
        lengths = [bar.meter.bar for bar in tune.bars]
        starts = list(accumulate(lengths[:-1], initial=0))
        places = np.clip(events.place, 0, starts[-1] + lengths[-1] - 1)
        bar = np.searchsorted(starts, places, side="right") - 1
        onset = places - np.array(starts)[bar]
        changes = self._changes(tune, starts)
        heard = np.array([_chords_at(changes, place) for place in places.tolist()], np.int32)
        return TokenTune(
            self.ids[events.pitch, events.duration],
            bar.astype(np.int32),
            onset.astype(np.int32),
            (np.array(lengths)[bar] - onset).astype(np.int32),
            heard[:, 2],
            heard[:, 0],
            heard[:, 1],
            chords=self._heard,
            bars=len(tune.bars),
            tempo=tune.tempo,
        )

    def _changes(self, tune: Tune, starts: Sequence[int]) -> list[tuple[int, int]]:
        """Give where each chord begins, and its number; a chord that is written again goes on."""
        found: list[tuple[int, int]] = []
        for start, bar in zip(starts, tune.bars, strict=True):
            for chord in bar.chords:
                name = (chord.symbol, chord.pitches)
                if name not in self._chords:
                    self._chords[name] = len(self._chords)
                    self._heard.append(Chord(chord.pitches, 0, 0, chord.symbol))
                if not found or found[-1][1] != self._chords[name]:
                    found.append((start + chord.onset, self._chords[name]))
        return found


def _chords_at(changes: Sequence[tuple[int, int]], place: int) -> tuple[int, int, int]:
    """Give the chord at a place, the next one, and the ticks until it; before the first chord it counts already."""
    if not changes:
        return -1, -1, 0
    at = max(bisect_right(changes, place, key=lambda change: change[0]) - 1, 0)
    if at + 1 == len(changes):
        return changes[at][1], -1, 0
    begins, following = changes[at + 1]
    return changes[at][1], following, begins - place


def published(pipeline: Pipeline, part: str = "validation", lengths: Lengths = "legato") -> list[Foreseen]:
    """Train a configuration's model on events, and score it and the baselines by the published protocol.

    Parameters
    ----------
    pipeline : Pipeline
        Its tokenizer is not used; its model is trained on events, or taken from the cache.
    part : str
        ``validation``, ``test`` or ``train``.
    lengths : {"legato", "sounding"}
        How long a note is.

    Returns
    -------
    list of Foreseen
        The model first, then uniform, unigram, bigram and copy_last_bar.

    Raises
    ------
    JazzgramError
        Where the part is empty.
    """
    table = EventTable(pipeline, lengths)
    solos = table.part(part)
    if not solos or not table.part("train"):
        raise JazzgramError(
            f"{pipeline.config.name}: the corpus has no {part} part with notes; split it:"
            ' --set corpus.split={"train": 0.8, "validation": 0.2, "test": 0.0}'
        )
    model = pipeline.train_on(table, f"published protocol, {lengths}")
    return [
        _model_score(pipeline.config.model.plugin.name, model, table.ids, solos),
        *_baseline_scores(table.part("train"), solos),
    ]


def _model_score(name: str, model: TokenModel, ids: Ints, solos: Sequence[tuple[Events, TokenTune]]) -> Foreseen:
    score = _Score()
    longest_first = sorted(solos, key=lambda solo: -len(solo[0]))
    for first in range(0, len(solos), _AT_ONCE):
        together = longest_first[first : first + _AT_ONCE]
        state, inputs = model.start(len(together)), None
        for at in range(len(together[0][0])):
            # A solo that is over goes on with its last event; what is predicted there does not count.
            here = [min(at, len(events) - 1) for events, _ in together]
            places = [tune.place(place) for (_, tune), place in zip(together, here, strict=True)]
            state, probabilities = model.step(state, inputs, places)
            inputs = np.array([tune.tokens[place] for (_, tune), place in zip(together, here, strict=True)])
            for row, (events, _) in enumerate(together):
                if at < len(events):
                    joint = probabilities[row][ids]
                    pitch, duration = int(events.pitch[at]), int(events.duration[at])
                    given = joint[pitch] / max(joint[pitch].sum(), _SMALLEST)
                    score.event(joint.sum(axis=1), given, (pitch, duration))
    return score.result(name)


class _Baseline:
    """Pitch after the pitch before; duration after the duration before, of a note or of a rest."""

    def __init__(self, learned: Sequence[Events]) -> None:
        self.alone = [
            _counted((events.pitch for events in learned), PITCHES),
            _counted((events.duration for events in learned), len(CLASSES)),
        ]
        self._pitches = Bigrams((pair for events in learned for pair in pairwise(events.pitch.tolist())), self.alone[0])
        self._durations = Bigrams(
            (
                ((before, pitch == REST), after)
                for events in learned
                for (before, after), pitch in zip(
                    pairwise(events.duration.tolist()), events.pitch[1:].tolist(), strict=True
                )
            ),
            self.alone[1],
        )

    def predict(self, events: Events, at: int) -> tuple[Distribution, Distribution]:
        if at == 0:
            return self.alone[0], self.alone[1]
        before = (int(events.duration[at - 1]), bool(events.pitch[at] == REST))
        return self._pitches.after(int(events.pitch[at - 1])), self._durations.after(before)


def _counted(values: Iterator[Ints], size: int) -> Distribution:
    counts = np.bincount(np.concatenate(list(values)), minlength=size) + 1.0
    return np.asarray(counts / counts.sum(), np.float64)


def _baseline_scores(
    learned: Sequence[tuple[Events, TokenTune]], solos: Sequence[tuple[Events, TokenTune]]
) -> list[Foreseen]:
    pairs = _Baseline([events for events, _ in learned])
    trust = _trust(learned)
    even = (np.full(PITCHES, 1 / PITCHES), np.full(len(CLASSES), 1 / len(CLASSES)))
    scores = {name: _Score() for name in ("uniform", "unigram", "bigram", "copy_last_bar")}
    for events, tune in solos:
        copied = _bar_before(events, tune)
        for at, truth in enumerate(zip(events.pitch.tolist(), events.duration.tolist(), strict=True)):
            pitch, duration = pairs.predict(events, at)
            scores["uniform"].event(*even, truth)
            scores["unigram"].event(pairs.alone[0], pairs.alone[1], truth)
            scores["bigram"].event(pitch, duration, truth)
            if (same := copied[at]) is not None:
                pitch, duration = _mixed(pitch, same[0], trust[0]), _mixed(duration, same[1], trust[1])
            scores["copy_last_bar"].event(pitch, duration, truth)
    return [score.result(name) for name, score in scores.items()]


def _mixed(chances: Distribution, same: int, trust: float) -> Distribution:
    mixed = chances * (1 - trust)
    mixed[same] += trust
    return mixed


def _trust(learned: Sequence[tuple[Events, TokenTune]]) -> tuple[float, float]:
    """Say how often pitch and duration were those of the bar before, where something stood there."""
    right, found = [0, 0], 0
    for events, tune in learned:
        for at, same in enumerate(_bar_before(events, tune)):
            if same is not None:
                found += 1
                right[0] += same[0] == events.pitch[at]
                right[1] += same[1] == events.duration[at]
    return (right[0] / found, right[1] / found) if found else (0.0, 0.0)


def _bar_before(events: Events, tune: TokenTune) -> list[tuple[int, int] | None]:
    """Give for each event pitch and duration of what stood at its place in the bar before; None where nothing did."""
    heard: dict[tuple[int, int], tuple[int, int]] = {}
    found = []
    columns = (tune.bar, tune.onset, events.pitch, events.duration)
    for bar, onset, pitch, duration in zip(*(column.tolist() for column in columns), strict=True):
        found.append(heard.get((bar - 1, onset)))
        heard[bar, onset] = (pitch, duration)
    return found
