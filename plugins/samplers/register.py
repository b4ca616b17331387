"""Keep a solo within a register: no note may widen its range beyond so many semitones.

A model with a short context drifts: over 32 bars a line that goes a fifth down now and a fifth up then covers three
octaves, where a real soloist stays within a little more than two. The register follows from the notes so far: a pitch
is forbidden if with it the distance from the lowest to the highest note would exceed the range. Only terms that name a
pitch (those of the tokenizer `events`) are touched. Put it after `temperature` and before samplers that depend on the
rest of the bar (`bar_aware`).
Source: the project; 32-bar windows of the Weimar Jazz Database have a range of 26.9 ± 5.4 semitones.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

import jazzgram
from jazzgram import Probabilities, Vocabulary, hookimpl

from ._pitches import outside, pitches_of


class Options(jazzgram.Options):
    """How wide the register is."""

    range: int = Field(28, ge=1, le=127, description="Widest distance between two notes of a solo, in semitones.")


@hookimpl
def shape_distribution(
    probabilities: Probabilities, histories: Sequence[Sequence[int]], vocabulary: Vocabulary, options: Options
) -> Probabilities:
    """Set pitches that would widen a row's solo beyond `options.range` semitones to 0.

    Examples
    --------
    After D, the E a ninth above would be 14 semitones away:

    >>> import numpy as np
    >>> from jazzgram import parse_terms
    >>> vocabulary = Vocabulary(parse_terms("62,1.000 69,1.000 76,1.000"))
    >>> shape_distribution(np.array([[0.2, 0.3, 0.5]]), [[0]], vocabulary, Options(range=12)).tolist()
    [[0.2, 0.3, 0.0]]
    """
    pitches = pitches_of(vocabulary)
    shaped = probabilities.copy()
    for row, history in zip(shaped, histories, strict=True):
        if played := {pitches[token] for token in set(history)} - {-1}:
            row[outside(vocabulary, max(played) - options.range, min(played) + options.range)] = 0.0
    return shaped
