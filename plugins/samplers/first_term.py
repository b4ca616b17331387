"""Begin with a tone that needs none before it.

A solo's first term is no rest and has no interval range, as there is no note yet to count an interval from. deepjazz
draws until it finds such a term; after a thousand draws it takes the first term of a random bar of the corpus. This is
exactly the distribution of that procedure, without repeated draws: with m the probability of the allowed terms and g =
(1 - m)^tries, that of giving up,

    P' = (1 - g) · (P, allowed terms only, renormalised) + g · (first terms of the corpus's bars).

Of those first terms, too, only allowed ones are taken (deepjazz draws until it has one), or all of them where none is
allowed, as with a tokenizer whose every note has a range: there deepjazz would never end.
Source: deepjazz (Kim, 2016), `__generate_grammar`, which does not count its first draw.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from pydantic import Field

import jazzgram
from jazzgram import Position, Probabilities, Vocabulary, hookimpl
from jazzgram.music import Flags, Floats


class Options(jazzgram.Options):
    """Where the rule applies, and how many draws are made."""

    every_bar: bool = Field(
        False,
        description="Apply the rule at the start of every bar, as deepjazz does, not only for the first term that a"
        " model chooses (with improvise.restart it begins afresh in every bar).",
    )
    tries: int = Field(1000, ge=1, le=1_000_000, description="Draws before a corpus bar's first term is taken.")


@hookimpl
def shape_distribution(
    probabilities: Probabilities,
    histories: Sequence[Sequence[int]],
    positions: Sequence[Position],
    vocabulary: Vocabulary,
    options: Options,
) -> Probabilities:
    """Allow only first terms where a solo (or a bar) begins; rows elsewhere stay, and so do rows of zeros.

    A row becomes zero where no term is allowed and the corpus has no first terms.

    Examples
    --------
    >>> from jazzgram import parse_terms
    >>> vocabulary = Vocabulary(parse_terms("C,0.500 C,0.500,<P1,d-5> R,0.500"))
    >>> position = Position(bar=0, onset=0, remaining=1920, chord=None, next_chord=None)
    >>> shape_distribution(np.array([[0.2, 0.5, 0.3]]), [[]], [position], vocabulary, Options()).tolist()
    [[1.0, 0.0, 0.0]]
    """
    shaped = probabilities.copy()
    begins = [
        row
        for row, (history, position) in enumerate(zip(histories, positions, strict=True))
        if not history or (options.every_bar and position.onset == 0)
    ]
    if not begins:
        return shaped
    original = probabilities[begins]
    total = original.sum(axis=1, keepdims=True)
    original = np.divide(original, total, out=np.zeros(original.shape), where=total > 0)
    allowed, openings = _first_terms(vocabulary)
    drawn = np.where(allowed, original, 0.0)
    mass = drawn.sum(axis=1, keepdims=True)
    given_up = np.clip(1 - mass, 0, 1) ** options.tries
    drawn = np.divide(drawn, mass, out=drawn, where=mass > 0)
    shaped[begins] = np.where(total > 0, (1 - given_up) * drawn + given_up * openings, 0.0)
    return shaped


@lru_cache(maxsize=16)
def _first_terms(vocabulary: Vocabulary) -> tuple[Flags, Floats]:
    """Return which terms may begin, and how likely each begins a bar of the corpus: of those that may, if any does."""
    allowed = np.array([not term.is_rest and not term.interval_range for term in vocabulary.terms], dtype=np.bool_)
    openings = np.bincount(np.array(vocabulary.openings, dtype=np.int64), minlength=len(vocabulary)).astype(float)
    if openings[allowed].any():
        openings[~allowed] = 0.0
    return allowed, openings / max(openings.sum(), 1.0)
