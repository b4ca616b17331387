"""Machine improvisation whose every stage is a plugin.

Everything a plugin author needs is here: the hook marker, the values and the options' base class.
Each name is imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jazzgram.corpus.examination import Examination, PartReport
    from jazzgram.errors import ConfigError, JazzgramError, StepError
    from jazzgram.hookspecs import hookimpl
    from jazzgram.music.chord import Chord, chord_at
    from jazzgram.music.corpus import Bar, Corpus, Dropped, Track, Tune
    from jazzgram.music.note import Note, Origin, Rest
    from jazzgram.music.solo import Solo
    from jazzgram.music.term import Grammar, Term, parse_terms
    from jazzgram.music.time import TICKS_PER_QUARTER, Meter, to_quarters, to_ticks
    from jazzgram.options import Options
    from jazzgram.pipeline import Pipeline
    from jazzgram.runs import load
    from jazzgram.sections import Use
    from jazzgram.token_model import UNKNOWN, Epoch, Place, Probabilities, TokenData, TokenModel, TokenTune, Weights
    from jazzgram.vocabulary import Vocabulary

__version__ = "0.1.0"

__all__ = [
    "TICKS_PER_QUARTER",
    "UNKNOWN",
    "Bar",
    "Chord",
    "ConfigError",
    "Corpus",
    "Dropped",
    "Epoch",
    "Examination",
    "Grammar",
    "JazzgramError",
    "Meter",
    "Note",
    "Options",
    "Origin",
    "PartReport",
    "Pipeline",
    "Place",
    "Probabilities",
    "Rest",
    "Solo",
    "StepError",
    "Term",
    "TokenData",
    "TokenModel",
    "TokenTune",
    "Track",
    "Tune",
    "Use",
    "Vocabulary",
    "Weights",
    "chord_at",
    "hookimpl",
    "load",
    "parse_terms",
    "to_quarters",
    "to_ticks",
]


_HOMES = {
    "corpus.examination": ("Examination", "PartReport"),
    "errors": ("ConfigError", "JazzgramError", "StepError"),
    "hookspecs": ("hookimpl",),
    "music.chord": ("Chord", "chord_at"),
    "music.corpus": ("Bar", "Corpus", "Dropped", "Track", "Tune"),
    "music.note": ("Note", "Origin", "Rest"),
    "music.solo": ("Solo",),
    "music.term": ("Grammar", "Term", "parse_terms"),
    "music.time": ("TICKS_PER_QUARTER", "Meter", "to_quarters", "to_ticks"),
    "options": ("Options",),
    "pipeline": ("Pipeline",),
    "runs": ("load",),
    "sections": ("Use",),
    "token_model": ("UNKNOWN", "Epoch", "Place", "Probabilities", "TokenData", "TokenModel", "TokenTune", "Weights"),
    "vocabulary": ("Vocabulary",),
}
_HOME = {name: f"jazzgram.{module}" for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that ``jazzgram --help`` needs neither numpy nor pydantic."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value
