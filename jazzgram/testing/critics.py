"""Check critics against the contract: `study_corpus`, `score_bar`."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from math import inf, isnan, nan
from typing import Any

from jazzgram.hooks.calls import PluginCalls
from jazzgram.hooks.plugins import Plugin
from jazzgram.hooks.token_model import Position
from jazzgram.testing.examples import BAR, FOUR_FOUR, NO_CHORD, TERMS, TWO_FIVE_ONE, corpus


def check_study_corpus(plugin: Plugin, call: Callable[..., Any], options: Any) -> Iterator[str]:
    """Yield what an implementation of `study_corpus` does against the contract."""
    if "score_bar" not in plugin.hooks:
        yield "is there without score_bar, which receives its result"
    if call(corpus=corpus(), options=options) is None:
        yield "returned None; return what score_bar compares candidates with"


def check_score_bar(plugin: Plugin, call: Callable[..., Any], options: Any) -> Iterator[str]:
    """Yield what an implementation of `score_bar` does against the contract."""
    learned = None
    if "study_corpus" in plugin.hooks:
        learned = PluginCalls(plugin).caller("study_corpus", plugin)(corpus=corpus(), options=options)
    bars = [notes for notes, _ in TWO_FIVE_ONE]
    cases = [
        *((notes, chords, tuple(bars[:bar]), bar) for bar, (notes, chords) in enumerate(TWO_FIVE_ONE)),
        ((), (NO_CHORD,), (), 0),
        (bars[0], (), tuple(bars * 8), 24),
    ]
    for (notes, chords, history, bar), given in [(case, given) for case in cases for given in (False, True)]:
        terms = TERMS[bar % len(TERMS)] if notes else ()
        arguments = {
            "terms": terms,
            "notes": notes,
            "chords": chords,
            "meter": FOUR_FOUR,
            "history": history,
            "position": Position(bar, 0, BAR, chords[0] if chords else None, None, max(len(history) + 1, 3)),
            "given": given,
            "log_likelihoods": tuple(nan if given and number == 1 else -1.0 for number in range(len(terms))),
            "learned": learned,
            "options": options,
            "step": "check",
        }
        before = copy.deepcopy(arguments)
        first, second = call(**arguments), call(**arguments)
        # Not a number is not equal to itself, but its text is; the text of equal sets may differ.
        if any(str(arguments[name]) != str(before[name]) for name in arguments.keys() - {"learned"}):
            yield "changed what it was given"
        if not isinstance(first, int | float) or isnan(first) or first == inf:
            yield f"returned {first!r}; return a finite log weight, or -inf"
        elif first != second:
            yield "returned two results for the same input"
