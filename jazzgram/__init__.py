"""Machine improvisation whose every stage is a plugin.

Everything a plugin author needs is here: the hook marker, the values and the options' base class.
Larger parts (the pipeline) are imported when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jazzgram.errors import ConfigError, JazzgramError, StepError
from jazzgram.hookspecs import Epoch, Place, Probabilities, TokenModel, Weights, hookimpl
from jazzgram.music.chord import Chord, chord_at
from jazzgram.music.corpus import Bar, Corpus, Track, Tune
from jazzgram.music.note import Note, Origin, Rest
from jazzgram.music.solo import Solo
from jazzgram.music.term import Grammar, Term, parse_terms
from jazzgram.music.time import TICKS_PER_QUARTER, Meter, to_quarters, to_ticks
from jazzgram.options import Options
from jazzgram.vocabulary import Vocabulary

if TYPE_CHECKING:
    from jazzgram.pipeline import Pipeline

__version__ = "0.1.0"

__all__ = [
    "TICKS_PER_QUARTER",
    "Bar",
    "Chord",
    "ConfigError",
    "Corpus",
    "Epoch",
    "Grammar",
    "JazzgramError",
    "Meter",
    "Note",
    "Options",
    "Origin",
    "Pipeline",
    "Place",
    "Probabilities",
    "Rest",
    "Solo",
    "StepError",
    "Term",
    "TokenModel",
    "Track",
    "Tune",
    "Vocabulary",
    "Weights",
    "chord_at",
    "hookimpl",
    "parse_terms",
    "to_quarters",
    "to_ticks",
]


def __getattr__(name: str) -> Any:
    if name == "Pipeline":
        from jazzgram.pipeline import Pipeline

        return Pipeline
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
