"""The elements of a melody grammar."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

SLOTS_PER_QUARTER = 120
"""A grammar counts time in slots, 120 to the quarter note: ``(- Y 480)`` takes a bar of 4/4 from Y."""

Tree: TypeAlias = "str | tuple[Tree, ...]"
"""An S-expression: an atom's text, or a list."""


@dataclass(frozen=True, slots=True)
class Tone:
    """A terminal: a kind of tone, and its duration.

    Parameters
    ----------
    kind : str
        ``C`` chord tone, ``L`` colour tone, ``S`` scale tone, ``A`` approach tone, ``H`` any of the helpful (C, L or
        A), ``X`` any tone, ``Y`` a tone outside, ``G`` a goal tone, ``R`` rest.
    duration : int
        Ticks, 480 to the quarter note, above 0.
    degree : str
        Of ``X`` only: a scale degree such as ``b3``, written ``(X b3 8)``. Empty otherwise.
    """

    kind: str
    duration: int
    degree: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Tones under a condition: ``(slope LOW HIGH ...)``, ``(triadic ...)``.

    Parameters
    ----------
    name : str
        ``slope`` or ``triadic``.
    numbers : tuple of int
        Of ``slope`` two: the least and the greatest interval of each note to the note before it, in semitones.
    tones : tuple of Tone
        In time order.
    arguments : tuple of str
        Of ``triadic`` what precedes its tones, as in ``(triadic 1 8)``: stored and written again, not applied.
    """

    name: str
    numbers: tuple[int, ...]
    tones: tuple[Tone, ...]
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """A nonterminal with its arguments.

    Parameters
    ----------
    name : str
        As in the heads of its rules.
    arguments : tuple of Tree
        Numbers, variables, and ``(- Y 480)`` with ``+ - * /``; empty for a symbol without arguments.
    """

    name: str
    arguments: tuple[Tree, ...] = ()


Item: TypeAlias = "Tone | Group | Call"


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to replace a symbol.

    Parameters
    ----------
    head : Call
        The symbol with numbers (which must be met) and variables (which are bound).
    body : tuple of Item
        The replacement; may be empty.
    weight : float
        Its relative probability among the rules of its head; 0 or more.
    base : bool
        Whether the file says ``base`` for ``rule``: where one fits, no other is chosen.
    extras : tuple of Tree
        Lists between body and weight, such as ``(builtin brick Sad-Cadence)``: stored and written again, not applied.
    """

    head: Call
    body: tuple[Item, ...]
    weight: float = 1.0
    base: bool = False
    extras: tuple[Tree, ...] = ()


@dataclass(frozen=True, slots=True)
class MelodyGrammar:
    """A weighted context-free grammar whose words are melodies.

    Parameters
    ----------
    start : str
        The symbol that is expanded, called with the length in slots where its rules have an argument.
    rules : tuple of Rule
        In the file's order.
    parameters : tuple of (str, tuple of Tree)
        Each with its name and values, in order: the parameters of Impro-Visor's own generator.
    remarks : tuple of str
        What of the file is read over, with its line. It is not written again, and two grammars may differ in it.
    """

    start: str
    rules: tuple[Rule, ...]
    parameters: tuple[tuple[str, tuple[Tree, ...]], ...] = ()
    remarks: tuple[str, ...] = field(default=(), compare=False)
