"""Vocabularies: the distinct terms of a grammar and their token ids."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from jazzgram.music.labels import TEMPO_CLASSES, Labels
from jazzgram.music.term import Grammar, Term
from jazzgram.resources.frozen import dataclass


@dataclass(frozen=True)
class Vocabulary:
    """The terms a token model chooses from.

    Parameters
    ----------
    terms : tuple of Term
        Distinct, sorted by their text; a term's index is its token id.
    openings : tuple of int
        The token id of the first term of every corpus bar, in order, with repeats.
    labels : tuple of Labels
        The labels of every tune of the training part, in order, with repeats.

    Examples
    --------
    >>> bars = (tuple(map(Term.parse, ("C,1.000", "R,1.000"))),)
    >>> vocabulary = Vocabulary.of(bars)
    >>> [str(term) for term in vocabulary.terms], vocabulary.openings
    (['C,1.000', 'R,1.000'], (0,))
    """

    terms: tuple[Term, ...]
    openings: tuple[int, ...] = ()
    labels: tuple[Labels, ...] = ()

    @classmethod
    def of(cls, grammar: Grammar) -> Vocabulary:
        """Collect the distinct terms of a grammar."""
        terms = tuple(sorted({term for bar in grammar for term in bar}, key=str))
        ids = {term: number for number, term in enumerate(terms)}
        return cls(terms, tuple(ids[bar[0]] for bar in grammar if bar))

    def __len__(self) -> int:
        return len(self.terms)

    # What samplers cache for a vocabulary is looked up at every step: terms are hashed and compared only once, also
    # where another pipeline has an equal vocabulary.
    def __hash__(self) -> int:
        return hash(self._digest)

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Vocabulary) and self._digest == other._digest)

    @cached_property
    def _digest(self) -> str:
        openings = np.array(self.openings, np.int64).tobytes()
        return hashlib.sha256(repr((self.fingerprint, self.labels)).encode() + openings).hexdigest()

    @cached_property
    def ids(self) -> dict[Term, int]:
        """The token id of each term."""
        return {term: number for number, term in enumerate(self.terms)}

    def names(self, kind: str) -> tuple[str, ...]:
        """Return the distinct labels of a kind (one of `LABEL_KINDS`), sorted; tempo classes from slow to fast."""
        if kind == "tempo":
            return TEMPO_CLASSES
        return tuple(sorted({getattr(labels, kind) for labels in self.labels} - {""}))

    @cached_property
    def durations(self) -> NDArray[np.int64]:
        """Each term's duration in ticks, shape ``(vocabulary,)``."""
        return np.array([term.duration for term in self.terms], dtype=np.int64)

    @cached_property
    def pitches(self) -> NDArray[np.int64]:
        """The MIDI number that each term names, shape ``(vocabulary,)``; -1 where it names none."""
        kinds = [term.category for term in self.terms]
        return np.array([int(kind) if kind.isdecimal() else -1 for kind in kinds], dtype=np.int64)

    @cached_property
    def rests(self) -> NDArray[np.bool_]:
        """Whether each term is a rest, shape ``(vocabulary,)``."""
        return np.array([term.is_rest for term in self.terms], dtype=np.bool_)

    @cached_property
    def fingerprint(self) -> str:
        """A hash of the terms in order: equal for equal vocabularies."""
        return hashlib.sha256("\n".join(map(str, self.terms)).encode()).hexdigest()

    def encode(self, terms: Iterable[Term]) -> NDArray[np.int64]:
        """Return the token ids of terms, shape ``(number of terms,)``; raise KeyError for an unknown term."""
        return np.array([self.ids[term] for term in terms], dtype=np.int64)
