"""A solo in progress: its terms so far, and the position of the next one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from random import Random
from types import MappingProxyType

from jazzgram.config.sections import ImproviseSection
from jazzgram.errors import JazzgramError
from jazzgram.hooks.token_model import UNKNOWN, Position
from jazzgram.improvisation.ahead import notes_ahead
from jazzgram.music.chord import Chord, chord_at
from jazzgram.music.labels import NO_LABELS, Labels
from jazzgram.music.note import Origin
from jazzgram.music.term import Grammar, Term
from jazzgram.music.time import Meter
from jazzgram.resources.frozen import dataclass

_MOST_TERMS = 1_000
"""More terms in a bar than any soloist plays: the samplers choose terms without length."""

Changes = tuple[tuple[Chord, ...], ...]
"""The chords of each bar, onsets from the start of their bar."""


@dataclass(frozen=True)
class Decoding:
    """How a model's terms are decoded.

    Parameters
    ----------
    feedback : str
        The autoregressive input. ``one_hot``: the chosen term. ``soft``: the model's own whole distribution.
    start : Term or None
        The input before the first term; None for zeros.
    terms : int or None
        A fixed number of terms a bar; None to play until the bar is full.
    prefix : Term or None
        A term put before each bar's own; no input of the model.
    restart : bool
        Whether the model's state is reset at each barline.
    tempo : float
        Quarter notes per minute.
    personas : tuple of Labels
        Whom each solo is like; empty for none.
    """

    feedback: str = "one_hot"
    start: Term | None = None
    terms: int | None = None
    prefix: Term | None = None
    restart: bool = False
    tempo: float = 120.0
    personas: tuple[Labels, ...] = ()

    @classmethod
    def of(cls, section: ImproviseSection, tempo: float, personas: Sequence[Labels] = ()) -> Decoding:
        """Return the decoding options of a configuration, at a tempo, with the persona of each solo."""
        return cls(
            section.feedback,
            None if section.start is None else Term.parse(section.start),
            section.terms,
            None if section.prefix is None else Term.parse(section.prefix),
            section.restart,
            tempo,
            tuple(personas),
        )


Locked = Mapping[int, tuple[Term, ...]]
"""The terms of the bars that are given, by bar: they are not sampled, and the model is conditioned on them."""


class Line:
    """One solo in progress: its bars, the terms so far, its random generator.

    Parameters
    ----------
    changes : tuple of tuple of Chord
        The chords of each bar.
    span : tuple of (int, int)
        Its first bar, and the bar before which it pauses.
    meter : Meter
        The meter of every bar.
    decoding : Decoding
        How its terms are decoded.
    rng : Random or None
        The sampler's random generator.
    locked : mapping of int to tuple of Term
        The bars that are given.
    labels : Labels
        Whom it is like.

    Attributes
    ----------
    bar : int
        The bar of the next term.
    history : list of int
        The token ids so far, without unknown ones.
    within : tuple of (int, int) or None
        The lowest and the highest pitch that its next terms may have, of terms that name one; None for any.
    """

    def __init__(
        self,
        changes: Changes,
        span: tuple[int, int],
        meter: Meter,
        decoding: Decoding,
        rng: Random | None,
        locked: Locked = MappingProxyType({}),
        labels: Labels = NO_LABELS,
    ) -> None:
        self.rng = rng
        self.history: list[int] = []
        self.within: tuple[int, int] | None = None
        self.bar = self._first = span[0]
        self._end = span[1]
        self._changes = changes
        self._length = meter.bar
        self._decoding = decoding
        self._locked = locked
        self._labels = labels
        self._bars: list[list[Term]] = []
        self._onset = 0
        self._position: Position | None = None
        self._enter()

    @property
    def done(self) -> bool:
        """Whether it has come to the end of its span."""
        return self.bar == self._end

    @property
    def given(self) -> Term | None:
        """The next term where the bar is given, else None."""
        terms = self._locked.get(self.bar)
        return None if terms is None or self.done else terms[len(self._bars[-1])]

    @property
    def position(self) -> Position:
        """The position of the next term; of a solo that is done, that of its last one."""
        if self._position is None:
            chords = self._changes[self.bar]
            chord = chord_at(chords, self._onset)
            later = [other for other in chords if other.onset > self._onset]
            following = self._changes[self.bar + 1] if self.bar + 1 < len(self._changes) else ()
            after = (later or following or (None,))[0]
            remaining = max(self._length - self._onset, 0)
            until = 0 if after is None else later[0].onset - self._onset if later else remaining
            self._position = Position(
                self.bar,
                self._onset,
                remaining,
                chord,
                after,
                len(self._changes),
                until,
                self._decoding.tempo,
                self._labels,
                notes_ahead(self._locked, self.bar, self._onset, self._length) if self._locked else None,
            )
        return self._position

    def append(self, term: Term, token: int) -> None:
        """Append a term; a full bar is followed by the next one."""
        if token != UNKNOWN:
            self.history.append(token)
        self._add(term)
        terms = self._bars[-1]
        fixed = self._decoding.terms
        if (locked := self._locked.get(self.bar)) is not None:
            full = len(terms) == len(locked)
        else:
            full = self._onset >= self._length if fixed is None else len(terms) == fixed
        if full:
            self._next_bar()
            return
        self._position = None
        if len(terms) >= max(_MOST_TERMS, fixed or 0):
            raise JazzgramError(
                f"bar {self.bar + 1} is not full after {len(terms)} terms: the samplers choose terms without length"
            )

    def rest(self) -> None:
        """End the bar with a rest."""
        self._add(Term("R", self._length - self._onset))
        self._next_bar()

    def resume(self, end: int) -> None:
        """Go on to before another bar."""
        pausing, self._end = self.done, end
        if pausing:
            self._enter()

    def copy(self, rng: Random | None, locked: Locked | None = None) -> Line:
        """Return a copy with a random generator of its own, and given bars of its own where they are named."""
        other = copy(self)
        other.rng = rng
        if locked is not None:
            other._locked, other._position = locked, None
        other.history = [*self.history]
        other._bars = [[*terms] for terms in self._bars]
        return other

    def forget(self, before: int, tokens: int) -> None:
        """Forget the terms before a bar, and all token ids but the last ones: a line without end stays small."""
        if (gone := before - self._first) > 0:
            del self._bars[:gone]
            self._first = before
        del self.history[:-tokens]

    def terms(self, bar: int) -> tuple[Term, ...]:
        """Return the terms of a bar, with their origin."""
        prefix = () if self._decoding.prefix is None else (self._decoding.prefix,)
        terms = (*prefix, *self._bars[bar - self._first])
        return tuple(  # `dataclasses.replace` takes four times as long
            Term(term.category, term.duration, term.interval_range, Origin(bar, number))
            for number, term in enumerate(terms)
        )

    def grammar(self) -> Grammar:
        """Return the terms of each bar, with their origin."""
        return tuple(self.terms(self._first + number) for number in range(len(self._bars)))

    def _add(self, term: Term) -> None:
        self._bars[-1].append(term)
        self._onset += term.duration

    def _next_bar(self) -> None:
        self.bar += 1
        self._onset = 0
        self._enter()

    def _enter(self) -> None:
        """Begin a bar, and pass over given ones without a term; of a solo that is done the position stays."""
        while not self.done:
            self._position = None
            self._bars.append([])
            if self._locked.get(self.bar) != ():
                return
            self.bar += 1
