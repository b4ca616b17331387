"""The options and the rendering that the sound writers share."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from pydantic import Field

import jazzgram
from jazzgram import Solo, hookimpl
from jazzgram.rendering import RATE, Mix, encode, find_instruments, master, render_solo, resample


class AudioOptions(jazzgram.Options):
    """How the solo sounds."""

    soundfont: str | None = Field(
        None,
        description="Path of an .sf2 or .sf3 file, or a known name; none: JAZZGRAM_SOUNDFONT, else the bank.",
    )
    sample_rate: Literal[32000, 44100, 48000] = Field(48000, description="Samples per second.")
    count_in: int = Field(0, ge=0, le=4, description="Number of bars counted in.")
    accompaniment: float = Field(0, ge=-60, le=12, description="Level of the band in dB; -60: the solo alone.")
    room: float = Field(0.4, ge=0, le=1, description="Amount of reverberation; 0: none.")


class CodedOptions(AudioOptions):
    """How the solo sounds, and how it is encoded."""

    bitrate: int = Field(192, ge=32, le=320, description="kbit/s.")


_DOCSTRING = """Write `solo.{form}`.

Examples
--------
>>> import tempfile
>>> from jazzgram import Note
>>> line = (Note(62, 0, 240), Note(65, 240, 240), Note(69, 480, 480))
>>> [path.name for path in write_solo(Solo(line, (), 1), Path(tempfile.mkdtemp()), Options())]
['solo.{form}']
"""


def audio_writer(form: str) -> Callable[[Solo, Path, AudioOptions], list[Path]]:
    """Build the `write_solo` of a plugin that renders the solo and writes `solo.` and its format."""

    def write_solo(solo: Solo, folder: Path, options: AudioOptions) -> list[Path]:
        instruments = find_instruments(options.soundfont, lambda message: warnings.warn(message, stacklevel=2))
        mix = Mix(options.accompaniment, options.room, options.count_in)
        samples = resample(render_solo(solo, instruments, mix), RATE, options.sample_rate)
        samples = master(samples, options.sample_rate)
        bitrate = options.bitrate if isinstance(options, CodedOptions) else 0
        path = folder / f"solo.{form}"
        path.write_bytes(encode(samples, options.sample_rate, form, bitrate, solo.title))
        return [path]

    write_solo.__doc__ = _DOCSTRING.format(form=form)
    return hookimpl(write_solo)
