"""A given melody: some of its bars stay as they are, the others may be varied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Any

import numpy as np

from jazzgram.config.config import Part
from jazzgram.errors import JazzgramError
from jazzgram.hooks.calls import PluginCalls
from jazzgram.hooks.options import Options
from jazzgram.hooks.token_model import Position, Probabilities
from jazzgram.hooks.vocabulary import Vocabulary
from jazzgram.improvisation.chain import BarNotes
from jazzgram.improvisation.line import Changes, Locked
from jazzgram.improvisation.observer import Observer
from jazzgram.improvisation.realize import split_notes
from jazzgram.music.labels import NO_LABELS, Labels
from jazzgram.music.notation.bar_numbers import parse_bar_numbers
from jazzgram.music.note import VELOCITY, Origin
from jazzgram.music.solo import Solo
from jazzgram.music.term import Grammar, Term
from jazzgram.music.time import Meter
from jazzgram.music.tune import Tune
from jazzgram.resources.frozen import dataclass

KEEP = "keep"
"""The label, in traces, of the step that puts the kept bars in."""
_STRONGEST = 8.0
"""Log weight of the terms that go best with the melody where almost nothing is to be varied."""
_FLOOR = 1e-3
"""Least probability of a term beside the melody that leads to its next onset: samplers may have left none."""
_SMALLEST = 1e-300


@dataclass(frozen=True)
class Given:
    """A melody over the changes of the target.

    Parameters
    ----------
    bars : tuple of tuple of Note
        The notes of each bar, onsets from its start; as many bars as the melody has.
    grammar : Grammar
        Their terms over the target's chords.
    keep : frozenset of int
        The bars that stay as they are, from 0.
    vary : float or None
        How far the other bars may go from the melody: 0 to play it, 1 for not at all bound; None to sample them freely.
    labels : Labels
        Whom a run's solo is like: who kept some of its bars plays the others, too.
    """

    bars: BarNotes
    grammar: Grammar
    keep: frozenset[int]
    vary: float | None = None
    labels: Labels = NO_LABELS

    @property
    def locked(self) -> Locked:
        """The terms of the bars that stay."""
        return {bar: self.grammar[bar] for bar in sorted(self.keep)}

    def over(self, improvised: Sequence[bool]) -> Given:
        """Return the same melody over the improvised bars alone, numbered from 0.

        Raises
        ------
        JazzgramError
            Where a bar that is not improvised is to be kept.
        """
        free = [bar for bar, is_free in enumerate(improvised) if is_free]
        if composed := sorted(self.keep - set(free)):
            raise JazzgramError(
                f"improvise.keep: bar {composed[0] + 1} is not improvised: introduction and head stay as they are"
            )
        most = [bar for bar in free if bar < len(self.grammar)]
        index = {bar: number for number, bar in enumerate(free)}
        return Given(
            tuple(self.bars[bar] for bar in most),
            tuple(self.grammar[bar] for bar in most),
            frozenset(index[bar] for bar in self.keep),
            self.vary,
            self.labels,
        )

    def kept(self, bars: BarNotes, observer: Observer | None = None) -> BarNotes:
        """Return the notes of each bar, those of the kept bars as they are given."""
        found = list(bars)
        for bar in sorted(self.keep):
            sounding = [number for number, term in enumerate(self.grammar[bar]) if not term.is_rest]
            found[bar] = tuple(
                replace(note, origin=Origin(bar, number) if number is not None else None)
                for note, number in zip(self.bars[bar], [*sounding, *[None] * len(self.bars[bar])], strict=False)
            )
            if observer is not None:
                observer.step(KEEP, "prune_notes", Options(), bar, bars[bar], found[bar], 0.0)
        return tuple(found)


def given_melody(
    melody: Solo | Tune,
    changes: Changes,
    meter: Meter,
    tokenizer: Part,
    calls: PluginCalls,
    keep: Sequence[int | str],
    vary: float | None,
) -> Given:
    """Return a melody in the terms of a tokenizer, over the changes of a target.

    Parameters
    ----------
    melody : Solo or Tune
        A run's solo, as notated, or a tune that was read.
    changes : tuple of tuple of Chord
        The chords of each bar of the target.
    meter : Meter
        The meter of the target.
    tokenizer : Part
        Turns its bars into terms.
    calls : PluginCalls
        Has the tokenizer.
    keep : sequence of int or str
        Bars from 1, and ranges of bars such as ``5-8``.
    vary : float or None
        See `Given`.

    Raises
    ------
    JazzgramError
        Where the meters differ, or a kept bar is not there.
    """
    if isinstance(melody, Solo):
        # Without the swing and the accents of its chain: they come anew.
        plain = [replace(note, velocity=VELOCITY) for note in melody.notated or melody.notes]
        found, bars, labels = melody.meter, split_notes(plain, melody.meter, melody.bars), melody.labels
    else:
        others = {bar.meter for bar in melody.bars} - {meter}
        found, bars, labels = next(iter(others), meter), tuple(bar.notes for bar in melody.bars), NO_LABELS
    if found != meter:
        raise JazzgramError(f"improvise.given: {melody.title!r} is in {found}, the solo in {meter}; they must agree")
    kept = frozenset(bar - 1 for bar in parse_bar_numbers(keep))
    most = min(len(bars), len(changes))
    if missing := [bar + 1 for bar in sorted(kept) if bar >= most]:
        raise JazzgramError(
            f"improvise.keep: there is no bar {missing[0]}; the given melody has {len(bars)} bars, the solo"
            f" {len(changes)}"
        )
    parse = calls.caller("parse_melody", tokenizer.plugin)
    grammar = tuple(
        tuple(parse(melody=notes, chords=chords, meter=meter, options=tokenizer.options))
        for notes, chords in zip(bars[:most], changes[:most], strict=True)
    )
    return Given(bars[:most], grammar, kept, vary, labels)


class Guide:
    """Bind sampled terms to a melody.

    At an onset of the melody its own term is taken with the probability 1 - `vary`, whatever the samplers make of it;
    else, and between its onsets, the sampled distribution is weighted: for its pitch, for one a step beside it, and for
    terms that lead to the melody's next onset, the more strongly the less is to be varied. So about 1 - `vary` of its
    notes stay, with every model.

    Parameters
    ----------
    given : Given
        A melody with ``vary``.
    vocabulary : Vocabulary
        The terms of the model's tokens.
    """

    def __init__(self, given: Given, vocabulary: Vocabulary) -> None:
        self._given = given
        self._vary = 1.0 if given.vary is None else given.vary
        self._pitches = np.array([_pitch(term) for term in vocabulary.terms])
        self._durations = vocabulary.durations
        self._rows: dict[tuple[int, int], tuple[Any, Any, Any] | None] = {}

    def bind(self, probabilities: Probabilities, positions: Sequence[Position]) -> Probabilities:
        """Return the samplers' probabilities, shape (batch, vocabulary), bound to the melody at their positions."""
        if self._vary == 1:
            return probabilities
        return np.stack([self._bound(row, place) for row, place in zip(probabilities, positions, strict=True)])

    def _bound(self, row: Any, position: Position) -> Any:
        key = position.bar, position.onset
        if key not in self._rows:
            self._rows[key] = self._binding(*key)
        binding = self._rows[key]
        if binding is None:
            return row
        own, weights, back = binding
        free = _normal((row + _FLOOR * back) * weights, row)
        return free if own is None else (1 - self._vary) * _normal(own * row, own) + self._vary * free

    def _binding(self, bar: int, onset: int) -> tuple[Any, Any, Any] | None:
        """Return the melody's own terms at an onset, None between its onsets; weights of all terms; what leads back."""
        terms = self._given.grammar[bar] if bar < len(self._given.grammar) else ()
        starts = [0, *accumulate(term.duration for term in terms)]
        index = next((number for number, end in enumerate(starts[1:]) if onset < end), None)
        if index is None:
            return None
        pitch, end = _pitch(terms[index]), starts[index + 1]
        ends = onset + self._durations
        same = self._pitches == pitch
        beside = (self._pitches >= 0) & (np.abs(self._pitches - pitch) <= 2) & (pitch >= 0) & ~same
        own = None
        if onset == starts[index]:
            longest = np.max(self._durations, where=same & (ends <= end), initial=0)
            exact = same & (self._durations == longest)  # its own term, or the nearest one in the vocabulary
            own = exact.astype(float) if exact.any() else None
        arrives = np.select([ends == end, ends < end, np.isin(ends, starts)], [1.0, 0.6, 0.4], 0.0)
        scores = arrives + 0.3 * (beside | same)
        if own is not None:
            scores[same] = 0.0  # what departs is another pitch
        weights = np.exp(_STRONGEST * (1 - self._vary) * (scores - scores.max()))
        return own, weights, beside & (ends == end)


def _normal(weighed: Any, otherwise: Any) -> Any:
    """Return weights that sum to 1; where they are all 0, others."""
    total = weighed.sum()
    return weighed / total if total > 0 else otherwise / max(otherwise.sum(), _SMALLEST)


def _pitch(term: Term) -> int:
    """Return a term's MIDI number, -1 for a rest; of a term that names no pitch a number of its own."""
    if term.is_rest:
        return -1
    return int(term.category) if term.category.isdecimal() else -2 - sum(map(ord, term.category))
