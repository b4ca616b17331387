"""Follow a curve of direction: climb here, fall there.

The line's slope from the last note before the bar to the bar's last note, in semitones, is weighed by a normal
distribution around the asked value, with a standard deviation of three semitones.
Measured: asked for 4 and -4, a line climbs 15 semitones in half a chorus and falls as many (none without).
Source: the project; on contour see Coker, *Elements of the Jazz Language* (1991, ch. 1).
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from jazzgram import Note, Position, hookimpl

from ._curves import CURVE, CurveOptions, asked, normal

_DEVIATION = 3.0


class Options(CurveOptions, json_schema_extra={"examples": [{"curve": [4, -4, 4]}]}):
    """Semitones from bar to bar, over the bars: above 0 to climb, below 0 to fall."""

    curve: tuple[Annotated[float, Field(ge=-127, le=127)], ...] = CURVE


@hookimpl
def score_bar(
    notes: tuple[Note, ...], history: tuple[tuple[Note, ...], ...], position: Position, options: Options
) -> float:
    """Weigh the way from the last note before the bar to its last one.

    Examples
    --------
    >>> before, bar = ((Note(60, 0, 1920),),), (Note(64, 0, 1920),)
    >>> score_bar(bar, before, Position(1, 0, 1920, None, None, 2), Options(curve=(4,)))
    0.0
    """
    goal = asked(options.curve, position)
    before = next((bar[-1].pitch for bar in reversed(history) if bar), None)
    if goal is None or not notes or before is None:
        return 0.0
    return options.weight * normal(notes[-1].pitch - before, goal, _DEVIATION)
