"""Break figures that occur too often in a bar.

A figure is a number of terms in a row, equal in kind, length and interval. When one occurs more often than allowed, its
last term is tied to the one before, so that the machine-like pattern ends in a longer tone (or a longer rest) and the
bar keeps its length. This repeats until no figure occurs too often.
Source: the limits on repeated n-grams in text generation (Paulus, Xiong & Socher, *A deep reinforced model for
abstractive summarization*, 2017, section 2.5), applied to terms.
"""

from __future__ import annotations

from dataclasses import replace

from pydantic import Field

import jazzgram
from jazzgram import Term, hookimpl


class Options(jazzgram.Options):
    """Length of the figures, and how often they may occur."""

    length: int = Field(2, ge=1, le=16, description="Length of a figure, in terms.")
    times: int = Field(2, ge=1, le=32, description="Most occurrences of a figure in a bar.")


@hookimpl
def prune_grammar(terms: tuple[Term, ...], options: Options) -> list[Term]:
    """Tie the last term of every figure that occurs too often to the term before it.

    Examples
    --------
    >>> from jazzgram import parse_terms
    >>> eighths = parse_terms("C,0.500 C,0.500 C,0.500")
    >>> [str(term) for term in prune_grammar(eighths, Options(length=1, times=2))]
    ['C,0.500', 'C,1.000']
    """
    limited: list[Term] = []
    for term in terms:
        limited.append(term)
        while _occurrences(limited, options.length) > options.times:
            last = limited.pop()
            limited[-1] = replace(limited[-1], duration=limited[-1].duration + last.duration)
    return limited


def _occurrences(terms: list[Term], length: int) -> int:
    """Count the occurrences of the last `length` terms in `terms`, the last included; 0 where there are fewer terms."""
    figure = terms[-length:]
    return sum(terms[first : first + length] == figure for first in range(len(terms) - length + 1))
