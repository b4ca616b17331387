"""Labels of a solo: who plays, on which instrument, in which style, how fast."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, fields

TEMPO_CLASSES = ("slow", "medium slow", "medium", "medium up", "up")
"""From slow to fast."""
_BOUNDS = (60.0, 100.0, 140.0, 180.0)
"""The tempo from which each class but the first begins, in quarter notes per minute."""
_CENTRES = (52.0, 82.0, 120.0, 160.0, 225.0)


@dataclass(frozen=True, slots=True, order=True)
class Labels:
    """Labels of a solo; each is empty where it is unknown or not asked for.

    Parameters
    ----------
    soloist : str
        By name: ``Clifford Brown``.
    instrument : str
        ``trumpet``, ``tenor sax`` …
    style : str
        As the corpus labels it: ``BEBOP``.
    tempo : str
        One of `TEMPO_CLASSES`.
    solo : str
        By its title in the corpus: ``Clifford Brown - Joy Spring``.

    Examples
    --------
    >>> str(Labels("Clifford Brown", "trumpet", tempo="up"))
    'Clifford Brown, trumpet, up'
    """

    soloist: str = ""
    instrument: str = ""
    style: str = ""
    tempo: str = ""
    solo: str = ""

    def __bool__(self) -> bool:
        return self != NO_LABELS

    def __str__(self) -> str:
        named = ", ".join(filter(None, (self.soloist, self.instrument, self.style, self.tempo)))
        return f"{named} (as in {self.solo})" if self.solo else named


NO_LABELS = Labels()
"""Nothing is known, or asked for."""
LABEL_KINDS = tuple(field.name for field in fields(Labels))
"""The names of the labels, in order."""


def tempo_class(tempo: float) -> str:
    """Return the class of a tempo in quarter notes per minute.

    Source: the tempo classes of the Weimar Jazz Database; Pfleiderer et al. (eds.), *Inside the Jazzomat* (2017).

    Examples
    --------
    >>> tempo_class(55), tempo_class(100), tempo_class(240)
    ('slow', 'medium', 'up')
    """
    return TEMPO_CLASSES[bisect_right(_BOUNDS, tempo)]


def typical_tempo(name: str) -> float:
    """Return a tempo in the middle of a class, in quarter notes per minute.

    Examples
    --------
    >>> all(tempo_class(typical_tempo(name)) == name for name in TEMPO_CLASSES)
    True
    """
    return _CENTRES[TEMPO_CLASSES.index(name)]
