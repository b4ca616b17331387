"""The protocol by which models of jazz solos were published: the perplexity of pitch and duration of each event.

Each event (`jazzgram.evaluation.event_stream`) is predicted from the true ones before it, pitch first, then duration
given that pitch. Perplexities are the exponentials of the mean negative log-likelihoods, and the joint one is their
product.

Source: Madaghiele, Lisena & Troncy, *MINGUS: Melodic improvisation neural generator using Seq2Seq* (ISMIR 2021).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, nan
from typing import Any

import numpy as np

from jazzgram.errors import JazzgramError
from jazzgram.evaluation.bigrams import Bigrams
from jazzgram.evaluation.event_stream import CLASSES, PITCH_COUNT, REST_PITCH, EventStream, EventTable, Lengths
from jazzgram.hooks.token_model import TokenModel, TokenTune
from jazzgram.models.teacher_forcing import teacher_forced
from jazzgram.music.arrays import Floats, Ints
from jazzgram.pipeline.pipeline import Pipeline

_SMALLEST = 1e-300


@dataclass(frozen=True)
class EventLikelihood:
    """The likelihood of the events of a part.

    Parameters
    ----------
    name : str
        The model, or the baseline.
    events : int
        How many were scored.
    pitch_nats, duration_nats : float
        Negative log-likelihoods of all of them.
    pitches_right, durations_right : int
        How often the true value was the likeliest.
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
        """Return the values by name."""
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
    """The sum of the log-likelihoods of events, one distribution at a time."""

    def __init__(self) -> None:
        self.events = 0
        self.nats = [0.0, 0.0]
        self.right = [0, 0]

    def add(self, factor: int, probabilities: Floats, truth: int) -> None:
        self.nats[factor] -= float(np.log(max(probabilities[truth], _SMALLEST)))
        self.right[factor] += int(probabilities.argmax() == truth)

    def event(self, pitch: Floats, duration: Floats, truth: tuple[int, int]) -> None:
        self.events += 1
        self.add(0, pitch, truth[0])
        self.add(1, duration, truth[1])

    def result(self, name: str) -> EventLikelihood:
        return EventLikelihood(name, self.events, self.nats[0], self.nats[1], self.right[0], self.right[1])


def score_published(pipeline: Pipeline, part: str = "validation", lengths: Lengths = "legato") -> list[EventLikelihood]:
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
    list of EventLikelihood
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


def _model_score(
    name: str, model: TokenModel, ids: Ints, solos: Sequence[tuple[EventStream, TokenTune]]
) -> EventLikelihood:
    score = _Score()
    for number, index, predicted in teacher_forced(model, [tune for _, tune in solos]):
        events, joint = solos[number][0], predicted[ids]
        pitch, duration = int(events.pitch[index]), int(events.duration[index])
        given = joint[pitch] / max(joint[pitch].sum(), _SMALLEST)
        score.event(joint.sum(axis=1), given, (pitch, duration))
    return score.result(name)


class _Baseline:
    """Pitch after the pitch before; duration after the duration before, of a note or of a rest."""

    def __init__(self, training: Sequence[EventStream]) -> None:
        self.alone = [
            _counted((events.pitch for events in training), PITCH_COUNT),
            _counted((events.duration for events in training), len(CLASSES)),
        ]
        self._pitches = Bigrams(
            (pair for events in training for pair in pairwise(events.pitch.tolist())), self.alone[0]
        )
        self._durations = Bigrams(
            (
                ((before, pitch == REST_PITCH), after)
                for events in training
                for (before, after), pitch in zip(
                    pairwise(events.duration.tolist()), events.pitch[1:].tolist(), strict=True
                )
            ),
            self.alone[1],
        )

    def predict(self, events: EventStream, at: int) -> tuple[Floats, Floats]:
        if at == 0:
            return self.alone[0], self.alone[1]
        before = (int(events.duration[at - 1]), bool(events.pitch[at] == REST_PITCH))
        return self._pitches.after(int(events.pitch[at - 1])), self._durations.after(before)


def _counted(values: Iterator[Ints], size: int) -> Floats:
    counts = np.bincount(np.concatenate(list(values)), minlength=size) + 1.0
    return np.asarray(counts / counts.sum(), np.float64)


def _baseline_scores(
    training: Sequence[tuple[EventStream, TokenTune]], solos: Sequence[tuple[EventStream, TokenTune]]
) -> list[EventLikelihood]:
    pairs = _Baseline([events for events, _ in training])
    trust = _trust(training)
    even = (np.full(PITCH_COUNT, 1 / PITCH_COUNT), np.full(len(CLASSES), 1 / len(CLASSES)))
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


def _mixed(probabilities: Floats, same: int, trust: float) -> Floats:
    mixed = probabilities * (1 - trust)
    mixed[same] += trust
    return mixed


def _trust(training: Sequence[tuple[EventStream, TokenTune]]) -> tuple[float, float]:
    """Return how often pitch and duration were those of the bar before, where it had an event at this onset."""
    right, found = [0, 0], 0
    for events, tune in training:
        for at, same in enumerate(_bar_before(events, tune)):
            if same is not None:
                found += 1
                right[0] += same[0] == events.pitch[at]
                right[1] += same[1] == events.duration[at]
    return (right[0] / found, right[1] / found) if found else (0.0, 0.0)


def _bar_before(events: EventStream, tune: TokenTune) -> list[tuple[int, int] | None]:
    """Return for each event pitch and duration at its onset in the bar before; None where there is no event."""
    before: dict[tuple[int, int], tuple[int, int]] = {}
    found = []
    columns = (tune.bar, tune.onset, events.pitch, events.duration)
    for bar, onset, pitch, duration in zip(*(column.tolist() for column in columns), strict=True):
        found.append(before.get((bar - 1, onset)))
        before[bar, onset] = (pitch, duration)
    return found
