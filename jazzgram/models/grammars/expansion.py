"""Expand a grammar into a melody of abstract tones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from random import Random

from jazzgram.errors import JazzgramError
from jazzgram.models.grammars.values import SLOTS_PER_QUARTER, Call, Group, Item, MelodyGrammar, Rule, Tone, Tree
from jazzgram.music.time import TICKS_PER_QUARTER

_MOST_REPLACEMENTS = 1_000_000
_MOST_WAITING = 100_000
_GREATEST = 10**9
_NUMBER = re.compile(r"[+-]?(?:\d{1,9}\.?\d{0,9}|\.\d{1,9})")
_TICKS_PER_SLOT = TICKS_PER_QUARTER // SLOTS_PER_QUARTER

Slope = tuple[int, int] | None


def expand(grammar: MelodyGrammar, ticks: int, rng: Random) -> tuple[tuple[Tone, Slope], ...]:
    """Draw one melody.

    The leftmost symbol is replaced until `ticks` are filled. Of the rules whose head fits, one is drawn by weight; a
    ``base`` rule precedes all others, and one whose head has the number itself precedes one with a variable. A symbol
    whose first argument is 0 or less, and that has no rule for it, vanishes: there is no time left.

    Parameters
    ----------
    grammar : MelodyGrammar
        From a file, or learned.
    ticks : int
        The melody's length.
    rng : random.Random
        The only random generator.

    Returns
    -------
    tuple of (Tone, slope)
        In time order, exactly `ticks` long: a longer melody is cut, a shorter one ends with a rest. The slope is that
        of the group around the tone, None outside of any.

    Raises
    ------
    JazzgramError
        Where a symbol has no rule, an argument is no number, or the rules never produce a tone.

    Examples
    --------
    >>> from jazzgram.models.grammars import parse_grammar
    >>> grammar = parse_grammar("(startsymbol P) (base (P 0) () 1) (rule (P Y) (C4 (P (- Y 120))) 1)")
    >>> [tone.kind for tone, _ in expand(grammar, 960, Random(1))]
    ['C', 'C']
    """
    rules: dict[tuple[str, int], list[Rule]] = {}
    for rule in grammar.rules:
        rules.setdefault((rule.head.name, len(rule.head.arguments)), []).append(rule)
    length = str(ticks // _TICKS_PER_SLOT)
    start = Call(grammar.start, (length,) if (grammar.start, 1) in rules else ())
    waiting: list[tuple[Item, Mapping[str, Fraction]]] = [(start, {})]
    played: list[tuple[Tone, Slope]] = []
    filled = replaced = 0
    while waiting and filled < ticks:
        item, bound = waiting.pop()
        if isinstance(item, Call):
            replaced += 1
            arguments = tuple(_value(argument, bound) for argument in item.arguments)
            drawn = _drawn(item.name, arguments, rules, rng)
            if drawn is not None:
                names = zip(drawn.head.arguments, arguments, strict=True)
                inner = {str(name): value for name, value in names if _number(str(name)) is None}
                waiting += [(part, inner) for part in reversed(drawn.body)]
            if replaced > _MOST_REPLACEMENTS or len(waiting) > _MOST_WAITING:
                raise JazzgramError(
                    f"the grammar goes on without end after {item.name}; expected rules that give tones"
                )
            continue
        slope = (item.numbers[0], item.numbers[1]) if isinstance(item, Group) and item.name == "slope" else None
        for tone in item.tones if isinstance(item, Group) else (item,):
            left = min(tone.duration, ticks - filled)
            if left > 0:
                played.append((Tone(tone.kind, left, tone.degree), slope))
                filled += left
    if filled < ticks:
        played.append((Tone("R", ticks - filled), None))
    return tuple(played)


def _drawn(
    name: str, arguments: tuple[Fraction, ...], rules: Mapping[tuple[str, int], list[Rule]], rng: Random
) -> Rule | None:
    """Choose among the rules that fit; None where no time is left for any."""
    fitting = []
    for rule in rules.get((name, len(arguments)), ()):
        numbers = [_number(str(argument)) for argument in rule.head.arguments]
        if all(number is None or number == value for number, value in zip(numbers, arguments, strict=True)):
            fitting.append((not rule.base, sum(number is None for number in numbers), rule))
    over = bool(arguments) and arguments[0] <= 0
    if over:
        fitting = [entry for entry in fitting if not entry[1]]
    if not fitting:
        if over:
            return None
        call = " ".join((name, *map(str, arguments)))
        raise JazzgramError(f"the grammar has no rule for ({call}); add one, or correct the name")
    best = min(entry[:2] for entry in fitting)
    chosen = [rule for later, variables, rule in fitting if (later, variables) == best]
    weights = [rule.weight for rule in chosen]
    return rng.choices(chosen, weights)[0] if sum(weights) > 0 else rng.choice(chosen)


def _number(text: str) -> Fraction | None:
    return Fraction(text) if _NUMBER.fullmatch(text) else None


def _value(tree: Tree, bound: Mapping[str, Fraction]) -> Fraction:
    if isinstance(tree, str):
        value = bound.get(tree, _number(tree))
        if value is None:
            raise JazzgramError(f"the grammar counts with {tree!r}, which its rule's head does not name")
        return value
    operator, first, second = str(tree[0]), _value(tree[1], bound), _value(tree[2], bound)
    if operator == "/" and not second:
        raise JazzgramError("the grammar divides by 0")
    results = {"+": first + second, "-": first - second, "*": first * second, "/": first / (second or 1)}
    result = results[operator]
    if abs(result) > _GREATEST or result.denominator > _GREATEST:
        raise JazzgramError(
            f"the grammar counts beyond {_GREATEST:,}; expected lengths in slots, 120 to the quarter note"
        )
    return result
