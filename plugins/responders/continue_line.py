"""Go on from what was played: the model continues the line.

The model is conditioned on every bar of both players; its own continuation over the chords to come is the answer.
Source: the project; trading fours after Berliner, *Thinking in Jazz* (1994, ch. 13).
"""

from __future__ import annotations

from collections.abc import Callable

from jazzgram import Grammar, hookimpl


@hookimpl
def respond(go_on: Callable[[], Grammar]) -> Grammar:
    """Return the model's continuation.

    Examples
    --------
    >>> from jazzgram import parse_terms
    >>> str(respond(lambda: (parse_terms("C,4.000"),))[0][0])
    'C,4.000'
    """
    return go_on()
