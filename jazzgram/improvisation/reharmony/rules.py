"""Substitution rules: which chords may replace which, because they occur between the same neighbours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from jazzgram.improvisation.reharmony.progressions import Degree, Progression

DegreeSpan = tuple[Degree, ...]
Transition = tuple[bool, Degree, Degree]

LONGEST_SPAN = 2
"""Rules replace one chord, or two at once (a ii-V by another ii-V)."""

_FALLS = (7, 1)
"""By how many semitones the first root of two lies above the second: a fifth, or a semitone."""

_USUAL = 0.02
"""The least share of the works that leave a chord for another one that must go to a chord, for a usual transition."""


@dataclass(frozen=True, slots=True)
class SubstitutionRule:
    """A substitution: chords that may replace others.

    Parameters
    ----------
    minor : bool
        Whether it holds in minor keys; else in major ones.
    before, after : tuple of Degree
        As many as each other.
    contexts : int
        How many pairs of neighbours both were seen between, 1 or more.
    weight : float
        The probability of `after` in the place of `before`, 0 to 1; see `induce`.
    """

    minor: bool
    before: DegreeSpan
    after: DegreeSpan
    contexts: int
    weight: float

    def __str__(self) -> str:
        return f"{' '.join(map(str, self.before))} -> {' '.join(map(str, self.after))}"


@dataclass(frozen=True, slots=True)
class SubstitutionRules:
    """The substitutions and transitions of a corpus.

    Parameters
    ----------
    by_before : dict of tuple of Degree to list of SubstitutionRule
        Rules by the chords they replace, by falling weight.
    by_after : dict of tuple of Degree to list of SubstitutionRule
        Rules by the replacement, by falling weight.
    usual : frozenset of (bool, Degree, Degree)
        The transitions from one chord to the next that are usual in minor keys (True) and major ones, both degrees in
        the key of the first.
    """

    by_before: dict[DegreeSpan, list[SubstitutionRule]] = field(default_factory=dict)
    by_after: dict[DegreeSpan, list[SubstitutionRule]] = field(default_factory=dict)
    usual: frozenset[Transition] = frozenset()


def induce(found: Sequence[Progression]) -> SubstitutionRules:
    """Induce substitution rules from shared contexts.

    Parameters
    ----------
    found : sequence of Progression
        May be empty.

    Returns
    -------
    SubstitutionRules

    Notes
    -----
    The weight of a -> b is the probability to come from a to b by the neighbours c that both have::

        q(a -> b) = sum over c of n(a, c) / n(a) * n(b, c) / n(c)

    where n counts works in keys of one mode, not choruses: repetitions in a composition are no further evidence. A rule
    for two chords replaces one falling step by another and changes both chords; a fall to a tonic is two things, not
    one. Neighbours are degrees in the key of the first chord that is replaced.
    """
    works: dict[tuple[bool, Degree, DegreeSpan, Degree], set[str]] = defaultdict(set)
    for progression in found:
        for length in range(1, LONGEST_SPAN + 1):
            for start in range(1, len(progression.chords) - length):
                key = progression.keys[start]
                span = tuple(progression.degree_in(index, key) for index in range(start - 1, start + length + 1))
                if length == 1 or _falls(span[1:-1]):
                    works[key.minor, span[0], span[1:-1], span[-1]].add(progression.work)
    between: dict[tuple[bool, int, Degree, Degree], dict[DegreeSpan, int]] = defaultdict(dict)
    totals: dict[tuple[bool, DegreeSpan], int] = defaultdict(int)
    for (minor, left, span, right), seen in works.items():
        between[minor, len(span), left, right][span] = len(seen)
        totals[minor, span] += len(seen)
    shared: dict[tuple[bool, DegreeSpan, DegreeSpan], int] = defaultdict(int)
    weights: dict[tuple[bool, DegreeSpan, DegreeSpan], float] = defaultdict(float)
    for (minor, *_), spans in between.items():
        everything = sum(spans.values())
        for before, often in spans.items():
            for after, as_often in spans.items():
                if all(old != new for old, new in zip(before, after, strict=True)):
                    shared[minor, before, after] += 1
                    weights[minor, before, after] += often / totals[minor, before] * as_often / everything
    rules = [SubstitutionRule(*pair, shared[pair], weight) for pair, weight in weights.items()]
    rules.sort(key=lambda rule: (-rule.weight, rule.minor, rule.before, rule.after))
    by_before: dict[DegreeSpan, list[SubstitutionRule]] = defaultdict(list)
    by_after: dict[DegreeSpan, list[SubstitutionRule]] = defaultdict(list)
    for rule in rules:
        by_before[rule.before].append(rule)
        by_after[rule.after].append(rule)
    return SubstitutionRules(dict(by_before), dict(by_after), _usual_transitions(found))


def _falls(span: Sequence[Degree]) -> bool:
    first, second = span
    return second.step != 0 and (first.step - second.step) % 12 in _FALLS


def _usual_transitions(found: Sequence[Progression]) -> frozenset[Transition]:
    works: dict[Transition, set[str]] = defaultdict(set)
    for progression in found:
        for index, degree in enumerate(progression.degrees[:-1], start=1):
            key = progression.keys[index - 1]
            works[key.minor, degree, progression.degree_in(index, key)].add(progression.work)
    leaving: dict[tuple[bool, Degree], int] = defaultdict(int)
    for (minor, degree, _), seen in works.items():
        leaving[minor, degree] += len(seen)
    return frozenset(step for step, seen in works.items() if len(seen) >= _USUAL * leaving[step[:2]])
