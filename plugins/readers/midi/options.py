"""The options of the midi reader."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

import jazzgram
from jazzgram import TICKS_PER_QUARTER, JazzgramError, Meter
from jazzgram.music import parse_changes

Quarters = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
PartNumber = Annotated[int, Field(ge=0)]


class Options(jazzgram.Options):
    """Which parts are read, from where to where, where the chords come from, and on which grids."""

    melody_part: PartNumber | None = Field(
        None, description="The soloist's part: its number among those with notes, from 0; null: found by itself."
    )
    chord_part: PartNumber | None = Field(
        None, description="The part whose simultaneous notes are the chords, counted likewise; null: see chords."
    )
    chords: Literal["auto", "part", "symbols", "infer"] = Field(
        "auto",
        description="Where chords come from. part: chord_part, or the best one there is. symbols: chord symbols among "
        "the texts, lyrics, markers and cues. infer: worked out per half bar from all parts but the melody. auto: "
        "changes or chord_part if given, else symbols if there are any, else a part that plays chords, else infer.",
    )
    changes: str | None = Field(
        None, description='The chords as text ("Dm7 | G7 | Cmaj7 | %"), repeated over the bars; null: see chords.'
    )
    accompaniment: tuple[PartNumber, ...] | None = Field(
        None, description="The parts that play beneath a solo, counted likewise; null: all but the melody."
    )
    span: tuple[Quarters, Quarters] | None = Field(
        None, description="Start and end in quarter notes from the file's start, both barlines; null: the whole file."
    )
    meter: str | None = Field(
        None, description="The meter of every bar (4/4); null: the file's time signatures, 4/4 without any."
    )
    pickup: float = Field(
        0,
        ge=0,
        le=32,
        description="The length in quarter notes, in steps of 1/8, of a first bar that is shorter than its meter; 0: "
        "none but those of the time signatures.",
    )
    quantize: tuple[str, ...] = Field(
        ("1/4", "1/3"),
        min_length=1,
        max_length=8,
        description="The grids, in parts of a quarter note as 1/N with N a divisor of 480; beginning anew in each bar.",
    )
    swing: Literal["as_played", "straighten"] = Field(
        "as_played",
        description="straighten: where most lone off-beats of the melody come late in their beat (at 0.55 to 0.72 of "
        "it), they and the chords on them are moved to its middle before anything else. as_played: nothing is moved.",
    )
    polyphony: Literal["keep", "highest"] = Field(
        "keep", description="Of melody notes that begin together on the grid, keep all of them, or only the highest."
    )

    @field_validator("span")
    @classmethod
    def _check_span(cls, span: tuple[float, float] | None) -> tuple[float, float] | None:
        if span and span[1] <= span[0]:
            raise ValueError(f"the span ends at {span[1]:g}, not after its start at {span[0]:g}")
        return span

    @field_validator("meter")
    @classmethod
    def _check_meter(cls, meter: str | None) -> str | None:
        if meter is not None:
            Meter.parse(meter)
        return meter

    @field_validator("pickup")
    @classmethod
    def _check_pickup(cls, pickup: float) -> float:
        if pickup * 8 % 1:
            raise ValueError(f"a pick-up of {pickup:g} quarter notes cannot be written (expected a multiple of 1/8)")
        return pickup

    @field_validator("quantize")
    @classmethod
    def _check_grids(cls, grids: tuple[str, ...]) -> tuple[str, ...]:
        for grid in grids:
            if not re.fullmatch(r"1/[1-9]\d{0,2}", grid) or TICKS_PER_QUARTER % int(grid[2:]):
                raise ValueError(f"not a grid: {grid!r} (expected 1/N, N a divisor of 480, for example 1/4 or 1/3)")
        return grids

    @field_validator("changes")
    @classmethod
    def _check_changes(cls, changes: str | None) -> str | None:
        if changes is not None:
            try:
                parse_changes(changes, Meter(32, 4))  # room for any number of chords: the file's meter decides later
            except JazzgramError as error:
                raise ValueError(str(error)) from None
        return changes

    @model_validator(mode="after")
    def _check_chords(self) -> Options:
        if self.changes is not None and (self.chords != "auto" or self.chord_part is not None):
            raise ValueError("changes are given, so the chords come from nowhere else: leave chords and chord_part out")
        if self.chord_part is not None and self.chords in ("symbols", "infer"):
            raise ValueError(
                f"chord_part is given, and chords: {self.chords} would not look at it: leave one of them out"
            )
        return self

    @property
    def divisors(self) -> tuple[int, ...]:
        """Into how many parts each grid divides the quarter note."""
        return tuple(int(grid[2:]) for grid in self.quantize)
