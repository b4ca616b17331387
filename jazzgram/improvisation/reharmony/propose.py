"""Proposals: given changes with some chords replaced by rules.

The transitions to and from a replacement must be usual in the corpus. Every chord keeps its position and length, and a
last chord that resolves stays.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from jazzgram.errors import JazzgramError
from jazzgram.improvisation.line import Changes
from jazzgram.improvisation.reharmony.learned import Harmony
from jazzgram.improvisation.reharmony.progressions import Degree, Progression, progression, root_name, same
from jazzgram.improvisation.reharmony.rules import SubstitutionRule
from jazzgram.music.harmony.spell import symbol_of
from jazzgram.music.harmony.symbols import ChordSymbol, voicing

_FEWEST, _MOST = 0.1, 0.5
"""What share of the chords is replaced with the least and the most surprise."""
_WIDTH = 0.15
"""The standard deviation of the rank of a choice around the given surprise, as a share of all ranks."""
_TRIES = 10
_LIGHTEST = 0.1
"""How light a rule may be, as a share of the heaviest one for the same chords: rarer ones are accidental."""


@dataclass(frozen=True, slots=True)
class Substitution:
    """One or two chords replaced.

    Parameters
    ----------
    positions : tuple of (int, int)
        Bar and index in the bar of every chord that is replaced, from 0, in order; a chord that is held over barlines
        has several.
    before, after : tuple of str
        The symbols, without repetitions.
    bits : float
        The surprise of `after` in its context.
    rule : SubstitutionRule
        The rule that derives it.
    """

    positions: tuple[tuple[int, int], ...]
    before: tuple[str, ...]
    after: tuple[str, ...]
    bits: float
    rule: SubstitutionRule


@dataclass(frozen=True, slots=True)
class Proposal:
    """A reharmonisation.

    Parameters
    ----------
    bars : tuple of tuple of Chord
        As many bars, and chords in each, as in the given changes.
    substitutions : tuple of Substitution
        In time order, at least one.
    bits, bits_before : float
        The mean surprise of its chords and of the given ones.
    """

    bars: Changes
    substitutions: tuple[Substitution, ...]
    bits: float
    bits_before: float

    @property
    def summary(self) -> str:
        """Return what was replaced, as text: ``bar 2 G7 -> Db7, bar 4 ...``."""
        return ", ".join(
            f"bar {made.positions[0][0] + 1} {' '.join(made.before)} -> {' '.join(made.after)}"
            for made in self.substitutions
        )


@dataclass(frozen=True, slots=True)
class _Target:
    """A stretch of the given changes; of each of its chords, its positions."""

    chords: Progression
    positions: tuple[tuple[tuple[int, int], ...], ...]


@dataclass(frozen=True, slots=True)
class _Choice:
    """A rule that fits at an index of a stretch."""

    target: int
    start: int
    bits: float
    rule: SubstitutionRule


def propose(harmony: Harmony, bars: Changes, *, surprise: float = 0.5, count: int = 3, seed: int = 0) -> list[Proposal]:
    """Propose reharmonisations.

    Parameters
    ----------
    harmony : Harmony
        Learned from a corpus.
    bars : tuple of tuple of Chord
        Changes, as `jazzgram.music.notation.changes.parse_changes` returns them.
    surprise : float
        0 for few and expected substitutions to 1 for many and the most surprising.
    count : int
        How many different ones, 1 or more.
    seed : int
        Seeds the choices.

    Returns
    -------
    list of Proposal
        At most `count`, at least one: fewer where no more are found. The same for changes in another key, transposed.

    Raises
    ------
    JazzgramError
        Where the changes have no chord, or nothing of them can be replaced.
    """
    targets = _targets(bars)
    if not targets:
        raise JazzgramError('the changes have no chords, only NC (expected for example "Dm7 | G7 | Cmaj7 | %")')
    random = Random(seed)
    found: dict[Changes, Proposal] = {}
    for _ in range(count * _TRIES):
        made = _one(harmony, bars, targets, surprise, random)
        if made is None:
            break
        found.setdefault(made.bars, made)
        if len(found) == count:
            break
    if not found:
        raise JazzgramError(
            "no chord of these changes can be replaced by what the corpus knows (expected chords between neighbours "
            "that it has too; take longer changes, or a larger corpus)"
        )
    return list(found.values())


def _targets(bars: Changes) -> list[_Target]:
    """Cut changes at NC into stretches, and join chords that are held."""
    stretches: list[list[tuple[ChordSymbol, list[tuple[int, int]]]]] = [[]]
    for bar, chords in enumerate(bars):
        for index, chord in enumerate(chords):
            symbol = symbol_of(chord)
            if symbol.root is None:
                stretches.append([])
            elif stretches[-1] and same(stretches[-1][-1][0], symbol):
                stretches[-1][-1][1].append((bar, index))
            else:
                stretches[-1].append((symbol, [(bar, index)]))
    return [
        _Target(chords, tuple(tuple(positions) for _, positions in stretch))
        for stretch in stretches
        for chords in progression([symbol for symbol, _ in stretch])
    ]


def _one(
    harmony: Harmony, bars: Changes, targets: Sequence[_Target], surprise: float, random: Random
) -> Proposal | None:
    """Replace chord after chord; None where none can be."""
    degrees = [list(target.chords.degrees) for target in targets]
    length = sum(map(len, degrees))
    count = max(1, round(length * (_FEWEST + (_MOST - _FEWEST) * surprise)))
    applied: dict[tuple[int, int], SubstitutionRule] = {}
    while sum(len(rule.before) for rule in applied.values()) < count:
        choices = [
            choice
            for number, target in enumerate(targets)
            for choice in _choices(harmony, number, target, degrees[number], applied)
        ]
        if not choices:
            break
        choice = _choose(choices, surprise, random)
        applied[choice.target, choice.start] = choice.rule
        degrees[choice.target][choice.start : choice.start + len(choice.rule.after)] = choice.rule.after
    if not applied:
        return None
    made = [
        _substitution(harmony, targets[number], start, rule, degrees[number])
        for (number, start), rule in sorted(applied.items(), key=lambda item: item[0])
    ]
    return Proposal(
        _rewritten(bars, made, targets, applied, harmony),
        tuple(made),
        sum(_bits(harmony, each) for each in degrees) / length,
        sum(_bits(harmony, target.chords.degrees) for target in targets) / length,
    )


def _choices(
    harmony: Harmony,
    number: int,
    target: _Target,
    degrees: Sequence[Degree],
    applied: dict[tuple[int, int], SubstitutionRule],
) -> list[_Choice]:
    """Find every rule that fits somewhere where none was applied yet."""
    taken = {start + step for (of, start), rule in applied.items() if of == number for step in range(len(rule.after))}
    if _resolves(target.chords):
        taken.add(len(degrees) - 1)
    choices = []
    for start in range(len(degrees)):
        for length in (1, 2):
            end = start + length
            if end > len(degrees) or taken.intersection(range(start, end)):
                continue
            rules = [
                rule
                for rule in harmony.rules.by_before.get(_in_one_key(target.chords, degrees, start, end), ())
                if rule.minor == target.chords.keys[start].minor
            ]
            for rule in rules:
                heavy = rule.weight >= _LIGHTEST * rules[0].weight
                if heavy and not _changes_function(rule) and _leads(harmony, target.chords, degrees, start, rule):
                    choices.append(_Choice(number, start, harmony.surprise.of(rule.after, degrees[:start]), rule))
    return choices


def _resolves(chords: Progression) -> bool:
    """Return whether the last chord is a resolution: the tonic, or a fifth under a dominant."""
    last = chords.degrees[-1]
    if last.step == 0 or len(chords.degrees) == 1:
        return last.step == 0
    before = chords.degree_in(len(chords.degrees) - 2, chords.keys[-1])
    return before == Degree((last.step + 7) % 12, "dominant")


def _in_one_key(chords: Progression, degrees: Sequence[Degree], start: int, end: int) -> tuple[Degree, ...]:
    key = chords.keys[start]
    return tuple(
        Degree((degrees[index].step + chords.keys[index].tonic - key.tonic) % 12, degrees[index].family)
        for index in range(start, end)
    )


def _changes_function(rule: SubstitutionRule) -> bool:
    """Return whether a rule exchanges tonic and dominant, changes the tonic's mode, or minor and major on one root."""
    for old, new in zip(rule.before, rule.after, strict=True):
        families = {old.family, new.family}
        if {old.step, new.step} == {0, 7} and (old if old.step else new).family == "dominant":
            return True
        if old.step == new.step and "minor" in families and ("major" in families or old.step == 0):
            return True
    return False


def _leads(
    harmony: Harmony, chords: Progression, degrees: Sequence[Degree], start: int, rule: SubstitutionRule
) -> bool:
    """Return whether the transitions from the chord before to the replacement and on to the chord after it are usual.

    After the last chord, which is replaced only where it does not resolve, the changes begin again.
    """
    key, end = chords.keys[start], start + len(rule.after)
    usual = harmony.rules.usual
    if start:
        before = chords.keys[start - 1]
        arriving = Degree((rule.after[0].step + key.tonic - before.tonic) % 12, rule.after[0].family)
        if arriving == degrees[start - 1] or (before.minor, degrees[start - 1], arriving) not in usual:
            return False
    index = end % len(degrees)
    following = Degree((degrees[index].step + chords.keys[index].tonic - key.tonic) % 12, degrees[index].family)
    return following != rule.after[-1] and (key.minor, rule.after[-1], following) in usual


def _choose(choices: Sequence[_Choice], surprise: float, random: Random) -> _Choice:
    """Draw a choice, most likely one whose rank by surprise is `surprise`."""
    ranked = sorted(choices, key=lambda choice: (choice.bits, choice.target, choice.start, str(choice.rule)))
    last = max(1, len(ranked) - 1)
    weights = [
        choice.rule.weight * math.exp(-(((rank / last - surprise) / _WIDTH) ** 2) / 2)
        for rank, choice in enumerate(ranked)
    ]
    return random.choices(ranked, weights)[0]


def _bits(harmony: Harmony, degrees: Sequence[Degree]) -> float:
    return sum(harmony.surprise.of((degree,), degrees[:index]) for index, degree in enumerate(degrees))


def _symbols(harmony: Harmony, target: _Target, start: int, rule: SubstitutionRule) -> tuple[str, ...]:
    key = target.chords.keys[start]
    return tuple(root_name(degree, key) + harmony.qualities[degree] for degree in rule.after)


def _substitution(
    harmony: Harmony, target: _Target, start: int, rule: SubstitutionRule, degrees: Sequence[Degree]
) -> Substitution:
    end = start + len(rule.after)
    return Substitution(
        tuple(position for positions in target.positions[start:end] for position in positions),
        tuple(chord.text for chord in target.chords.chords[start:end]),
        _symbols(harmony, target, start, rule),
        harmony.surprise.of(rule.after, degrees[:start]),
        rule,
    )


def _rewritten(
    bars: Changes,
    made: Sequence[Substitution],
    targets: Sequence[_Target],
    applied: dict[tuple[int, int], SubstitutionRule],
    harmony: Harmony,
) -> Changes:
    symbols = {
        position: symbol
        for (number, start), rule in applied.items()
        for offset, symbol in enumerate(_symbols(harmony, targets[number], start, rule))
        for position in targets[number].positions[start + offset]
    }
    return tuple(
        tuple(
            replace(chord, pitches=voicing(symbols[bar, index]), symbol=symbols[bar, index])
            if (bar, index) in symbols
            else chord
            for index, chord in enumerate(chords)
        )
        for bar, chords in enumerate(bars)
    )
