"""A learned grammar of bars as a `MelodyGrammar`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

from jazzgram.errors import JazzgramError
from jazzgram.models.grammars.durations import format_duration
from jazzgram.models.grammars.terms import to_items
from jazzgram.models.grammars.values import SLOTS_PER_QUARTER, Call, Item, MelodyGrammar, Rule
from jazzgram.music.term import Term
from jazzgram.music.time import TICKS_PER_QUARTER

_GRID = 20
"""Ticks; lengths that are no note value are rounded to the nearest multiple, which fits 32nd notes of triplets."""
_LEAST = 0.001


def from_windows(
    windows: Iterable[tuple[int, Sequence[Term], int]],
    following: Callable[[int | None], Sequence[float]],
) -> tuple[MelodyGrammar, int]:
    """Build a grammar of clusters that follow each other.

    ``(P Y)`` opens with a cluster, ``(K3 Y)`` plays a window of cluster 3 and continues with the next cluster and the
    time that is left, ``(BRICK3 480)`` is any window of cluster 3, weighted by its occurrences.

    Parameters
    ----------
    windows : iterable of (int, sequence of Term, int)
        Cluster, terms, and number of occurrences. Windows that are not of the most frequent length are left out: the
        grammar has bricks of one length.
    following : callable
        Returns the probability of each cluster after one, or at the beginning (None). Below 0.001 it is left out.

    Returns
    -------
    MelodyGrammar, int
        The grammar, and the number of windows without a rule.

    Raises
    ------
    JazzgramError
        Where there is no window, or none that can be written.
    """
    measured = [(cluster, terms, count, sum(term.duration for term in terms)) for cluster, terms, count in windows]
    lengths: Counter[int] = Counter()
    for _, _, count, long in measured:
        lengths[long] += count
    if not lengths:
        raise JazzgramError("the model has no bars, so that there is no grammar to write; train it")
    ticks = lengths.most_common(1)[0][0]
    bricks: dict[int, dict[tuple[Item, ...], int]] = defaultdict(lambda: defaultdict(int))
    for cluster, terms, count, long in measured:
        if long == ticks:
            bricks[cluster][_items(terms)] += count
    length = str(ticks * SLOTS_PER_QUARTER // TICKS_PER_QUARTER)
    rest = ("-", "Y", length)
    rules = [Rule(Call("P", ("0",)), (), base=True)]
    rules += [Rule(Call(f"K{cluster}", ("0",)), (), base=True) for cluster in sorted(bricks)]
    for cluster, probability in _likely(following(None), bricks):
        rules.append(Rule(Call("P", ("Y",)), (Call(f"K{cluster}", ("Y",)),), probability))
    for cluster in sorted(bricks):
        brick = Call(f"BRICK{cluster}", (length,))
        for after, probability in _likely(following(cluster), bricks):
            body = (brick, Call(f"K{after}", (rest,)))
            rules.append(Rule(Call(f"K{cluster}", ("Y",)), body, probability))
        rules += [Rule(brick, items, float(count)) for items, count in bricks[cluster].items()]
    return MelodyGrammar("P", tuple(rules)), lengths.total() - lengths[ticks]


def _likely(probabilities: Sequence[float], bricks: dict[int, dict[tuple[Item, ...], int]]) -> list[tuple[int, float]]:
    """Return the likely clusters among those that have windows, at least the likeliest."""
    known = [(cluster, round(float(probabilities[cluster]), 6)) for cluster in sorted(bricks)]
    likely = [entry for entry in known if entry[1] >= _LEAST]
    return likely or [max(known, key=lambda entry: entry[1])]


def _items(terms: Sequence[Term]) -> tuple[Item, ...]:
    try:
        return to_items(_on_grid(terms))
    except ValueError as error:
        raise JazzgramError(
            f"the terms cannot be written as a grammar: {error}; learn with a deepjazz tokenizer"
        ) from None


def _on_grid(terms: Sequence[Term]) -> list[Term]:
    """Round every length to a note value; the total length stays the same."""
    try:
        for term in terms:
            format_duration(term.duration)
    except ValueError:
        pass
    else:
        return list(terms)
    snapped = []
    onset = begin = 0
    for number, term in enumerate(terms):
        onset += term.duration
        end = onset if number == len(terms) - 1 else _GRID * round(onset / _GRID)
        if end > begin:
            snapped.append(Term(term.category, end - begin, term.interval_range))
        begin = max(begin, end)
    return snapped
