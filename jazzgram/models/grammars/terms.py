"""Abstract tones as the deepjazz tokenizers' terms, and back."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from jazzgram.models.grammars.expansion import Slope, expand
from jazzgram.models.grammars.values import Group, Item, MelodyGrammar, Tone
from jazzgram.music.intervals import interval_window, usual_interval
from jazzgram.music.term import Grammar, Term

_DEGREES = ("1", "b2", "2", "b3", "3", "4", "#4", "5", "b6", "6", "b7", "7")
_KINDS = {"C": "C", "G": "C", "L": "S", "S": "S", "A": "A", "Y": "X", "R": "R"}
_DRAWN = {"X": ("CSAX", (4, 3, 3, 2)), "H": ("CSA", (4, 2, 1))}
"""Kinds that are any of several; X by how many of the twelve tones of a seventh chord each is."""
_CHORD_DEGREES = frozenset(("1", "b3", "3", "5", "b7", "7"))
_SCALE_DEGREES = frozenset(("2", "4", "6"))


def to_bars(grammar: MelodyGrammar, bars: int, bar_ticks: int, rng: Random) -> Grammar:
    """Improvise bars of terms from a grammar.

    C and G become C; L and S become S; A stays A; Y becomes X; X is drawn anew each time from C, S, A and X (4:3:3:2),
    H from C, S and A (4:2:1); a scale degree becomes C (1 3 5 7), S (2 4 6) or X. A slope becomes the range of each
    note in it but the first of a bar, as deepjazz has it. A tone over a barline is cut there; its remainder is a rest.

    Parameters
    ----------
    grammar : MelodyGrammar
        What is expanded.
    bars : int
        Number of bars.
    bar_ticks : int
        The length of each.
    rng : random.Random
        The only random generator.

    Returns
    -------
    Grammar
        `bars` bars, each exactly `bar_ticks` long.

    Examples
    --------
    >>> from jazzgram.models.grammars import parse_grammar
    >>> grammar = parse_grammar("(startsymbol P) (rule (P Y) (C4 (slope 1 2 L2.) (P (- Y 480))) 1)")
    >>> [" ".join(map(str, bar)) for bar in to_bars(grammar, 2, 1920, Random(1))]
    ['C,1.000 S,3.000,<M2,m2>', 'C,1.000 S,3.000,<M2,m2>']
    """
    made: list[list[Term]] = [[] for _ in range(bars)]
    onset = 0
    for tone, slope in expand(grammar, bars * bar_ticks, rng):
        left = tone.duration
        kind = _kind(tone, rng)
        while left:
            bar, within = divmod(onset, bar_ticks)
            length = min(left, bar_ticks - within)
            first = all(term.is_rest for term in made[bar])
            part = kind if left == tone.duration else "R"
            made[bar].append(Term(part, length, "" if first or part == "R" else _range(slope)))
            onset += length
            left -= length
    return tuple(map(tuple, made))


def _kind(tone: Tone, rng: Random) -> str:
    if tone.degree:
        return "C" if tone.degree in _CHORD_DEGREES else "S" if tone.degree in _SCALE_DEGREES else "X"
    if tone.kind in _DRAWN:
        kinds, weights = _DRAWN[tone.kind]
        return rng.choices(kinds, weights)[0]
    return _KINDS[tone.kind]


def _range(slope: Slope) -> str:
    return "" if slope is None else f"{usual_interval(slope[1])},{usual_interval(slope[0])}"


def to_items(terms: Iterable[Term]) -> tuple[Item, ...]:
    """Convert terms to tones; notes that continue in one direction share a slope.

    C, S, A and R stay; deepjazz's X, a tone outside, is Impro-Visor's Y; a scale degree is ``(X b3 8)``. The interval
    is the middle of deepjazz's range; a slope has the least and the greatest of its notes. Notes without an interval
    are in no slope.

    Raises
    ------
    ValueError
        For a kind that is none of these.

    Examples
    --------
    >>> from jazzgram import parse_terms
    >>> to_items(parse_terms("C,1.000 S,0.500,<P4,m-2> X,0.500,<P5,A1> R,2.000"))[1:]  # doctest: +ELLIPSIS
    (Group(name='slope', numbers=(2, 4), tones=(Tone(kind='S', ...), Tone(kind='Y', ...)), ...), Tone(kind='R', ...))
    """
    items: list[Item] = []
    direction: int | None = None
    for term in terms:
        tone = _tone(term)
        size = None if term.is_rest else _middle(term.interval_range)
        last = items[-1] if items else None
        if size is None:
            items.append(tone)
            direction = None
            continue
        heading = (size > 0) - (size < 0)
        if heading == direction and isinstance(last, Group):
            low, high = last.numbers
            items[-1] = Group("slope", (min(low, size), max(high, size)), (*last.tones, tone))
        else:
            items.append(Group("slope", (size, size), (tone,)))
        direction = heading
    return tuple(items)


def _tone(term: Term) -> Tone:
    if term.category in _DEGREES:
        return Tone("X", term.duration, term.category)
    kind = {"X": "Y"}.get(term.category, term.category)
    if kind not in _KINDS:
        raise ValueError(f"not a kind of tone that a grammar knows: {term.category!r}")
    return Tone(kind, term.duration)


def _middle(interval_range: str) -> int | None:
    try:
        low, high = interval_window(interval_range)
    except ValueError:
        return None
    return (low + high) // 2
