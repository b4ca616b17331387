"""Play pairs of eighth notes long and short, the slower the tempo the more.

The second eighth of a beat comes late; how late depends on the tempo. Friberg & Sundström found that the ride cymbal's
ratio of long to short falls about linearly with it, from 3.5:1 at slow to 1:1 at fast tempi, which leaves the short
note near 100 ms. With these ratios at 120 and 300 quarter notes a minute:

    cymbal(tempo) = 3.5 - 2.5 * (tempo - 120) / 180, at most 3.5 and at least 1
    soloist(tempo) = 1 + amount * (cymbal(tempo) - 1)

The same study found soloists to swing far less than the cymbal, below 2:1 at medium tempi. `amount` 0.4 agrees with
that (2.0 at 120, 1.56 at 200, 1.0 at 300); 1 follows the cymbal. A beat moves only where every note in it begins on the
beat or halfway through: triplets and sixteenths stay as notated. The ends of notes move with the beat, so that legato
stays legato and notes never come to overlap. Meters that count in eighths or shorter (6/8) stay even.
Source: Friberg & Sundström, "Swing ratios and ensemble timing in jazz performance", Music Perception 19(3), 2002.
"""

from __future__ import annotations

from dataclasses import replace
from math import ceil

from pydantic import Field

import jazzgram
from jazzgram import TICKS_PER_QUARTER, Meter, Note, hookimpl

NEEDS = frozenset({"grid"})
DESTROYS = frozenset({"grid"})

_EIGHTH = TICKS_PER_QUARTER // 2


class Options(jazzgram.Options):
    """How uneven the eighths are."""

    ratio: float | None = Field(None, ge=1, le=4, description="Long to short eighth; none: from the tempo.")
    amount: float = Field(0.4, ge=0, le=1, description="Share of the ride cymbal's swing, where the tempo decides.")
    straight: bool = Field(False, description="Even eighths, as in bossa nova: nothing is changed.")


def tempo_swing_ratio(tempo: float, amount: float) -> float:
    """Return the ratio of long to short eighth, 1 to 3.5, for a tempo in quarter notes per minute.

    Examples
    --------
    >>> [round(tempo_swing_ratio(tempo, 1), 2) for tempo in (60, 120, 210, 300, 360)]
    [3.5, 3.5, 2.25, 1.0, 1.0]
    """
    cymbal = min(3.5, max(1.0, 3.5 - 2.5 * (tempo - 120) / 180))
    return 1 + amount * (cymbal - 1)


@hookimpl
def clean_up_notes(notes: tuple[Note, ...], meter: Meter, tempo: float, straight: bool, options: Options) -> list[Note]:
    """Delay the second eighth of each beat that is played in eighths, unless the style of the band is straight.

    Examples
    --------
    >>> line = (Note(60, 0, 240), Note(62, 240, 240), Note(64, 480, 480))
    >>> [(note.onset, note.duration) for note in clean_up_notes(line, Meter(), 120, False, Options())]
    [(0, 320), (320, 160), (480, 480)]
    """
    if options.straight or straight or meter.denominator > 4:
        return list(notes)
    ratio = options.ratio if options.ratio is not None else tempo_swing_ratio(tempo, options.amount)
    long = round(TICKS_PER_QUARTER * ratio / (ratio + 1))
    short = TICKS_PER_QUARTER - long
    subdivided = {note.onset // TICKS_PER_QUARTER for note in notes if note.onset % _EIGHTH}

    def swung(time: int) -> int:
        beat, offset = divmod(time, TICKS_PER_QUARTER)
        if beat in subdivided:
            return time
        # Each half of the beat is stretched evenly; rounded up, so that a note in the short half never becomes empty.
        late = offset - _EIGHTH
        moved = ceil(offset * long / _EIGHTH) if late <= 0 else long + ceil(late * short / _EIGHTH)
        return beat * TICKS_PER_QUARTER + moved

    moved = [(note, swung(note.onset), swung(note.end)) for note in notes]
    return [replace(note, onset=onset, duration=end - onset) for note, onset, end in moved]
