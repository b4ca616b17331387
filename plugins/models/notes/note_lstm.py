"""Learn pitch, then duration, conditioned on the chords: two LSTM layers over events.

The inputs for an event are known before it: the last pitches and the last duration; the chord and the next one as roots
and pitch classes, absolute and counted from the last note; the time until the next chord; tempo, beat, position in the
beat, bar of eight; and the continuation of the longest run that has just been played for a second time. Both layers are
read by a head for the pitch (absolute, interval to the last two notes, degree over the chord and the next one, chord
tone, repetition) and one for the duration, which is conditioned on the pitch. Solos are learned whole, in a random key
in every epoch; a network with labels is conditioned on the transposition, so that it learns where an instrument
lies. The loss is the cross-entropy of pitch and duration in nats an event. Terms are those of the tokenizer `events`.
Source: the LSTM after Hochreiter & Schmidhuber (1997); pitch then duration, over chords, as in BebopNet (Hakimi,
Bhonker & El-Yaniv, ISMIR 2020) and MINGUS (Madaghiele, Lisena & Troncy, ISMIR 2021); repetitions after the cache of
Grave, Joulin & Usunier (*Improving neural language models with a continuous cache*, 2017); the rest is the project's.
"""

from __future__ import annotations

from pydantic import Field

from jazzgram import TokenModel, Vocabulary, hookimpl

from .lstm_network import LstmNetwork
from .model import NoteModel
from .options import NoteOptions

MODEL_VERSION = 3
"""Raised where other weights are trained, or mean something else; the shipped model is found by it."""


class Options(NoteOptions):
    """The network's size and how it is trained."""

    layers: int = Field(2, ge=1, le=4, description="Number of stacked LSTM layers.")
    units: int = Field(256, ge=1, le=2048, description="Size of each LSTM layer, in units.")


@hookimpl
def build_model(vocabulary: Vocabulary, options: Options) -> TokenModel:
    """Build an untrained network over a vocabulary of pitches.

    Examples
    --------
    >>> import numpy as np
    >>> from jazzgram import Position, parse_terms
    >>> words = Vocabulary.of((parse_terms("60,1.000 62,0.500 R,0.500"),))
    >>> model = build_model(words, Options(layers=1, units=4, hidden=4))
    >>> model.load({name: np.zeros(shape, np.float32) for name, shape in model.shapes.items()})
    >>> _, probabilities = model.step(model.start(1), None, (Position(0, 0, 1920, None, None),))
    >>> probabilities.round(3).tolist()
    [[0.333, 0.333, 0.333]]
    """
    return NoteModel(LstmNetwork(options.layers, options.units, options.dropout), vocabulary, options)
