"""Keep the line within the range of an instrument.

A note outside the range moves by octaves to the nearest edge of it. The instruments and their ranges are those of
`improvise.instrument`, which adds this step by itself.
Source: Adler, *The Study of Orchestration* (3rd ed., 2002); Pfleiderer et al., *Inside the Jazzomat* (2017).
"""

from __future__ import annotations

from pydantic import Field, field_validator

import jazzgram
from jazzgram import JazzgramError, Note, hookimpl
from jazzgram.music import find_instrument

from .._octaves import into_range


class Options(jazzgram.Options):
    """Who plays."""

    instrument: str = Field("guitar", description="The instrument whose range the line stays in, such as tenor sax.")

    @field_validator("instrument")
    @classmethod
    def _is_known(cls, name: str) -> str:
        try:
            return find_instrument(name).name
        except JazzgramError as error:
            raise ValueError(str(error)) from None


@hookimpl
def prune_notes(notes: tuple[Note, ...], options: Options) -> list[Note]:
    """Move what is out of range by octaves into it.

    Examples
    --------
    >>> line = (Note(37, 0, 480), Note(60, 480, 480), Note(86, 960, 480))
    >>> [note.pitch for note in prune_notes(line, Options(instrument="tenor sax"))]
    [49, 60, 74]
    """
    player = find_instrument(options.instrument)
    return [into_range(note, player.lowest, player.highest) for note in notes]
