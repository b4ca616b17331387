"""Labels of solos as indices: which rows of the label embedding are summed for a solo."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import numpy as np

from jazzgram import Labels, Position, Vocabulary, tempo_class, typical_tempo
from jazzgram.music import Int32s


class LabelIndex:
    """The labels a network is conditioned on.

    Parameters
    ----------
    vocabulary : Vocabulary
        With the labels of the training tunes.
    kinds : sequence of str
        Which kinds of labels are inputs.

    Examples
    --------
    >>> index = LabelIndex(Vocabulary((), (), (Labels("Ben Webster", style="SWING"),)), ("style", "soloist"))
    >>> index.of(Labels("Ben Webster", style="SWING")).tolist(), index.of(Labels("Nobody")).tolist(), len(index)
    ([0, 1], [2, 2], 2)
    """

    def __init__(self, vocabulary: Vocabulary, kinds: Sequence[str]) -> None:
        self.kinds = tuple(kinds)
        named = [(kind, name) for kind in kinds for name in vocabulary.names(kind)]
        self._index = {label: number for number, label in enumerate(named)}

    def __len__(self) -> int:
        return len(self._index)

    def of(self, labels: Labels) -> Int32s:
        """Return the index of each kind's label, shape ``(kinds,)``; the number of labels where it is unknown."""
        found = [self._index.get((kind, getattr(labels, kind)), len(self)) for kind in self.kinds]
        return np.array(found, np.int32)

    def dropped(self, indices: Int32s, share: float, rng: Random) -> Int32s:
        """Withhold all labels of a solo, or each of them by itself, each with probability `share`."""
        everything = rng.random() < share
        withheld = [everything or rng.random() < share for _ in self.kinds]
        return np.where(withheld, np.int32(len(self)), indices)


def input_tempo(position: Position) -> float:
    """Return the tempo that is an input: that of the performance, unless a label asks for another class of tempo.

    Examples
    --------
    >>> input_tempo(Position(0, 0, 1920, None, None, tempo=90.0, labels=Labels(tempo="up")))
    225.0
    """
    asked = position.labels.tempo
    return position.tempo if asked in ("", tempo_class(position.tempo)) else typical_tempo(asked)
