"""Substitution rules: what may stand for what, because it stands between the same neighbours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from jazzgram.improvise.reharmony.progressions import Degree, Progression

Span = tuple[Degree, ...]
Step = tuple[bool, Degree, Degree]

LONGEST = 2
"""Rules replace one chord, or two at once (a ii-V by another ii-V)."""

_FALLS = (7, 1)
"""By how many semitones the first root of two lies above the second: a fifth, or a semitone."""

_USUAL = 0.02
"""What share of the works that leave a chord for others must go to a chord, for that to be a usual step."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Chords that may stand for others.

    Parameters
    ----------
    minor : bool
        Whether it holds in minor keys; else in major ones.
    before, after : tuple of Degree
        As many as each other.
    contexts : int
        How many pairs of neighbours both were seen between, 1 or more.
    weight : float
        The probability of hearing `after` in the place of `before`, 0 to 1; see `induce`.
    """

    minor: bool
    before: Span
    after: Span
    contexts: int
    weight: float

    def __str__(self) -> str:
        return f"{' '.join(map(str, self.before))} -> {' '.join(map(str, self.after))}"


@dataclass(frozen=True, slots=True)
class Rules:
    """What a corpus allows.

    Parameters
    ----------
    of : dict of tuple of Degree to list of Rule
        By what they replace, the heaviest first.
    to : dict of tuple of Degree to list of Rule
        By what they put there, the heaviest first.
    followed : frozenset of (bool, Degree, Degree)
        The steps from one chord to the next that are usual in minor keys (True) and major ones, both chords told in the
        key of the first.
    """

    of: dict[Span, list[Rule]] = field(default_factory=dict)
    to: dict[Span, list[Rule]] = field(default_factory=dict)
    followed: frozenset[Step] = frozenset()


def induce(found: Sequence[Progression]) -> Rules:
    """Induce substitution rules from shared contexts.

    Parameters
    ----------
    found : sequence of Progression
        May be empty.

    Returns
    -------
    Rules

    Notes
    -----
    The weight of a -> b is the chance to come from a to b by the neighbours c that both have::

        q(a -> b) = sum over c of n(a, c) / n(a) * n(b, c) / n(c)

    where n counts works in keys of one mode, not choruses: what a composition repeats is no more evidence. A rule for
    two chords replaces one falling step by another and changes both chords; what falls to a tonic is two things, not
    one. Neighbours are told in the key of the first chord that is replaced.
    """
    works: dict[tuple[bool, Degree, Span, Degree], set[str]] = defaultdict(set)
    for progression in found:
        for length in range(1, LONGEST + 1):
            for start in range(1, len(progression.chords) - length):
                key = progression.keys[start]
                told = tuple(progression.told(place, key) for place in range(start - 1, start + length + 1))
                if length == 1 or _falls(told[1:-1]):
                    works[key.minor, told[0], told[1:-1], told[-1]].add(progression.work)
    between: dict[tuple[bool, int, Degree, Degree], dict[Span, int]] = defaultdict(dict)
    totals: dict[tuple[bool, Span], int] = defaultdict(int)
    for (minor, left, span, right), seen in works.items():
        between[minor, len(span), left, right][span] = len(seen)
        totals[minor, span] += len(seen)
    shared: dict[tuple[bool, Span, Span], int] = defaultdict(int)
    weights: dict[tuple[bool, Span, Span], float] = defaultdict(float)
    for (minor, *_), spans in between.items():
        everything = sum(spans.values())
        for before, often in spans.items():
            for after, as_often in spans.items():
                if all(old != new for old, new in zip(before, after, strict=True)):
                    shared[minor, before, after] += 1
                    weights[minor, before, after] += often / totals[minor, before] * as_often / everything
    rules = [Rule(*pair, shared[pair], weight) for pair, weight in weights.items()]
    rules.sort(key=lambda rule: (-rule.weight, rule.minor, rule.before, rule.after))
    of: dict[Span, list[Rule]] = defaultdict(list)
    to: dict[Span, list[Rule]] = defaultdict(list)
    for rule in rules:
        of[rule.before].append(rule)
        to[rule.after].append(rule)
    return Rules(dict(of), dict(to), _usual_steps(found))


def _falls(span: Sequence[Degree]) -> bool:
    first, second = span
    return second.step != 0 and (first.step - second.step) % 12 in _FALLS


def _usual_steps(found: Sequence[Progression]) -> frozenset[Step]:
    works: dict[Step, set[str]] = defaultdict(set)
    for progression in found:
        for place, degree in enumerate(progression.degrees[:-1], start=1):
            key = progression.keys[place - 1]
            works[key.minor, degree, progression.told(place, key)].add(progression.work)
    leaving: dict[tuple[bool, Degree], int] = defaultdict(int)
    for (minor, degree, _), seen in works.items():
        leaving[minor, degree] += len(seen)
    return frozenset(step for step, seen in works.items() if len(seen) >= _USUAL * leaving[step[:2]])
