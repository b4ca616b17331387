"""Terms: the abstract grammar's letters."""

from __future__ import annotations

import re
from dataclasses import field

from jazzgram.music.note import Origin
from jazzgram.music.time import TICKS_PER_QUARTER, to_ticks
from jazzgram.resources.frozen import dataclass

_TEXT = re.compile(r"(?P<category>[^,<>\s]+),(?P<duration>\d+(?:\.\d+)?)(?:,<(?P<range>[^<>\s]*)>)?")


@dataclass(frozen=True, slots=True)
class Term:
    """One letter of a bar's grammar: category of tone, duration, and distance from the tone before.

    Parameters
    ----------
    category : str
        The tokenizer's own. deepjazz has ``R`` rest, ``C`` chord tone, ``S`` scale tone, ``A`` approach tone,
        ``X`` any other tone. ``R`` is a rest in every tokenizer.
    duration : int
        Ticks, 480 to the quarter note, 0 or more.
    interval_range : str
        The distance from the previous tone in the tokenizer's notation, for deepjazz ``UP,DOWN`` as directed
        interval names (``P1,d-5``). Empty for rests and the first tone of a bar.
    origin : Origin or None
        Where the term was sampled; see `Origin`. Not compared.

    Examples
    --------
    >>> Term.parse("C,0.333,<P1,d-5>")
    Term(category='C', duration=160, interval_range='P1,d-5', origin=None)
    >>> str(Term("R", 120))
    'R,0.250'
    """

    category: str
    duration: int
    interval_range: str = ""
    origin: Origin | None = field(default=None, compare=False)

    @classmethod
    def parse(cls, text: str) -> Term:
        """Read ``KIND,DURATION[,<RANGE>]`` with the duration in quarter notes; raise ValueError for anything else."""
        match = _TEXT.fullmatch(text)
        if match is None:
            raise ValueError(f"not a term: {text!r} (expected for example C,0.500 or S,0.250,<M2,d-4>)")
        return cls(match["category"], to_ticks(float(match["duration"])), match["range"] or "")

    @property
    def is_rest(self) -> bool:
        """Whether the term is a silence."""
        return self.category == "R"

    def __str__(self) -> str:
        text = f"{self.category},{self.duration / TICKS_PER_QUARTER:.3f}"
        return f"{text},<{self.interval_range}>" if self.interval_range else text


Grammar = tuple[tuple[Term, ...], ...]
"""The terms of each bar, in order."""


def parse_terms(text: str) -> tuple[Term, ...]:
    """Read the terms of one bar, separated by white space; an empty tuple for an empty text."""
    return tuple(Term.parse(word) for word in text.split())
