"""Make each bar's terms last exactly one bar.

A sampled bar seldom ends on its barline. Where it is too long, the term that crosses the barline is shortened and
those after it are dropped; where it is too short, a rest fills it up. A bar without any term stays empty.
Source: deepjazz (2016) lets bars run over; the bar-by-bar grammar of Keller & Morrison, *A grammatical approach to
automatic improvisation* (2007), fills them exactly.
"""

from __future__ import annotations

from dataclasses import replace

from jazzgram import Meter, Term, hookimpl

PROVIDES = frozenset({"full_bars"})


@hookimpl
def prune_grammar(terms: tuple[Term, ...], meter: Meter) -> list[Term]:
    """Cut or fill the terms to the length of the meter.

    Examples
    --------
    >>> from jazzgram import parse_terms
    >>> [str(term) for term in prune_grammar(parse_terms("C,1.000 S,2.000 C,1.500"), Meter(4, 4))]
    ['C,1.000', 'S,2.000', 'C,1.000']
    >>> [str(term) for term in prune_grammar(parse_terms("C,1.000 S,0.500 A,0.500"), Meter(3, 4))]
    ['C,1.000', 'S,0.500', 'A,0.500', 'R,1.000']
    """
    filled: list[Term] = []
    left = meter.bar
    for term in terms:
        if left == 0:
            break
        filled.append(term if term.duration <= left else replace(term, duration=left))
        left -= filled[-1].duration
    if filled and left:
        filled.append(Term("R", left))
    return filled
