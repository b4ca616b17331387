"""Proposals: given changes with some chords replaced by rules, mildly or boldly.

A replacement must be led to and led away from by steps that the corpus knows. Every chord keeps its place and length,
and a last chord that resolves stays.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from jazzgram.errors import JazzgramError
from jazzgram.improvise.reharmony.learned import Harmony
from jazzgram.improvise.reharmony.progressions import Degree, Progression, progression, same
from jazzgram.improvise.reharmony.rules import Rule
from jazzgram.improvise.reharmony.spelling import root_name
from jazzgram.music.chord import Chord
from jazzgram.music.harmony.spell import symbol_of
from jazzgram.music.harmony.symbols import ChordSymbol, voicing

Bars = tuple[tuple[Chord, ...], ...]

_FEWEST, _MOST = 0.1, 0.5
"""What share of the chords is replaced with the least and the most surprise."""
_WIDTH = 0.15
"""How far from the wanted rank a choice usually strays."""
_TRIES = 10
_LIGHTEST = 0.1
"""How light a rule may be, as a share of the heaviest one for the same chords: what is rarer is chance, not habit."""


@dataclass(frozen=True, slots=True)
class Substitution:
    """One or two chords replaced.

    Parameters
    ----------
    places : tuple of (int, int)
        Bar and place in the bar of every chord that is written anew, from 0, in order; a chord that is held over
        barlines has several.
    before, after : tuple of str
        The symbols, without repetitions.
    bits : float
        The surprise of `after` where it stands.
    rule : Rule
        What derives it.
    """

    places: tuple[tuple[int, int], ...]
    before: tuple[str, ...]
    after: tuple[str, ...]
    bits: float
    rule: Rule


@dataclass(frozen=True, slots=True)
class Proposal:
    """A reharmonisation.

    Parameters
    ----------
    bars : tuple of tuple of Chord
        As many bars, and chords in them, as in what was given.
    substitutions : tuple of Substitution
        In time order, at least one.
    bits, bits_before : float
        The mean surprise of its chords and of those that were given.
    """

    bars: Bars
    substitutions: tuple[Substitution, ...]
    bits: float
    bits_before: float

    @property
    def summary(self) -> str:
        """Say what was replaced: ``bar 2 G7 -> Db7, bar 4 ...``."""
        return ", ".join(
            f"bar {made.places[0][0] + 1} {' '.join(made.before)} -> {' '.join(made.after)}"
            for made in self.substitutions
        )


@dataclass(frozen=True, slots=True)
class _Target:
    """A stretch of the given changes; of each of its chords, where it is written."""

    chords: Progression
    places: tuple[tuple[tuple[int, int], ...], ...]


@dataclass(frozen=True, slots=True)
class _Choice:
    """A rule at a place of a stretch."""

    target: int
    start: int
    bits: float
    rule: Rule


def propose(harmony: Harmony, bars: Bars, *, surprise: float = 0.5, count: int = 3, seed: int = 0) -> list[Proposal]:
    """Propose reharmonisations.

    Parameters
    ----------
    harmony : Harmony
        What was learned.
    bars : tuple of tuple of Chord
        Changes, as `jazzgram.music.notation.changes.parse_changes` gives them.
    surprise : float
        0 for few and expected substitutions to 1 for many and the most surprising.
    count : int
        How many different ones, 1 or more.
    seed : int
        Repeats a choice.

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
    found: dict[Bars, Proposal] = {}
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


def _targets(bars: Bars) -> list[_Target]:
    """Cut changes at NC into stretches, and join what is held."""
    stretches: list[list[tuple[ChordSymbol, list[tuple[int, int]]]]] = [[]]
    for bar, chords in enumerate(bars):
        for place, chord in enumerate(chords):
            symbol = symbol_of(chord)
            if symbol.root is None:
                stretches.append([])
            elif stretches[-1] and same(stretches[-1][-1][0], symbol):
                stretches[-1][-1][1].append((bar, place))
            else:
                stretches[-1].append((symbol, [(bar, place)]))
    return [
        _Target(chords, tuple(tuple(places) for _, places in stretch))
        for stretch in stretches
        for chords in progression([symbol for symbol, _ in stretch])
    ]


def _one(harmony: Harmony, bars: Bars, targets: Sequence[_Target], surprise: float, random: Random) -> Proposal | None:
    """Replace chord after chord; None where none can be."""
    told = [list(target.chords.degrees) for target in targets]
    length = sum(map(len, told))
    wanted = max(1, round(length * (_FEWEST + (_MOST - _FEWEST) * surprise)))
    applied: dict[tuple[int, int], Rule] = {}
    while sum(len(rule.before) for rule in applied.values()) < wanted:
        choices = [
            choice
            for number, target in enumerate(targets)
            for choice in _choices(harmony, number, target, told[number], applied)
        ]
        if not choices:
            break
        choice = _choose(choices, surprise, random)
        applied[choice.target, choice.start] = choice.rule
        told[choice.target][choice.start : choice.start + len(choice.rule.after)] = choice.rule.after
    if not applied:
        return None
    made = [
        _substitution(harmony, targets[number], start, rule, told[number])
        for (number, start), rule in sorted(applied.items(), key=lambda item: item[0])
    ]
    return Proposal(
        _rewritten(bars, made, targets, applied, harmony),
        tuple(made),
        sum(_bits(harmony, degrees) for degrees in told) / length,
        sum(_bits(harmony, target.chords.degrees) for target in targets) / length,
    )


def _choices(
    harmony: Harmony, number: int, target: _Target, told: Sequence[Degree], applied: dict[tuple[int, int], Rule]
) -> list[_Choice]:
    """Find every rule that fits somewhere where none was applied yet."""
    taken = {start + step for (of, start), rule in applied.items() if of == number for step in range(len(rule.after))}
    if _resolves(target.chords):
        taken.add(len(told) - 1)
    choices = []
    for start in range(len(told)):
        for length in (1, 2):
            end = start + length
            if end > len(told) or taken.intersection(range(start, end)):
                continue
            rules = [
                rule
                for rule in harmony.rules.of.get(_in_one_key(target.chords, told, start, end), ())
                if rule.minor == target.chords.keys[start].minor
            ]
            for rule in rules:
                heavy = rule.weight >= _LIGHTEST * rules[0].weight
                if heavy and not _changes_function(rule) and _leads(harmony, target.chords, told, start, rule):
                    choices.append(_Choice(number, start, harmony.surprise.of(rule.after, told[:start]), rule))
    return choices


def _resolves(chords: Progression) -> bool:
    """Say whether the last chord is a resolution: the tonic, or a fifth under a dominant."""
    last = chords.degrees[-1]
    if last.step == 0 or len(chords.degrees) == 1:
        return last.step == 0
    before = chords.told(len(chords.degrees) - 2, chords.keys[-1])
    return before == Degree((last.step + 7) % 12, "dominant")


def _in_one_key(chords: Progression, told: Sequence[Degree], start: int, end: int) -> tuple[Degree, ...]:
    key = chords.keys[start]
    return tuple(
        Degree((told[place].step + chords.keys[place].tonic - key.tonic) % 12, told[place].family)
        for place in range(start, end)
    )


def _changes_function(rule: Rule) -> bool:
    """Say whether a rule exchanges tonic and dominant, changes the tonic's mode, or minor and major on one root."""
    for old, new in zip(rule.before, rule.after, strict=True):
        families = {old.family, new.family}
        if {old.step, new.step} == {0, 7} and (old if old.step else new).family == "dominant":
            return True
        if old.step == new.step and "minor" in families and ("major" in families or old.step == 0):
            return True
    return False


def _leads(harmony: Harmony, chords: Progression, told: Sequence[Degree], start: int, rule: Rule) -> bool:
    """Say whether the corpus steps from the chord before to the replacement, and on to the chord after it.

    After the last chord, which is replaced only where it does not resolve, the changes begin again.
    """
    key, end = chords.keys[start], start + len(rule.after)
    followed = harmony.rules.followed
    if start:
        before = chords.keys[start - 1]
        arriving = Degree((rule.after[0].step + key.tonic - before.tonic) % 12, rule.after[0].family)
        if arriving == told[start - 1] or (before.minor, told[start - 1], arriving) not in followed:
            return False
    place = end % len(told)
    following = Degree((told[place].step + chords.keys[place].tonic - key.tonic) % 12, told[place].family)
    return following != rule.after[-1] and (key.minor, rule.after[-1], following) in followed


def _choose(choices: Sequence[_Choice], surprise: float, random: Random) -> _Choice:
    """Draw a choice, most likely one whose rank by surprise is the wanted one."""
    ranked = sorted(choices, key=lambda choice: (choice.bits, choice.target, choice.start, str(choice.rule)))
    last = max(1, len(ranked) - 1)
    weights = [
        choice.rule.weight * math.exp(-(((rank / last - surprise) / _WIDTH) ** 2) / 2)
        for rank, choice in enumerate(ranked)
    ]
    return random.choices(ranked, weights)[0]


def _bits(harmony: Harmony, told: Sequence[Degree]) -> float:
    return sum(harmony.surprise.of((degree,), told[:place]) for place, degree in enumerate(told))


def _symbols(harmony: Harmony, target: _Target, start: int, rule: Rule) -> tuple[str, ...]:
    key = target.chords.keys[start]
    return tuple(root_name(degree, key) + harmony.qualities[degree] for degree in rule.after)


def _substitution(harmony: Harmony, target: _Target, start: int, rule: Rule, told: Sequence[Degree]) -> Substitution:
    end = start + len(rule.after)
    return Substitution(
        tuple(place for places in target.places[start:end] for place in places),
        tuple(chord.text for chord in target.chords.chords[start:end]),
        _symbols(harmony, target, start, rule),
        harmony.surprise.of(rule.after, told[:start]),
        rule,
    )


def _rewritten(
    bars: Bars,
    made: Sequence[Substitution],
    targets: Sequence[_Target],
    applied: dict[tuple[int, int], Rule],
    harmony: Harmony,
) -> Bars:
    symbols = {
        place: symbol
        for (number, start), rule in applied.items()
        for offset, symbol in enumerate(_symbols(harmony, targets[number], start, rule))
        for place in targets[number].places[start + offset]
    }
    return tuple(
        tuple(
            replace(chord, pitches=voicing(symbols[bar, place]), symbol=symbols[bar, place])
            if (bar, place) in symbols
            else chord
            for place, chord in enumerate(chords)
        )
        for bar, chords in enumerate(bars)
    )
