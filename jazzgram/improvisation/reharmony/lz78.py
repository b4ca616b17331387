"""Patterns that recur in sequences, by incremental parsing, and how probable they make what comes next.

Ziv & Lempel, *Compression of individual sequences via variable-rate coding* (IEEE Transactions on Information Theory
24/5, 1978): each phrase is the longest one known with one symbol more.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Symbol = TypeVar("Symbol", bound=Hashable)


@dataclass(slots=True)
class _Node(Generic[Symbol]):
    count: int = 0
    children: dict[Symbol, _Node[Symbol]] = field(default_factory=dict)


class PatternTree(Generic[Symbol]):
    """The phrases of any number of sequences.

    Parameters
    ----------
    alphabet : iterable
        Every symbol there can be; at least one.

    Examples
    --------
    >>> tree = PatternTree("ab")
    >>> tree.parse("aababa")
    [('a',), ('a', 'b'), ('a', 'b', 'a')]
    >>> round(tree.probability("b", "a"), 4)  # of 2 + 1: twice b, and 1/8 of what is left for anything
    0.7083
    """

    def __init__(self, alphabet: Iterable[Symbol]) -> None:
        self.alphabet = frozenset(alphabet)
        self._root: _Node[Symbol] = _Node()
        self._depth = 0

    def parse(self, sequence: Iterable[Symbol]) -> list[tuple[Symbol, ...]]:
        """Learn a sequence.

        Parameters
        ----------
        sequence : iterable
            Symbols of the alphabet; may be empty.

        Returns
        -------
        list of tuple
            Its phrases, in order; together they are the sequence. Each is new in the tree, but perhaps the last.
        """
        phrases: list[tuple[Symbol, ...]] = []
        node, phrase = self._root, []
        for symbol in sequence:
            phrase.append(symbol)
            new = symbol not in node.children
            node = node.children.setdefault(symbol, _Node())
            node.count += 1
            if new:
                self._depth = max(self._depth, len(phrase))
                phrases.append(tuple(phrase))
                node, phrase = self._root, []
        return [*phrases, tuple(phrase)] if phrase else phrases

    def probability(self, symbol: Symbol, context: Sequence[Symbol] = ()) -> float:
        """Return the probability that a symbol comes next.

        Parameters
        ----------
        symbol : hashable
            One of the alphabet.
        context : sequence
            What came before, the latest last; may be empty.

        Returns
        -------
        float
            Above 0; those of the whole alphabet sum to 1.

        Notes
        -----
        Every end s of the context that is a pattern, from none to the longest, is used in turn (method C of Witten &
        Bell, *The zero-frequency problem*, IEEE Transactions on Information Theory 37/4, 1991)::

            P(x | s) = (n(s x) + t(s) P(x | shorter s)) / (n(s) + t(s))

        where n counts how often the parse went from s to x and to anything, t is how many different symbols came after
        s, and P is uniform before anything is known.
        """
        probability = 1 / len(self.alphabet)
        for length in range(min(len(context), self._depth) + 1):
            node = self._find(context[len(context) - length :])
            if node is None or not node.children:
                continue
            total = sum(child.count for child in node.children.values())
            kinds = len(node.children)
            seen = node.children[symbol].count if symbol in node.children else 0
            probability = (seen + kinds * probability) / (total + kinds)
        return probability

    def _find(self, pattern: Sequence[Symbol]) -> _Node[Symbol] | None:
        node: _Node[Symbol] | None = self._root
        for symbol in pattern:
            node = node.children.get(symbol) if node else None
        return node
