"""Play no note that the soloist's instrument does not have.

The instrument is that of the persona (`improvise.like`); without one nothing changes. Its compass goes down to its
lowest note, and up to what soloists reach on it (`jazzgram.music.COMPASSES`). Models learn every solo in all keys, and
so a little beyond what can be played. Only terms that name a pitch (those of the tokenizer `events`) are touched. Put
it before samplers that depend on the rest of the bar (`bar_aware`).
Source: Adler, *The Study of Orchestration* (3rd ed., 2002); upwards the solos of the Weimar Jazz Database.
"""

from __future__ import annotations

from collections.abc import Sequence

from jazzgram import Position, Probabilities, Vocabulary, hookimpl
from jazzgram.music import COMPASSES

from ._pitches import outside


@hookimpl
def shape_distribution(
    probabilities: Probabilities, positions: Sequence[Position], vocabulary: Vocabulary
) -> Probabilities:
    """Set pitches outside the compass of each row's instrument to 0.

    Examples
    --------
    Low D is on a tenor, not on a trumpet:

    >>> import numpy as np
    >>> from jazzgram import Labels, parse_terms
    >>> words = Vocabulary(parse_terms("50,1.000 62,1.000 R,1.000"))
    >>> rows = [Position(0, 0, 1920, None, None, labels=Labels(instrument=name)) for name in ("trumpet", "tenor sax")]
    >>> shape_distribution(np.array([[0.2, 0.3, 0.5]] * 2), rows, words).tolist()
    [[0.0, 0.3, 0.5], [0.2, 0.3, 0.5]]
    """
    shaped = probabilities.copy()
    for row, position in zip(shaped, positions, strict=True):
        if position.labels.instrument in COMPASSES:
            row[outside(vocabulary, *COMPASSES[position.labels.instrument])] = 0.0
    return shaped
