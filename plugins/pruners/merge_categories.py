"""Turn kinds of tone into others, by default approach tones and foreign tones into chord tones.

The grammar then distinguishes chord and scale tones only, and the improvisation is closer to the changes than its
source. With `faithful` the first term of a bar keeps its kind, as in the original, which replaces the text `` A`` by ``
C`` and so needs a space before the letter.
Source: deepjazz (Kim, 2016).
"""

from __future__ import annotations

from dataclasses import replace

from pydantic import Field

import jazzgram
from jazzgram import Term, hookimpl


class Options(jazzgram.Options):
    """Which kinds become which."""

    merge: dict[str, str] = Field({"A": "C", "X": "C"}, description="For each kind to replace, the kind it becomes.")
    faithful: bool = Field(False, description="Leave the first term of each bar as it is.")


@hookimpl
def prune_grammar(terms: tuple[Term, ...], options: Options) -> list[Term]:
    """Replace the kinds named in `options.merge`; a tone that becomes a rest loses its interval range.

    Examples
    --------
    >>> bar = (Term("A", 240), Term("X", 240, "M2,d-4"), Term("S", 480, "M3,d-3"))
    >>> " ".join(map(str, prune_grammar(bar, Options())))
    'C,0.500 C,0.500,<M2,d-4> S,1.000,<M3,d-3>'
    """
    merged = [_merged(term, options.merge.get(term.category, term.category)) for term in terms]
    return [*terms[:1], *merged[1:]] if options.faithful else merged


def _merged(term: Term, kind: str) -> Term:
    return replace(term, category=kind, interval_range="" if kind == "R" else term.interval_range)
