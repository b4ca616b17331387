"""Break figures that come too often in a bar.

A figure is a number of terms in a row, equal in kind, length and interval. When one comes around more often than
allowed, its last term is tied to the one before, so that the machine-like pattern ends in a longer tone (or a
longer rest) and the bar keeps its length. Tying goes on until no figure is left that comes too often.
Source: the limits on repeated n-grams in text generation (Paulus, Xiong & Socher, *A deep reinforced model for
abstractive summarization*, 2017, section 2.5), applied to terms.
"""

from __future__ import annotations

from dataclasses import replace

from pydantic import Field

import jazzgram
from jazzgram import Term, hookimpl


class Options(jazzgram.Options):
    """Which figures, and how often they may come."""

    length: int = Field(2, ge=1, le=16, description="Length of a figure, in terms.")
    times: int = Field(2, ge=1, le=32, description="How often the same figure may come in a bar.")


@hookimpl
def prune_grammar(terms: tuple[Term, ...], options: Options) -> list[Term]:
    """Tie the last term of every figure that comes too often to the term before it.

    Examples
    --------
    >>> from jazzgram import parse_terms
    >>> eighths = parse_terms("C,0.500 C,0.500 C,0.500")
    >>> [str(term) for term in prune_grammar(eighths, Options(length=1, times=2))]
    ['C,0.500', 'C,1.000']
    """
    kept: list[Term] = []
    for term in terms:
        kept.append(term)
        while _comes_around(kept, options.length) > options.times:
            last = kept.pop()
            kept[-1] = replace(kept[-1], duration=kept[-1].duration + last.duration)
    return kept


def _comes_around(terms: list[Term], length: int) -> int:
    """Count how often the last `length` terms stand among all, themselves included; 0 where there are fewer."""
    figure = terms[-length:]
    return sum(terms[place : place + length] == figure for place in range(len(terms) - length + 1))
