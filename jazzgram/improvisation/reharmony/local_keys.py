"""Local keys: the key that each chord of some changes belongs to.

Every chord is held against 24 keys by the function that it would have there, and the cheapest way through the keys is
found with Viterbi's algorithm, as Raphael & Stoddard do for notes (*Functional harmonic analysis using probabilistic
models*, Computer Music Journal 28/3, 2004). The weights are ours: what theory books call the common functions of a key
(Levine, *The Jazz Theory Book*, 1995, ch. 10 to 16) is worth most.
"""

from __future__ import annotations

from collections.abc import Sequence

from jazzgram.resources.frozen import dataclass

_MAJOR = {
    **{(0, "major"): 1.0, (2, "minor"): 0.8, (9, "minor"): 0.6, (5, "major"): 0.6, (4, "minor"): 0.5},
    **{(0, "dominant"): 0.7, (5, "dominant"): 0.6, (7, "dominant"): 0.6, (2, "dominant"): 0.4, (9, "dominant"): 0.4},
    **{(4, "dominant"): 0.2, (10, "dominant"): 0.3, (1, "dominant"): 0.3, (5, "minor"): 0.3, (11, "half"): 0.2},
    **{(6, "half"): 0.2, (4, "half"): 0.1, (6, "diminished"): 0.3, (1, "diminished"): 0.2, (3, "diminished"): 0.2},
}
_MINOR = {
    **{(0, "minor"): 1.0, (2, "half"): 1.0, (7, "dominant"): 0.6, (5, "minor"): 0.7, (8, "major"): 0.5},
    **{(3, "major"): 0.5, (8, "dominant"): 0.4, (10, "dominant"): 0.4, (9, "half"): 0.2, (2, "minor"): 0.2},
    **{(11, "diminished"): 0.4, (1, "dominant"): 0.3, (2, "dominant"): 0.2, (5, "dominant"): 0.2, (1, "major"): 0.2},
}
_FOREIGN = -0.5
_RESOLVED = 0.4
"""The bonus of a dominant that goes to its tonic."""
_FIRST, _LAST = 0.5, 1.5
"""The bonus of changes that begin, and that end, on the tonic."""
_MODULATION = 2.0


@dataclass(frozen=True, slots=True)
class Key:
    """A key.

    Parameters
    ----------
    tonic : int
        Pitch class, 0 (C) to 11 (B).
    minor : bool
        Whether its mode is minor.
    """

    tonic: int
    minor: bool


def local_keys(chords: Sequence[tuple[int, str]]) -> tuple[Key, ...]:
    """Find the key of each chord.

    Parameters
    ----------
    chords : sequence of (int, str)
        The pitch class of each root and its family, in order; may be empty.

    Returns
    -------
    tuple of Key
        As many as there are chords. The same changes in another key give the same keys, transposed.

    Examples
    --------
    >>> keys = local_keys([(2, "minor"), (7, "dominant"), (0, "major"), (0, "minor"), (5, "dominant"), (10, "major")])
    >>> [key.tonic for key in keys]
    [0, 0, 0, 10, 10, 10]
    """
    if not chords:
        return ()
    # Relative to the first root: where two keys are equally good, the same one wins in every transposition.
    home = chords[0][0]
    relative = [((root - home) % 12, family) for root, family in chords]
    keys = [Key(tonic, minor) for tonic in range(12) for minor in (False, True)]
    scores = [_worth(relative, 0, key) for key in keys]
    before: list[list[int]] = []
    for index in range(1, len(relative)):
        best = max(range(len(keys)), key=scores.__getitem__)
        came = [key if scores[key] >= scores[best] - _MODULATION else best for key in range(len(keys))]
        scores = [
            _worth(relative, index, key) + max(scores[number], scores[best] - _MODULATION)
            for number, key in enumerate(keys)
        ]
        before.append(came)
    path = [max(range(len(keys)), key=scores.__getitem__)]
    for came in reversed(before):
        path.append(came[path[-1]])
    return tuple(Key((keys[index].tonic + home) % 12, keys[index].minor) for index in reversed(path))


def _worth(chords: Sequence[tuple[int, str]], index: int, key: Key) -> float:
    """Return the score of a chord in a key."""
    root, family = chords[index]
    step = (root - key.tonic) % 12
    worth = (_MINOR if key.minor else _MAJOR).get((step, family), _FOREIGN)
    tonics = ("minor",) if key.minor else ("major", "dominant")
    if step == 0 and family in tonics:
        worth += _FIRST * (index == 0) + _LAST * (index == len(chords) - 1)
    following = chords[index + 1] if index + 1 < len(chords) else None
    if (step, family) == (7, "dominant") and following == (key.tonic, "minor" if key.minor else "major"):
        worth += _RESOLVED
    return worth
